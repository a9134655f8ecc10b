"""Runs and excursions, and who held the asset meanwhile; expected values by hand."""

import pytest

from tests.unit.twins.samples import (
    at,
    bind,
    boundary,
    close,
    commission,
    detach,
    fold,
    hand_over,
    judge,
    milestone,
    policy,
    read,
)
from twins.inputs import HandoverPhase, Input, MilestoneName
from twins.judging.excursions import SHOWN_AT_MOST, Excursion, HeldBy, has_returned, is_outside
from twins.policy.condition_policy import Disposition, Phase
from twins.twin import settled_at
from twins.verdict.condition import Condition


def excursions(condition: Condition) -> list[Excursion]:
    return [one for rule in condition.rules_fired for one in rule.excursions]


def held(one: Excursion) -> list[tuple[str, int]]:
    return [(part.holder, part.outside) for part in one.held_by]


@pytest.mark.parametrize(
    ("is_upper", "value", "outside", "returned"),
    [
        (True, 8_001, True, False),
        (True, 8_000, False, False),
        (True, 7_501, False, False),
        (True, 7_500, False, True),
        (False, 7_999, True, False),
        (False, 8_000, False, False),
        (False, 8_499, False, False),
        (False, 8_500, False, True),
    ],
)
def test_value_has_returned_when_it_is_inside_by_the_hysteresis(
    value: int, *, is_upper: bool, outside: bool, returned: bool
) -> None:
    by = boundary(limit=8_000, is_upper=is_upper, hysteresis=500)
    assert (is_outside(by, value), has_returned(by, value)) == (outside, returned)


GIVEN: list[Input] = [
    commission(),
    bind(0),
    hand_over(HandoverPhase.OFFERED, 50),
    hand_over(HandoverPhase.ACCEPTED, 100),
]


def test_time_outside_is_told_by_who_held_the_asset() -> None:
    inputs = [*GIVEN, read(40, 9_000), read(240, 5_000)]
    (one,) = excursions(judge(inputs, policy(boundary()), 300))
    assert one.outside == at(200)
    assert held(one) == [("maker", at(60)), ("carrier", at(140))]


def test_holder_before_the_alarm_is_told_as_well() -> None:
    inputs = [*GIVEN, read(40, 9_000), read(240, 9_000)]
    (one,) = excursions(judge(inputs, policy(boundary(delay=150)), 300))
    assert (one.began_at, one.alarmed_at) == (at(40), at(190))
    assert held(one) == [("maker", at(60)), ("carrier", at(200))]


def test_offer_alone_changes_no_holder() -> None:
    inputs = [*GIVEN[:3], read(40, 9_000), read(240, 5_000)]
    (one,) = excursions(judge(inputs, policy(boundary()), 300))
    assert held(one) == [("maker", at(200))]


def test_whoever_holds_it_again_is_told_again() -> None:
    inputs = [*GIVEN, hand_over(HandoverPhase.OFFERED, 110, "carrier", "maker", "n2")]
    inputs += [hand_over(HandoverPhase.ACCEPTED, 120, "carrier", "maker", "n2")]
    inputs += [read(90, 9_000), read(150, 5_000)]
    (one,) = excursions(judge(inputs, policy(boundary()), 300))
    assert held(one) == [("maker", at(10)), ("carrier", at(20)), ("maker", at(30))]


def test_silence_falls_to_nobody() -> None:
    # The value of 40 s speaks 30 s; the carrier has it from 100 s on and nobody knows.
    inputs = [*GIVEN, read(40, 9_000)]
    (one,) = excursions(judge(inputs, policy(boundary(), hold=30), 300))
    assert held(one) == [("maker", at(30))]


def test_budget_is_used_up_by_several_holders() -> None:
    inputs = [*GIVEN, read(40, 9_000), read(60, 5_000), read(150, 9_000), read(250, 5_000)]
    by = policy(boundary(delay=110, is_cumulative=True))
    (one,) = excursions(judge(inputs, by, 300))
    assert (one.began_at, one.alarmed_at) == (at(40), at(240))
    assert held(one) == [("maker", at(20)), ("carrier", at(100))]


def test_next_excursion_of_a_single_boundary_begins_with_nobody() -> None:
    inputs = [*GIVEN, read(40, 9_000), read(60, 5_000), read(150, 9_000), read(250, 5_000)]
    first, second = excursions(judge(inputs, policy(boundary()), 300))
    assert (held(first), held(second)) == ([("maker", at(20))], [("carrier", at(100))])


def test_excursion_that_is_over_stands_in_the_past_and_one_that_lasts_does_not() -> None:
    by = policy(boundary())
    twin = fold([bind(0), read(0, 9_000), read(100, 5_000), read(200, 9_500), read(250, 9_500)], by)
    (log,) = twin.past.excursions
    assert [one.ended_at for one in log.kept] == [at(100)]
    assert [one.ended_at for one in twin.excursions] == [at(100), None]


def test_excursion_of_a_cumulative_boundary_is_never_over() -> None:
    by = policy(boundary(is_cumulative=True))
    twin = fold([bind(0), read(0, 9_000), read(100, 5_000), read(200, 5_000)], by)
    assert twin.past.excursions == ()
    assert [one.ended_at for one in twin.excursions] == [at(100)]


