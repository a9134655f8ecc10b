"""Many readings of one series at once, where each of them would only add to the sums.

Most readings of most shipments are sound, in order and inside every limit. Of these the fold needs
no more than sums, the lowest and the highest value, and the longest step between two. What is said
here of many is what `twins.series` and `twins.coverage` say of them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import islice, repeat
from operator import lt, mul, or_, sub

from .coverage import ObservedClock, cover
from .policy import Boundary
from .readings import UNUSABLE, ClockSource, Quality, Reading
from .series import Excursion, Series, is_outside, speak
from .temperature import arrhenius_factor

_GATEWAY = int(ClockSource.GATEWAY)
_CLOCK_SUSPECT = int(Quality.CLOCK_SUSPECT)


class Stretch:
    """Readings of one series that follow each other, none at the moment of another.

    Attributes:
        series: The series, nothing of it pending.
        times: When they were read.
        values: What was read.
        hold: Microseconds for which each may speak.
        settled: How many of them take effect: all, or all but one of the last moment.
    """

    __slots__ = ("_readings", "hold", "series", "settled", "times", "values")

    def __init__(self, series: Series, readings: Sequence[Reading], hold: int) -> None:
        self.series = series
        self.hold = hold if series.is_level else 0
        self.times = [one.observed_at for one in readings]
        self.values = [one.value for one in readings]
        self.settled = len(readings)
        self._readings = readings

    def is_steady(self, boundaries: Iterable[Boundary]) -> bool:
        """Tell whether they do no more than add to the sums."""
        if not all(map(lt, self.times, islice(self.times, 1, None))):
            return False
        if reduce(or_, [one.quality for one in self._readings]) & UNUSABLE:
            return False
        lowest, highest = min(self.values), max(self.values)
        for run, boundary in zip(self.series.runs, boundaries, strict=True):
            if run.is_open or is_outside(boundary, highest if boundary.is_upper else lowest):
                return False
        return True

    def add(self, until: int, boundaries: tuple[Boundary, ...]) -> None:
        """Add them to their series.

        Args:
            until: The moment up to which time has come; a reading of that moment stays pending.
            boundaries: Those of the quantity; no run of the series is open.
        """
        nothing_begins: list[Excursion] = []
        speak(self.series, self.times[0], boundaries, nothing_begins)
        self._add_spans()
        self._make_last_the_newest()
        self.series.is_pending = self.times[-1] == until
        self.settled -= self.series.is_pending
        if self.settled:
            self._settle()

    def _add_spans(self) -> None:
        series, values = self.series, self.values
        spans = list(map(sub, islice(self.times, 1, None), self.times))
        if max(spans, default=0) > self.hold:
            spans = list(map(min, spans, repeat(self.hold)))
        series.observed += sum(spans)
        series.weighted += sum(map(mul, spans, values))
        if series.quantity == "temperature":
            series.kinetic += sum(map(mul, spans, map(arrhenius_factor, values)))

    def _make_last_the_newest(self) -> None:
        series, last = self.series, self._readings[-1]
        series.last_at = series.spoken_until = last.observed_at
        series.last_seq = -1 if last.seq is None else last.seq
        series.last_value = last.value
        series.speaks_until = last.observed_at + self.hold
        series.is_usable = True
        series.is_conflicting = False
        series.is_clock_suspect = (
            last.clock_source == _GATEWAY or last.quality & _CLOCK_SUSPECT != 0
        )

    def _settle(self) -> None:
        series, times = self.series, self.times
        values = self.values if self.settled == len(self.values) else self.values[: self.settled]
        if not series.readings:
            series.first_at = times[0]
        series.readings += self.settled
        series.clock_suspects += sum(
            [
                one.clock_source == _GATEWAY or one.quality & _CLOCK_SUSPECT != 0
                for one in islice(self._readings, self.settled)
            ]
        )
        lowest, highest = min(values), max(values)
        if series.minimum is None or lowest < series.minimum:
            series.minimum, series.minimum_at = lowest, times[values.index(lowest)]
        if series.maximum is None or highest > series.maximum:
            series.maximum, series.maximum_at = highest, times[values.index(highest)]


def cover_steadily(clock: ObservedClock, times: Sequence[int], hold: int) -> None:
    """Note that readings spoke, each for the same hold, none of them outlasted by another.

    Args:
        clock: The clock, not beyond the first of them.
        times: When they were read, in order.
        hold: Microseconds for which each speaks.
    """
    first, last = times[0], times[-1]
    cover(clock, first, first + hold)
    if first == last:
        return
    steps = list(map(sub, islice(times, 1, None), times))
    longest = max(steps)
    clock.observed += last - first if longest <= hold else sum(map(min, steps, repeat(hold)))
    clock.longest_gap = max(clock.longest_gap, longest - hold)
    clock.now, clock.covered_until = last, last + hold
