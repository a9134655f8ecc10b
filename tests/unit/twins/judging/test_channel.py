"""What is judged of several sensors of one quantity; expected values by hand from the medians."""

from itertools import permutations

import pytest

from tests.unit.twins.samples import at, bind, boundary, detach, fold, judge, policy, read
from twins.inputs import Input
from twins.judging.channel import ChannelSums, joined_channel_sums
from twins.judging.excursions import Excursion, Shown
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import Quality
from twins.twin import settled_at
from twins.verdict.condition import Condition

UPPER = boundary("warm", 8_000)
LOWER = boundary("cold", 2_000, is_upper=False)
BY = policy(UPPER, LOWER)


def beside(*values: int) -> list[Input]:
    """Return bindings of as many devices as there are values, and one reading of each at 0 s."""
    inputs: list[Input] = []
    for number, value in enumerate(values, 1):
        inputs += [bind(0, f"d{number}"), read(0, value, device=f"d{number}")]
    return inputs


def excursions(condition: Condition) -> dict[str, list[Excursion]]:
    return {
        one.rule.removeprefix("boundary:"): [*one.excursions]
        for one in condition.rules_fired
        if one.rule.startswith("boundary:")
    }


@pytest.mark.parametrize(
    ("values", "warm", "cold"),
    [
        # One sensor: its value. Two: the worse of them for the side of the boundary.
        ((9_000,), True, False),
        ((1_000,), False, True),
        ((9_000, 5_000), True, False),
        ((1_000, 5_000), False, True),
        ((9_000, 1_000), True, True),
        # Three and more: no single one moves the verdict.
        ((99_000, 5_000, 5_000), False, False),
        ((-40_000, 5_000, 5_000), False, False),
        ((99_000, 5_000, -40_000), False, False),
        ((9_000, 9_000, 5_000), True, False),
        ((1_000, 1_000, 5_000), False, True),
        # Four: the third from below for an upper boundary, the second for a lower one.
        ((9_000, 5_000, 5_000, 5_000), False, False),
        ((9_000, 9_000, 5_000, 5_000), True, False),
        ((1_000, 1_000, 5_000, 5_000), False, True),
        ((9_000, 9_000, 1_000, 1_000), True, True),
    ],
)
def test_upper_boundary_judges_the_upper_median_and_lower_one_the_lower(
    values: tuple[int, ...], *, warm: bool, cold: bool
) -> None:
    for order in set(permutations(values)):
        fired = excursions(judge(beside(*order), BY, 300))
        assert ("warm" in fired, "cold" in fired) == (warm, cold)


def test_excursion_names_the_sensor_whose_value_was_judged() -> None:
    (one,) = excursions(judge(beside(9_000, 12_000, 5_000), BY, 300))["warm"]
    assert (one.device, one.extreme, one.extreme_at) == ("d1", 9_000, 0)


def test_excursion_names_every_reading_that_was_outside_when_it_alarmed() -> None:
    by = policy(boundary("warm", 8_000, delay=100))
    inputs = beside(9_000, 5_000, 10_000, 5_000)
    # d3 has come back and d2 has left when the hundred seconds are over.
    inputs += [read(50, 5_000, device="d3"), read(50, 11_000, device="d2")]
    (one,) = excursions(judge(inputs, by, 300))["warm"]
    assert one.alarmed_at == at(100)
    assert one.shown_by == (
        Shown("d1", "air", 0, 9_000),
        Shown("d2", "air", at(50), 11_000),
    )


def test_sensors_of_one_device_are_sensors_of_their_own() -> None:
    inputs = [bind(0), read(0, 99_000, sensor="a")]
    inputs += [read(0, 5_000, sensor=name) for name in ("b", "c")]
    assert excursions(judge(inputs, BY, 300)) == {}


def test_sensor_whose_hold_is_over_is_not_judged_any_more() -> None:
    # d3 (every 300 s, so for 900 s) ceases to speak at 300 s; 375 s later, when nobody waits for
    # it any more, d1 is the worse of two.
    inputs = [bind(0), bind(0, "d2"), bind(-600, "d3")]
    inputs += [read(0, 9_000), read(0, 5_000, device="d2"), read(-600, 5_000, device="d3")]
    assert excursions(judge(inputs, BY, 674)) == {}
    (one,) = excursions(judge(inputs, BY, 675))["warm"]
    assert (one.began_at, one.alarmed_at, one.outside) == (at(300), at(300), at(375))


