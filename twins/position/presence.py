"""At which stops an asset is, and where it has arrived.

It comes to a stop when more than half of the devices that speak are there, and leaves it when more
than half are gone.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from .device_track import DeviceTrack
from .location_events import Arrived, LocationEvent, StopEntered, StopLeft
from .route import RoutePlan, Stop


class Presence(msgspec.Struct, frozen=True):
    """The asset is at a stop.

    Attributes:
        stop: Id of the stop.
        since: Time of the fix with which it came.
        has_arrived: Whether it has been there for the stop's dwell, in the order of the plan.
    """

    stop: str
    since: int
    has_arrived: bool = False


def here(
    plan: RoutePlan,
    before: tuple[Presence, ...],
    speaking: Sequence[DeviceTrack],
    at: int,
    seen_at: int | None,
    events: list[LocationEvent],
) -> tuple[Presence, ...]:
    """Return the stops where the asset is at a moment, in the plan's order.

    Args:
        plan: Where it is to go.
        before: Where it was.
        speaking: The devices whose newest fix is their word, at least one of them of this moment.
        at: The moment.
        seen_at: Time of the fix before; None where there is none.
        events: What it enters and leaves is added to them.
    """
    names = tuple([one.stop for one in before])
    if {one.stops for one in speaking} == {names}:
        return before
    known = {one.stop: one for one in before}
    now: list[Presence] = []
    for stop in plan.stops:
        twice = 2 * sum([stop.id in one.stops for one in speaking])
        presence = known.get(stop.id)
        if presence is None:
            if twice > len(speaking):
                events.append(StopEntered(at, stop.id))
                now.append(Presence(stop.id, at))
        elif twice >= len(speaking):
            now.append(presence)
        else:
            seen = presence.since if seen_at is None else seen_at
            left = StopLeft(at, presence.stop, presence.since, seen, presence.has_arrived)
            events.append(left)
    return tuple(now)


def arrived(
    plan: RoutePlan,
    presences: tuple[Presence, ...],
    last_stop: str,
    at: int,
    events: list[LocationEvent],
) -> tuple[tuple[Presence, ...], str]:
    """Let the asset arrive where it has been for the dwell; return where it is, and the last stop.

    Areas may lie in each other, and a round trip ends where it began: while the asset has
    arrived somewhere, it can arrive only at the stop that comes next in the plan.

    Args:
        plan: Where it is to go.
        presences: Where it is.
        last_stop: Id of the stop at which it arrived last; empty before the first.
        at: The moment.
        events: Its arrivals are added to them.
    """
    while True:
        place = plan.place_of(last_stop) + 1
        expected = plan.stops[place] if place < len(plan.stops) else None
        found = _arriving(plan, at, presences, expected)
        if found is None:
            return presences, last_stop
        stop, presence = found
        events.append(_arrival(plan, at, last_stop, stop, presence))
        presences = tuple(
            [replace(one, has_arrived=True) if one is presence else one for one in presences]
        )
        last_stop = stop.id


def _arriving(
    plan: RoutePlan, at: int, presences: tuple[Presence, ...], expected: Stop | None
) -> tuple[Stop, Presence] | None:
    """Return the stop at which the asset arrives at a moment: the expected one, else the first."""
    is_somewhere = any(one.has_arrived for one in presences)
    found = None
    for presence in presences:
        stop = plan.stops[plan.place_of(presence.stop)]
        if presence.has_arrived or at - presence.since < stop.dwell:
            continue
        if stop is expected:
            return stop, presence
        if found is None and not is_somewhere:
            found = stop, presence
    return found


def _arrival(plan: RoutePlan, at: int, last_stop: str, stop: Stop, presence: Presence) -> Arrived:
    last, place = plan.place_of(last_stop), plan.place_of(stop.id)
    # A device that is switched on after the departure never saw the origin.
    first = last + 1 if last >= 0 or plan.stops[0].role != "origin" else 1
    late = 0 if stop.arrives_by is None else max(0, presence.since - stop.arrives_by)
    skipped = tuple(one.id for one in plan.stops[first:place])
    return Arrived(at, stop.id, presence.since, late, skipped, is_backward=place < last)
