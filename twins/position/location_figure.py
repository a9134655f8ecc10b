"""Where an asset is, as a condition states it: stops, times and sums, and no position."""

from __future__ import annotations

import msgspec

from twins.state import AssetTwin

from .location import overdue_stops
from .track import route_plan_of


class LocationFigure(msgspec.Struct, frozen=True):
    """Where an asset is on its way.

    Attributes:
        stop: Id of the stop where it has arrived and still is, else of one whose area it is in;
            the first in the plan's order, empty where there is none.
        last_stop: Id of the stop at which it arrived last; empty before the first.
        off_route_since: Since when it is away from the planned way, where it has been for the
            policy's delay; None where it is not.
        off_route_alarms: How often it has been.
        fixes: Fixes that were believed.
        impossible: Fixes that could not be reached from the one before.
        travelled_mm: Way travelled, millimetres.
        off_route: Microseconds between fixes outside the planned corridor.
        overdue_stops: Ids of the stops at which it should have arrived by now and has not; none
            while no position was believed: then nobody knows where it is.
    """

    stop: str
    last_stop: str
    off_route_since: int | None
    off_route_alarms: int
    fixes: int
    impossible: int
    travelled_mm: int
    off_route: int
    overdue_stops: tuple[str, ...]


def location_of(twin: AssetTwin, as_of: int) -> LocationFigure | None:
    """Return where the asset of a settled twin is; None where nobody planned it or knows it."""
    state, past = twin.location, twin.past.track
    if twin.plan is None and state.last is None:
        return None
    until = as_of if twin.closed_at is None else twin.closed_at
    plan, run = route_plan_of(twin.plan), state.off_route
    here = sorted(state.presences, key=lambda one: not one.has_arrived)
    return LocationFigure(
        stop=here[0].stop if here else "",
        last_stop=state.last_stop,
        off_route_since=run.began_at if run is not None and run.alarmed_at is not None else None,
        off_route_alarms=past.alarms,
        fixes=past.sums.fixes,
        impossible=past.sums.impossible,
        travelled_mm=past.sums.travelled_mm,
        off_route=past.sums.off_route,
        overdue_stops=()
        if plan is None or state.last is None
        else tuple(overdue_stops(state, plan, until)),
    )
