"""The planned way as a chain of great circle legs, and how far off it and along it a place is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import isqrt

import msgspec

from .geodesy import (
    EARTH_RADIUS_MM,
    FRACTION_BITS,
    Arc,
    Vector,
    arc_between,
    midpoint,
    nearest_on,
    squared_chord,
    unit_vector,
)


class Progress(msgspec.Struct, frozen=True):
    """Where a place stands on the planned way.

    Attributes:
        leg: Number of the nearest leg, from 0; the earlier of two that are equally near.
        deviation_mm: Distance to it.
        along_mm: Way from the start to the nearest point.
        length_mm: Length of the whole way.
    """

    leg: int
    deviation_mm: int
    along_mm: int
    length_mm: int

    @property
    def deviation_m(self) -> int:
        """Distance to the nearest leg in whole metres, half a metre up."""
        return (self.deviation_mm + 500) // 1000


class _Stretch(msgspec.Struct, frozen=True):
    """Legs that follow each other within one ball, and its two halves where they are several.

    Attributes:
        first: Number of the first leg.
        centre: Middle of the ball.
        reach: Straight distance from it beyond which no leg lies.
        halves: The same for the first and the second half of the legs; empty for one leg.
    """

    first: int
    centre: Vector
    reach: int
    halves: tuple[_Stretch, ...] = ()


class Corridor(msgspec.Struct, frozen=True):
    """The planned way.

    Attributes:
        legs: In the order of travel.
        starts_mm: Way from the start of the first leg to the start of each.
        length_mm: Length of all legs.
        half_width_mm: How far from the way the corridor reaches on either side.
        whole: All legs, in halves of halves.
    """

    legs: tuple[Arc, ...]
    starts_mm: tuple[int, ...]
    length_mm: int
    half_width_mm: int
    whole: _Stretch

    def progress_of(self, latitude: int, longitude: int) -> Progress:
        """Return where a position in steps of 1e-7 degree stands on the way."""
        place = unit_vector(latitude, longitude)
        best = (EARTH_RADIUS_MM * 4, 0, 0)
        waiting = [(0, self.whole)]
        while waiting:
            apart, stretch = waiting.pop()
            # No point of the ball is nearer than this, nor any way on the ground shorter.
            if (apart - stretch.reach) * EARTH_RADIUS_MM >> FRACTION_BITS > best[0]:
                continue
            if stretch.halves:
                some = [(_straight(half.centre, place), half) for half in stretch.halves]
                waiting += sorted(some, key=_nearness, reverse=True)
                continue
            deviation, along = nearest_on(self.legs[stretch.first], place)
            best = min(best, (deviation, stretch.first, along))
        deviation, leg, along = best
        return Progress(leg, deviation, self.starts_mm[leg] + along, self.length_mm)


def corridor(points: Sequence[tuple[int, int]], half_width_mm: int) -> Corridor:
    """Return the way through positions.

    Args:
        points: Latitude and longitude in steps of 1e-7 degree; at least two, each another one
            than that before it and less than half round the Earth from it.
        half_width_mm: How far from the way the corridor reaches on either side.
    """
    legs = tuple(arc_between(*ends) for ends in pairwise(unit_vector(*one) for one in points))
    starts = tuple(accumulate((leg.length_mm for leg in legs), initial=0))
    return Corridor(legs, starts[:-1], starts[-1], half_width_mm, _stretch(legs, 0))


def _stretch(legs: Sequence[Arc], first: int) -> _Stretch:
    if len(legs) == 1:
        (leg,) = legs
        centre = midpoint(leg.start, leg.end)
        return _Stretch(first, centre, 1 + _straight(centre, leg.end))
    middle = len(legs) // 2
    halves = (_stretch(legs[:middle], first), _stretch(legs[middle:], first + middle))
    centre = legs[middle].start
    reach = max(_straight(centre, half.centre) + half.reach for half in halves)
    return _Stretch(first, centre, 1 + reach, halves)


def _straight(one: Vector, other: Vector) -> int:
    return isqrt(squared_chord(one, other))


def _nearness(entry: tuple[int, _Stretch]) -> int:
    return entry[0] - entry[1].reach
