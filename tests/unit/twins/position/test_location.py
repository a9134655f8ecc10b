"""A shipment from A by B to C: three circles of 500 m, a tenth of a degree (11 km) apart."""

import csv
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path

import msgspec
import pytest

from tests.unit.twins.maps import HOLDS, LIMITS, METRE, circle, fix, followed, plan, steps
from tests.unit.twins.samples import at
from twins.policy.condition_policy import LocationLimits, Severity
from twins.position.device_track import yardstick_of
from twins.position.location import (
    LocationState,
    LocationSums,
    joined,
    observe,
    overdue_stops,
    progress_of,
)
from twins.position.location_events import (
    Arrived,
    Fix,
    ImpossibleTravel,
    LocationEvent,
    OffRouteAlarmed,
    OffRouteEnded,
    StopEntered,
    StopLeft,
)
from twins.position.route import RoutePlan

ORIGIN = circle("A", 50.0, 8, role="origin")
WAYPOINT = circle("B", 50.1, 8, dwell_s=300)
DESTINATION = circle("C", 50.2, 8, role="destination", arrives_by=at(6000))
PLAN = plan(ORIGIN, WAYPOINT, DESTINATION)
WAY = plan(ORIGIN, WAYPOINT, DESTINATION, route=[[50, 8], [50.2, 8]], corridor_m=1000)

KILOMETRE_EAST = 1000 * METRE / cos(radians(50.05))


def told(events: list[LocationEvent]) -> list[str]:
    """Return what happened to which stop and when, in seconds."""
    return [
        f"{one.at // at(1)} {type(one).__name__} {getattr(one, 'stop', '')}".rstrip()
        for one in events
    ]


def visits(*names: str, by: RoutePlan = PLAN) -> list[Arrived]:
    """Return the arrivals of a track that is for an hour at each of some stops."""
    latitudes = {"A": 50.0, "B": 50.1, "C": 50.2}
    fixes = [
        fix(10_000 * number + second, latitudes[name], 8)
        for number, name in enumerate(names)
        for second in (0, 3600)
    ]
    _, events = followed(fixes, by)
    return [one for one in events if isinstance(one, Arrived)]


def test_journey_departs_calls_and_arrives() -> None:
    state, events = followed(
        [
            fix(0, 50.0, 8),
            fix(600, 50.0, 8),
            fix(900, 50.05, 8),
            fix(1200, 50.1, 8),
            fix(1500, 50.1, 8),
            fix(1800, 50.15, 8),
            fix(2100, 50.2, 8),
        ],
        PLAN,
    )
    assert told(events) == [
        "0 StopEntered A",
        "0 Arrived A",
        "900 StopLeft A",
        "1200 StopEntered B",
        "1500 Arrived B",
        "1800 StopLeft B",
        "2100 StopEntered C",
        "2100 Arrived C",
    ]
    left_a, arrived_at_b = events[2], events[4]
    assert left_a == StopLeft(at(900), "A", since=0, seen_at=at(600), departed=True)
    assert isinstance(arrived_at_b, Arrived)
    assert arrived_at_b.since == at(1200)
    assert state.last_stop == "C"
    assert [one.stop for one in state.presences] == ["C"]


def test_asset_that_only_passes_a_stop_does_not_arrive_there() -> None:
    _, events = followed([fix(0, 50.05, 8), fix(300, 50.1, 8), fix(599, 50.15, 8)], PLAN)
    assert events == [
        StopEntered(at(300), "B"),
        StopLeft(at(599), "B", since=at(300), seen_at=at(300), departed=False),
    ]


def test_asset_that_stands_at_the_line_does_not_come_and_go() -> None:
    trembling = [fix(60 * n, 50 + (500 + 40 * (-1) ** n) * METRE, 8) for n in range(20)]
    _, events = followed([fix(-600, 50.05, 8), *trembling], PLAN)
    assert told(events) == ["60 StopEntered A", "60 Arrived A"]
    _, events = followed([*trembling, fix(2000, 50 + 551 * METRE, 8)], PLAN)
    assert told(events)[-1] == "2000 StopLeft A"


