"""Readings of one series that follow each other, and what they add to it, many at once.

What is said here of many is what `twins.judging.series` says of them one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import islice
from operator import le, lt, mul, or_, sub

from twins.readings import UNUSABLE, ClockSource, Quality, Reading
from twins.sensors.health import ordered_count
from twins.sensors.limits import SensorLimits
from twins.sensors.steady_health import is_quiet, ordered_counts, pass_quietly
from twins.temperature.mean_kinetic import arrhenius_factor

from .series import Series, SeriesSums, speak

_GATEWAY = int(ClockSource.GATEWAY)
_CLOCK_SUSPECT = int(Quality.CLOCK_SUSPECT)


class Stretch:
    """Readings of one series that follow each other, none at the moment of another.

    Attributes:
        series: The series, nothing of it pending.
        sums: Its sums.
        times: When they were read.
        values: What was read.
        hold: Microseconds for which each may speak.
        settled: How many of them take effect: all, or all but one of the last moment.
        counts: Their ordered counts, where somebody watches.
    """

    __slots__ = ("_readings", "counts", "hold", "series", "settled", "sums", "times", "values")

    def __init__(
        self, series: Series, sums: SeriesSums, readings: Sequence[Reading], hold: int
    ) -> None:
        self.series = series
        self.sums = sums
        self.hold = hold if series.is_level else 0
        self.times = [one.observed_at for one in readings]
        self.values = [one.value for one in readings]
        self.settled = len(readings)
        self.counts = () if series.health is None else ordered_counts(readings)
        self._readings = readings

    def before(self, until: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return times and values of those that were read before a moment, if not all were."""
        if self.times[-1] < until:
            return self.times, self.values
        return self.times[:-1], self.values[:-1]

    def is_quiet(self, limits: SensorLimits | None) -> bool:
        """Tell whether nothing is found of the sensor."""
        health = self.series.health
        if health is None or limits is None:
            return True
        return is_quiet(health, self.times, self.values, self.counts, limits)

    def is_sound(self) -> bool:
        """Tell whether all of them speak, and of a level one speaks until the next."""
        times = self.times
        if not all(map(lt, times, islice(times, 1, None))):
            return False
        if reduce(or_, [one.quality for one in self._readings]) & UNUSABLE:
            return False
        return not self.series.is_level or all(
            map(le, map(sub, islice(times, 1, None), times), [self.hold] * len(times))
        )

    def add(self, until: int, limits: SensorLimits | None) -> None:
        """Add them to their series.

        Args:
            until: The moment up to which time has come; a reading of that moment stays pending.
            limits: What the policy asks of the sensors.
        """
        speak(self.series, self.sums, self.times[0])
        if self.series.is_level:
            self._add_spans()
        self._make_last_the_newest()
        self.series.is_pending = self.times[-1] == until
        self.settled -= self.series.is_pending
        if self.settled:
            self._settle()
            if self.series.health is not None and limits is not None:
                self._pass(limits)

    def _add_spans(self) -> None:
        sums, values = self.sums, self.values
        spans = list(map(sub, islice(self.times, 1, None), self.times))
        sums.observed += sum(spans)
        sums.weighted += sum(map(mul, spans, values))
        if sums.quantity == "temperature":
            sums.kinetic += sum(map(mul, spans, map(arrhenius_factor, values)))

    def _make_last_the_newest(self) -> None:
        series, last = self.series, self._readings[-1]
        series.last_at = series.spoken_until = last.observed_at
        series.last_seq = -1 if last.seq is None else last.seq
        series.last_value = last.value
        series.speaks_until = last.observed_at + self.hold
        series.is_usable = True
        series.is_conflicting = False
        series.same_moment = []
        if series.health is not None:
            series.last_count = ordered_count(last)
        series.is_clock_suspect = (
            last.clock_source == _GATEWAY or last.quality & _CLOCK_SUSPECT != 0
        )

    def _pass(self, limits: SensorLimits) -> None:
        health, end = self.series.health, self.settled
        if health is not None:
            counts = self.counts[:end]
            pass_quietly(health, self.sums.log, self.times[:end], self.values[:end], counts, limits)

    def _settle(self) -> None:
        sums, times = self.sums, self.times
        values = self.values if self.settled == len(self.values) else self.values[: self.settled]
        if not sums.readings:
            sums.first_at = times[0]
        sums.readings += self.settled
        sums.clock_suspects += sum(
            [
                one.clock_source == _GATEWAY or one.quality & _CLOCK_SUSPECT != 0
                for one in islice(self._readings, self.settled)
            ]
        )
        lowest, highest = min(values), max(values)
        if sums.minimum is None or lowest < sums.minimum:
            sums.minimum, sums.minimum_at = lowest, times[values.index(lowest)]
        if sums.maximum is None or highest > sums.maximum:
            sums.maximum, sums.maximum_at = highest, times[values.index(highest)]
