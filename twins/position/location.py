"""Where an asset is, folded fix by fix.

A fix that cannot be reached from the one before at the largest speed is a finding that names both,
and waits: when the next fix agrees with it and not with the track before, the track was the false
one; otherwise it is dropped. One false fix therefore reaches no stop and leaves no corridor.

Between two fixes the asset is taken to be where the earlier one says, however long it takes: many
trackers sleep while they stand. What happened is said with the time of the fix that shows it;
nothing is estimated in between.
"""

from __future__ import annotations

from functools import lru_cache
from operator import add, sub

import msgspec
from msgspec.structs import astuple, replace

from twins.policy.limits import LocationLimits
from twins.readings import MICROSECONDS

from .corridor import Progress
from .geodesy import distance_mm, unit_vector
from .location_events import (
    Arrived,
    Fix,
    ImpossibleTravel,
    LocationEvent,
    OffRoute,
    OffRouteAlarmed,
    OffRouteEnded,
    StopEntered,
    StopLeft,
)
from .route import RoutePlan, Stop

DEFAULT_ACCURACY_MM = 50_000
"""How far a fix may be from where the asset is, where no plan says it."""


class Presence(msgspec.Struct, frozen=True):
    """The asset is at a stop.

    Attributes:
        stop: Id of the stop.
        since: Time of the first fix there.
        has_arrived: Whether it has been there for the stop's dwell, in the order of the plan.
    """

    stop: str
    since: int
    has_arrived: bool = False


class LocationSums(msgspec.Struct, frozen=True):
    """What a track amounts to; every field is a sum, joined by addition.

    Attributes:
        fixes: Fixes that were believed.
        impossible: Fixes that could not be reached from the one before.
        travelled_mm: Way travelled, in straight pieces longer than the accuracy.
        off_route: Microseconds between fixes outside the corridor.
    """

    fixes: int = 0
    impossible: int = 0
    travelled_mm: int = 0
    off_route: int = 0


class LocationState(msgspec.Struct, frozen=True):
    """Where the asset stands. All but `sums` is state; no field outgrows 64 bits.

    Two folds that differ farther back agree again after the next arrival, the next fix that is
    clear of every line, and the next one farther from both anchors than the accuracy.

    Attributes:
        last: The newest fix that is believed.
        suspect: A newer one that could not be reached from it.
        anchor: Latitude and longitude from which the way travelled is counted on.
        presences: The stops where the asset is, in the plan's order.
        last_stop: Id of the stop at which it arrived last; empty before the first.
        off_route: The running time away from the planned way.
        sums: What is only added to.
    """

    last: Fix | None = None
    suspect: Fix | None = None
    anchor: tuple[int, int] | None = None
    presences: tuple[Presence, ...] = ()
    last_stop: str = ""
    off_route: OffRoute | None = None
    sums: LocationSums = LocationSums()


def observe(
    state: LocationState, plan: RoutePlan | None, fix: Fix, limits: LocationLimits | None
) -> tuple[LocationState, list[LocationEvent]]:
    """Return the state after a fix, and what the fix shows.

    Args:
        state: The state so far.
        plan: The newest plan in event order, where there is one.
        fix: A fix not before the newest one; of one moment in the order of device and sensor.
        limits: What the policy asks of positions, where it asks something.
    """
    largest = limits.largest_speed if limits is not None else None
    accuracy = plan.accuracy_mm if plan is not None else DEFAULT_ACCURACY_MM
    impossible = _impossible(state.last, fix, largest, accuracy)
    if impossible is None:
        return _Track(state, accuracy).followed(plan, fix, limits)
    suspect = state.suspect
    if suspect is not None and _impossible(suspect, fix, largest, accuracy) is None:
        # Two fixes against one: what lay before was false, and nobody travelled in between.
        moved = replace(state, anchor=(suspect.latitude, suspect.longitude))
        state, events = _Track(moved, accuracy).followed(plan, suspect, limits)
        state, more = _Track(state, accuracy).followed(plan, fix, limits)
        return state, events + more
    sums = replace(state.sums, impossible=state.sums.impossible + 1)
    return replace(state, suspect=fix, sums=sums), [impossible]