def test_stop_that_was_left_out_is_named_when_the_next_one_is_reached() -> None:
    (_, arrival) = visits("A", "C")
    assert (arrival.stop, arrival.skipped, arrival.is_backward) == ("C", ("B",), False)


def test_stop_of_which_a_later_one_was_reached_before_is_told_as_backward() -> None:
    assert [(one.stop, one.skipped, one.is_backward) for one in visits("A", "C", "B", "C")] == [
        ("A", (), False),
        ("C", ("B",), False),
        ("B", (), True),
        ("C", (), False),
    ]


def test_origin_that_was_not_seen_is_not_a_stop_left_out() -> None:
    assert [one.skipped for one in visits("B", "C")] == [(), ()]
    assert [one.skipped for one in visits("C")] == [("B",)]


def test_same_stop_again_is_an_arrival_out_of_no_order() -> None:
    state, events = followed([fix(0, 50, 8), fix(600, 50.05, 8), fix(1200, 50, 8)], PLAN)
    again = events[-1]
    assert again == Arrived(at(1200), "A", at(1200), late=0, skipped=(), is_backward=False)
    assert state.last_stop == "A"


def test_round_trip_does_not_arrive_at_its_end_when_it_begins() -> None:
    home = circle("home", 50, 8, role="destination")
    by = plan(ORIGIN, WAYPOINT, home)
    assert [one.stop for one in visits("A", "B", "A", by=by)] == ["A", "B", "home"]


def test_stop_within_the_one_before_it_is_reached_without_leaving_that() -> None:
    port = {
        "id": "port",
        "role": "waypoint",
        "polygon": [[50.15, 7.9], [50.15, 8.1], [50.3, 8.1], [50.3, 7.9]],
    }
    track = [fix(0, 50.0, 8), fix(600, 50.16, 8), fix(900, 50.2, 8), fix(1200, 50.2, 8)]
    state, events = followed(track, plan(ORIGIN, port, DESTINATION), limits=None)
    assert [one.stop for one in events if isinstance(one, Arrived)] == ["A", "port", "C"]
    assert [one.stop for one in state.presences] == ["port", "C"]


def test_arrival_is_late_by_the_time_of_the_first_fix_there() -> None:
    (on_time,) = visits("C")
    assert on_time.late == 0
    unloads = plan(ORIGIN, {**DESTINATION, "dwell_s": 300})
    _, events = followed([fix(5700, 50.15, 8), fix(6100, 50.2, 8), fix(6400, 50.2, 8)], unloads)
    (late,) = (one for one in events if isinstance(one, Arrived))
    assert late.late == at(100)


def test_stop_is_overdue_from_its_time_on_until_the_asset_comes() -> None:
    away, _ = followed([fix(0, 50, 8)], PLAN)
    assert overdue_stops(away, PLAN, at(6000)) == []
    assert overdue_stops(away, PLAN, at(6001)) == ["C"]
    there, _ = followed([fix(5900, 50.2, 8)], PLAN)
    assert overdue_stops(there, PLAN, at(9000)) == []
    waits = plan(ORIGIN, {**DESTINATION, "dwell_s": 600})
    for comes, expected in ((5900, []), (6050, ["C"])):
        unloading, _ = followed([fix(0, 50, 8), fix(comes, 50.2, 8)], waits)
        assert unloading.last_stop == "A"
        assert overdue_stops(unloading, waits, at(6100)) == expected


