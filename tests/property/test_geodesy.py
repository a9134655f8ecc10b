"""Integer distances against the same sphere in floating point."""

from __future__ import annotations

from math import atan2, cos, hypot, radians, sin

from hypothesis import given
from hypothesis import strategies as st

from twins.position.corridor import corridor
from twins.position.geodesy import ONE, arc_between, distance_mm, nearest_on, unit_vector
from twins.position.geofence import HALF_CIRCLE, circle

RADIUS_MM = 6_371_008_800

latitudes = st.integers(-900_000_000, 900_000_000)
longitudes = st.integers(-HALF_CIRCLE, HALF_CIRCLE)
places = st.tuples(latitudes, longitudes)
nearby = st.integers(-(10**7), 10**7)
Place = tuple[int, int]


def float_distance(one: Place, other: Place) -> float:
    """Return the distance in mm by Vincenty's formula for a sphere, good at any distance."""
    lat1, lat2 = radians(one[0] / 1e7), radians(other[0] / 1e7)
    turn = radians((other[1] - one[1]) / 1e7)
    # Of neighbours the difference of two sines says little; sums of half angles say it all.
    north = sin(lat2 - lat1) + 2 * sin(lat1) * cos(lat2) * sin(turn / 2) ** 2
    cosine = sin(lat1) * sin(lat2) + cos(lat1) * cos(lat2) * cos(turn)
    return RADIUS_MM * atan2(hypot(cos(lat2) * sin(turn), north), cosine)


@given(places, places)
def test_distance_of_any_two_places_is_that_of_the_float_formula(one: Place, other: Place) -> None:
    found = distance_mm(unit_vector(*one), unit_vector(*other))
    assert abs(found - float_distance(one, other)) <= 1


@given(places, nearby, nearby)
def test_distance_of_neighbours_is_that_of_the_float_formula(
    one: Place, north: int, east: int
) -> None:
    latitude = max(-900_000_000, min(900_000_000, one[0] + north))
    longitude = (one[1] + east + HALF_CIRCLE) % (2 * HALF_CIRCLE) - HALF_CIRCLE
    found = distance_mm(unit_vector(*one), unit_vector(latitude, longitude))
    assert abs(found - float_distance(one, (latitude, longitude))) <= 1


@given(places)
def test_direction_has_the_length_one(one: Place) -> None:
    squared = sum(part * part for part in unit_vector(*one))
    assert abs(squared - ONE * ONE) <= 16 * ONE


@given(places, places, places)
def test_no_way_is_longer_than_by_a_third_place(one: Place, other: Place, third: Place) -> None:
    a, b, c = unit_vector(*one), unit_vector(*other), unit_vector(*third)
    assert distance_mm(a, b) <= distance_mm(a, c) + distance_mm(c, b) + 2


@given(places, st.integers(1, 1_000_000_000), places)
def test_circle_holds_what_is_no_farther_than_its_radius(
    centre: Place, radius_mm: int, place: Place
) -> None:
    area = circle(*centre, radius_mm, 0)
    distance = distance_mm(unit_vector(*centre), unit_vector(*place))
    if abs(distance - radius_mm) > 1:
        assert area.holds(*place) == (distance < radius_mm)


@given(st.tuples(latitudes, st.integers(-300_000_000, 300_000_000)), nearby, nearby, nearby, nearby)
def test_nearest_point_of_a_way_is_no_farther_than_any_other(
    start: Place, north: int, east: int, aside: int, ahead: int
) -> None:
    latitude = max(-800_000_000, min(800_000_000, start[0]))
    start = (latitude, start[1])
    end = (latitude + north, start[1] + east)
    place = unit_vector(latitude + aside, start[1] + ahead)
    if start == end:
        return
    a, b = unit_vector(*start), unit_vector(*end)
    deviation, along = nearest_on(arc_between(a, b), place)
    length = distance_mm(a, b)
    assert 0 <= along <= length + 1
    nearest = min(
        distance_mm(place, between) for between in (weighted(a, b, share) for share in range(65))
    )
    assert nearest - length / 64 - 2 <= deviation <= nearest + 2


def weighted(one: tuple[int, ...], other: tuple[int, ...], share: int) -> tuple[int, int, int]:
    """Return a direction on the way from one to another, in 64 parts."""
    parts = [a * (64 - share) + b * share for a, b in zip(one, other, strict=True)]
    size = sum(part * part for part in parts) ** 0.5
    x, y, z = (round(part / size * ONE) for part in parts)
    return x, y, z


@given(
    st.lists(st.tuples(nearby, nearby), min_size=2, max_size=40, unique=True),
    st.tuples(nearby, nearby),
)
def test_nearest_leg_is_the_first_of_those_that_no_other_is_nearer_than(
    points: list[Place], place: Place
) -> None:
    way = corridor(points, 1000)
    there = unit_vector(*place)
    found = [(nearest_on(leg, there)[0], number) for number, leg in enumerate(way.legs)]
    progress = way.progress_of(*place)
    assert (progress.deviation_mm, progress.leg) == min(found)
    assert way.starts_mm[progress.leg] <= progress.along_mm <= way.length_mm
