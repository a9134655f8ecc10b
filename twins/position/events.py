"""What happened to an asset on its way between two states of it, in the past tense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twins.event_record import EventRecord
from twins.state import AssetTwin

from .location_events import OffRoute
from .track import route_plan_of


class WentOffRoute(EventRecord, frozen=True):
    """The asset had been away from the planned way for the policy's delay."""

    off_route: OffRoute


class BackOnRoute(EventRecord, frozen=True):
    """The asset is back, or the planned way is not asked for any more."""

    off_route: OffRoute


class OffRouteReopened(EventRecord, frozen=True):
    """A time away from the planned way that was over goes on: late data or a late plan says so."""

    off_route: OffRoute


class OffRouteWithdrawn(EventRecord, frozen=True):
    """Late data or a late plan shows that the asset was not away as it was told."""

    off_route: OffRoute


class ArrivalOverdue(EventRecord, frozen=True):
    """The asset had not arrived at a stop by the planned moment."""

    stop: str


class ArrivalOverdueEnded(EventRecord, frozen=True):
    """An arrival is not overdue any more.

    `has_arrived` is false where late data or another plan says that it was never due.
    """

    stop: str
    has_arrived: bool


PositionEvent = (
    WentOffRoute
    | BackOnRoute
    | OffRouteReopened
    | OffRouteWithdrawn
    | ArrivalOverdue
    | ArrivalOverdueEnded
)


def route_changes(before: AssetTwin, after: AssetTwin, newest: int) -> Iterator[PositionEvent]:
    """Give which times away from the planned way there are now and were not, and the reverse.

    A twin keeps only the newest; what has left their window, or has come back into it, was told of
    then.

    Args:
        before: The twin that was told of last.
        after: The twin now, of the same asset.
        newest: Moment of the newest input, for what late data undid.
    """
    old, new = _off_routes(before), _off_routes(after)
    told_from, known_from = _window(before), _window(after)
    for began_at, one in old.items():
        if began_at not in new and began_at >= known_from:
            yield OffRouteWithdrawn(after.asset, newest, one)
    for began_at, one in new.items():
        told = old.get(began_at)
        if told is None and began_at < told_from:
            continue
        if told is None and one.alarmed_at is not None:
            yield WentOffRoute(after.asset, one.alarmed_at, one)
        told_end = None if told is None else told.ended_at
        if one.ended_at is not None and one.ended_at != told_end:
            yield BackOnRoute(after.asset, one.ended_at, one)
        elif one.ended_at is None and told_end is not None:
            yield OffRouteReopened(after.asset, newest, one)


def arrival_changes(
    after: AssetTwin, overdue_before: Sequence[str], overdue_after: Sequence[str], newest: int
) -> Iterator[ArrivalOverdue | ArrivalOverdueEnded]:
    """Give at which stops the arrival is overdue now and was not, and the reverse.

    Args:
        after: The twin now.
        overdue_before: Ids of the stops at which it was when it was told of, by `location_of`.
        overdue_after: Those at which it is now.
        newest: Moment of the newest input.
    """
    plan = route_plan_of(after.plan)
    if plan is None:
        return
    due = {one.id: one.arrives_by for one in plan.stops}
    for stop in overdue_after:
        due_at = due.get(stop)
        if stop not in overdue_before and due_at is not None:
            yield ArrivalOverdue(after.asset, due_at, stop)
    reached = plan.place_of(after.location.last_stop)
    for stop in overdue_before:
        if stop not in overdue_after:
            has_arrived = 0 <= plan.place_of(stop) <= reached
            yield ArrivalOverdueEnded(after.asset, newest, stop, has_arrived)


def _off_routes(twin: AssetTwin) -> dict[int, OffRoute]:
    """Return the times away that lasted the policy's delay, by their beginning, oldest first."""
    running = twin.location.off_route
    found = {one.began_at: one for one in twin.past.track.off_routes}
    if running is not None and running.alarmed_at is not None:
        found[running.began_at] = running
    return found


def _window(twin: AssetTwin) -> int:
    """Return from which beginning on every time away is kept."""
    kept = _off_routes(twin)
    return next(iter(kept)) if twin.past.track.alarms > len(kept) else 0