def test_asset_far_from_its_way_for_the_delay_is_off_route_until_it_is_back() -> None:
    away = [fix(60 * n, 50.05, 8 + (1.2 + 0.1 * (n == 12)) * KILOMETRE_EAST) for n in range(5, 16)]
    state, events = followed([fix(0, 50.05, 8), *away, fix(960, 50.05, 8)], WAY)
    alarm, end = events
    assert isinstance(alarm, OffRouteAlarmed)
    assert isinstance(end, OffRouteEnded)
    assert (alarm.at, alarm.off_route.began_at, end.at) == (at(900), at(300), at(960))
    assert (end.off_route.alarmed_at, end.off_route.ended_at) == (at(900), at(960))
    assert end.off_route.farthest_at == at(720)
    assert end.off_route.farthest_mm == pytest.approx(1_300_000, abs=2000)
    assert state.off_route is None
    assert state.sums.off_route == at(600)


def test_asset_off_its_way_for_less_than_the_delay_is_not_told() -> None:
    away = [fix(60 * n, 50.05, 8 + 2 * KILOMETRE_EAST) for n in range(5, 15)]
    state, events = followed([fix(0, 50.05, 8), *away, fix(900, 50.05, 8)], WAY)
    assert not events
    assert state.sums.off_route == at(540)


@pytest.mark.parametrize(("metres", "is_off"), [(1045, False), (1055, True)])
def test_corridor_is_left_only_beyond_the_accuracy(metres: int, *, is_off: bool) -> None:
    state, _ = followed([fix(0, 50.05, 8 + metres / 1000 * KILOMETRE_EAST)], WAY)
    assert (state.off_route is not None) is is_off
    back, _ = followed([fix(60, 50.05, 8 + 1.01 * KILOMETRE_EAST)], WAY, state=state)
    assert (back.off_route is not None) is is_off
    inside, _ = followed([fix(120, 50.05, 8 + 0.99 * KILOMETRE_EAST)], WAY, state=back)
    assert inside.off_route is None


def test_asset_at_a_stop_is_not_off_route_though_its_area_leaves_the_corridor() -> None:
    depot = {"centre": [50.1, 8.1], "radius_m": 500}
    by = plan(ORIGIN, {**WAYPOINT, "circle": depot}, route=[[50, 8], [50.2, 8]], corridor_m=1000)
    _, events = followed([fix(60 * n, 50.1, 8.1) for n in range(20)], by)
    assert told(events) == ["0 StopEntered B", "300 Arrived B"]


def test_corridor_that_is_asked_for_no_more_ends_the_time_outside() -> None:
    away = [fix(60 * n, 50.05, 8 + 2 * KILOMETRE_EAST) for n in range(15)]
    state, _ = followed(away, WAY)
    assert state.off_route is not None
    for by, limits in ((PLAN, LIMITS), (WAY, None), (None, LIMITS)):
        after, events = followed([fix(1200, 50.05, 8.1)], by, limits, state)
        assert after.off_route is None
        assert told(events) == ["1200 OffRouteEnded"]


def test_impossible_travel_names_both_fixes() -> None:
    _, (found,) = followed([fix(0, 50, 8), fix(60, 51, 8, "d2")])
    assert found == ImpossibleTravel(
        at(60), fix(0, 50, 8), fix(60, 51, 8, "d2"), 111_195_080, largest_speed=70_000
    )
    assert found.text == (
        "fixes of d1 gps and d2 gps lie 111.1 km and 60 s apart; nothing here travels faster than "
        "70 m/s"
    )


@pytest.mark.parametrize(
    ("metres", "is_possible"), [(4200, True), (4299, True), (4301, False), (9000, False)]
)
def test_travel_is_impossible_beyond_the_largest_speed_and_twice_the_accuracy(
    metres: int, *, is_possible: bool
) -> None:
    state, events = followed([fix(0, 50, 8), fix(60, 50 + metres * METRE, 8)])
    assert (not events) is is_possible
    assert (state.last is not None and state.last.at == at(60)) is is_possible


def test_two_devices_at_one_moment_may_differ_by_what_each_may_be_wrong() -> None:
    _, events = followed([fix(0, 50, 8), fix(0, 50 + 99 * METRE, 8, "d2")])
    assert not events
    _, events = followed([fix(0, 50, 8), fix(0, 50 + 101 * METRE, 8, "d2")])
    # Which of two is false, nobody can tell.
    assert told(events) == ["0 ImpossibleTravel", "0 ImpossibleTravel"]


