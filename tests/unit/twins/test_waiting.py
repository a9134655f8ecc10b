"""One or two of three sensors wait for the others; moments by hand from specification section 9."""

import pytest
from msgspec.structs import replace

from tests.unit.twins.samples import (
    at,
    bind,
    boundary,
    close,
    commission,
    detach,
    hand_over,
    judge,
    milestone,
    policy,
    read,
)
from twins.inputs import HandoverPhase, Input, MilestoneName
from twins.policy.condition_policy import CoreModel, Phase
from twins.readings import Quality
from twins.sensors.limits import QuantityLimits, SensorLimits
from twins.verdict.condition import Condition

BY = policy(boundary(limit=8_000), hold=900)
WARM, COOL = 9_000, 5_000
THREE: list[Input] = [bind(0, "d1", 100), bind(0, "d2", 100), bind(0, "d3", 50)]
"""Who waits for d1 or d2 waits for 125 s, five quarters of 100 s; for d3 alone 62.5 s."""


def began(condition: Condition) -> list[float]:
    """Return when each excursion began, in seconds."""
    fired = (one for rule in condition.rules_fired for one in rule.excursions)
    return [one.began_at / at(1) for one in fired]


def test_one_of_three_is_judged_from_its_beginning_when_the_others_had_their_time() -> None:
    inputs = [*THREE, read(10, WARM)]
    assert began(judge(inputs, BY, 134)) == []
    condition = judge(inputs, BY, 135)
    assert began(condition) == [10]
    (covered,) = condition.coverage.quantities
    assert (covered.observed, covered.longest_gap) == (at(125), at(10))
    assert condition.statistics.judged[0].observed == at(125)


def test_what_waits_is_not_judged_and_not_observed_yet() -> None:
    condition = judge([*THREE, read(10, WARM)], BY, 89)
    (covered,) = condition.coverage.quantities
    assert (covered.observed, covered.longest_gap) == (0, at(89))
    assert condition.statistics.judged[0].observed == 0
    assert condition.statistics.series[0].observed == at(79)


def test_two_of_three_wait_from_when_the_first_spoke() -> None:
    inputs = [*THREE, read(10, WARM), read(60, COOL, device="d2")]
    # Of d3 alone: 10 s + 62.5 s.
    assert began(judge(inputs, BY, 72)) == []
    assert began(judge(inputs, BY, 73)) == [10]


def test_a_quick_one_that_lies_waits_as_long_as_the_silent_ones_need() -> None:
    inputs = [*THREE, read(10, WARM, device="d3")]
    assert (began(judge(inputs, BY, 134)), began(judge(inputs, BY, 135))) == ([], [10])
    others = [read(100, COOL), read(110, COOL, device="d2")]
    assert began(judge([*inputs, *others], BY, 300)) == []


def test_what_speaks_for_a_shorter_time_than_its_interval_is_judged_before_it_ceases_to() -> None:
    inputs = [*THREE, read(10, WARM)]
    by = policy(boundary(limit=8_000), hold=60)
    assert (began(judge(inputs, by, 57)), began(judge(inputs, by, 58))) == ([], [10])
    condition = judge(inputs, by, 200)
    # From 10 s to 70 s; four fifths of 60 s are 48 s.
    assert began(condition) == [10]
    assert condition.coverage.quantities[0].observed == at(60)


def test_loggers_that_never_speak_together_are_judged_one_after_the_other() -> None:
    # Three of them, each hour for a quarter of an hour; four fifths of that they wait.
    hour, quarter = 3600, 900
    inputs: list[Input] = [bind(0, device, hour) for device in ("d1", "d2", "d3")]
    inputs += [
        read(turn * hour + place * 1200, COOL, device=f"d{place + 1}")
        for turn in range(10)
        for place in range(3)
    ]
    condition = judge(inputs, policy(boundary(limit=8_000), hold=quarter), 10 * hour)
    assert condition.coverage.quantities[0].observed == at(10 * 3 * quarter)