def test_sensor_that_is_detached_is_not_judged_any_more() -> None:
    # Of two that are left nobody waits for a third.
    inputs = [*beside(9_000, 5_000, 5_000), detach(100, "d3")]
    (one,) = excursions(judge(inputs, BY, 150))["warm"]
    assert (one.began_at, one.outside) == (at(100), at(50))


@pytest.mark.parametrize("quality", [Quality.SENTINEL, Quality.IMPLAUSIBLE])
def test_sensor_that_says_nothing_is_not_judged(quality: Quality) -> None:
    inputs = beside(9_000, 5_000, 5_000)
    inputs.append(read(100, 5_000, device="d3", quality=quality))
    # The other two wait for its next reading, 5/4 of 300 s long.
    (one,) = excursions(judge(inputs, BY, 490))["warm"]
    assert (one.began_at, one.outside) == (at(100), at(390))


def test_sensor_that_contradicts_itself_is_not_judged() -> None:
    inputs = beside(9_000, 5_000, 5_000)
    inputs += [read(100, 5_000, device="d3"), read(100, 6_000, device="d3")]
    (one,) = excursions(judge(inputs, BY, 490))["warm"]
    assert (one.began_at, one.outside) == (at(100), at(390))


def test_all_sensors_of_a_moment_are_judged_together() -> None:
    # At 100 s both change: never were two of three warm.
    inputs = beside(9_000, 5_000, 5_000)
    inputs += [read(100, 5_000), read(100, 9_000, device="d2")]
    assert excursions(judge(inputs, BY, 300)) == {}


@pytest.mark.parametrize(("first", "second"), [("d1", "d2"), ("d2", "d1")])
def test_names_of_devices_decide_nothing_about_a_value_that_is_held_for_no_time(
    first: str, second: str
) -> None:
    # One sensor reads 20 °C and in the same microsecond 5 °C, as the other one does.
    inputs = [bind(0, first), bind(0, second), read(10, 5_000, device=second)]
    inputs += [read(10, 20_000, device=first, seq=1), read(10, 5_000, device=first, seq=2)]
    # An upper boundary judges the highest that each of them said at that moment.
    (fired,) = judge(inputs, BY, 60).rules_fired
    assert [one.device for one in fired.excursions] == [first]


def test_a_device_that_lies_with_three_sensors_moves_no_verdict_beside_two_honest_ones() -> None:
    inputs = [*beside(5_000, 5_000), bind(0, "liar")]
    inputs += [read(0, 99_000, device="liar", sensor=sensor) for sensor in "abc"]
    assert excursions(judge(inputs, BY, 300)) == {}
    inputs += [read(60, -40_000, device="liar", sensor=sensor) for sensor in "abc"]
    assert excursions(judge(inputs, BY, 300)) == {}


def test_of_the_sensors_of_one_device_beside_others_the_middle_one_speaks_for_it() -> None:
    inputs = [*beside(5_000, 9_000), bind(0, "d3")]
    inputs += [read(0, value, device="d3", sensor=str(value)) for value in (5_000, 9_100, 9_200)]
    # 5 °C, 9 °C and 9.1 °C.
    (one,) = excursions(judge(inputs, BY, 300))["warm"]
    assert (one.device, one.extreme) == ("d2", 9_000)


@pytest.mark.parametrize(("quorum", "observed"), [(1, 900), (2, 900), (3, 0)])
def test_sensors_of_one_device_beside_another_are_one_voice_for_a_quorum(
    quorum: int, observed: int
) -> None:
    inputs = [*beside(5_000, 5_000), *(read(0, 5_000, sensor=sensor) for sensor in "abc")]
    assert judge(inputs, policy(quorum=quorum), 900).coverage.quantities[0].observed == at(observed)


@pytest.mark.parametrize(("quorum", "observed"), [(1, 900), (2, 600), (3, 0)])
def test_time_is_observed_while_enough_sensors_speak(quorum: int, observed: int) -> None:
    inputs = [bind(0), bind(0, "d2"), read(0, 5_000), read(300, 5_000, device="d2")]
    condition = judge(inputs, policy(quorum=quorum), 900)
    assert condition.coverage.quantities[0].observed == at(observed)
    # Judged it is all the same: what one sensor shows is not overlooked.
    assert condition.statistics.judged[0].observed == at(900)


def test_quorum_asks_nothing_of_a_quantity_that_is_not_required() -> None:
    by = policy(boundary("damp", 70_000, quantity="humidity"), quorum=2)
    inputs = [bind(0), read(0, 80_000, quantity="humidity")]
    assert [one.rule for one in judge(inputs, by, 60).rules_fired if one.count] == ["boundary:damp"]