@pytest.mark.parametrize(("metres", "is_possible"), [(24_099, True), (24_101, False)])
def test_nothing_is_faster_than_400_m_s_where_the_policy_names_no_speed(
    metres: int, *, is_possible: bool
) -> None:
    # 400 m/s for a minute are 24 km, and each fix may be wrong by 50 m.
    for limits in (None, LocationLimits(None, None, Severity.MINOR)):
        state, events = followed([fix(0, 50, 8), fix(60, 50 + metres * METRE, 8)], limits=limits)
        assert (not events) is is_possible
        assert state.sums.fixes == 1 + is_possible


def test_lone_false_fix_leaves_no_stop_and_travels_no_way() -> None:
    sound = [fix(60 * n, 50 + 10 * n * METRE, 8) for n in range(20)]
    expected, usual = followed(sound, WAY)
    state, events = followed([*sound[:7], fix(400, 50.2, 9), *sound[7:]], WAY)
    assert [one for one in events if not isinstance(one, ImpossibleTravel)] == usual
    assert state.sums.impossible == 1
    assert msgspec.structs.replace(state, sums=expected.sums) == expected
    assert state.sums.travelled_mm == expected.sums.travelled_mm


def test_two_fixes_that_agree_prove_the_one_before_them_false() -> None:
    state, events = followed([fix(0, 60, 8), fix(60, 50, 8), fix(120, 50, 8)], PLAN)
    # Only the second of them shows that the first was true.
    assert told(events) == ["60 ImpossibleTravel", "120 StopEntered A", "120 Arrived A"]
    assert state.sums == LocationSums(fixes=2, impossible=1)
    (device,) = state.devices
    assert (state.last, device.suspect) == (fix(120, 50, 8), None)


def test_fixes_that_agree_with_nothing_are_each_a_finding() -> None:
    state, events = followed([fix(0, 50, 8), fix(60, 51, 8), fix(120, 52, 8), fix(180, 50, 8)])
    assert told(events) == ["60 ImpossibleTravel", "120 ImpossibleTravel"]
    assert state.sums == LocationSums(fixes=2, impossible=2)


def test_asset_that_stands_still_travels_nowhere_though_its_fixes_tremble() -> None:
    state, _ = followed([fix(n, 50 + 24 * (-1) ** n * METRE, 8) for n in range(1000)])
    assert state.sums.travelled_mm == 0


def test_way_travelled_is_the_sum_of_its_pieces() -> None:
    track = [fix(60 * n, 50 + n / 100, 8) for n in range(11)]
    track += [fix(660 + 60 * n, 50.1 - n / 100, 8) for n in range(1, 11)]
    state, _ = followed(track)
    assert state.sums.travelled_mm == pytest.approx(2 * 11_119_508, abs=20)


def test_slow_asset_travels_as_far_as_a_fast_one() -> None:
    state, _ = followed([fix(n, 50 + n * METRE, 8) for n in range(2001)])
    # What is left since the last anchor is not counted yet.
    assert 1_950_000 <= state.sums.travelled_mm <= 2_000_100


def test_progress_is_that_of_the_newest_believed_fix() -> None:
    state, _ = followed([fix(0, 50.05, 8), fix(60, 51, 8)], WAY)
    progress = progress_of(state, WAY)
    assert progress is not None
    assert progress.deviation_m == 0
    assert abs(progress.along_mm - 5_559_754) <= 1
    assert progress_of(state, PLAN) is None
    assert progress_of(LocationState(), WAY) is None