def test_one_that_falls_silent_before_its_time_is_not_judged() -> None:
    # What d1 said alone is taken back by a reading that says nothing.
    quiet = read(60, COOL, quality=Quality.SENTINEL)
    condition = judge([*THREE, read(10, WARM), quiet], BY, 200)
    assert began(condition) == []
    assert condition.coverage.quantities[0].observed == 0


@pytest.mark.parametrize("value", [WARM, COOL])
def test_two_of_three_on_the_same_side_of_every_limit_are_judged_at_once(value: int) -> None:
    inputs = [*THREE, *(read(10, value + place, device=f"d{place}") for place in (1, 2))]
    condition = judge(inputs, BY, 20)
    assert began(condition) == [10] * (value == WARM)
    assert condition.coverage.quantities[0].observed == at(10)


def test_two_with_a_limit_of_the_core_between_them_wait_for_the_third() -> None:
    core = replace(boundary("core", 10_000), is_of_core=True)
    by = replace(policy(core, hold=900), core=CoreModel(at(60)))
    inputs = [*THREE, read(10, 60_000), read(10, COOL, device="d2")]
    third = [read(40, COOL, device="d3")]
    assert began(judge([*inputs, *third], by, 800)) == []
    assert len(began(judge(inputs, by, 800))) == 1


def test_of_two_that_lie_farther_apart_than_sound_sensors_the_milder_counts_at_first() -> None:
    limits = SensorLimits(quantities={"temperature": QuantityLimits(disagreement=2_000)})
    by = replace(BY, sensors=limits)
    inputs = [*THREE, read(10, 7_500), read(10, COOL, device="d2")]
    assert [judge(inputs, rules, 60).statistics.judged[0].value for rules in (by, BY)] == [
        COOL,
        7_500,
    ]
    # 10 s + 62.5 s: nobody is waited for any more.
    assert judge(inputs, by, 73).statistics.judged[0].value == 7_500


def test_where_both_of_two_are_outside_a_limit_another_one_between_them_hides_nothing() -> None:
    # Above 8 °C both are; 15 °C lies between them. d3 comes and goes.
    by = policy(boundary("warm", 8_000), boundary("hot", 15_000), hold=900)
    inputs = [*THREE]
    for moment in range(10, 900, 30):
        inputs += [read(moment, 12_000), read(moment, 16_000, device="d2")]
        inputs.append(read(moment + 10, COOL, device="d3"))
        inputs.append(read(moment + 11, COOL, device="d3", quality=Quality.SENTINEL))
    condition = judge(inputs, by, 900)
    (one,) = condition.rules_fired[0].excursions
    assert (one.boundary, one.began_at, one.outside) == ("warm", at(10), at(890))
    assert condition.coverage.quantities[0].observed == at(890)


@pytest.mark.parametrize("closed", [True, False])
def test_what_both_of_two_show_counts_at_the_end_though_a_third_may_still_come(
    *, closed: bool
) -> None:
    by = policy(boundary("warm", 8_000), boundary("hot", 15_000), hold=900)
    inputs = [*THREE, read(10, 12_000), read(10, 16_000, device="d2")]
    inputs += [close(20)] * closed
    assert began(judge(inputs, by, 20)) == [10]
    alone = [*THREE, read(10, 12_000), *([close(20)] * closed)]
    assert began(judge(alone, by, 20)) == []


def test_one_box_of_three_that_stands_open_is_open() -> None:
    by = policy(boundary("opened", 50_000, quantity="illuminance"), hold=900)
    inputs = [*THREE, read(10, 500_000, quantity="illuminance")]
    inputs += [read(10, 0, device=device, quantity="illuminance") for device in ("d2", "d3")]
    assert began(judge(inputs, by, 20)) == [10]


def test_one_that_comes_and_goes_hides_nothing_that_the_other_two_say() -> None:
    # d3 says something usable and takes it back, over and over.
    inputs = [*THREE]
    for moment in range(10, 900, 30):
        inputs += [read(moment, WARM, device=device) for device in ("d1", "d2")]
        inputs.append(read(moment + 10, COOL, device="d3"))
        inputs.append(read(moment + 11, COOL, device="d3", quality=Quality.SENTINEL))
    condition = judge(inputs, BY, 900)
    (one,) = condition.rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(10), at(890))
    assert condition.coverage.quantities[0].observed == at(890)