def overdue_stops(state: LocationState, plan: RoutePlan, as_of: int) -> list[str]:
    """Return the stops after the last one at which the asset should have arrived by a moment."""
    in_time = {one.stop: one.since for one in state.presences}
    return [
        stop.id
        for stop in plan.stops[plan.place_of(state.last_stop) + 1 :]
        if stop.arrives_by is not None
        and as_of > stop.arrives_by
        and in_time.get(stop.id, as_of) > stop.arrives_by
    ]


def progress_of(state: LocationState, plan: RoutePlan) -> Progress | None:
    """Return where the newest fix stands on the planned way, where there are both."""
    if state.last is None or plan.corridor is None:
        return None
    return plan.corridor.progress_of(state.last.latitude, state.last.longitude)


def joined(fresh: LocationSums, before: LocationSums, after: LocationSums) -> LocationSums:
    """Return sums that go on with what others gained between two moments.

    Args:
        fresh: The sums to go on with.
        before: The others at the moment at which both folds stood alike.
        after: The others later.
    """
    gained = map(sub, astuple(after), astuple(before))
    return LocationSums(*map(add, astuple(fresh), gained))


def _impossible(
    earlier: Fix | None, later: Fix, largest_speed: int | None, accuracy_mm: int
) -> ImpossibleTravel | None:
    """Return what is wrong with two fixes; each may be wrong by the accuracy."""
    if earlier is None or largest_speed is None:
        return None
    apart = _way_mm(earlier.latitude, earlier.longitude, later.latitude, later.longitude)
    if (apart - 2 * accuracy_mm) * MICROSECONDS <= largest_speed * (later.at - earlier.at):
        return None
    return ImpossibleTravel(later.at, earlier, later, apart, largest_speed)


@lru_cache(maxsize=256)  # Asked twice of a fix: is it possible, and how far has the asset come.
def _way_mm(latitude: int, longitude: int, to_latitude: int, to_longitude: int) -> int:
    return distance_mm(unit_vector(latitude, longitude), unit_vector(to_latitude, to_longitude))


