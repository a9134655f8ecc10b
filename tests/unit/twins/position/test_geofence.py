from collections.abc import Sequence

import pytest

from tests.unit.twins.maps import METRE, steps
from twins.position.geofence import circle, doubled_area, polygon, turns

SQUARE = [(50, 8), (50, 9), (51, 9), (51, 8)]
ELL = [(0, 0), (0, 2), (1, 2), (1, 1), (2, 1), (2, 0)]
FIJI = [(-17, 179), (-17, -179), (-16, -179), (-16, 179)]
"""Two degrees wide, the antimeridian in its middle."""

MARGIN_MM = 50_000


def corners(degrees: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    return [(steps(latitude), steps(longitude)) for latitude, longitude in degrees]


def holds(degrees: Sequence[tuple[float, float]], latitude: float, longitude: float) -> bool:
    return polygon(corners(degrees), 0).holds(steps(latitude), steps(longitude))


@pytest.mark.parametrize(
    ("metres", "is_inside", "is_near"),
    [
        (0, True, True),
        (499.9, True, True),
        (500.1, False, True),
        (549.9, False, True),
        (550.1, False, False),
        (10_000_000, False, False),
    ],
)
def test_circle_ends_at_its_radius_and_is_left_at_its_margin(
    metres: float, *, is_inside: bool, is_near: bool
) -> None:
    area = circle(steps(10), steps(-120), 500_000, MARGIN_MM)
    place = steps(10 + metres * METRE), steps(-120)
    assert (area.holds(*place), area.is_near(*place)) == (is_inside, is_near)


def test_circle_reaches_across_the_antimeridian_and_round_a_pole() -> None:
    assert circle(0, steps(179.999), 500_000, 0).holds(0, steps(-179.999))
    polar = circle(steps(89.9), 0, 20_000_000, 0)
    assert polar.holds(steps(89.95), steps(180))
    assert not polar.holds(steps(89.9), steps(180))


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (0.5, 0.5, True),
        (0.5, 1.5, True),
        (1.5, 0.5, True),
        (1.5, 1.5, False),
        (1.0000001, 1.0000001, False),
        (0.9999999, 1.0000001, True),
        (-0.1, 0.5, False),
        (0.5, 2.1, False),
    ],
)
def test_polygon_holds_what_its_line_goes_round(
    latitude: float, longitude: float, *, expected: bool
) -> None:
    assert holds(ELL, latitude, longitude) is expected
    assert holds(ELL[::-1], latitude, longitude) is expected


@pytest.mark.parametrize("place", [*ELL, (0, 1), (0.5, 2), (1, 1.5), (2, 0.5), (1.3, 0)])
def test_polygon_holds_its_own_line(place: tuple[float, float]) -> None:
    assert holds(ELL, *place)


@pytest.mark.parametrize("latitude", [0, 1, 2])
def test_line_through_corners_does_not_count_a_place_beside_them(latitude: float) -> None:
    assert not holds(ELL, latitude, -0.5)
    assert not holds(ELL, latitude, 2.5)


@pytest.mark.parametrize(
    ("longitude", "expected"),
    [
        (179.5, True),
        (180, True),
        (-180, True),
        (-179.5, True),
        (178.9, False),
        (-178.9, False),
        (0, False),
    ],
)
def test_polygon_across_the_antimeridian_holds_both_its_sides(
    longitude: float, *, expected: bool
) -> None:
    assert holds(FIJI, -16.5, longitude) is expected
    assert holds([FIJI[1], FIJI[2], FIJI[3], FIJI[0]], -16.5, longitude) is expected


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (50.5, 8.5, True),
        (50 - 49 * METRE, 8.5, True),
        (50 - 51 * METRE, 8.5, False),
        # cos 60 degrees is a half: a metre eastward is twice as many degrees.
        (60.5, 9 + 98 * METRE, True),
        (60.5, 9 + 104 * METRE, False),
        # Outside a corner: 40 m either way are 57 m, 30 m are 42 m.
        (50 - 40 * METRE, 8 - 40 / 0.6428 * METRE, False),
        (50 - 30 * METRE, 8 - 30 / 0.6428 * METRE, True),
    ],
)
def test_polygon_is_left_only_beyond_its_margin(
    latitude: float, longitude: float, *, expected: bool
) -> None:
    tall = [(50, 8), (50, 9), (61, 9), (61, 8)]
    area = polygon(corners(tall), MARGIN_MM)
    assert area.is_near(steps(latitude), steps(longitude)) is expected


def test_polygon_at_the_antimeridian_is_near_to_what_lies_beyond_it() -> None:
    west = polygon(corners([(0, 179), (0, 180), (1, 180), (1, 179)]), MARGIN_MM)
    assert west.is_near(steps(0.5), steps(-180 + 49 * METRE))
    assert not west.is_near(steps(0.5), steps(-180 + 51 * METRE))


def test_line_round_a_pole_turns_once_and_others_do_not() -> None:
    arctic = [(80, 0), (80, 90), (80, 180), (80, -90)]
    assert [turns(corners(one)) for one in (arctic, arctic[::-1], SQUARE, FIJI)] == [1, -1, 0, 0]


def test_area_is_signed_by_the_sense_of_the_line_and_zero_where_there_is_none() -> None:
    degree = 10**14
    assert doubled_area(corners(SQUARE)) == 2 * degree
    assert doubled_area(corners(SQUARE[::-1])) == -2 * degree
    assert abs(doubled_area(corners(FIJI))) == 4 * degree
    assert doubled_area(corners([(1, 2), (2, 3), (3, 4)])) == 0
