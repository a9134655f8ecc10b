"""The core estimate against Newton's law in exact sums, and however it is fed."""

from __future__ import annotations

from decimal import Decimal, localcontext
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import law
from twins.temperature.core import STEPS, Core, CoreSpans, feed

Span = tuple[int, int, int]
"""From when, until when, and the value."""

TIME_CONSTANTS = st.sampled_from([1, 15, 16, 100, 1_600, 7_777])
VALUES = st.sampled_from([-20_000, 0, 5_000, 5_000, 5_100, 25_000, 40_001])


@st.composite
def observations(draw: st.DrawFn, gaps: tuple[int, ...] = (0, 0, 0, 3, 40, 5_000)) -> list[Span]:
    """Return spans in order, some of them with a gap before, some without any duration."""
    moment = draw(st.integers(-500, 500))
    spans = []
    for _ in range(draw(st.integers(1, 15))):
        moment += draw(st.sampled_from(gaps))
        end = moment + draw(st.sampled_from([0, 1, 5, 90, 400, 2_000]))
        spans.append((moment, end, draw(VALUES)))
        moment = end
    return spans


def stretches(spans: list[Span]) -> list[list[Span]]:
    """Return what follows each other without a gap."""
    found: list[list[Span]] = []
    for span in spans:
        if found and found[-1][-1][1] == span[0]:
            found[-1].append(span)
        else:
            found.append([span])
    return found


def joined(core: Core, spans: list[Span]) -> list[CoreSpans]:
    return [
        feed(core, [one[0] for one in stretch], [one[2] for one in stretch], stretch[-1][1])
        for stretch in stretches(spans)
    ]


def as_function(parts: list[CoreSpans]) -> list[Span]:
    """Return the step function without needless steps."""
    found: list[Span] = []
    for part in parts:
        for (begin, end), value in zip(
            pairwise([*part.times, part.until]), part.values, strict=True
        ):
            if found and found[-1][1:] == (begin, value):
                found[-1] = (found[-1][0], end, value)
            else:
                found.append((begin, end, value))
    return found


@law
@given(observations(), TIME_CONSTANTS, st.data())
def test_core_is_the_same_however_the_air_is_cut_and_restored(
    spans: list[Span], time_constant: int, data: st.DataObject
) -> None:
    core, parts = Core(time_constant), []
    for begin, end, value in spans:
        cuts = set(data.draw(st.lists(st.integers(begin, end), max_size=3)))
        for a, b in pairwise(sorted({begin, end, *cuts})):
            parts.append(feed(core, [a], [value], b))
            core = msgspec.msgpack.decode(msgspec.msgpack.encode(core), type=Core)
    whole = Core(time_constant)
    expected = joined(whole, spans)
    assert core == whole
    assert as_function(parts) == as_function(expected)


@law
@given(observations(gaps=(0,)), TIME_CONSTANTS)
def test_core_equals_the_closed_form_to_a_milli_degree_and_less(
    spans: list[Span], time_constant: int
) -> None:
    spans = [one for one in spans if one[0] < one[1]]
    core = Core(time_constant)
    parts = joined(core, spans)
    if not spans:
        return
    with localcontext(prec=40):
        stated = {one[0]: one[2] for one in as_function(parts)}
        exact = Decimal(spans[0][2])
        for begin, end, air in spans:
            for moment in [at for at in stated if begin <= at < end]:
                here = air + (exact - air) * (Decimal(begin - moment) / time_constant).exp()
                # Half a milli-degree, half of one every fourth time constant, and micro-degrees.
                assert abs(here - stated[moment]) < Decimal("1.05")
            exact = air + (exact - air) * (Decimal(begin - end) / time_constant).exp()


@law
@given(observations(gaps=(0,)), TIME_CONSTANTS)
def test_core_is_never_warmer_or_colder_than_the_air_has_been(
    spans: list[Span], time_constant: int
) -> None:
    values = [value for begin, end, value in spans if begin < end]
    for part in joined(Core(time_constant), spans):
        assert all(min(values) <= value <= max(values) for value in part.values)


@law
@given(observations(gaps=(0,)), TIME_CONSTANTS)
def test_core_is_stated_for_all_the_observed_time_from_changes_and_whole_steps(
    spans: list[Span], time_constant: int
) -> None:
    function = as_function(joined(Core(time_constant), spans))
    observed = [one for one in spans if one[0] < one[1]]
    assert sum(b - a for a, b, _ in function) == sum(b - a for a, b, _ in observed)
    changes, step = {one[0] for one in observed}, max(1, time_constant // STEPS)
    assert all(begin in changes or begin % step == 0 for begin, _, _ in function)


@law
@given(observations(), observations())
def test_state_forgets_the_past_after_constant_air(one: list[Span], other: list[Span]) -> None:
    time_constant = 160
    begin = max(one[-1][1], other[-1][1])
    cores = []
    for past in (one, other):
        core = Core(time_constant)
        joined(core, past)
        for second in range(60):
            at = begin + 20_000 + second * time_constant
            feed(core, [at], [5_000 + second % 7 * 100], at + time_constant)
        cores.append(core)
    assert cores[0] == cores[1]
