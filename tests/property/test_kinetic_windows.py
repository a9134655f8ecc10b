"""Windows of mean kinetic temperature against every window tried, moment by moment."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import law
from twins.temperature.kinetic_windows import KineticWindow, copied, feed, higher, highest
from twins.temperature.mean_kinetic import arrhenius_factor

ABOVE = 8_000
VALUES = st.sampled_from([2_000, 5_000, 5_000, 8_000, 8_001, 9_000, 15_000])

Span = tuple[int, int, int]
"""From when, until when, and the value."""


@st.composite
def observations(draw: st.DrawFn) -> list[Span]:
    """Return spans in order, some of them with a gap before, some without any duration."""
    moment = draw(st.integers(-500, 500))
    spans = []
    for _ in range(draw(st.integers(1, 25))):
        moment += draw(st.sampled_from([0, 0, 0, 0, 1, 7, 40]))
        end = moment + draw(st.sampled_from([0, 1, 2, 3, 5, 11, 40]))
        spans.append((moment, end, draw(VALUES)))
        moment = end
    return spans


LENGTHS = st.integers(1, 60)


@dataclass
class Every:
    """The same by trying each window; changes and windows lie on whole numbers."""

    spans: list[Span]
    length: int

    def __post_init__(self) -> None:
        self.cells = {
            moment: value for begin, end, value in self.spans for moment in range(begin, end)
        }
        self.excursions = self._excursions()

    def _excursions(self) -> list[tuple[int, int]]:
        warm = {moment for moment, value in self.cells.items() if value > ABOVE}
        begins = sorted(moment for moment in warm if moment - 1 not in warm)
        ends = sorted(moment + 1 for moment in warm if moment + 1 not in warm)
        return list(zip(begins, ends, strict=True))

    def holds(self, begin: int, end: int) -> bool:
        return any(
            a <= begin and end <= b if b - a > self.length else begin <= a and b <= end
            for a, b in self.excursions
        )

    def mean(self, begin: int, end: int) -> Fraction:
        held = [self.cells[moment] for moment in range(begin, end) if moment in self.cells]
        return Fraction(sum(map(arrhenius_factor, held)), len(held))

    def highest(self, until: int) -> tuple[Fraction, int, int] | None:
        if not self.excursions:
            return None
        first = min(self.cells)
        if until - first < self.length:
            return self.mean(first, until), first, until
        windows = [
            (self.mean(begin, begin + self.length), -begin)
            for begin in range(first, until - self.length + 1)
            if self.holds(begin, begin + self.length)
        ]
        mean, begin = max(windows)
        return mean, -begin, -begin + self.length


def folded(spans: list[Span], length: int) -> KineticWindow:
    window = KineticWindow(length, ABOVE)
    for begin, end, value in spans:
        feed(window, [begin], [value], end)
    return window


def joined(spans: list[Span], length: int) -> KineticWindow:
    """Feed what follows without a gap at once."""
    window = KineticWindow(length, ABOVE)
    stretches: list[list[Span]] = []
    for span in spans:
        if stretches and stretches[-1][-1][1] == span[0]:
            stretches[-1].append(span)
        else:
            stretches.append([span])
    for stretch in stretches:
        feed(window, [one[0] for one in stretch], [one[2] for one in stretch], stretch[-1][1])
    return window


@law
@given(observations(), LENGTHS, st.sampled_from([0, 0, 1, 13, 90]))
def test_highest_window_equals_the_highest_of_every_window_tried(
    spans: list[Span], length: int, silence: int
) -> None:
    window = folded(spans, length)
    until = max(window.until, spans[-1][1]) + silence
    expected = Every(spans, length).highest(until) if window.times else None
    found = highest(window, until)
    if expected is None or found is None:
        assert expected is None
        assert found is None
    else:
        mean = Fraction(int(found.kinetic, 16), found.observed)
        assert (mean, found.begins_at, found.ends_at) == expected


@law
@given(observations(), LENGTHS, st.data())
def test_state_is_the_same_however_the_values_are_cut_and_restored(
    spans: list[Span], length: int, data: st.DataObject
) -> None:
    pieces = []
    for begin, end, value in spans:
        cuts = set(data.draw(st.lists(st.integers(begin, end), max_size=3)))
        moments = sorted({begin, end, *cuts})
        pieces += [(a, b, value) for a, b in pairwise(moments)]
    window = KineticWindow(length, ABOVE)
    for begin, end, value in pieces:
        feed(window, [begin], [value], end)
        if data.draw(st.integers(0, 4)) == 0:
            highest(window, end + data.draw(st.integers(0, 100)))
            stored = msgspec.msgpack.encode(window)
            window = msgspec.msgpack.decode(stored, type=KineticWindow)
    assert window == folded(spans, length) == joined(spans, length)


@law
@given(observations(), observations(), observations(), LENGTHS)
def test_state_forgets_what_no_window_can_need(
    one: list[Span], other: list[Span], later: list[Span], length: int
) -> None:
    quarter = max(1, length // 4)
    begin = max(one[-1][1], other[-1][1])
    bridge = (begin, begin + length + 2 * quarter + 1, 5_000)
    shift = bridge[1] - later[0][0]
    since = [bridge, *((a + shift, b + shift, value) for a, b, value in later)]
    states = [folded([*before, *since], length) for before in (one, other)]
    first, second = (msgspec.structs.replace(state, finished=None) for state in states)
    assert first == second
    assert (
        len(first.times) // 8
        <= 1
        + sum(1 for _, end, _ in [*one, *since] if end > first.until - length - 2 * quarter) * 2
    )


@law
@given(observations(), LENGTHS, st.data())
def test_highest_windows_of_parts_join_to_that_of_the_whole(
    spans: list[Span], length: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(spans)))
    before = folded(spans[:place], length)
    after = copied(before)
    after.finished = None
    for begin, end, value in spans[place:]:
        feed(after, [begin], [value], end)
    whole = folded(spans, length)
    assert higher(before.finished, after.finished) == whole.finished
    assert highest(before, before.until) == highest(folded(spans[:place], length), before.until)


@law
@given(observations(), LENGTHS)
def test_highest_window_is_not_below_the_weighted_mean(spans: list[Span], length: int) -> None:
    window = folded(spans, length)
    found = highest(window, window.until)
    if found is not None:
        cells = Every(spans, length).cells
        held = [
            cells[moment] for moment in range(found.begins_at, found.ends_at) if moment in cells
        ]
        celsius = found.celsius()
        assert celsius is not None
        assert Fraction(celsius) >= Fraction(sum(held), len(held) * 1_000) - Fraction(1, 10_000)