def test_what_two_agreed_on_before_the_third_came_is_judged_and_what_one_said_is_not() -> None:
    inputs = [*THREE, read(10, WARM), read(30, WARM, device="d2"), read(50, WARM, device="d3")]
    condition = judge(inputs, BY, 100)
    assert began(condition) == [30]
    (covered,) = condition.coverage.quantities
    assert (covered.observed, covered.longest_gap) == (at(70), at(30))


def test_three_are_judged_at_once_and_outvote_the_one() -> None:
    inputs = [*THREE, read(10, WARM), read(60, COOL, device="d2"), read(70, COOL, device="d3")]
    condition = judge(inputs, BY, 200)
    assert began(condition) == []
    assert condition.coverage.quantities[0].observed == at(130)


def test_waiting_begins_again_after_a_silence() -> None:
    # Up to 910 s d1 speaks, alone; then nobody does.
    inputs = [*THREE, read(10, COOL), read(1000, WARM)]
    assert (began(judge(inputs, BY, 1124)), began(judge(inputs, BY, 1125))) == ([], [1000])


@pytest.mark.parametrize("silenced", [True, False])
def test_sensor_counts_among_those_that_may_speak_while_its_device_is_attached(
    *, silenced: bool
) -> None:
    inputs: list[Input] = [*THREE, read(10, WARM)]
    inputs += [detach(40, "d3")] * silenced
    assert began(judge(inputs, BY, 41)) == [10] * silenced


def test_series_of_a_device_that_was_detached_is_waited_for_no_more() -> None:
    # d3 was heard as well, and is gone when d1 begins to speak alone.
    inputs = [*THREE, read(0, COOL, device="d3"), detach(5, "d3"), read(10, WARM)]
    assert began(judge(inputs, BY, 100)) == [10]


def test_device_with_two_sensors_beside_another_is_one_of_two_and_waits_for_nobody() -> None:
    inputs: list[Input] = [bind(0, "d1", 100), bind(0, "d2", 100)]
    inputs += [read(10, WARM), read(10, COOL, sensor="b")]
    assert began(judge(inputs, BY, 11)) == [10]


def test_device_with_three_sensors_beside_two_others_waits_for_them() -> None:
    inputs = [*THREE, *(read(10, WARM, sensor=sensor) for sensor in "abc")]
    assert began(judge(inputs, BY, 89)) == []
    others = [read(40, COOL, device=device) for device in ("d2", "d3")]
    assert began(judge([*inputs, *others], BY, 200)) == []


def test_sensors_of_a_device_that_is_alone_wait_for_each_other() -> None:
    inputs: list[Input] = [bind(0, "d1", 100), *(read(10, COOL, sensor=one) for one in "abc")]
    # At 910 s all three cease to speak.
    inputs.append(read(950, WARM, sensor="a"))
    assert (began(judge(inputs, BY, 1074)), began(judge(inputs, BY, 1075))) == ([], [950])


def test_device_that_measures_something_else_is_not_waited_for() -> None:
    inputs = [*THREE, read(10, WARM)]
    inputs.append(read(50, 50_000, device="d2", quantity="humidity"))
    assert began(judge(inputs, BY, 50)) == [10]


def test_second_sensor_of_a_device_gives_it_no_second_voice() -> None:
    # One of two, d2 being unheard, is judged at once, and so is its other sensor later.
    inputs: list[Input] = [bind(0, "d1", 100), read(10, WARM), bind(20, "d2", 100)]
    inputs.append(read(950, WARM, sensor="b"))
    (one,) = judge(inputs, BY, 1000).rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(10), at(900 + 50))


def test_binding_changes_who_is_waited_for_from_its_moment_on_and_not_before() -> None:
    # Two of two are judged at once; the third changes nothing of that, and is waited for.
    inputs: list[Input] = [bind(0, "d1", 100), bind(0, "d2", 100), bind(50, "d3", 200)]
    inputs.append(read(10, WARM))
    (one,) = judge(inputs, BY, 299).rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(10), at(40))
    # 50 s + 5/4 of 200 s.
    (one,) = judge(inputs, BY, 300).rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(10), at(290))