def test_excursion_names_no_more_readings_than_a_document_can_carry() -> None:
    inputs: list[Input] = [bind(0), *(read(0, 9_000, sensor=f"s{n:02}") for n in range(40))]
    (one,) = excursions(judge(inputs, policy(boundary()), 60))
    assert [shown.sensor for shown in one.shown_by] == [f"s{n:02}" for n in range(SHOWN_AT_MOST)]


TRANSIT = policy(boundary(phases=(Phase.TRANSIT,)))


def test_boundary_judges_in_its_phases_alone() -> None:
    inputs = [bind(0), read(0, 9_000), milestone(100, MilestoneName.DEPARTURE)]
    inputs += [milestone(300, MilestoneName.ARRIVAL), read(400, 9_000)]
    assert excursions(judge(inputs[:2], TRANSIT, 90)) == []
    (one,) = excursions(judge(inputs, TRANSIT, 500))
    assert (one.began_at, one.alarmed_at, one.ended_at) == (at(100), at(100), at(300))
    assert (one.outside, one.extreme_at) == (at(200), 0)


def test_event_of_another_phase_is_not_judged() -> None:
    by = policy(boundary("shock", 60_000, quantity="acceleration", phases=(Phase.TRANSIT,)))
    inputs = [bind(0), milestone(100, MilestoneName.DEPARTURE)]
    inputs += [read(second, 70_000, quantity="acceleration") for second in (50, 150)]
    (one,) = excursions(judge(inputs, by, 500))
    assert one.began_at == at(150)


def test_budget_of_a_phase_counts_on_where_the_phase_comes_back() -> None:
    by = policy(boundary(delay=150, is_cumulative=True, phases=(Phase.TRANSIT,)))
    inputs: list[Input] = [bind(0), read(0, 9_000), milestone(100, MilestoneName.DEPARTURE)]
    inputs += [milestone(200, MilestoneName.ARRIVAL), milestone(300, MilestoneName.DEPARTURE)]
    condition = judge([*inputs, read(320, 9_000), read(400, 5_000)], by, 500)
    assert [one.used for one in condition.budgets] == [at(200)]
    (one,) = excursions(condition)
    assert (one.began_at, one.alarmed_at, one.ended_at) == (at(100), at(350), at(400))


def test_excursion_that_its_phase_ended_holds_no_disposition_that_is_not_latched() -> None:
    by = policy(boundary(phases=(Phase.TRANSIT,), is_latched=False))
    inputs: list[Input] = [bind(0), milestone(50, MilestoneName.DEPARTURE), read(100, 9_000)]
    assert judge(inputs, by, 200).disposition is Disposition.NON_CONFORMANT
    inputs.append(milestone(200, MilestoneName.ARRIVAL))
    assert judge(inputs, by, 300).disposition is Disposition.CONFORMANT


def test_excursion_is_ended_by_its_phase_also_where_no_sensor_speaks() -> None:
    by = policy(boundary(phases=(Phase.TRANSIT,)), hold=60)
    inputs = [bind(0), milestone(50, MilestoneName.DEPARTURE), read(100, 9_000)]
    inputs.append(milestone(200, MilestoneName.ARRIVAL))
    (one,) = excursions(judge(inputs, by, 300))
    assert (one.outside, one.ended_at) == (at(60), at(200))


IGNORANT = policy(boundary(), ignore_first=100)


def test_nothing_is_judged_before_the_sensors_have_come_to_the_temperature_of_the_goods() -> None:
    inputs: list[Input] = [bind(0), read(0, 22_000), read(99, 5_000)]
    assert excursions(judge(inputs, IGNORANT, 300)) == []
    (one,) = excursions(judge([bind(0), read(0, 22_000), read(101, 5_000)], IGNORANT, 300))
    assert (one.began_at, one.ended_at, one.outside) == (at(100), at(101), at(1))
    assert (one.extreme, one.extreme_at) == (22_000, 0)


def test_time_that_is_not_judged_is_observed_all_the_same() -> None:
    condition = judge([bind(0), read(0, 22_000)], IGNORANT, 300)
    assert condition.coverage.quantities[0].observed == at(300)


def test_shock_while_the_logger_is_put_into_the_box_is_not_judged() -> None:
    by = policy(boundary("shock", 60_000, quantity="acceleration"), ignore_first=100)
    inputs = [bind(0)]
    inputs += [read(second, 70_000, quantity="acceleration") for second in (99, 100)]
    (one,) = excursions(judge(inputs, by, 500))
    assert one.began_at == at(100)


def test_parts_of_the_holders_sum_to_the_time_outside_also_beyond_a_close() -> None:
    by = policy(boundary())
    inputs = [*GIVEN, read(40, 9_000), close(150), detach(160)]
    settled = settled_at(fold(inputs, by), at(900), by)
    (one,) = settled.excursions
    assert one.held_by == [HeldBy("maker", at(60)), HeldBy("carrier", at(50))]
    assert one.outside == at(110)
