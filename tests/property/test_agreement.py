"""Agreement and drift of many readings at once, against one by one."""

import statistics
from fractions import Fraction

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import law
from twins.sensors.bias import HOUR, Bias, compare, compare_all, is_quiet
from twins.sensors.findings import Subject
from twins.sensors.voices import median

SUBJECT = Subject("d", "s", "temperature")
LIMIT = 100
STEPS = st.sampled_from([1, HOUR // 12, HOUR // 3, HOUR, 5 * HOUR])
PAIRS = st.lists(st.tuples(STEPS, st.sampled_from([0, 99, 100, 101, -101, 500])), max_size=60)


def one_by_one(pairs: list[tuple[int, int]], bias: Bias, at: int = 0) -> tuple[Bias, list[object]]:
    found: list[object] = []
    for step, beside in pairs:
        at += step
        found.append(compare(bias, at, 5_000 + beside, 5_000, LIMIT, SUBJECT))
    return bias, found


@law
@given(
    PAIRS,
    st.lists(st.integers(-500, 500), min_size=1, max_size=20),
    st.sampled_from([0, 1, HOUR // 2, HOUR, 3 * HOUR]),
)
def test_differences_within_an_hour_give_the_same_many_at_once_as_one_by_one(
    pairs: list[tuple[int, int]], values: list[int], later: int
) -> None:
    bias, _ = one_by_one(pairs, Bias())
    twice = msgspec.structs.replace(bias)
    begins = bias.last[0] + later
    times = [begins + place for place in range(len(values))]
    if not is_quiet(bias, times, LIMIT, SUBJECT):
        return
    judged = list(range(len(values)))
    compare_all(bias, times, values, judged, LIMIT, SUBJECT)
    for at, value, middle in zip(times, values, judged, strict=True):
        assert compare(twice, at, value, middle, LIMIT, SUBJECT) is None
        assert not twice.is_drifting
    assert bias == twice


@law
@given(PAIRS, st.integers(0, 60))
def test_drift_restored_anywhere_goes_on_as_if_it_had_not_been(
    pairs: list[tuple[int, int]], cut: int
) -> None:
    whole, found = one_by_one(pairs, Bias())
    first, before = one_by_one(pairs[:cut], Bias())
    restored = msgspec.msgpack.decode(msgspec.msgpack.encode(first), type=Bias)
    at = sum(step for step, _ in pairs[:cut])
    rest, after = one_by_one(pairs[cut:], restored, at)
    assert (rest, before + after) == (whole, found)


@law
@given(PAIRS, PAIRS)
def test_drifts_that_differ_farther_back_become_alike(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    states = []
    for pairs in (one, other):
        bias, _ = one_by_one(pairs, Bias())
        # Two hours within the limit, begun long after.
        states.append(one_by_one([(HOUR // 4, 0)] * 12, bias, 1_000 * HOUR)[0])
    assert states[0] == states[1]


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=9))
def test_median_is_that_of_the_standard_library_rounded_half_to_even(values: list[int]) -> None:
    said = [(str(place), value) for place, value in enumerate(values)]
    assert median(said) == round(statistics.median(map(Fraction, values)))
