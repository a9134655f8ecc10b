"""Areas on the map: a circle around a centre, or a polygon.

An area is entered at its line and left only beyond a margin outside it, because a satellite fix
is not exact and an asset that stands at the line must not come and go with every fix.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from .geodesy import (
    FRACTION_BITS,
    FULL_CIRCLE,
    STEPS_PER_DEGREE,
    Vector,
    chord_of,
    cosine_of,
    squared_chord,
    unit_vector,
)

_PLANE_BITS = 20
_MM_PER_DEGREE = 111_195_080
"""Along a meridian: a 360th of the sphere's circumference."""

HALF_CIRCLE = FULL_CIRCLE // 2

Corner = tuple[int, int]
"""Latitude and longitude in steps of 1e-7 degree; the longitude may lie beyond 180 degrees."""


class Circle(msgspec.Struct, frozen=True):
    """All places at most a radius from a centre, on the sphere.

    Attributes:
        centre: Its direction.
        inner: Square of the chord of the radius.
        outer: Square of the chord of the radius with the margin.
    """

    centre: Vector
    inner: int
    outer: int

    def holds(self, latitude: int, longitude: int) -> bool:
        """Tell whether a position lies in the circle or on its line."""
        return squared_chord(self.centre, unit_vector(latitude, longitude)) <= self.inner

    def is_near(self, latitude: int, longitude: int) -> bool:
        """Tell whether a position lies in the circle or at most the margin outside it."""
        return squared_chord(self.centre, unit_vector(latitude, longitude)) <= self.outer


class Polygon(msgspec.Struct, frozen=True):
    """All places inside a closed line.

    Sides are straight on a map of latitude and longitude, as those of GeoJSON (RFC 7946, section
    3.1.1). Longitudes go on beyond 180 degrees where the line crosses the antimeridian.

    Attributes:
        corners: In the order of the line; the last is joined to the first.
        south: Smallest latitude.
        north: Largest latitude.
        west: Smallest longitude.
        east: Largest longitude.
        margin_mm: How far outside its line a position is still near.
    """

    corners: tuple[Corner, ...]
    south: int
    north: int
    west: int
    east: int
    margin_mm: int

    def holds(self, latitude: int, longitude: int) -> bool:
        """Tell whether a position lies in the polygon or on its line, by the crossing number."""
        x = self._brought_near(longitude)
        if not (self.south <= latitude <= self.north and self.west <= x <= self.east):
            return False
        is_inside = False
        lat1, lon1 = self.corners[-1]
        for lat2, lon2 in self.corners:
            if lat1 <= latitude <= lat2 or lat2 <= latitude <= lat1:
                # Positive where the position lies left of the side.
                side = (lon2 - lon1) * (latitude - lat1) - (x - lon1) * (lat2 - lat1)
                if side == 0 and (lon1 <= x <= lon2 or lon2 <= x <= lon1):
                    return True
                # Half open, so that a corner between two sides is crossed once.
                if (lat1 > latitude) != (lat2 > latitude) and (side > 0) == (lat2 > lat1):
                    is_inside = not is_inside
            lat1, lon1 = lat2, lon2
        return is_inside

    def is_near(self, latitude: int, longitude: int) -> bool:
        """Tell whether a position lies in the polygon or at most the margin outside it.

        The distance to a side is measured on a plane that touches the sphere at the position.
        """
        if self.holds(latitude, longitude):
            return True
        x = self._brought_near(longitude)
        reach = (self.margin_mm * STEPS_PER_DEGREE << _PLANE_BITS) // _MM_PER_DEGREE
        cosine = cosine_of(latitude) >> (FRACTION_BITS - _PLANE_BITS)
        east1, north1 = self._on_plane(self.corners[-1], latitude, x, cosine)
        for corner in self.corners:
            east2, north2 = self._on_plane(corner, latitude, x, cosine)
            if _is_side_within(reach, east1, north1, east2, north2):
                return True
            east1, north1 = east2, north2
        return False

    def _brought_near(self, longitude: int) -> int:
        """Return a longitude, whole circles added, at most half a circle from the middle."""
        middle = (self.west + self.east) // 2
        return (longitude - middle + HALF_CIRCLE) % FULL_CIRCLE - HALF_CIRCLE + middle

    @staticmethod
    def _on_plane(corner: Corner, latitude: int, longitude: int, cosine: int) -> tuple[int, int]:
        return (corner[1] - longitude) * cosine, (corner[0] - latitude) << _PLANE_BITS


Area = Circle | Polygon


def circle(latitude: int, longitude: int, radius_mm: int, margin_mm: int) -> Circle:
    """Return a circle.

    Args:
        latitude: Of the centre, in steps of 1e-7 degree.
        longitude: Of the centre, in steps of 1e-7 degree.
        radius_mm: Distance of its line from the centre.
        margin_mm: How far outside its line a position is still near.
    """
    limits = (chord_of(radius_mm), chord_of(radius_mm + margin_mm))
    return Circle(unit_vector(latitude, longitude), limits[0] ** 2, limits[1] ** 2)


def polygon(corners: Sequence[Corner], margin_mm: int) -> Polygon:
    """Return a polygon; each side goes the shorter way round.

    Args:
        corners: At least three positions, longitudes within 180 degrees; the line does not go
            round a pole (`turns` is 0).
        margin_mm: How far outside its line a position is still near.
    """
    joined = _joined(corners)
    latitudes = [latitude for latitude, _ in joined]
    longitudes = [longitude for _, longitude in joined]
    return Polygon(
        joined,
        min(latitudes),
        max(latitudes),
        min(longitudes),
        max(longitudes),
        margin_mm,
    )


def turns(corners: Sequence[Corner]) -> int:
    """Return how often a closed line goes round the Earth's axis, eastward positive."""
    joined = _joined([*corners, corners[0]])
    return (joined[-1][1] - joined[0][1]) // FULL_CIRCLE


def doubled_area(corners: Sequence[Corner]) -> int:
    """Return twice the area on the map, in square steps; negative where the line runs clockwise."""
    joined = _joined(corners)
    after = (*joined[1:], joined[0])
    return sum(
        lon1 * lat2 - lon2 * lat1 for (lat1, lon1), (lat2, lon2) in zip(joined, after, strict=True)
    )


def _joined(corners: Sequence[Corner]) -> tuple[Corner, ...]:
    """Return the corners with longitudes that never leap by more than half a circle."""
    joined = [corners[0]]
    for latitude, longitude in corners[1:]:
        before = joined[-1][1]
        step = (longitude - before + HALF_CIRCLE) % FULL_CIRCLE - HALF_CIRCLE
        joined.append((latitude, before + step))
    return tuple(joined)


def _is_side_within(reach: int, east1: int, north1: int, east2: int, north2: int) -> bool:
    """Tell whether the nearest point of a side is at most a reach from the plane's origin."""
    east, north = east2 - east1, north2 - north1
    ahead = -(east1 * east + north1 * north)
    square = east * east + north * north
    if ahead <= 0:
        return east1 * east1 + north1 * north1 <= reach * reach
    if ahead >= square:
        return east2 * east2 + north2 * north2 <= reach * reach
    aside = east1 * north2 - east2 * north1
    return aside * aside <= reach * reach * square
