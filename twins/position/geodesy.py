"""Distances on the Earth as a sphere, in whole millimetres, the same on every machine.

A position is a latitude and a longitude in steps of 1e-7 degree. It is turned into a unit vector
whose parts are integers in steps of 2^-60; sines come from a table per degree and a short series.
The sphere has the mean radius R1 of the IUGG; a distance differs from that sphere's by less than
1 mm anywhere, and from one on the ellipsoid by up to 0.56 %.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, lru_cache
from math import isqrt

import msgspec

Vector = tuple[int, int, int]
"""A direction from the Earth's centre; a unit vector's length is 2^60."""

EARTH_RADIUS_MM = 6_371_008_800
"""Mean radius R1 of GRS 80 as adopted by the IUGG (Moritz 2000), 6,371,008.8 m."""

STEPS_PER_DEGREE = 10_000_000
FULL_CIRCLE = 360 * STEPS_PER_DEGREE

FRACTION_BITS = 60
ONE = 1 << FRACTION_BITS
"""The number 1 in the fixed point of this module."""

_FINE_BITS = 120
_PI_DIGITS = 31415926535897932384626433832795028841971693993751
_PI_FINE = (_PI_DIGITS << _FINE_BITS) // 10**49
_QUARTER = _PI_FINE >> (_FINE_BITS - FRACTION_BITS + 1)
_DEGREE_FINE = _PI_FINE // 180
_DEGREE = _DEGREE_FINE >> (_FINE_BITS - FRACTION_BITS)
_STEP_FINE = _DEGREE_FINE // STEPS_PER_DEGREE
_HALF = ONE // 2
_SIXTH, _24TH, _120TH, _720TH = ONE // 6, ONE // 24, ONE // 120, ONE // 720
_FIVE_112THS = 5 * ONE // 112
_THREE_40THS = 3 * ONE // 40


class Arc(msgspec.Struct, frozen=True):
    """The shortest way between two positions, a part of a great circle.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        normal: The pole of its great circle, left of the way.
        forward: On its great circle, a quarter turn ahead of the start.
        backward: On its great circle, a quarter turn before the end.
        length_mm: Its length.
    """

    start: Vector
    end: Vector
    normal: Vector
    forward: Vector
    backward: Vector
    length_mm: int


@lru_cache(maxsize=4096)
def unit_vector(latitude: int, longitude: int) -> Vector:
    """Return the direction of a position.

    Args:
        latitude: In steps of 1e-7 degree, north positive.
        longitude: In steps of 1e-7 degree, east positive.
    """
    sine, cosine = _sine_cosine(latitude)
    east, ahead = _sine_cosine(longitude)
    return cosine * ahead >> FRACTION_BITS, cosine * east >> FRACTION_BITS, sine


def cosine_of(latitude: int) -> int:
    """Return the cosine of a latitude in steps of 1e-7 degree, in fixed point."""
    return _sine_cosine(latitude)[1]


def distance_mm(one: Vector, other: Vector) -> int:
    """Return the great circle distance of two unit vectors, in millimetres."""
    apart = squared_chord(one, other)
    if apart <= 2 * ONE * ONE:
        return _arc_mm(2 * _arc_sine(isqrt(apart) >> 1))
    # Beyond a quarter of the way round, the distance to the antipode is the exact one.
    antipode = (-other[0], -other[1], -other[2])
    return _arc_mm(2 * (_QUARTER - _arc_sine(isqrt(squared_chord(one, antipode)) >> 1)))


def squared_chord(one: Vector, other: Vector) -> int:
    """Return the square of the straight distance through the Earth, of radius 2^60."""
    x, y, z = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return x * x + y * y + z * z


def chord_of(millimetres: int) -> int:
    """Return the straight distance that belongs to a distance on the ground, at most half round."""
    degree, rest = divmod((millimetres << FRACTION_BITS) // (2 * EARTH_RADIUS_MM), _DEGREE)
    return 2 * _sine_cosine_of(min(degree, 90), rest)[0]


def arc_between(start: Vector, end: Vector) -> Arc:
    """Return the shortest way between two unit vectors.

    Args:
        start: Where it begins.
        end: Where it ends: another position, less than half round.
    """
    normal = _unit(_cross(start, end))
    return Arc(
        start,
        end,
        normal,
        forward=_unit(_cross(normal, start)),
        backward=_unit(_cross(end, normal)),
        length_mm=distance_mm(start, end),
    )


def nearest_on(arc: Arc, place: Vector) -> tuple[int, int]:
    """Return how far a place is from an arc, and how far along it the nearest point lies, in mm."""
    ahead = _dot(arc.forward, place)
    if ahead >= 0 and _dot(arc.backward, place) >= 0:
        aside = abs(_dot(arc.normal, place))
        along = _arc_mm(_angle(ahead, _dot(arc.start, place)))
        return _arc_mm(_safe_arc_sine(aside)), min(along, arc.length_mm)
    from_start, from_end = distance_mm(arc.start, place), distance_mm(arc.end, place)
    return (from_start, 0) if from_start <= from_end else (from_end, arc.length_mm)


def midpoint(one: Vector, other: Vector) -> Vector:
    """Return the direction halfway between two unit vectors that are not opposite."""
    return _unit((one[0] + other[0], one[1] + other[1], one[2] + other[2]))


def _sine_cosine(steps: int) -> tuple[int, int]:
    """Return sine and cosine of an angle of at most 180 degrees either way."""
    size = abs(steps)
    is_obtuse = size > 90 * STEPS_PER_DEGREE
    if is_obtuse:
        size = 180 * STEPS_PER_DEGREE - size
    # To the nearest degree: the rest is at most half of one, either way.
    degree = (size + STEPS_PER_DEGREE // 2) // STEPS_PER_DEGREE
    rest = (size - degree * STEPS_PER_DEGREE) * _STEP_FINE >> (_FINE_BITS - FRACTION_BITS)
    sine, cosine = _sine_cosine_of(degree, rest)
    return (sine if steps >= 0 else -sine), (-cosine if is_obtuse else cosine)


def _sine_cosine_of(degree: int, rest: int) -> tuple[int, int]:
    """Return sine and cosine of whole degrees and a rest in radians of at most one degree."""
    sines = _sines()
    sine, cosine = sines[degree], sines[90 - degree]
    square = rest * rest >> FRACTION_BITS
    # What the cosine of the rest lacks to 1, and its sine; the next terms are below 2^-60.
    lack = square * (
        _HALF - (square * (_24TH - (square * _720TH >> FRACTION_BITS)) >> FRACTION_BITS)
    )
    lack >>= FRACTION_BITS
    small = (square * (_SIXTH - (square * _120TH >> FRACTION_BITS))) >> FRACTION_BITS
    small = rest - (rest * small >> FRACTION_BITS)
    return (
        sine + ((cosine * small - sine * lack) >> FRACTION_BITS),
        cosine - ((sine * small + cosine * lack) >> FRACTION_BITS),
    )


@cache
def _sines() -> tuple[int, ...]:
    """Return the sines of 0 to 90 degrees, from that of one degree turned ninety times."""
    sine = term = _DEGREE_FINE
    cosine = 1 << _FINE_BITS
    power = cosine
    for order in range(2, 24, 2):
        power = -(power * _DEGREE_FINE >> _FINE_BITS) * _DEGREE_FINE // ((order - 1) * order)
        power >>= _FINE_BITS
        cosine += power
        term = -(term * _DEGREE_FINE >> _FINE_BITS) * _DEGREE_FINE // (order * (order + 1))
        term >>= _FINE_BITS
        sine += term
    turned, x, y = [0], 1 << _FINE_BITS, 0
    for _ in range(90):
        x, y = (x * cosine - y * sine) >> _FINE_BITS, (y * cosine + x * sine) >> _FINE_BITS
        turned.append(y)
    half = 1 << (_FINE_BITS - FRACTION_BITS - 1)
    return tuple((one + half) >> (_FINE_BITS - FRACTION_BITS) for one in turned)


def _arc_sine(sine: int) -> int:
    """Return the angle in radians of a sine from 0 to the square root of a half."""
    sines = _sines()
    degree = 0
    if sine > sines[1]:
        degree = bisect_right(sines, sine) - 1
        cosine = isqrt(ONE * ONE - sine * sine)
        sine = (sine * sines[90 - degree] - cosine * sines[degree]) >> FRACTION_BITS
    square = sine * sine >> FRACTION_BITS
    # x + x^3/6 + 3 x^5/40 + 5 x^7/112; the next term is below 5e-18 at one degree.
    more = _THREE_40THS + (square * _FIVE_112THS >> FRACTION_BITS)
    more = _SIXTH + (square * more >> FRACTION_BITS)
    more = square * more >> FRACTION_BITS
    return degree * _DEGREE + sine + (sine * more >> FRACTION_BITS)


def _safe_arc_sine(sine: int) -> int:
    """Return the angle in radians of a sine from 0 to 1, which rounding may have made larger."""
    rest = ONE * ONE - sine * sine
    return _angle(sine, isqrt(max(rest, 0)))


def _angle(y: int, x: int) -> int:
    """Return the angle in radians whose sine and cosine are as y to x; y is not negative."""
    size = isqrt(x * x + y * y)
    if size == 0:
        return 0
    if y <= x:
        return _arc_sine((y << FRACTION_BITS) // size)
    if x >= 0:
        return _QUARTER - _arc_sine((x << FRACTION_BITS) // size)
    return 2 * _QUARTER - _angle(y, -x)


def _arc_mm(radians: int) -> int:
    return (radians * EARTH_RADIUS_MM + _HALF) >> FRACTION_BITS


def _dot(one: Vector, other: Vector) -> int:
    return (one[0] * other[0] + one[1] * other[1] + one[2] * other[2]) >> FRACTION_BITS


def _cross(one: Vector, other: Vector) -> Vector:
    """Return the vector product, in steps of 2^-120."""
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def _unit(vector: Vector) -> Vector:
    size = isqrt(vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2)
    x, y, z = ((part << FRACTION_BITS) // size for part in vector)
    return x, y, z
