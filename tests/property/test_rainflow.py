from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from random import Random

import msgspec
import rainflow  # type: ignore[import-untyped]  # it has no types
from hypothesis import given
from hypothesis import strategies as st

from twins.wear.fatigue import Fatigue, FatigueCurve, damage_of, ended, feed, half_cycle_damage
from twins.wear.rainflow import Cycle, half_cycles_of, push_all

VALUES = st.integers(-6, 6) | st.integers(-(10**6), 10**6)
SERIES = st.lists(VALUES, max_size=80) | st.lists(st.integers(-3, 3), max_size=80)
CUTS = st.lists(st.integers(0, 80))
CURVES = st.builds(
    FatigueCurve,
    st.decimals("0.001", "1e9", places=3),
    st.integers(1, 12).map(Decimal) | st.decimals("0.1", "12", places=2),
)


def totals(cycles: Iterable[Cycle]) -> Counter[int]:
    counted: Counter[int] = Counter()
    for one in cycles:
        counted[one.range_steps] += one.half_cycles
    return counted


def oracle(series: list[int]) -> dict[int, int]:
    """Return half cycles by range as the package `rainflow` counts them.

    It counts nothing in a history of two values, and half a cycle of no range in a constant one;
    E1049 has neither. The last value once more changes no peak and no valley.
    """
    counted = rainflow.count_cycles(series + series[-1:])
    return {size: int(2 * cycles) for size, cycles in counted if size}


@given(SERIES)
def test_totals_of_any_history_equal_those_of_another_implementation(series: list[int]) -> None:
    residue: list[int] = []
    assert totals(push_all(residue, series) + half_cycles_of(residue)) == oracle(series)


@given(SERIES, CUTS)
def test_counting_stored_and_restored_anywhere_gives_the_same_cycles(
    series: list[int], cuts: list[int]
) -> None:
    whole: list[int] = []
    expected = push_all(whole, series)
    residue: list[int] = []
    closed: list[Cycle] = []
    for start, end in pairwise(sorted({0, *cuts, len(series)})):
        residue = msgspec.msgpack.decode(msgspec.msgpack.encode(residue), type=list[int])
        closed += push_all(residue, series[start:end])
    assert (closed, residue) == (expected, whole)


@given(SERIES)
def test_many_values_at_once_count_as_one_by_one(series: list[int]) -> None:
    at_once: list[int] = []
    expected = push_all(at_once, series)
    residue: list[int] = []
    assert [one for value in series for one in push_all(residue, [value])] == expected
    assert residue == at_once


@given(SERIES)
def test_ranges_of_a_residue_fall_strictly(series: list[int]) -> None:
    residue: list[int] = []
    push_all(residue, series)
    ranges = [one.range_steps for one in half_cycles_of(residue)]
    assert all(later < earlier for earlier, later in pairwise(ranges))
    assert len(residue) <= max(series, default=0) - min(series, default=0) + 1


@given(SERIES, SERIES, SERIES)
def test_history_beyond_a_difference_both_ways_forgets_it(
    one: list[int], other: list[int], after: list[int]
) -> None:
    both = [*one, *other, 0]
    beyond = [max(both) + 1, min(both) - 1, *after]
    residues: list[list[int]] = [[], []]
    push_all(residues[0], one + beyond)
    push_all(residues[1], other + beyond)
    assert residues[0] == residues[1]


@given(SERIES, CURVES)
def test_damage_never_falls_with_another_value(series: list[int], curve: FatigueCurve) -> None:
    half_damage = half_cycle_damage(curve, 1000)
    fatigue = Fatigue()
    before = Fatigue()
    for value in series:
        feed(fatigue, [value], half_damage)
        now = ended(fatigue, half_damage)
        assert now.half_cycles >= before.half_cycles
        assert now.damage >= before.damage
        before = now


@given(st.lists(SERIES, max_size=4), CURVES, st.randoms())
def test_damage_of_parts_adds_up_in_any_order(
    parts: list[list[int]], curve: FatigueCurve, rng: Random
) -> None:
    half_damage = half_cycle_damage(curve, 1000)
    residue: list[int] = []
    closed = [push_all(residue, part) for part in parts]
    expected = damage_of([one for some in closed for one in some], half_damage)
    rng.shuffle(closed)
    assert sum(damage_of(some, half_damage) for some in closed) == expected
