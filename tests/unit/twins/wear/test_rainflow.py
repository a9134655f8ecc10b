import json
from pathlib import Path

import pytest

from twins.wear.rainflow import Cycle, half_cycles_of, push_all

VECTOR = json.loads((Path(__file__).parents[3] / "vectors" / "rainflow.json").read_text())
SERIES: list[int] = VECTOR["series"]


def test_sample_of_e1049_is_counted_range_by_range_as_its_figure_shows() -> None:
    residue: list[int] = []
    closed = push_all(residue, SERIES)
    assert closed + half_cycles_of(residue) == [
        Cycle(one["range"], sum(one["between"]), int(2 * one["cycles"]))
        for one in VECTOR["counted"]
    ]


def test_range_is_counted_by_the_value_that_reaches_its_start() -> None:
    # Figure 6: E-F (-1, 3) is counted at G; before, 3 and D (5) have nothing larger after them.
    residue: list[int] = []
    push_all(residue, SERIES[:6])
    assert residue == [-3, 5, -1, 3]
    assert push_all(residue, [0]) == []
    assert push_all(residue, [-1]) == [Cycle(4, 2, 2)]
    assert push_all(residue, [-2]) == []
    assert push_all(residue, [-4]) == [Cycle(8, 2, 1)]
    assert residue == [5, -4]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([7], [7]),
        ([7, 7, 7], [7]),
        ([1, 2, 2, 5], [1, 5]),
        ([5, 2, 2, 1], [5, 1]),
        ([7, 7, 1, 1, 5, 5], [7, 1, 5]),
    ],
    ids=str,
)
def test_plateaus_and_values_on_the_way_leave_no_point(
    values: list[int], expected: list[int]
) -> None:
    residue: list[int] = []
    assert push_all(residue, values) == []
    assert residue == expected


def test_history_of_two_values_is_half_a_cycle() -> None:
    # Step 6: every range not yet counted is half a cycle, the only one as well.
    assert half_cycles_of([1, 5]) == [Cycle(4, 6, 1)]


def test_equal_swings_are_counted_as_they_come() -> None:
    # By hand, steps 4 and 5: Y always contains S, so each swing is half a cycle.
    residue: list[int] = []
    assert push_all(residue, [0, 1, 0, 1, 0]) == [Cycle(1, 1, 1)] * 3
    assert residue == [1, 0]


def test_ever_narrower_swings_stay_in_the_residue_until_a_wider_one_closes_them() -> None:
    residue: list[int] = []
    assert push_all(residue, [0, 9, 1, 8, 2, 7]) == []
    assert residue == [0, 9, 1, 8, 2, 7]
    assert push_all(residue, [-1]) == [Cycle(5, 9, 2), Cycle(7, 9, 2), Cycle(9, 9, 1)]
    assert residue == [9, -1]
