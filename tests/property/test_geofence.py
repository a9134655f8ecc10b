"""Polygons against exact fractions, and wherever on the globe they lie."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from twins.position.geodesy import FULL_CIRCLE
from twins.position.geofence import HALF_CIRCLE, Corner, doubled_area, polygon

# A coarse grid, so that places lie on lines and corners often.
GRID = 1_000_000
small = st.integers(-6, 6).map(GRID.__mul__)
places = st.tuples(small, small)


def wrapped(longitude: int) -> int:
    return (longitude + HALF_CIRCLE) % FULL_CIRCLE - HALF_CIRCLE


def moved(corners: list[Corner], eastward: int) -> list[Corner]:
    return [(latitude, wrapped(longitude + eastward)) for latitude, longitude in corners]


def sides_of(corners: list[Corner], place: Corner) -> set[int]:
    """Return on which sides of the lines of a triangle a place lies: -1, 0 or 1."""
    found = set()
    for number, (lat1, lon1) in enumerate(corners):
        lat2, lon2 = corners[(number + 1) % 3]
        side = (lon2 - lon1) * (place[0] - lat1) - (lat2 - lat1) * (place[1] - lon1)
        found.add((side > 0) - (side < 0))
    return found


@given(st.lists(places, min_size=3, max_size=3), places)
def test_triangle_holds_what_is_never_on_different_sides_of_its_lines(
    corners: list[Corner], place: Corner
) -> None:
    assume(doubled_area(corners) != 0)
    assert polygon(corners, 0).holds(*place) == (not {-1, 1} <= sides_of(corners, place))


@given(
    st.lists(places, min_size=3, max_size=9),
    places,
    st.integers(-HALF_CIRCLE, HALF_CIRCLE - 1),
    st.integers(0, 500_000_000),
)
def test_polygon_means_the_same_wherever_it_is_turned_round_the_axis(
    corners: list[Corner], place: Corner, eastward: int, margin_mm: int
) -> None:
    (there,) = moved([place], eastward)
    here, elsewhere = (
        polygon(corners, margin_mm),
        polygon(moved(corners, eastward), margin_mm),
    )
    assert here.holds(*place) == elsewhere.holds(*there)
    assert here.is_near(*place) == elsewhere.is_near(*there)


@given(st.lists(places, min_size=3, max_size=9), places, st.integers(0, 8))
def test_polygon_does_not_depend_on_where_its_line_begins_or_which_way_it_goes(
    corners: list[Corner], place: Corner, first: int
) -> None:
    turned = [*corners[first % len(corners) :], *corners[: first % len(corners)]]
    expected = polygon(corners, 0).holds(*place)
    assert polygon(turned, 0).holds(*place) == expected
    assert polygon(turned[::-1], 0).holds(*place) == expected


@given(st.lists(places, min_size=3, max_size=9), places, st.integers(0, 500_000_000))
def test_what_a_polygon_holds_is_near_it_and_so_is_more_with_a_larger_margin(
    corners: list[Corner], place: Corner, margin_mm: int
) -> None:
    narrow, wide = polygon(corners, margin_mm), polygon(corners, 2 * margin_mm)
    assert narrow.is_near(*place) >= narrow.holds(*place)
    assert wide.is_near(*place) >= narrow.is_near(*place)
