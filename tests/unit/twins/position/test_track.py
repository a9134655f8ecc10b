"""Positions through the whole fold: fixes, milestones, findings and sums; expected by hand."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.twins.maps import METRE, circle, document
from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    boundary,
    close,
    fold,
    judge,
    milestone,
    policy,
    read,
    restored,
)
from twins.inputs import Input, MilestoneName, Plan, event_key
from twins.policy.condition_policy import LocationLimits, Phase, Severity
from twins.readings import Quality, Reading
from twins.sensors.findings import FindingKind
from twins.twin import AssetTwin, advance

LIMITS = LocationLimits(at(600), 70_000, Severity.MAJOR)
ASKS_NOTHING = policy(boundary(), required=("temperature",), hold=900)
BY = replace(ASKS_NOTHING, location=LIMITS)
TRACKS = Path(__file__).parents[3] / "vectors" / "goal_delivery_gps.csv"

ORIGIN = circle("A", 50.0, 8, role="origin", place="Basel")
WAYPOINT = circle("B", 50.1, 8)
DESTINATION = circle("C", 50.2, 8, role="destination", place="Hall 4", dwell_s=120)
WAY = {"route": [[50, 8], [50.2, 8]], "corridor_m": 500}


def plan(seconds: float, *stops: dict[str, object], **more: object) -> Plan:
    return Plan(1, ASSET, document(list(stops), **more), at(seconds))


def fix(seconds: float, latitude: float, longitude: float = 8, **more: object) -> list[Input]:
    given = {"sensor": "gps", **more}
    return [
        read(seconds, round(degrees * 10_000_000), quantity=quantity, **given)  # type: ignore[arg-type] # whatever `read` takes
        for quantity, degrees in [("latitude", latitude), ("longitude", longitude)]
    ]


JOURNEY = [
    bind(0),
    plan(0, ORIGIN, WAYPOINT, DESTINATION, **WAY),
    *fix(10, 50.0),
    *fix(610, 50.03),
    *fix(1800, 50.1),
    *fix(3000, 50.2),
    *fix(3060, 50.2),
    *fix(3120, 50.2),
    *fix(3200, 50.2),
]


def test_departure_and_arrival_follow_from_positions() -> None:
    twin = fold(JOURNEY, BY)
    assert [(one.name, one.observed_at, one.place) for one in twin.milestones] == [
        (MilestoneName.DEPARTURE, at(610), "Basel"),
        # There since 3000, for two minutes at 3120: only then is it known.
        (MilestoneName.ARRIVAL, at(3120), "Hall 4"),
    ]
    assert twin.shown_milestones == twin.milestones
    assert (twin.phase, twin.milestone_faults) == (Phase.DESTINATION, ())


def test_condition_names_stops_and_sums_and_no_position() -> None:
    location = judge(JOURNEY, BY, 3300).location
    assert location is not None
    assert (location.stop, location.last_stop, location.overdue_stops) == ("C", "C", ())
    assert (location.fixes, location.impossible, location.off_route) == (7, 0, 0)
    assert location.off_route_since is None
    # 0.2 degrees of a meridian: 22.239 km on a sphere of 6371.0088 km.
    assert location.travelled_mm == pytest.approx(22_239_000, abs=1_000)


def test_phase_begins_with_the_fix_that_shows_it_for_what_else_was_read_then() -> None:
    by = replace(BY, boundaries=(boundary("on-the-way", phases=(Phase.TRANSIT,)),))
    air = [read(second, 9_000) for second in (10, 400, 610, 1200, 3120)]
    (one,) = fold([*JOURNEY, *air], by).excursions
    assert (one.began_at, one.ended_at) == (at(610), at(3120))


def test_stated_milestone_that_positions_have_shown_is_no_fault() -> None:
    twin = fold([*JOURNEY, milestone(700, MilestoneName.DEPARTURE)], BY)
    assert [one.observed_at for one in twin.milestones] == [at(610), at(3120)]
    assert twin.milestone_faults == ()
    assert restored(twin) == twin


def test_milestone_that_was_stated_before_is_not_shown_again() -> None:
    twin = fold([*JOURNEY, milestone(100, MilestoneName.DEPARTURE)], BY)
    assert [one.observed_at for one in twin.milestones] == [at(100), at(3120)]
    assert [one.name for one in twin.shown_milestones] == [MilestoneName.ARRIVAL]
    assert twin.milestone_faults == ()


def test_stated_milestone_without_a_row_is_a_fault_also_where_positions_are_known() -> None:
    twin = fold([*JOURNEY, milestone(3500, MilestoneName.START)], BY)
    assert [one.name for one in twin.milestone_faults] == [MilestoneName.START]


@pytest.mark.parametrize(
    "readings",
    [
        fix(10, 50.0)[:1],
        fix(10, 50.0)[1:],
        [fix(10, 50.0)[0], fix(11, 50.0)[1]],
        [*fix(10, 50.0)[:1], *fix(10, 51.0, sensor="b")[:1], *fix(10, 50.0, sensor="c")[1:]],
        [*fix(10, 50.0)[:1], *fix(10, 50.0, device="d2")[1:]],
        [fix(10, 50.0, seq=1)[0], fix(10, 50.0, seq=2)[1]],
        fix(10, 50.0, quality=Quality.SENTINEL),
        [*fix(10, 50.0), fix(10, 50.01)[0]],
        fix(10, 50.0, device="stranger"),
    ],
)
def test_what_is_no_sound_pair_of_one_moment_is_no_fix(readings: list[Input]) -> None:
    location = judge([*JOURNEY[:2], *readings], BY, 100).location
    assert location is not None
    assert (location.fixes, location.stop) == (0, "")


def test_axes_that_are_named_like_sensors_of_their_own_are_a_fix() -> None:
    axes = [*fix(10, 50.0, sensor="lat")[:1], *fix(10, 50.0, sensor="lon")[1:]]
    location = judge([*JOURNEY[:2], *axes, *fix(10, 50.0)], BY, 100).location
    assert location is not None
    assert (location.fixes, location.stop) == (2, "A")


def test_positions_after_the_close_say_nothing() -> None:
    location = judge([*JOURNEY, close(3150), *fix(3600, 50.3)], BY, 4000).location
    assert location is not None
    assert (location.fixes, location.stop) == (6, "C")


def test_impossible_travel_is_a_finding_against_the_sensor_and_says_no_position() -> None:
    condition = judge([*JOURNEY[:2], *fix(10, 50.0), *fix(20, 51.0), *fix(30, 50.0)], BY, 100)
    assert condition.sensors.counts == {FindingKind.IMPOSSIBLE_TRAVEL: 1}
    (one,) = condition.sensors.over
    assert (one.device, one.sensor, one.quantity) == ("d1", "gps", "latitude")
    assert (one.since, one.until, one.readings) == (at(10), at(20), ())
    assert condition.location is not None
    assert (condition.location.impossible, condition.location.fixes) == (1, 2)


def test_rule_fires_while_the_asset_is_off_its_route() -> None:
    away = [*fix(1000, 50.05, 8.02), *fix(1700, 50.06, 8.02)]
    inputs = [*JOURNEY[:6], *away]
    assert judge(inputs[:-2], BY, 1100).rules_fired == ()
    condition = judge(inputs, BY, 1750)
    rule = next(one for one in condition.rules_fired if one.rule == "off_route")
    assert (rule.severity, rule.disposition, rule.count) == (Severity.MAJOR, "conformant", 1)
    assert condition.location is not None
    assert condition.location.off_route_since == at(1000)
    assert condition.location.off_route == at(700)
    back = judge([*inputs, *fix(1900, 50.07, 8)], BY, 2000)
    assert [one.rule for one in back.rules_fired if one.rule == "off_route"] == []
    assert back.location is not None
    assert (back.location.off_route_since, back.location.off_route_alarms) == (None, 1)


def test_no_stop_is_overdue_while_nobody_knows_where_the_asset_is() -> None:
    late = plan(0, ORIGIN, {**WAYPOINT, "arrives_by": at(1000)}, DESTINATION, **WAY)
    condition = judge([bind(0), late], BY, 1001)
    assert [one.rule for one in condition.rules_fired if one.rule == "arrival_overdue"] == []
    assert condition.location is not None
    assert condition.location.overdue_stops == ()


def test_rule_fires_where_a_stop_should_have_been_reached_by_now() -> None:
    late = plan(0, ORIGIN, {**WAYPOINT, "arrives_by": at(1000)}, DESTINATION, **WAY)
    inputs = [bind(0), late, *fix(10, 50.0), *fix(610, 50.03)]
    assert judge(inputs, BY, 1000).rules_fired == ()
    condition = judge(inputs, BY, 1001)
    assert [(one.rule, one.count) for one in condition.rules_fired] == [("arrival_overdue", 1)]
    assert condition.location is not None
    assert condition.location.overdue_stops == ("B",)
    # What is late when the shipment is closed stays so, and nothing becomes late afterwards.
    assert judge([*inputs, close(900)], BY, 2000).rules_fired == ()
    # A policy that asks nothing of positions judges none.
    assert judge(inputs, ASKS_NOTHING, 1001).rules_fired == ()


def test_newest_plan_counts_from_its_moment_on() -> None:
    elsewhere = plan(1000, circle("X", 50.1, 8, role="origin"), DESTINATION)
    twin = fold([*JOURNEY, elsewhere], BY)
    assert twin.plan == elsewhere
    assert twin.location.last_stop == "C"
    assert [one.name for one in twin.milestones] == [
        MilestoneName.DEPARTURE,
        MilestoneName.ARRIVAL,
    ]
    assert fold([*JOURNEY, close(3500), plan(3600, ORIGIN)], BY).plan == JOURNEY[1]


def test_sums_begin_anew_with_the_start_and_the_asset_stays_where_it_is() -> None:
    inputs = [*JOURNEY[:2], *fix(10, 50.0), milestone(60, MilestoneName.START), *fix(610, 50.03)]
    condition = judge(inputs, BY, 700)
    assert condition.location is not None
    assert (condition.location.fixes, condition.phase) == (1, Phase.TRANSIT)


def test_asset_of_which_nobody_asks_where_it_is_states_no_location() -> None:
    inputs: list[Input] = [one for one in JOURNEY if not isinstance(one, Plan)]
    assert judge(inputs, ASKS_NOTHING, 3300).location is None
    location = judge(inputs, BY, 3300).location
    assert location is not None
    assert (location.fixes, location.stop) == (7, "")


def test_milestone_amid_many_readings_is_reached_at_its_own_moment() -> None:
    begun = [bind(0), plan(1, ORIGIN, WAYPOINT, DESTINATION), *fix(5, 50.0), read(5, 5_000)]
    ride: list[Input] = []
    for number in range(60):
        # 22 m/s: 660 m between two fixes; out of the origin (500 m and 50 m of accuracy) at once.
        ride += [
            *fix(300 + 30 * number, 50.0 + 660 * METRE * number),
            read(300 + 30 * number, 5_000),
        ]
    ride.sort(key=event_key)
    twin = advance(advance(AssetTwin(ASSET), begun, BY), ride, BY)
    assert [one.observed_at for one in twin.milestones] == [at(330)]
    single = advance(AssetTwin(ASSET), begun, BY)
    for one in ride:
        single = advance(single, [one], BY)
    assert twin == single
    assert twin.past.track.sums.travelled_mm == pytest.approx(58 * 660_000, abs=2_000)


def delivery(name: str, most: int) -> list[Reading]:
    """Return a real track as readings, its centre laid at 47.5° N 7.6° E."""
    found: list[Reading] = []
    with TRACKS.open(encoding="utf-8") as lines:
        rows = [one for one in csv.DictReader(lines) if one["trajectory"] == name]
    for number, one in enumerate(islice(rows, most)):
        north = 47.5 + float(one["y_m"]) * METRE
        # cos 47.5°
        east = 7.6 + float(one["x_m"]) * METRE / 0.675590
        found += [one for one in fix(10 + 5 * number, north, east) if isinstance(one, Reading)]
    return found


def test_real_track_folds_alike_at_once_and_one_by_one() -> None:
    readings = delivery("0000", 400)
    stops = circle("here", 47.5, 7.6, role="origin")
    inputs: list[Input] = [bind(0), plan(1, stops), *readings]
    whole, single = fold(inputs, BY), AssetTwin(ASSET)
    for one in inputs:
        single = advance(single, [one], BY)
    in_two = advance(advance(AssetTwin(ASSET), inputs[:40], BY), inputs[40:], BY)
    assert whole == single == in_two
    sums = judge(inputs, BY, 10_000).location
    assert sums is not None
    assert (sums.fixes, sums.impossible) == (len(readings) // 2, 0)