def peaks(by: ConditionPolicy) -> list[Excursion]:
    inputs = [bind(0), bind(0, "d2"), bind(0, "d3")]
    inputs += [
        read(10, peak, device=device, quantity="acceleration")
        for device, peak in (("d1", 5_000), ("d2", 70_000), ("d3", 5_000))
    ]
    return [one for rule in judge(inputs, by, 600).rules_fired for one in rule.excursions]


def test_peak_of_one_sensor_is_judged_by_itself_however_many_sensors_there_are() -> None:
    (one,) = peaks(policy(boundary("shock", 60_000, quantity="acceleration")))
    assert (one.device, one.began_at, one.ended_at) == ("d2", at(10), at(10))
    assert one.shown_by == (Shown("d2", "air", at(10), 70_000),)


def test_peak_of_an_event_quantity_speaks_for_no_time_whatever_comes_after() -> None:
    by = policy(boundary("weak", 100, quantity="acceleration", is_upper=False))
    # 0.05 g is below the limit; had it spoken on, a run would be open still.
    inputs = [bind(0), read(10, 50, quantity="acceleration"), detach(30), bind(40)]
    twin = settled_at(fold(inputs, by), at(600), by)
    assert [(one.began_at, one.ended_at) for one in twin.excursions] == [(at(10), at(10))]
    assert [one.spoken for one in twin.past.channels if one.quantity == "acceleration"] == [0]


def test_time_between_two_values_of_other_sensors_is_weighted_by_what_is_judged() -> None:
    # 4 °C and 6 °C by turns: two sensors, so the upper one is judged: 4, then 6, then 5.
    inputs = [bind(0), bind(0, "d2"), read(0, 4_000), read(100, 6_000, device="d2")]
    inputs += [read(200, 5_000), read(200, 4_500, device="d2"), read(300, 1_000)]
    condition = judge(inputs, BY, 300)
    (judged,) = condition.statistics.judged
    assert (judged.observed, judged.value) == (at(300), 4_500)


def test_channel_sums_of_two_stretches_add_up_and_keep_the_longest_gaps() -> None:
    one = ChannelSums(
        "temperature", spoken=5, observed=4, longest_gap=9, longest_silence=3, outside=1
    )
    other = ChannelSums(
        "temperature", spoken=50, observed=40, longest_gap=7, longest_silence=6, outside=2
    )
    both = joined_channel_sums(one, other)
    assert (both.spoken, both.observed, both.outside) == (55, 44, 3)
    assert (both.longest_gap, both.longest_silence) == (9, 6)
    assert joined_channel_sums(other, one).longest_silence == 6


@pytest.mark.parametrize(("value", "rule"), [(9_000, "warm"), (1_000, "cold")])
def test_value_that_is_held_for_no_time_is_judged_by_the_boundary_of_its_side(
    value: int, rule: str
) -> None:
    inputs: list[Input] = [bind(0), read(10, value, seq=1), read(10, 5_000, seq=2)]
    assert {*excursions(judge(inputs, BY, 60))} == {rule}


def test_value_of_a_moment_that_says_nothing_is_not_judged_beside_one_that_does() -> None:
    inputs: list[Input] = [bind(0), read(10, 5_000, seq=1)]
    inputs.append(read(10, 9_000, seq=2, quality=Quality.SENTINEL))
    assert excursions(judge(inputs, BY, 60)) == {}


def test_value_that_is_held_for_no_time_is_shown_by_the_first_that_has_it() -> None:
    # d1 holds 9 °C since 0 s; of three two are as warm at 10 s, d2 for no time.
    inputs = beside(9_000, 5_000, 5_000)
    inputs += [read(10, 9_000, device="d2", seq=1), read(10, 5_000, device="d2", seq=2)]
    (one,) = excursions(judge(inputs, BY, 60))["warm"]
    assert (one.began_at, one.device, one.extreme_at) == (at(10), "d1", 0)


def test_value_that_is_held_for_no_time_ends_no_excursion() -> None:
    inputs: list[Input] = [bind(0), read(10, 9_000), read(20, 5_000, seq=1)]
    inputs += [read(20, 0, seq=2, quality=Quality.SENTINEL), read(30, 9_000)]
    (one,) = excursions(judge(inputs, BY, 60))["warm"]
    assert (one.began_at, one.ended_at, one.outside) == (at(10), None, at(10 + 30))