def test_longer_interval_that_is_known_later_makes_nobody_wait_longer() -> None:
    inputs = [*THREE, read(10, WARM), bind(80, "d2", 200)]
    assert (began(judge(inputs, BY, 134)), began(judge(inputs, BY, 135))) == ([], [10])
    # Judged since 135 s, it does not wait again.
    inputs = [*THREE, read(10, WARM), bind(140, "d2", 200)]
    (one,) = judge(inputs, BY, 900).rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(10), at(890))


def test_who_held_the_asset_and_its_phase_are_those_of_the_time_that_was_put_off() -> None:
    in_transit = policy(boundary(limit=8_000, phases=(Phase.TRANSIT,)), hold=900)
    inputs: list[Input] = [commission(0, "maker"), *THREE, read(10, WARM)]
    inputs += [milestone(20, MilestoneName.DEPARTURE), hand_over(HandoverPhase.OFFERED, 45)]
    inputs += [hand_over(HandoverPhase.ACCEPTED, 50), milestone(70, MilestoneName.ARRIVAL)]
    (one,) = judge(inputs, in_transit, 140).rules_fired[0].excursions
    assert (one.began_at, one.ended_at, one.outside) == (at(20), at(70), at(50))
    held = [(each.holder, each.outside) for each in one.held_by]
    assert held == [("maker", at(30)), ("carrier", at(20))]


def test_phase_that_ends_while_what_was_said_is_put_off_closes_a_run_at_its_moment() -> None:
    in_transit = policy(boundary(limit=8_000, phases=(Phase.TRANSIT,)), hold=900)
    inputs: list[Input] = [milestone(0, MilestoneName.DEPARTURE), *THREE]
    inputs += [read(10, WARM, device=device) for device in ("d1", "d2", "d3")]
    # d2 and d3 say nothing usable; before d1 was heard out they are back.
    inputs += [read(60, 0, device=one, quality=Quality.SENTINEL) for one in ("d2", "d3")]
    inputs.append(milestone(70, MilestoneName.ARRIVAL))
    inputs += [read(90, COOL, device=device) for device in ("d2", "d3")]
    (one,) = judge(inputs, in_transit, 200).rules_fired[0].excursions
    assert (one.began_at, one.ended_at, one.outside) == (at(10), at(70), at(50))


def test_value_that_is_held_for_no_time_waits_like_any_other() -> None:
    def told(moment: float) -> list[Input]:
        return [read(moment, WARM, seq=1), read(moment, COOL, seq=2)]

    two = [*THREE, read(0, COOL, device="d2")]
    assert (began(judge([*two, *told(10)], BY, 62)), began(judge([*two, *told(10)], BY, 63))) == (
        [],
        [10],
    )
    assert began(judge([*two, *told(100)], BY, 100)) == [100]
    # Two of three are warm at 10 s, for no time.
    three = [*THREE, read(0, COOL, device="d2"), read(0, WARM, device="d3")]
    assert began(judge([*three, *told(10)], BY, 200)) == [10]


def test_value_held_for_no_time_by_a_sensor_that_then_says_nothing_waits_for_nobody() -> None:
    inputs = [*THREE, *(read(0, COOL, device=device) for device in ("d1", "d2", "d3"))]
    # All have ceased to speak at 900 s.
    inputs += [read(1000, WARM, seq=1), read(1000, 0, seq=2, quality=Quality.SENTINEL)]
    (one,) = judge(inputs, BY, 2000).rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(1000), 0)


def test_a_rare_sensor_beside_it_makes_a_quick_one_wait_no_longer() -> None:
    # d1 reads every 100 s, d2 once a day; nobody has heard the third.
    inputs: list[Input] = [bind(0, "d1", 100), bind(0, "d2", 86_400), bind(0, "d3", 100)]
    inputs += [read(5, COOL, device="d2"), read(10, WARM)]
    # Five quarters of 100 s, from when the first of them spoke.
    assert (began(judge(inputs, BY, 129)), began(judge(inputs, BY, 130))) == ([], [10])


