import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.twins.maps import steps
from twins.position.geodesy import (
    EARTH_RADIUS_MM,
    ONE,
    Vector,
    arc_between,
    chord_of,
    distance_mm,
    midpoint,
    nearest_on,
    unit_vector,
)

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "geo.json").read_text())


def place(degrees: list[float]) -> Vector:
    return unit_vector(*map(steps, degrees))


def names(vector: dict[str, Any]) -> str:
    return str(vector["name"])


@pytest.mark.parametrize("vector", VECTORS["distances"], ids=names)
def test_distance_is_that_of_the_sphere_to_the_millimetre(vector: dict[str, Any]) -> None:
    one, other = place(vector["from"]), place(vector["to"])
    assert abs(distance_mm(one, other) - Decimal(vector["metres"]) * 1000) <= 1
    assert distance_mm(one, other) == distance_mm(other, one)


def test_place_has_no_distance_to_itself() -> None:
    assert distance_mm(place([51.47, -0.45]), place([51.47, -0.45])) == 0


@pytest.mark.parametrize(
    ("degrees", "direction"),
    [
        ([0, 0], (1, 0, 0)),
        ([0, 90], (0, 1, 0)),
        ([0, 180], (-1, 0, 0)),
        ([0, -90], (0, -1, 0)),
        ([90, 12], (0, 0, 1)),
        ([-90, 12], (0, 0, -1)),
    ],
)
def test_direction_points_where_the_axes_do(
    degrees: list[float], direction: tuple[int, int, int]
) -> None:
    for part, expected in zip(place(degrees), direction, strict=True):
        assert abs(part - expected * ONE) <= 4


def test_sines_of_thirty_degrees_are_halves() -> None:
    assert abs(place([30, 0])[2] - ONE // 2) <= 4
    assert abs(place([0, 150])[1] - ONE // 2) <= 4
    assert abs(place([0, -150])[1] + ONE // 2) <= 4


def test_chord_of_a_short_way_is_as_long_as_the_way() -> None:
    assert chord_of(1_000_000) * EARTH_RADIUS_MM / ONE == pytest.approx(1_000_000, rel=1e-7)


def test_chord_of_half_the_circumference_is_the_diameter() -> None:
    assert abs(chord_of(20_015_114_442) - 2 * ONE) <= 4


@pytest.mark.parametrize("vector", VECTORS["cross_tracks"])
def test_distance_to_a_way_and_along_it_agree_with_other_programs(vector: dict[str, Any]) -> None:
    aside, along = nearest_on(
        arc_between(place(vector["from"]), place(vector["to"])), place(vector["place"])
    )
    scale = EARTH_RADIUS_MM / vector["radius_m"]
    assert aside == pytest.approx(float(vector["aside_metres"]) * scale, abs=1)
    assert along == pytest.approx(float(vector["along_metres"]) * scale, abs=10)


def test_place_beyond_an_end_of_a_way_is_as_far_as_that_end() -> None:
    way = arc_between(place([0, 0]), place([0, 1]))
    degree = 111_195_080
    assert nearest_on(way, place([0, -1])) == (degree, 0)
    assert nearest_on(way, place([0, 3])) == (2 * degree, degree)


def test_ends_of_a_way_lie_on_it() -> None:
    way = arc_between(place([51.47, -0.4543]), place([40.6413, -73.7781]))
    assert nearest_on(way, way.start) == (0, 0)
    assert nearest_on(way, way.end) == (0, way.length_mm)
    assert nearest_on(way, midpoint(way.start, way.end)) == (0, way.length_mm // 2)


def test_place_at_the_pole_of_a_way_is_a_quarter_away_from_all_of_it() -> None:
    way = arc_between(place([0, 0]), place([0, 1]))
    assert nearest_on(way, place([90, 0]))[0] == pytest.approx(10_007_557_221, abs=1)
