"""Where an asset is, while a twin is folded: the fixes that its readings make, and what they show.

Latitude and longitude that one device read at one moment, with one count, both sound, are a fix:
those of one sensor, or those of the two sensors that alone read just one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from twins.inputs import Milestone, Plan
from twins.judging.series import Series
from twins.policy.limits import LocationLimits
from twins.readings import POSITION, Reading
from twins.sensors.findings import FindingKind, SensorFinding, Subject

from .device_track import yardstick_of
from .location import (
    LocationState,
    LocationSums,
    begun_anew,
    joined,
    observe,
    without_device,
)
from .location_events import (
    Fix,
    ImpossibleTravel,
    LocationEvent,
    OffRoute,
    OffRouteAlarmed,
    OffRouteEnded,
    milestone_of,
)
from .route import RoutePlan, parse_plan

LATITUDE, LONGITUDE = "latitude", "longitude"
"""The quantities that make a fix."""

_moment = attrgetter("at")

OFF_ROUTES_KEPT = 20
"""Newest times away from the planned way, of those that are over, that are kept."""


class TrackSums(msgspec.Struct, frozen=True):
    """What has been of a track; the fold adds to it and never reads it.

    Attributes:
        sums: What it amounts to.
        alarms: How often the asset was away from the planned way for the policy's delay.
        off_routes: The newest of these that are over.
    """

    sums: LocationSums = LocationSums()
    alarms: int = 0
    off_routes: tuple[OffRoute, ...] = ()


def joined_tracks(earlier: TrackSums, later: TrackSums) -> TrackSums:
    """Return what has been of a track in two stretches of time that follow each other."""
    return TrackSums(
        sums=joined(earlier.sums, LocationSums(), later.sums),
        alarms=earlier.alarms + later.alarms,
        off_routes=(*earlier.off_routes, *later.off_routes)[-OFF_ROUTES_KEPT:],
    )


class Track(msgspec.Struct):
    """Working copy of where an asset is.

    Attributes:
        asset: Id of the asset.
        state: Where it stands, with the sums.
        alarms: As in `TrackSums`.
        off_routes: As in `TrackSums`.
        plan: Where it is to go, where that is stated.
        limits: What the policy asks of positions, where it asks something.
    """

    asset: str
    state: LocationState
    alarms: int
    off_routes: tuple[OffRoute, ...]
    plan: RoutePlan | None
    limits: LocationLimits | None

    @property
    def is_followed(self) -> bool:
        """Whether anybody asks where the asset is."""
        return self.plan is not None or self.limits is not None

    @property
    def now(self) -> LocationState:
        """Where the asset stands, without what has been."""
        return replace(self.state, sums=LocationSums())

    @property
    def past(self) -> TrackSums:
        """What has been."""
        return TrackSums(self.state.sums, self.alarms, self.off_routes)

    def follow(self, fixes: Iterable[Fix], holds: Mapping[str, int]) -> list[LocationEvent]:
        """Follow fixes, and return what they show.

        Args:
            fixes: In the order of moment, device and sensor, all of a moment among them.
            holds: For how many microseconds the word of each of their devices holds.
        """
        found: list[LocationEvent] = []
        by = yardstick_of(self.plan, self.limits)
        for _, some in groupby(fixes, _moment):
            self.state, events = observe(self.state, list(some), holds, by)
            found += events
        for event in found:
            if isinstance(event, OffRouteAlarmed):
                self.alarms += 1
            elif isinstance(event, OffRouteEnded):
                self.off_routes = (*self.off_routes, event.off_route)[-OFF_ROUTES_KEPT:]
        return found

    def begin_anew(self) -> None:
        """Count anew; the asset stays where it is."""
        self.state = begun_anew(self.state)
        self.alarms, self.off_routes = 0, ()

    def detach(self, device: str) -> None:
        """Forget what a device told: where it is from now on says nothing of the asset."""
        self.state = without_device(self.state, device)

    def milestones_of(self, events: Iterable[LocationEvent]) -> list[Milestone]:
        """Return the milestones that events amount to."""
        if self.plan is None:
            return []
        found = (milestone_of(one, self.plan, self.asset) for one in events)
        return [one for one in found if one is not None]


def track_of(
    asset: str,
    now: LocationState,
    past: TrackSums,
    plan: Plan | None,
    limits: LocationLimits | None,
) -> Track:
    """Return where an asset is, ready to be followed."""
    state = replace(now, sums=past.sums)
    return Track(asset, state, past.alarms, past.off_routes, route_plan_of(plan), limits)


def route_plan_of(plan: Plan | None) -> RoutePlan | None:
    """Return a plan ready for use."""
    return None if plan is None else parse_plan(plan.document)


def pending_fixes(pending: Iterable[Series]) -> list[Fix]:
    """Return the fixes that take effect with pending readings, by device and sensor.

    Args:
        pending: Series whose newest reading is about to take effect, in event order.
    """
    return _fixes(
        _Axis(one.last_at, one.device, one.sensor, one.quantity, one.last_value, one.last_seq, one)
        for one in pending
        if one.quantity in POSITION
    )


def steady_fixes(readings: Iterable[Reading], until: int) -> list[Fix]:
    """Return the fixes of many readings, those of a moment by device and sensor.

    Args:
        readings: In event order; those of a series are sound and of different moments.
        until: The moment up to which time has come; what was read then does not take effect yet.
    """
    return _fixes(
        _Axis(
            one.observed_at,
            one.device,
            one.sensor,
            one.quantity,
            one.value,
            -1 if one.seq is None else one.seq,
        )
        for one in readings
        if one.quantity in POSITION and one.observed_at < until
    )


class _Axis(NamedTuple):
    """A latitude or a longitude; `series` says whether it is sound, without one it is."""

    at: int
    device: str
    sensor: str
    quantity: str
    value: int
    seq: int
    series: Series | None = None

    @property
    def is_sound(self) -> bool:
        return self.series is None or self.series.is_sound


def _fixes(measured: Iterable[_Axis]) -> list[Fix]:
    return [
        Fix(at, north.value, east.value, device, north.sensor)
        for (at, device), some in groupby(measured, _moment_and_device)
        for north, east in _pairs(some)
        if north.seq == east.seq and north.is_sound and east.is_sound
    ]


def _moment_and_device(one: _Axis) -> tuple[int, str]:
    return one.at, one.device


def _pairs(measured: Iterable[_Axis]) -> list[tuple[_Axis, _Axis]]:
    """Return what belongs together of what a device read at one moment."""
    north: dict[str, _Axis] = {}
    east: dict[str, _Axis] = {}
    for one in measured:
        (north if one.quantity == LATITUDE else east)[one.sensor] = one
    pairs = [(one, east[sensor]) for sensor, one in north.items() if sensor in east]
    lone_north = [one for sensor, one in north.items() if sensor not in east]
    lone_east = [one for sensor, one in east.items() if sensor not in north]
    if len(lone_north) == len(lone_east) == 1:
        # Many formats name each axis like a sensor of its own.
        pairs.append((lone_north[0], lone_east[0]))
        pairs.sort(key=_sensor_of_latitude)
    return pairs


def _sensor_of_latitude(pair: tuple[_Axis, _Axis]) -> str:
    return pair[0].sensor


def finding_of(event: ImpossibleTravel) -> SensorFinding:
    """Return what impossible travel says of the sensor of the later fix, without its positions."""
    subject = Subject(event.later.device, event.later.sensor, LATITUDE)
    kind = FindingKind.IMPOSSIBLE_TRAVEL
    return subject.found(kind, event.earlier.at, event.later.at, (), event.text)
