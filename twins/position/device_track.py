"""What one device tells of where it is, fix by fix.

A fix that cannot be reached from the one before at the largest speed is a finding that names both,
and waits: when the next fix agrees with it and not with what was believed, that was the false one;
otherwise it is dropped. One false fix therefore reaches no stop and leaves no corridor.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import msgspec

from twins.policy.limits import LocationLimits
from twins.readings import MICROSECONDS

from .corridor import Corridor
from .geodesy import distance_mm, unit_vector
from .location_events import Fix, ImpossibleTravel
from .route import RoutePlan

DEFAULT_ACCURACY_MM = 50_000
"""How far a fix may be from where the asset is, where no plan says it."""

LARGEST_SPEED = 400_000
"""Largest speed where no policy says it, mm/s: no aeroplane is faster over ground."""

_STEP_AT_MOST_MM = 12
"""A step of 1e-7 degree is 11.12 mm of a meridian, and never more of a parallel."""


class Yardstick(NamedTuple):
    """What fixes are measured by.

    Attributes:
        plan: Where the asset is to go, where that is stated.
        accuracy_mm: How far a fix may be from where the asset is.
        largest_speed: Beyond it one of two fixes is false, mm/s.
        corridor: The planned way, where the policy asks whether it is left.
        delay: Microseconds outside it until the policy's alarm; 0 where it does not ask.
    """

    plan: RoutePlan | None
    accuracy_mm: int
    largest_speed: int
    corridor: Corridor | None
    delay: int


def yardstick_of(plan: RoutePlan | None, limits: LocationLimits | None) -> Yardstick:
    """Return what fixes are measured by, where a plan or a policy says it and where none does."""
    speed = limits.largest_speed if limits is not None else None
    delay = limits.off_route_delay if limits is not None else None
    return Yardstick(
        plan,
        plan.accuracy_mm if plan is not None else DEFAULT_ACCURACY_MM,
        LARGEST_SPEED if speed is None else speed,
        plan.corridor if plan is not None and delay is not None else None,
        delay or 0,
    )


class DeviceTrack(msgspec.Struct, frozen=True, gc=False):
    """What a device told last. All of it is state; no field outgrows 64 bits.

    Attributes:
        fix: Its newest fix that is believed.
        speaks_until: Up to where that fix is its word.
        suspect: A newer one that could not be reached from it.
        stops: Ids of the stops where it is, in the plan's order; left only beyond the accuracy.
        away_mm: How far it is from the planned way, where that is outside the corridor and no
            stop; come to only beyond the accuracy.
    """

    fix: Fix
    speaks_until: int
    suspect: Fix | None = None
    stops: tuple[str, ...] = ()
    away_mm: int | None = None


def followed(
    track: DeviceTrack | None, fix: Fix, speaks_until: int, by: Yardstick
) -> tuple[DeviceTrack, ImpossibleTravel | None]:
    """Return what a device told last, a fix later, and what is wrong with the fix.

    Args:
        track: What it told before, where it told anything.
        fix: A fix of the device, not before the newest one.
        speaks_until: Up to where the fix is its word, if it is believed.
        by: What fixes are measured by.
    """
    if track is None:
        return _standing(fix, speaks_until, (), None, by), None
    found = impossible_travel(track.fix, fix, by)
    suspect = track.suspect
    if found is None or (suspect is not None and impossible_travel(suspect, fix, by) is None):
        # Either nothing is wrong, or two fixes stand against one: what lay before was false.
        return _standing(fix, speaks_until, track.stops, track.away_mm, by), None
    return DeviceTrack(track.fix, track.speaks_until, fix, track.stops, track.away_mm), found


def impossible_travel(earlier: Fix, later: Fix, by: Yardstick) -> ImpossibleTravel | None:
    """Return what is wrong with two fixes; each may be wrong by the accuracy."""
    span = abs(later.at - earlier.at)
    reach = by.largest_speed * span + 2 * by.accuracy_mm * MICROSECONDS
    steps = abs(later.latitude - earlier.latitude) + abs(later.longitude - earlier.longitude)
    if steps * _STEP_AT_MOST_MM * MICROSECONDS <= reach:
        return None
    apart = way_mm(earlier, later)
    if apart * MICROSECONDS <= reach:
        return None
    return ImpossibleTravel(later.at, earlier, later, apart, by.largest_speed)


def contradiction(
    track: DeviceTrack, speaking: Iterable[DeviceTrack], by: Yardstick
) -> ImpossibleTravel | None:
    """Return what is wrong with a device's fix, where most of the others say that it is.

    Args:
        track: What the device told last.
        speaking: All devices that speak, by name; itself among them.
        by: What fixes are measured by.
    """
    others = [one for one in speaking if one is not track]
    found = [
        wrong for one in others if (wrong := impossible_travel(one.fix, track.fix, by)) is not None
    ]
    return found[0] if 2 * len(found) > len(others) else None


def way_mm(one: Fix, other: Fix) -> int:
    """Return how far apart two fixes lie, on a great circle."""
    return _way_mm(one.latitude, one.longitude, other.latitude, other.longitude)


@lru_cache(maxsize=256)  # Asked twice of a fix: is it possible, and how far has the asset come.
def _way_mm(latitude: int, longitude: int, to_latitude: int, to_longitude: int) -> int:
    return distance_mm(unit_vector(latitude, longitude), unit_vector(to_latitude, to_longitude))


def _standing(
    fix: Fix, speaks_until: int, stops: tuple[str, ...], away_mm: int | None, by: Yardstick
) -> DeviceTrack:
    """Return where a device stands with a fix that is believed, given where it stood before."""
    north, east = fix.latitude, fix.longitude
    here: tuple[str, ...] = ()
    if by.plan is not None:
        here = tuple(
            [
                one.id
                for one in by.plan.stops
                if (one.area.is_near if one.id in stops else one.area.holds)(north, east)
            ]
        )
    away = None
    if by.corridor is not None and not here:
        deviation = by.corridor.progress_of(north, east).deviation_mm
        # Left beyond the margin outside the line, like the area of a stop.
        margin = by.accuracy_mm if away_mm is None else 0
        away = deviation if deviation > by.corridor.half_width_mm + margin else None
    return DeviceTrack(fix, speaks_until, None, here, away)
