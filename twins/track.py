"""Where an asset is, while a twin is folded: the fixes that its readings make, and what they show.

Latitude and longitude that one sensor read at one moment, with one count, both sound, are a fix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from .inputs import Milestone, Plan
from .location import LocationState, LocationSums, joined, observe
from .location_events import (
    Fix,
    ImpossibleTravel,
    LocationEvent,
    OffRoute,
    OffRouteAlarmed,
    OffRouteEnded,
    milestone_of,
)
from .policy_limits import LocationLimits
from .readings import Reading
from .route import RoutePlan, parse_plan
from .sensor_findings import FindingKind, SensorFinding, Subject
from .series import Series, SeriesKey

LATITUDE, LONGITUDE = "latitude", "longitude"
POSITION = frozenset((LATITUDE, LONGITUDE))
"""The quantities that make a fix."""

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

    def follow(self, fixes: Iterable[Fix]) -> list[LocationEvent]:
        """Follow fixes, and return what they show."""
        found: list[LocationEvent] = []
        for fix in fixes:
            self.state, events = observe(self.state, self.plan, fix, self.limits)
            found += events
        for event in found:
            if isinstance(event, OffRouteAlarmed):
                self.alarms += 1
            elif isinstance(event, OffRouteEnded):
                self.off_routes = (*self.off_routes, event.off_route)[-OFF_ROUTES_KEPT:]
        return found

    def begin_anew(self) -> None:
        """Count anew; the asset stays where it is."""
        self.state = replace(self.state, off_route=None, sums=LocationSums())
        self.alarms, self.off_routes = 0, ()

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


def pending_fixes(pending: Iterable[Series], series: Mapping[SeriesKey, Series]) -> list[Fix]:
    """Return the fixes that take effect with pending readings, in their order.

    Args:
        pending: Series whose newest reading is about to take effect.
        series: All series by their key.
    """
    fixes = []
    for one in pending:
        other = series.get((LONGITUDE, one.device, one.sensor))
        if one.quantity != LATITUDE or other is None or not (one.is_sound and other.is_sound):
            continue
        if other.is_pending and other.last_seq == one.last_seq:
            fixes.append(Fix(one.last_at, one.last_value, other.last_value, one.device, one.sensor))
    return fixes


def steady_fixes(readings: Sequence[Reading], until: int) -> list[Fix]:
    """Return the fixes of many readings, those of a moment in the order of device and sensor.

    Args:
        readings: In event order; those of a series are sound and of different moments.
        until: The moment up to which time has come; what was read then does not take effect yet.
    """
    latitudes: dict[tuple[str, str], Reading] = {}
    fixes = []
    for one in readings:
        if one.observed_at >= until:
            break
        place = (one.device, one.sensor)
        if one.quantity == LATITUDE:
            latitudes[place] = one
        elif one.quantity == LONGITUDE:
            other = latitudes.get(place)
            if other is not None and _is_one_fix(other, one):
                fixes.append(Fix(one.observed_at, other.value, one.value, *place))
    return fixes


def _is_one_fix(one: Reading, other: Reading) -> bool:
    counts = [-1 if reading.seq is None else reading.seq for reading in (one, other)]
    return one.observed_at == other.observed_at and counts[0] == counts[1]


def finding_of(event: ImpossibleTravel) -> SensorFinding:
    """Return what impossible travel says of the sensor of the later fix, without its positions."""
    subject = Subject(event.later.device, event.later.sensor, LATITUDE)
    kind = FindingKind.IMPOSSIBLE_TRAVEL
    return subject.found(kind, event.earlier.at, event.later.at, (), event.text)