class _Track:
    """A state that follows fixes which are believed."""

    def __init__(self, state: LocationState, accuracy_mm: int) -> None:
        self.state = state
        self.accuracy_mm = accuracy_mm
        self.events: list[LocationEvent] = []

    def followed(
        self, plan: RoutePlan | None, fix: Fix, limits: LocationLimits | None
    ) -> tuple[LocationState, list[LocationEvent]]:
        """Return the state after a fix, and what it shows."""
        state = self.state
        presences, last_stop = state.presences, state.last_stop
        if plan is not None:
            presences = self._presences(plan, fix)
            presences, last_stop = self._arrived(plan, fix, presences)
        travelled, anchor = self._travelled(fix)
        off_route, away = self._off_route(plan, fix, limits, is_at_stop=bool(presences))
        sums = state.sums
        sums = LocationSums(
            sums.fixes + 1, sums.impossible, sums.travelled_mm + travelled, sums.off_route + away
        )
        state = LocationState(fix, None, anchor, presences, last_stop, off_route, sums)
        return state, self.events

    def _travelled(self, fix: Fix) -> tuple[int, tuple[int, int]]:
        """Return the way to a fix from the anchor, and the next anchor."""
        here, anchor = (fix.latitude, fix.longitude), self.state.anchor
        if anchor is None or anchor == here:
            return 0, here
        way = _way_mm(*anchor, *here)
        return (way, here) if way > self.accuracy_mm else (0, anchor)

    def _presences(self, plan: RoutePlan, fix: Fix) -> tuple[Presence, ...]:
        """Return the stops whose area the fix lies in, those left only beyond the margin."""
        before = {one.stop: one for one in self.state.presences}
        now: list[Presence] = []
        for stop in plan.stops:
            presence = before.get(stop.id)
            if presence is None:
                if stop.area.holds(fix.latitude, fix.longitude):
                    self.events.append(StopEntered(fix.at, stop.id))
                    now.append(Presence(stop.id, fix.at))
            elif stop.area.is_near(fix.latitude, fix.longitude):
                now.append(presence)
            else:
                self.events.append(self._left(presence, fix))
        return tuple(now)

    def _left(self, presence: Presence, fix: Fix) -> StopLeft:
        seen_at = presence.since if self.state.last is None else self.state.last.at
        return StopLeft(fix.at, presence.stop, presence.since, seen_at, presence.has_arrived)

    def _arrived(
        self, plan: RoutePlan, fix: Fix, presences: tuple[Presence, ...]
    ) -> tuple[tuple[Presence, ...], str]:
        """Let the asset arrive where it has been for the dwell.

        Areas may lie in each other, and a round trip ends where it began: while the asset has
        arrived somewhere, it can arrive only at the stop that comes next in the plan.
        """
        last_stop = self.state.last_stop
        while True:
            place = plan.place_of(last_stop) + 1
            expected = plan.stops[place] if place < len(plan.stops) else None
            found = _arriving(plan, fix, presences, expected)
            if found is None:
                return presences, last_stop
            stop, presence = found
            self.events.append(_arrival(plan, fix, last_stop, stop, presence))
            presences = tuple(
                replace(one, has_arrived=True) if one is presence else one for one in presences
            )
            last_stop = stop.id

    def _off_route(
        self, plan: RoutePlan | None, fix: Fix, limits: LocationLimits | None, *, is_at_stop: bool
    ) -> tuple[OffRoute | None, int]:
        """Return the running time away from the way, and by how much it grew."""
        run = self.state.off_route
        way = plan.corridor if plan is not None else None
        delay = limits.off_route_delay if limits is not None else None
        if way is None or delay is None or is_at_stop:
            return self._returned(run, fix)
        deviation = way.progress_of(fix.latitude, fix.longitude).deviation_mm
        # Left beyond the margin outside the line, like the area of a stop.
        margin = self.accuracy_mm if run is None else 0
        if deviation <= way.half_width_mm + margin:
            return self._returned(run, fix)
        away = 0 if run is None else fix.at - run.seen_at
        if run is None:
            run = OffRoute(fix.at, fix.at, deviation, fix.at)
        elif deviation > run.farthest_mm:
            run = replace(run, seen_at=fix.at, farthest_mm=deviation, farthest_at=fix.at)
        else:
            run = replace(run, seen_at=fix.at)
        if run.alarmed_at is None and fix.at - run.began_at >= delay:
            run = replace(run, alarmed_at=fix.at)
            self.events.append(OffRouteAlarmed(fix.at, run))
        return run, away

    def _returned(self, run: OffRoute | None, fix: Fix) -> tuple[None, int]:
        if run is not None and run.alarmed_at is not None:
            self.events.append(OffRouteEnded(fix.at, replace(run, ended_at=fix.at)))
        return None, 0


def _arriving(
    plan: RoutePlan, fix: Fix, presences: tuple[Presence, ...], expected: Stop | None
) -> tuple[Stop, Presence] | None:
    """Return the stop at which the asset arrives with a fix: the expected one, else the first."""
    is_somewhere = any(one.has_arrived for one in presences)
    found = None
    for presence in presences:
        stop = plan.stops[plan.place_of(presence.stop)]
        if presence.has_arrived or fix.at - presence.since < stop.dwell:
            continue
        if stop is expected:
            return stop, presence
        if found is None and not is_somewhere:
            found = stop, presence
    return found


def _arrival(plan: RoutePlan, fix: Fix, last_stop: str, stop: Stop, presence: Presence) -> Arrived:
    last, place = plan.place_of(last_stop), plan.place_of(stop.id)
    # A device that is switched on after the departure never saw the origin.
    first = last + 1 if last >= 0 or plan.stops[0].role != "origin" else 1
    late = 0 if stop.arrives_by is None else max(0, presence.since - stop.arrives_by)
    skipped = tuple(one.id for one in plan.stops[first:place])
    return Arrived(fix.at, stop.id, presence.since, late, skipped, is_backward=place < last)