def test_newer_plan_keeps_where_the_asset_has_arrived() -> None:
    state, _ = followed([fix(0, 50, 8)], PLAN)
    by = plan(ORIGIN, circle("D", 50.1, 8.1), DESTINATION)
    state, events = followed([fix(60, 50, 8), fix(600, 50.1, 8.1)], by, state=state)
    assert told(events) == ["600 StopLeft A", "600 StopEntered D", "600 Arrived D"]
    without, events = followed([fix(660, 50.1, 8.1)], PLAN, state=state)
    assert not events
    assert without.presences == ()


def test_state_can_be_kept_as_bytes_between_any_two_fixes() -> None:
    decoder = msgspec.msgpack.Decoder(LocationState)
    track = [fix(60 * n, 50 + n / 100, 8 + (n > 10) / 10) for n in range(25)]
    track.insert(5, fix(270, -50, 8))
    whole, expected = followed(track, WAY)
    state, events = LocationState(), []
    for one in track:
        kept = decoder.decode(msgspec.msgpack.encode(state))
        state, more = observe(kept, [one], HOLDS, yardstick_of(WAY, LIMITS))
        events += more
    assert (state, events) == (whole, expected)
    kinds = msgspec.msgpack.Decoder(list[LocationEvent])
    assert kinds.decode(msgspec.msgpack.encode(events)) == expected


def test_sums_of_two_stretches_are_joined() -> None:
    track = [fix(60 * n, 50 + n / 100, 8) for n in range(20)]
    at_ten, _ = followed(track[:10])
    at_end, _ = followed(track[10:], state=at_ten)
    other = LocationSums(fixes=10, impossible=3, travelled_mm=7, off_route=9)
    gained = at_end.sums.travelled_mm - at_ten.sums.travelled_mm
    assert gained > 0
    assert joined(other, at_ten.sums, at_end.sums) == LocationSums(20, 3, 7 + gained, 9)


def tracks() -> dict[str, list[tuple[float, float, float]]]:
    """Return real delivery tracks: seconds, metres east, metres north."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    path = Path(__file__).parents[3] / "vectors" / "goal_delivery_gps.csv"
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            hours, minutes, seconds = row["timestamp"].split(" ")[1].split(":")
            moment = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
            place = (moment, float(row["x_m"]), float(row["y_m"]))
            found.setdefault(row["trajectory"], []).append(place)
    return found


TRACKS = tracks()


def laid(track: list[tuple[float, float, float]]) -> list[Fix]:
    """Return a track with its centre on the equator, where a metre is as long either way."""
    return [fix(second, north * METRE, east * METRE) for second, east, north in track]


@pytest.mark.parametrize("name", TRACKS)
def test_real_track_is_as_long_as_on_the_plane_and_nowhere_impossible(name: str) -> None:
    track = TRACKS[name]
    length = sum(hypot(b[1] - a[1], b[2] - a[2]) for a, b in pairwise(track))
    limits = LocationLimits(None, 20_000, Severity.MINOR)
    state, events = followed(laid(track), plan(ORIGIN, accuracy_m=0), limits)
    assert not events
    assert state.sums.fixes == len(track)
    assert state.sums.travelled_mm == pytest.approx(length * 1000, rel=0.002)


def test_real_track_arrives_where_the_deliverer_stays_to_the_end() -> None:
    # Seen in the file: from 00:03:48 on within 60 m of (57, -12) and to the end within 3 m.
    area = {"centre": [-12 * METRE, 57 * METRE], "radius_m": 20}
    door = {"id": "door", "role": "destination", "dwell_s": 120, "circle": area}
    state, events = followed(laid(TRACKS["0000"]), plan(door, accuracy_m=5))
    (arrival,) = (one for one in events if isinstance(one, Arrived))
    assert [one.stop for one in state.presences] == ["door"]
    assert 232 <= arrival.since / at(1) <= 233
    assert arrival.at - arrival.since >= at(120)


def test_fix_is_folded_from_whole_steps() -> None:
    assert fix(1.5, 50.1, -8) == Fix(1_500_000, 501_000_000, steps(-8), "d1", "gps")
