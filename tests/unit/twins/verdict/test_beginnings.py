import json

import msgspec
import pytest

from tests.unit.twins.samples import (
    at,
    bind,
    boundary,
    close,
    commission,
    fold,
    hand_over,
    policy,
    read,
)
from twins.inputs import HandoverPhase, Input, Plan
from twins.judging.excursions import Excursion
from twins.judging.outvoted import Outvoted
from twins.policy.condition_policy import (
    ConditionPolicy,
    CustodyLimits,
    Disposition,
    MeanKineticLimit,
    Severity,
)
from twins.sensors.findings import FindingKind
from twins.twin import settled_at
from twins.verdict.beginnings import began_at, is_active
from twins.verdict.condition import LocationFigure, RuleFired, assess
from twins.verdict.sensor_figures import FoundOfSensor, Sensors
from twins.wear.shock import Damage
from twins.wear.shocks import JudgedShock

HALF = policy(minimum_coverage_ppm=500_000, hold=100)
"""Half of the time must be observed; a reading speaks for 100 s."""


def beginnings(by: ConditionPolicy, *inputs: Input, until: float = 900) -> dict[str, int | None]:
    """Return since when each rule that fires lasts, judged at `until` seconds."""
    twin = settled_at(fold([commission(0), bind(0), *inputs], by), at(until), by)
    condition = assess(twin, by, at(until))
    return {one.rule: began_at(one, condition, by, twin) for one in condition.rules_fired}


def test_excursion_that_lasts_is_the_beginning_and_not_one_that_is_over() -> None:
    by = policy(boundary())
    told = [read(10, 9_000), read(20, 5_000), read(30, 9_000)]
    assert beginnings(by, *told) == {"boundary:above-8": at(30)}


def test_rule_whose_excursions_are_over_began_with_the_first_of_them() -> None:
    by = policy(boundary())
    told = [read(10, 9_000), read(20, 5_000), read(30, 9_000), read(40, 5_000)]
    assert beginnings(by, *told) == {"boundary:above-8": at(10)}


def test_coverage_that_fell_in_a_gap_began_when_half_of_the_time_was_unobserved() -> None:
    # Observed from 0 to 200 s: at 400 s that is half, and from then on less.
    assert beginnings(HALF, read(0, 5_000), read(100, 5_000)) == {"coverage:temperature": at(400)}


def test_coverage_without_any_reading_is_missed_from_the_first_planned_moment_on() -> None:
    assert beginnings(HALF) == {"coverage:temperature": at(0)}


def test_coverage_that_was_low_before_a_gap_is_told_with_the_beginning_of_the_gap() -> None:
    assert beginnings(HALF, read(500, 5_000), until=900) == {"coverage:temperature": at(600)}


def test_coverage_that_grows_again_does_not_tell_when_it_fell() -> None:
    assert beginnings(HALF, read(880, 5_000)) == {"coverage:temperature": None}


def test_coverage_of_a_closed_shipment_is_counted_to_its_close() -> None:
    told: list[Input] = [read(0, 5_000), read(100, 5_000), close(500)]
    assert beginnings(HALF, *told, until=9_000) == {"coverage:temperature": at(400)}


def test_gap_that_is_too_long_lasts_since_its_beginning_and_one_that_is_over_says_nothing() -> None:
    observation = msgspec.structs.replace(policy(hold=100).observation, maximum_gap=at(200))
    by = msgspec.structs.replace(policy(), observation=observation)
    assert beginnings(by, read(0, 5_000)) == {"gap:temperature": at(100)}
    assert beginnings(by, read(0, 5_000), read(850, 5_000)) == {"gap:temperature": None}


def test_dispute_began_when_it_was_stated_and_not_with_the_newest_input() -> None:
    told: list[Input] = [
        hand_over(HandoverPhase.OFFERED, 36),
        hand_over(HandoverPhase.DISPUTED, 37),
        read(800, 5_000),
    ]
    assert beginnings(policy(hold=9_000), *told) == {"custody_disputed": at(37)}


def test_offer_is_overdue_since_it_was_due() -> None:
    by = msgspec.structs.replace(policy(hold=9_000), custody=CustodyLimits(at(60), Severity.MINOR))
    told: list[Input] = [hand_over(HandoverPhase.OFFERED, 30), read(800, 5_000)]
    assert beginnings(by, *told) == {"custody_overdue": at(90)}


def test_mean_kinetic_temperature_does_not_say_since_when_it_is_too_high() -> None:
    by = policy(
        boundary(), mean_kinetic=MeanKineticLimit(5_000, Severity.MAJOR, Disposition.UNKNOWN)
    )
    assert beginnings(by, read(0, 7_000))["mean_kinetic_temperature"] is None


def over(kind: FindingKind, since: float) -> FoundOfSensor:
    return FoundOfSensor(kind, "d1", "air", "temperature", at(since), at(since + 5), ())


def began_before(rule: str, by: ConditionPolicy, sensors: Sensors) -> int | None:
    """Return since when a rule of sensors that are over began, of these figures."""
    twin = fold([commission(0), bind(0), read(0, 5_000)], by)
    condition = msgspec.structs.replace(assess(twin, by, at(0)), sensors=sensors)
    fired = RuleFired(rule, Severity.MINOR, Disposition.CONFORMANT, "", 2)
    found = began_at(fired, condition, by, twin)
    assert not is_active(fired, found)
    return found


