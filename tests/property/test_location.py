"""Laws of the fold of positions, on tracks of a vehicle that keeps to the speed limit."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.twins.maps import HOLDS, LIMITS, circle, fix, followed, plan
from twins.position.device_track import yardstick_of
from twins.position.location import LocationState, LocationSums, joined, observe
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

PLAN = plan(
    circle("A", 50.0, 8, role="origin"),
    circle("B", 50.02, 8, dwell_s=240),
    {"id": "C", "role": "waypoint", "polygon": [[50.03, 8], [50.03, 8.05], [50.06, 8.02]]},
    circle("D", 50.05, 8, role="destination"),
    route=[[50, 8], [50.03, 8], [50.03, 8.03], [50.05, 8]],
    corridor_m=300,
)

# Up to 3.4 km in a minute, so that lines are met and crossed and nothing is impossible.
strides = st.tuples(st.integers(-13, 13), st.integers(-13, 13))
walks = st.lists(strides, min_size=2, max_size=60)


def track(walk: list[tuple[int, int]], begins: float = 0) -> list[Fix]:
    """Return fixes a minute apart, folded back to where the plan is."""
    north = east = 0
    fixes = []
    for number, (northward, eastward) in enumerate(walk):
        north, east = (north + northward) % 60, (east + eastward) % 40
        north_now, east_now = 30 - abs(30 - north), 20 - abs(20 - east)
        fixes.append(fix(begins + 60 * number, 50 + north_now / 500, 8 + east_now / 500))
    return fixes


def without_sums(state: LocationState) -> LocationState:
    return msgspec.structs.replace(state, sums=LocationSums())


@given(walks, st.data())
def test_one_false_fix_changes_nothing_but_the_count_of_findings(
    walk: list[tuple[int, int]], data: st.DataObject
) -> None:
    sound = track(walk)
    place = data.draw(st.integers(1, len(sound) - 1))
    north, east = data.draw(st.sampled_from([(-30, 0), (50.0, 20), (50.02, 9), (51, 8)]))
    false = fix(60 * place - 30, north, east)
    state, events = followed([*sound[:place], false, *sound[place:]], PLAN)
    expected, usual = followed(sound, PLAN)
    assert [one for one in events if not isinstance(one, ImpossibleTravel)] == usual
    assert state.sums == msgspec.structs.replace(expected.sums, impossible=1)
    assert without_sums(state) == without_sums(expected)


@given(walks, st.integers(0, 60))
def test_fold_may_be_kept_and_taken_up_anywhere(walk: list[tuple[int, int]], cut: int) -> None:
    fixes = track(walk)
    whole = followed(fixes, PLAN)
    before, first = followed(fixes[:cut], PLAN)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(before), type=LocationState)
    state, rest = followed(fixes[cut:], PLAN, state=kept)
    assert (state, first + rest) == whole


@given(walks, walks, walks)
def test_two_pasts_are_forgotten_after_an_arrival_and_a_clear_fix(
    one: list[tuple[int, int]], other: list[tuple[int, int]], later: list[tuple[int, int]]
) -> None:
    begins = 4000.0
    # Ten kilometres from everything, then at the last stop: what came before no longer matters.
    shared = [fix(begins, 49.9, 8), fix(begins + 600, 50.05, 8), fix(begins + 900, 49.9, 8)]
    shared += track(later, begins + 2000)
    states = [followed([*track(walk), *shared], PLAN)[0] for walk in (one, other)]
    assert without_sums(states[0]) == without_sums(states[1])
    pasts = [followed([*track(walk), *shared[:3]], PLAN)[0] for walk in (one, other)]
    assert joined(pasts[0].sums, pasts[1].sums, states[1].sums) == states[0].sums


@given(walks)
def test_what_begins_ends_in_turn(walk: list[tuple[int, int]]) -> None:
    state, events = LocationState(), list[LocationEvent]()
    inside: set[str] = set()
    for one in track(walk):
        state, more = observe(state, [one], HOLDS, yardstick_of(PLAN, LIMITS))
        events += more
        for event in more:
            if isinstance(event, StopEntered):
                assert event.stop not in inside
                inside.add(event.stop)
            elif isinstance(event, StopLeft):
                inside.remove(event.stop)
            elif isinstance(event, Arrived):
                assert event.stop in inside
        assert [presence.stop for presence in state.presences] == sorted(inside)
    alarms = sum(isinstance(one, OffRouteAlarmed) for one in events)
    ends = sum(isinstance(one, OffRouteEnded) for one in events)
    is_running = state.off_route is not None and state.off_route.alarmed_at is not None
    assert alarms == ends + is_running
