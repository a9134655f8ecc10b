"""Where an asset is, as the devices that travel with it tell, moment by moment.

No device leads alone where several speak. The asset comes to a stop when more than half of those
that speak are there, and leaves it when more than half are gone; so it leaves its planned way and
comes back. With two devices both must say so, and of three none is needed.

Between two fixes a device is taken to be where the earlier one says, as long as that is its word:
many trackers sleep while they stand. What happened is said with the time of the fix that shows it;
nothing is estimated in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import add, sub

import msgspec
from msgspec.structs import astuple, replace

from .corridor import Progress
from .device_track import (
    DeviceTrack,
    Yardstick,
    contradiction,
    followed,
    impossible_travel,
    way_mm,
)
from .location_events import Fix, LocationEvent, OffRoute, OffRouteAlarmed, OffRouteEnded
from .presence import Presence, arrived, here
from .route import RoutePlan


class LocationSums(msgspec.Struct, frozen=True):
    """What a track amounts to; every field is a sum, joined by addition.

    Attributes:
        fixes: Fixes that were believed.
        impossible: Fixes that could not be reached, from the device's own or from most others'.
        travelled_mm: Way travelled, in straight pieces longer than the accuracy.
        off_route: Microseconds between fixes outside the corridor.
    """

    fixes: int = 0
    impossible: int = 0
    travelled_mm: int = 0
    off_route: int = 0


class LocationState(msgspec.Struct, frozen=True):
    """Where the asset stands. All but `sums` is state; no field outgrows 64 bits.

    Two folds that differ farther back agree again after the next arrival, the next fix of each
    device that is clear of every line, and the next one farther from both anchors than the
    accuracy.

    Attributes:
        last: The newest fix by which the way is counted: of the first device by name that speaks
            and is not contradicted by most of the others.
        anchor: The fix from which the way travelled is counted on.
        presences: The stops where the asset is, in the plan's order.
        last_stop: Id of the stop at which it arrived last; empty before the first.
        off_route: The running time away from the planned way.
        devices: What each attached device told last, by name.
        sums: What is only added to.
    """

    last: Fix | None = None
    anchor: Fix | None = None
    presences: tuple[Presence, ...] = ()
    last_stop: str = ""
    off_route: OffRoute | None = None
    devices: tuple[DeviceTrack, ...] = ()
    sums: LocationSums = LocationSums()


def observe(
    state: LocationState, fixes: Sequence[Fix], holds: Mapping[str, int], by: Yardstick
) -> tuple[LocationState, list[LocationEvent]]:
    """Return the state after the fixes of a moment, and what they show.

    Args:
        state: The state so far.
        fixes: All fixes of one moment after the newest one, in the order of device and sensor.
        holds: For how many microseconds the word of each of their devices holds.
        by: What they are measured by.
    """
    moment = fixes[0].at
    tracks = {one.fix.device: one for one in state.devices}
    events: list[LocationEvent] = []
    for fix in fixes:
        name = fix.device
        tracks[name], impossible = followed(tracks.get(name), fix, moment + holds[name], by)
        if impossible is not None:
            events.append(impossible)
    believed = len(fixes) - len(events)
    if len(tracks) == 1:
        devices = speaking = (*tracks.values(),)
    else:
        devices = tuple([tracks[name] for name in sorted(tracks)])
        speaking = tuple([one for one in devices if one.speaks_until > moment])
        told = (contradiction(one, speaking, by) for one in speaking if one.fix.at == moment)
        events += [one for one in told if one is not None]
    counted = len(fixes) - len(events), len(events)
    if not believed:
        return replace(state, devices=devices, sums=_grown(state.sums, *counted, 0, 0)), events
    return _Moment(state, by, speaking, moment, events).followed(devices, *counted)


def without_device(state: LocationState, device: str) -> LocationState:
    """Return the state without what a device told; the asset stays where it is."""
    return replace(state, devices=tuple([one for one in state.devices if one.fix.device != device]))


def begun_anew(state: LocationState) -> LocationState:
    """Return the state without sums and time away; the asset stays where it is."""
    devices = tuple([replace(one, away_mm=None) for one in state.devices])
    return replace(state, off_route=None, devices=devices, sums=LocationSums())


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


class _Moment:
    """A moment with which at least one device has told a fix that is believed.

    Args:
        state: Where the asset stood.
        by: What fixes are measured by.
        speaking: The devices whose newest fix is their word now, by name.
        at: The moment.
        events: What it showed so far; what else it shows is added.
    """

    def __init__(
        self,
        state: LocationState,
        by: Yardstick,
        speaking: Sequence[DeviceTrack],
        at: int,
        events: list[LocationEvent],
    ) -> None:
        self.state = state
        self.by = by
        self.speaking = speaking
        self.at = at
        self.events = events

    def followed(
        self, devices: tuple[DeviceTrack, ...], fixes: int, impossible: int
    ) -> tuple[LocationState, list[LocationEvent]]:
        """Return where the asset stands, and what the moment shows.

        Args:
            devices: What every device tells now.
            fixes: How many fixes of the moment are believed.
            impossible: How many are not.
        """
        state, plan = self.state, self.by.plan
        presences, last_stop = state.presences, state.last_stop
        if plan is not None:
            seen_at = None if state.last is None else state.last.at
            presences = here(plan, presences, self.speaking, self.at, seen_at, self.events)
            if presences:
                presences, last_stop = arrived(plan, presences, last_stop, self.at, self.events)
        last, anchor, travelled = self._travelled()
        off_route, away = self._off_route()
        sums = _grown(state.sums, fixes, impossible, travelled, away)
        state = LocationState(last, anchor, presences, last_stop, off_route, devices, sums)
        return state, self.events

    def _travelled(self) -> tuple[Fix | None, Fix | None, int]:
        """Return the newest fix by which the way is counted, the next anchor, and the way to it."""
        state, by = self.state, self.by
        here = _leading(self.speaking, by).fix
        if here.at != self.at:
            return state.last, state.anchor, 0
        if state.last is None or state.anchor is None or impossible_travel(state.last, here, by):
            # Another is followed, or what lay before was false: nobody travelled in between.
            return here, here, 0
        way = way_mm(state.anchor, here)
        return (here, here, way) if way > by.accuracy_mm else (here, state.anchor, 0)

    def _off_route(self) -> tuple[OffRoute | None, int]:
        """Return the running time away from the way, and by how much it grew."""
        run, at = self.state.off_route, self.at
        if self.by.corridor is None:
            return self._returned(run)
        away = sorted([one.away_mm for one in self.speaking if one.away_mm is not None])
        most = 2 * len(away) - len(self.speaking)
        if most < 0 or (most == 0 and run is None):
            return self._returned(run)
        # Of those who are away, the one in the middle: a single one cannot make it any distance.
        deviation = away[(len(away) - 1) // 2]
        grown = 0 if run is None else at - run.seen_at
        if run is None:
            run = OffRoute(at, at, deviation, at)
        elif deviation > run.farthest_mm:
            run = replace(run, seen_at=at, farthest_mm=deviation, farthest_at=at)
        else:
            run = replace(run, seen_at=at)
        if run.alarmed_at is None and at - run.began_at >= self.by.delay:
            run = replace(run, alarmed_at=at)
            self.events.append(OffRouteAlarmed(at, run))
        return run, grown

    def _returned(self, run: OffRoute | None) -> tuple[None, int]:
        if run is not None and run.alarmed_at is not None:
            self.events.append(OffRouteEnded(self.at, replace(run, ended_at=self.at)))
        return None, 0


def _grown(
    sums: LocationSums, fixes: int, impossible: int, travelled: int, away: int
) -> LocationSums:
    return LocationSums(
        sums.fixes + fixes,
        sums.impossible + impossible,
        sums.travelled_mm + travelled,
        sums.off_route + away,
    )


def _leading(speaking: Sequence[DeviceTrack], by: Yardstick) -> DeviceTrack:
    """Return the first device by name that most of the others do not contradict."""
    if len(speaking) == 1:
        return speaking[0]
    trusted = (one for one in speaking if contradiction(one, speaking, by) is None)
    return next(trusted, speaking[0])