def test_sensor_doubted_before_was_so_since_the_earliest_doubt_and_is_no_longer(
    plain: ConditionPolicy,
) -> None:
    found = (over(FindingKind.SILENT, 10), over(FindingKind.STUCK, 30), over(FindingKind.DRIFT, 20))
    sensors = Sensors((), found, {"drift": 1, "silent": 1, "stuck": 1}, (), 0)
    assert began_before("sensors_before", plain, sensors) == at(20)


def test_earliest_doubt_that_is_listed_no_more_leaves_the_beginning_unknown(
    plain: ConditionPolicy,
) -> None:
    sensors = Sensors((), (over(FindingKind.STUCK, 30),), {"stuck": 2}, (), 0)
    assert began_before("sensors_before", plain, sensors) is None


def test_outvoted_sensors_began_with_the_first_of_them_and_are_over(
    plain: ConditionPolicy,
) -> None:
    alone = (Outvoted("above-8", "d1", "a", at(40)), Outvoted("above-8", "d1", "b", at(15)))
    assert began_before("outvoted", plain, Sensors((), (), {}, alone, 2)) == at(15)
    assert began_before("outvoted", plain, Sensors((), (), {}, alone, 3)) is None


@pytest.fixture
def plain() -> ConditionPolicy:
    return policy(hold=9_000)


def test_damage_began_with_the_newest_shock_of_its_kind(plain: ConditionPolicy) -> None:
    twin = settled_at(fold([commission(0), bind(0), read(0, 5_000)], plain), at(900), plain)
    condition = assess(twin, plain, at(900))
    shocks = [
        JudgedShock(at(second), "d1", "air", 90_000, None, zone)
        for second, zone in ((10, Damage.POSSIBLE), (20, Damage.POSSIBLE), (30, Damage.UNKNOWN))
    ]
    statistics = msgspec.structs.replace(
        condition.statistics,
        shocks=msgspec.structs.replace(condition.statistics.shocks, newest=tuple(shocks)),
    )
    condition = msgspec.structs.replace(condition, statistics=statistics)
    damage, undecided = (
        RuleFired(rule, Severity.MAJOR, condition.disposition, "", 1)
        for rule in ("damage_boundary", "shocks_undecided")
    )
    assert began_at(damage, condition, plain, twin) == at(20)
    assert began_at(undecided, condition, plain, twin) == at(30)


def test_position_rules_began_when_the_way_was_left_and_when_the_stop_was_due(
    plain: ConditionPolicy,
) -> None:
    circles = [{"centre": [north, 7.6], "radius_m": 200} for north in (47.5, 45.7)]
    document = {
        "schema": "cargotwin.plan.v1",
        "stops": [
            {"id": "basel", "role": "origin", "circle": circles[0]},
            {"id": "lyon", "role": "destination", "circle": circles[1], "arrives_by": at(500)},
        ],
    }
    plan = Plan(1, "box-1", json.dumps(document).encode(), at(0))
    twin = msgspec.structs.replace(fold([commission(0), bind(0), read(0, 5_000)], plain), plan=plan)
    figure = LocationFigure("", "basel", at(444), 1, 9, 0, 1, 1, ("lyon",))
    condition = msgspec.structs.replace(assess(twin, plain, at(900)), location=figure)
    away, late = (
        RuleFired(rule, Severity.MINOR, condition.disposition, "", 1)
        for rule in ("off_route", "arrival_overdue")
    )
    assert began_at(away, condition, plain, twin) == at(444)
    assert began_at(late, condition, plain, twin) == at(500)


def test_rule_without_a_known_beginning_has_none(plain: ConditionPolicy) -> None:
    twin = fold([commission(0), bind(0), read(0, 5_000)], plain)
    condition = assess(twin, plain, at(0))
    unheard = RuleFired("of_tomorrow", Severity.MINOR, condition.disposition, "")
    assert began_at(unheard, condition, plain, twin) is None
    assert is_active(unheard, None)


def test_rule_of_excursions_is_active_while_one_of_them_lasts() -> None:
    over = Excursion("x", "d1", "air", "temperature", 1, 2, 3, 9_000, 1, 2)
    lasting = msgspec.structs.replace(over, ended_at=None)
    rule = RuleFired("boundary:x", Severity.MAJOR, Disposition.NON_CONFORMANT, "", 1)
    assert not is_active(msgspec.structs.replace(rule, excursions=(over,)), 1)
    assert is_active(msgspec.structs.replace(rule, excursions=(over, lasting)), 1)


def test_shock_is_a_moment_and_a_gap_without_a_beginning_is_over() -> None:
    damage, gap = (
        RuleFired(rule, Severity.MAJOR, Disposition.DAMAGED, "", 1)
        for rule in ("damage_boundary", "gap:temperature")
    )
    assert not is_active(damage, at(20))
    assert not is_active(gap, None)
    assert is_active(gap, at(20))
