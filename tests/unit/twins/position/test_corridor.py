import pytest

from tests.unit.twins.maps import METRE, steps
from twins.position.corridor import Corridor, Progress, corridor

DEGREE_MM = 111_195_080


def way(*points: tuple[float, float]) -> Corridor:
    return corridor([(steps(latitude), steps(longitude)) for latitude, longitude in points], 500)


NORTH_THEN_EAST = way((0, 0), (1, 0), (1, 1))


def test_length_of_a_way_is_that_of_its_legs() -> None:
    # A degree along the parallel of 1 degree: by the haversine formula, GNU bc.
    assert way((0, 0), (1, 0), (0, 0)).length_mm == 2 * DEGREE_MM
    assert NORTH_THEN_EAST.length_mm == DEGREE_MM + 111_178_144


@pytest.mark.parametrize(
    ("place", "leg", "deviation_m", "along_mm"),
    [
        ((0.25, 0), 0, 0, DEGREE_MM // 4),
        ((0.25, 300 * METRE), 0, 300, DEGREE_MM // 4),
        ((0.25, -300 * METRE), 0, 300, DEGREE_MM // 4),
        ((-700 * METRE, 0), 0, 700, 0),
        ((1 + 90 * METRE, 0), 0, 90, DEGREE_MM),
        ((1, 1.5), 1, 55_589, NORTH_THEN_EAST.length_mm),
    ],
)
def test_place_stands_on_the_nearest_leg(
    place: tuple[float, float], leg: int, deviation_m: int, along_mm: int
) -> None:
    progress = NORTH_THEN_EAST.progress_of(*map(steps, place))
    assert (progress.leg, progress.deviation_m) == (leg, deviation_m)
    assert abs(progress.along_mm - along_mm) < 10
    assert progress.length_mm == NORTH_THEN_EAST.length_mm


def test_of_two_legs_that_are_equally_near_the_earlier_one_counts() -> None:
    there_and_back = way((0, 0), (1, 0), (0, 0))
    assert there_and_back.progress_of(steps(0.25), 0).leg == 0
    assert there_and_back.progress_of(steps(0.25), steps(0.1)).leg == 0


def test_long_leg_follows_the_great_circle_and_not_the_parallel() -> None:
    # Halfway of a quarter turn at 60 degrees north lies at atan(tan 60 * sqrt 2) = 67.7923 degrees.
    flight = way((60, 0), (60, 90))
    assert flight.progress_of(steps(67.7923457), steps(45)).deviation_m <= 1
    assert flight.progress_of(steps(60), steps(45)).deviation_m == pytest.approx(866_471, abs=10)


def test_leg_across_the_antimeridian_is_the_short_one() -> None:
    ferry = way((0, 179), (0, -179))
    assert ferry.length_mm == 2 * DEGREE_MM
    assert ferry.progress_of(0, steps(180)).along_mm == DEGREE_MM


@pytest.mark.parametrize(("millimetres", "metres"), [(0, 0), (499, 0), (500, 1), (1499, 1)])
def test_deviation_in_metres_is_rounded_half_up(millimetres: int, metres: int) -> None:
    assert Progress(0, millimetres, 0, 1).deviation_m == metres
