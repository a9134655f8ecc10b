"""The highest mean kinetic temperature over every window of one length that contains an excursion.

USP <1079.2> judges an excursion by the mean kinetic temperature over a fixed time that includes it
(30 days for controlled room temperature, 24 hours for 2-8 °C) and leaves open where that time
begins: the highest over every such window is taken. An excursion here is a longest stretch of
values above a label limit without a gap; the windows of one that outlasts their length lie within
it. Windows lie between the first and the last observed moment; while that is less than their
length, all of it is the window. What nobody observed has no weight.

Why the maximum is exact though windows begin at any moment: as the window moves, its sums
`Σ time · factor` and `Σ time` are linear until an end of it meets a change of the value, and the
quotient of two linear functions is monotone. So the highest lies where one end of the window meets
a change, or at either end of the moments at which a window may begin, and only these are looked at.

What windows may still need is kept, the rest forgotten, at whole quarters of a window since 1970:
both depend on the observed values and the moment alone, not on how they were fed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, chain, compress, groupby, islice
from operator import lt, mul, ne, sub

import msgspec

from .mean_kinetic import arrhenius_factor, mean_kinetic_celsius

GAP = -(2**31)
"""Stands in place of a value where nobody observed."""


class WindowSums(msgspec.Struct, frozen=True):
    """A window and the sums of its mean kinetic temperature.

    Attributes:
        begins_at: First moment, microseconds UTC.
        ends_at: Last moment.
        observed: Observed microseconds in it.
        kinetic: Σ microseconds · `arrhenius_factor`, in hexadecimal: it outgrows 64 bits.
    """

    begins_at: int
    ends_at: int
    observed: int
    kinetic: str

    def celsius(self) -> Decimal | None:
        """Return the mean kinetic temperature, to four places."""
        return mean_kinetic_celsius(int(self.kinetic, 16), self.observed)


class KineticWindow(msgspec.Struct):
    """What windows may still need of the past, and the highest of those that are over.

    State, that decides how the fold goes on: every field but `finished`, which is only added to;
    `higher` joins two of them. Copy with `copied`, not with `replace`: it grows in place.

    Attributes:
        length: Microseconds of a window.
        above: Milli-°C; values above it are excursions.
        until: Up to where values were fed.
        excursion_until: End of the newest excursion that windows may still need.
        times: Where the value changed, as 64-bit integers of this machine.
        values: What it changed to, as 32-bit integers; `GAP` where nobody observed.
        finished: Highest of the windows that are over, the earliest of equals.
    """

    length: int
    above: int
    until: int = 0
    excursion_until: int | None = None
    times: bytearray = msgspec.field(default_factory=bytearray)
    values: bytearray = msgspec.field(default_factory=bytearray)
    finished: WindowSums | None = None


def copied(window: KineticWindow) -> KineticWindow:
    """Return a copy that shares nothing that grows."""
    return msgspec.structs.replace(
        window, times=bytearray(window.times), values=bytearray(window.values)
    )


def higher(one: WindowSums | None, other: WindowSums | None) -> WindowSums | None:
    """Return the window of the higher mean kinetic temperature, the earlier of equals."""
    if one is None or other is None:
        return one or other
    difference = int(one.kinetic, 16) * other.observed - int(other.kinetic, 16) * one.observed
    if difference == 0:
        return min(one, other, key=lambda window: window.begins_at)
    return one if difference > 0 else other


def feed(window: KineticWindow, times: Sequence[int], values: Sequence[int], until: int) -> None:
    """Add observed values that follow each other without a gap.

    Args:
        window: What was observed before. What lies between its end and the first of these was not.
        times: From when each value speaks, in order.
        values: Milli-°C; each speaks until the next one.
        until: Until when the last one speaks.

    Raises:
        ValueError: They begin before the end of what was fed.
    """
    if not times or until <= times[0]:
        return
    is_first = not window.times
    before = times[0] if is_first else window.until
    if times[0] < before:
        message = f"values of {times[0]} come after those that speak until {before}"
        raise ValueError(message)
    _append(window, times, values, until)
    if _horizon(window, before) < _horizon(window, until):
        _finish_windows(window, before)
        _forget(window)


def highest(window: KineticWindow, until: int) -> WindowSums | None:
    """Return the window of the highest mean kinetic temperature up to a moment.

    An excursion that lasts is taken as far as it has come. The state stays as it is.

    Args:
        window: What was observed.
        until: The moment, not before the end of what was fed: no window reaches beyond it.

    Returns:
        The window, the earliest of equals; None where there was no excursion.

    Raises:
        ValueError: The moment lies before the end of what was fed.
    """
    if until < window.until:
        message = f"{until} lies before {window.until}, until when values were fed"
        raise ValueError(message)
    if window.excursion_until is None:
        return window.finished
    past = _Past(window)
    first = past.times[0]
    if until - first < window.length:
        return past.window(first, until)
    earliest = max(first, _horizon(window, window.until))
    return higher(window.finished, past.highest(earliest, until - window.length))


def _horizon(window: KineticWindow, moment: int) -> int:
    """Return the moment up to which the beginnings of windows are settled."""
    quarter = max(1, window.length // 4)
    return moment // quarter * quarter - window.length


def _append(window: KineticWindow, times: Sequence[int], values: Sequence[int], until: int) -> None:
    if not all(map(lt, times, chain(islice(times, 1, None), (until,)))):
        lasting = list(map(lt, times, [*times[1:], until]))
        times, values = list(compress(times, lasting)), list(compress(values, lasting))
    newest = GAP
    if window.times:
        if times[0] == window.until:
            newest = memoryview(window.values).cast("i")[-1]
        else:
            window.times += array("q", (window.until,))
            window.values += array("i", (GAP,))
    # A value that is read again changes nothing: neither does it matter where feeds are cut.
    changes = list(map(ne, values, chain((newest,), values)))
    if all(changes):
        window.times += array("q", times)
        window.values += array("i", values)
    else:
        window.times += array("q", list(compress(times, changes)))
        window.values += array("i", list(compress(values, changes)))
    window.until = until
    if max(values) > window.above:
        backwards = range(len(values) - 1, -1, -1)
        last = next(place for place in backwards if values[place] > window.above)
        window.excursion_until = times[last + 1] if last + 1 < len(times) else until


def _finish_windows(window: KineticWindow, before: int) -> None:
    """Look at the windows that are over now and were not before."""
    if window.excursion_until is None:
        return
    past = _Past(window)
    earliest = max(past.times[0], _horizon(window, before))
    found = past.highest(earliest, _horizon(window, window.until), is_settled=True)
    window.finished = higher(window.finished, found)


def _forget(window: KineticWindow) -> None:
    """Forget what lies before every window that is not over.

    One microsecond more is kept, so that an excursion that began earlier is seen to have.
    """
    kept_from = _horizon(window, window.until) - 1
    if window.excursion_until is not None and window.excursion_until <= kept_from:
        window.excursion_until = None
    with memoryview(window.times) as raw, raw.cast("q") as times:
        past = bisect_right(times, kept_from) - 1
        if past < 0:
            return
        times[past] = kept_from
    del window.times[: 8 * past]
    del window.values[: 4 * past]


class _Past:
    """What a window state remembers, ready for sums over any part of it."""

    def __init__(self, window: KineticWindow) -> None:
        self.times: list[int] = memoryview(window.times).cast("q").tolist()
        self._length = window.length
        self._above = window.above
        self._values: list[int] = memoryview(window.values).cast("i").tolist()
        self._moments = [*self.times, window.until]
        if GAP in self._values:
            factors = [0 if one == GAP else arrhenius_factor(one) for one in self._values]
        else:
            factors = list(map(arrhenius_factor, self._values))
        weights = [int(one != GAP) for one in self._values]
        spans = list(map(sub, islice(self._moments, 1, None), self.times))
        self._kinetic = list(accumulate(map(mul, spans, factors), initial=0))
        self._observed = list(accumulate(map(mul, spans, weights), initial=0))
        # Nothing more comes after the last moment.
        self._factors = [*factors, 0]
        self._weights = [*weights, 0]

    def window(self, begins_at: int, ends_at: int) -> WindowSums:
        """Return the sums between two moments, the first not before what is remembered."""
        ((kinetic, observed),) = self._sums([begins_at], [ends_at])
        return WindowSums(begins_at, ends_at, observed, f"{kinetic:x}")

    def highest(self, earliest: int, latest: int, *, is_settled: bool = False) -> WindowSums | None:
        """Return the window of the highest mean kinetic temperature that holds an excursion.

        Args:
            earliest: The first moment at which it may begin.
            latest: The last one.
            is_settled: Leave out what holds only if an excursion ends with the last value.
        """
        best, best_kinetic, best_observed = None, 0, 1
        for low, high in self._beginnings():
            first, last = max(low, earliest), min(high, latest)
            if first > last or (is_settled and low == latest):
                continue
            candidates = self._candidates(first, last)
            ends = [begins_at + self._length for begins_at in candidates]
            for begins_at, sums in zip(candidates, self._sums(candidates, ends), strict=True):
                kinetic, observed = sums
                if kinetic * best_observed > best_kinetic * observed:
                    best, best_kinetic, best_observed = begins_at, kinetic, observed
        return None if best is None else self.window(best, best + self._length)

    def _sums(self, begins: list[int], ends: list[int]) -> Iterator[tuple[int, int]]:
        """Return Σ time · factor and Σ time of each window."""
        first_places, last_places = self._places(begins), self._places(ends)
        kinetic = map(
            sub,
            self._sums_until(ends, last_places, self._kinetic, self._factors),
            self._sums_until(begins, first_places, self._kinetic, self._factors),
        )
        observed = map(
            sub,
            self._sums_until(ends, last_places, self._observed, self._weights),
            self._sums_until(begins, first_places, self._observed, self._weights),
        )
        return zip(kinetic, observed, strict=True)

    def _places(self, moments: list[int]) -> list[int]:
        return [bisect_right(self._moments, moment) - 1 for moment in moments]

    def _sums_until(
        self, moments: list[int], places: list[int], before: list[int], factors: list[int]
    ) -> list[int]:
        since = self._moments
        return [
            before[place] + (moment - since[place]) * factors[place]
            for moment, place in zip(moments, places, strict=True)
        ]

    def _beginnings(self) -> Iterator[tuple[int, int]]:
        """Yield from when until when a window may begin, in order and apart from each other."""
        low, high = None, 0
        for begins_at, ends_at in self._excursions():
            first, last = sorted((begins_at, ends_at - self._length))
            if low is None:
                low, high = first, last
            elif first <= high:
                high = last
            else:
                yield low, high
                low, high = first, last
        if low is not None:
            yield low, high

    def _excursions(self) -> Iterator[tuple[int, int]]:
        place = 0
        for is_above, run in groupby(self._values, key=self._above.__lt__):
            begin, place = place, place + sum(1 for _ in run)
            if is_above:
                yield self._moments[begin], self._moments[place]

    def _candidates(self, low: int, high: int) -> list[int]:
        """Return where a window may begin at or meet a change, and both ends."""
        moments, length = self._moments, self._length
        begins = moments[bisect_right(moments, low) : bisect_left(moments, high)]
        ends = moments[bisect_right(moments, low + length) : bisect_left(moments, high + length)]
        return sorted({low, high, *begins, *(moment - length for moment in ends)})