@pytest.mark.parametrize("lit", [(10,), (10, 5)])
def test_one_box_that_is_open_waits_for_nobody(lit: tuple[int, ...]) -> None:
    by = policy(boundary("opened", 50_000, quantity="illuminance"), hold=900)
    inputs = [*THREE, read(10, 500_000, quantity="illuminance")]
    inputs += [read(moment, 0, device="d2", quantity="illuminance") for moment in lit[1:]]
    assert began(judge(inputs, by, 20)) == [10]


def test_one_box_of_three_that_is_dark_is_dark() -> None:
    by = policy(boundary("dark", 1_000, quantity="illuminance", is_upper=False), hold=900)
    inputs = [*THREE, read(10, 0, quantity="illuminance")]
    inputs += [read(10, 50_000, device=device, quantity="illuminance") for device in ("d2", "d3")]
    assert began(judge(inputs, by, 20)) == [10]


def test_of_two_that_lie_as_far_apart_as_sound_sensors_may_the_worse_counts_at_once() -> None:
    limits = SensorLimits(quantities={"temperature": QuantityLimits(disagreement=2_000)})
    inputs = [*THREE, read(10, COOL + 2_000), read(10, COOL, device="d2")]
    condition = judge(inputs, replace(BY, sensors=limits), 60)
    assert condition.statistics.judged[0].value == COOL + 2_000


def test_the_milder_of_two_ends_no_run_by_having_returned() -> None:
    # From 60 s on d3 says nothing; from 70 s to 80 s 15 °C lies between the other two.
    by = policy(boundary("warm", 8_000), boundary("hot", 15_000), hold=900)
    inputs = [*THREE, *(read(10, 16_000, device=device) for device in ("d1", "d2", "d3"))]
    inputs.append(read(60, 0, device="d3", quality=Quality.SENTINEL))
    inputs += [read(70, 12_000), read(80, 16_000, device="d3")]
    hot = next(one for one in judge(inputs, by, 100).rules_fired if one.rule == "boundary:hot")
    (one,) = hot.excursions
    assert (one.began_at, one.ended_at, one.outside) == (at(10), None, at(60 + 20))


def test_nothing_is_observed_behind_the_last_moment_that_is_certain() -> None:
    # Alone, then of one mind for a second, then a limit between them; 60 s is the end.
    inputs = [*THREE, read(10, WARM), read(12, WARM, device="d2"), read(13, COOL, device="d2")]
    condition = judge(inputs, BY, 60)
    (covered,) = condition.coverage.quantities
    assert (covered.observed, covered.longest_gap) == (at(1), at(60 - 13))
    assert condition.statistics.judged[0].value is None


def test_sensor_that_goes_on_to_say_nothing_makes_the_others_wait_no_shorter() -> None:
    # d2 waits from 0 s on; d1 says something at 10 s and takes it back.
    inputs = [*THREE, read(0, COOL, device="d2"), read(10, WARM, seq=1)]
    inputs.append(read(10, 0, seq=2, quality=Quality.SENTINEL))
    others = [read(20, COOL), read(20, COOL, device="d3")]
    assert began(judge([*inputs, *others], BY, 200)) == []


def test_wait_is_not_over_with_what_the_only_one_says_before_it_says_nothing() -> None:
    inputs = [*THREE, read(0, COOL), read(10, WARM, seq=1)]
    inputs.append(read(10, 0, seq=2, quality=Quality.SENTINEL))
    assert began(judge(inputs, BY, 200)) == []


def test_who_was_heard_before_the_start_is_waited_for_behind_it() -> None:
    inputs = [*THREE, *(read(10, COOL, device=device) for device in ("d1", "d2", "d3"))]
    inputs += [milestone(50, MilestoneName.START), read(60, WARM), read(70, WARM)]
    # 60 s + 125 s.
    assert (began(judge(inputs, BY, 184)), began(judge(inputs, BY, 185))) == ([], [60])
