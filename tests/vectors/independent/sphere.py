"""Distances on a sphere of 6371008.8 m, in millimetres, in floats (SPECIFICATION section 9).

Nothing here is exact: `Doubts` says how near to its limit a comparison was.
"""

import math
from collections.abc import Iterable
from itertools import pairwise

RADIUS_MM = 6_371_008_800
DEGREE = 10_000_000
TURN = 360 * DEGREE
Point = tuple[int, int]
"""Latitude and longitude in steps."""

Vector = tuple[float, float, float]


class Doubts:
    """How near a comparison came to being another one."""

    def __init__(self) -> None:
        self.least_mm = math.inf

    def is_above(self, distance: float, limit: float) -> bool:
        self.least_mm = min(self.least_mm, abs(distance - limit))
        return distance > limit


def vector(point: Point) -> Vector:
    latitude, longitude = (math.radians(one / DEGREE) for one in point)
    across = math.cos(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)


def dot(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def cross(one: Vector, other: Vector) -> Vector:
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def distance(one: Point, other: Point) -> float:
    a, b = vector(one), vector(other)
    return RADIUS_MM * math.atan2(math.hypot(*cross(a, b)), dot(a, b))


def distance_to_leg(point: Point, begin: Point, end: Point) -> float:
    """Return the distance to the shorter great circle between two points."""
    p, a, b = vector(point), vector(begin), vector(end)
    normal = cross(a, b)
    if dot(cross(normal, a), p) > 0 and dot(cross(b, normal), p) > 0:
        return RADIUS_MM * abs(math.asin(dot(normal, p) / math.hypot(*normal)))
    return min(distance(point, begin), distance(point, end))


def distance_to_route(point: Point, route: Iterable[Point]) -> float:
    return min(distance_to_leg(point, begin, end) for begin, end in pairwise(route))


def near(point: Point, corner: Point) -> Point:
    """Return how far a corner is from a point, by the shorter way around."""
    east = (corner[1] - point[1] + TURN // 2) % TURN - TURN // 2
    return corner[0] - point[0], east


def is_within(point: Point, corners: list[Point]) -> bool:
    """Tell whether a point lies in a polygon or on a side of it."""
    around = [near(point, one) for one in corners]
    crossings = 0
    for (north, east), (north_2, east_2) in pairwise([*around, around[0]]):
        turn = east * north_2 - east_2 * north
        is_between = north * north_2 <= 0 and east * east_2 <= 0
        if turn == 0 and is_between:
            return True
        if (north > 0) != (north_2 > 0):
            crossings += (turn > 0) == (north_2 > north)
    return crossings % 2 == 1


def distance_to_side(point: Point, corners: list[Point]) -> float:
    """Return the distance to the nearest side, on the plane that touches the sphere here."""
    metre = RADIUS_MM * math.pi / 180 / DEGREE
    across = math.cos(math.radians(point[0] / DEGREE))
    plane = [
        (north * metre, east * metre * across)
        for north, east in (near(point, one) for one in corners)
    ]
    return min(_to_segment(a, b) for a, b in pairwise([*plane, plane[0]]))


def _to_segment(a: tuple[float, float], b: tuple[float, float]) -> float:
    along = (b[0] - a[0], b[1] - a[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0 if length == 0 else -(a[0] * along[0] + a[1] * along[1]) / length
    share = min(1.0, max(0.0, share))
    return math.hypot(a[0] + share * along[0], a[1] + share * along[1])
