"""Many readings of a quantity at once, where each of them would only add to the sums.

Most readings of most shipments are sound, in order and inside every limit. Of these the fold needs
no more than sums, the lowest and the highest value, and what is judged from step to step. What is
said here of many is what `twins.series` and `twins.channel` say of them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import islice
from operator import le, lt, mul, or_, sub

from .channel import ChannelFold
from .readings import UNUSABLE, ClockSource, Quality, Reading
from .sensor_limits import SensorLimits
from .series import Series, SeriesSums, speak
from .steady_health import is_quiet, ordered_counts, pass_quietly
from .temperature import arrhenius_factor

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
                self.series.last_count = self.counts[-1] if self.counts else -1
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


def is_steady(fold: ChannelFold, stretches: Sequence[Stretch]) -> bool:
    """Tell whether readings of a level do no more than add to the sums of its channel.

    No boundary is passed, no sensor falls silent or begins to speak in between, and enough of them
    speak all the time.
    """
    channel = fold.channel
    start = channel.spoken_until
    if channel.gap_since is not None or start < fold.shipment.judged_from:
        return False
    others = _others(fold, stretches)
    last = max(one.times[-1] for one in stretches)
    held = [one for one in others if one.speaks_until > start]
    if any(one.speaks_until <= last for one in held):
        return False
    for one in stretches:
        if one.series.speaks_until < one.times[0] or one.times[-1] + one.hold <= last:
            return False
    values = [one.last_value for one in held]
    values += [one.series.last_value for one in stretches]
    highest = max(max(one.values) for one in stretches)
    lowest = min(min(one.values) for one in stretches)
    return fold.is_quiet(max(highest, *values), min(lowest, *values))


def judge_steadily(fold: ChannelFold, stretches: Sequence[Stretch], until: int) -> None:
    """Judge them; to be called before they are added to their series.

    Args:
        fold: Their channel.
        stretches: Those of all its series that were read.
        until: The moment up to which time has come; what was read then is not judged yet.
    """
    channel = fold.channel
    fold.speak_to(min(one.times[0] for one in stretches))
    start, last = channel.spoken_until, max(one.times[-1] for one in stretches)
    others = [one for one in _others(fold, stretches) if one.speaks_until > start]
    times, uppers = _only(stretches[0], until) if len(stretches) == 1 and not others else ([], [])
    if times:
        channel.upper = channel.lower = uppers[-1]
    elif others or len(stretches) > 1:
        times, uppers = _medians(fold, others, stretches, until)
    if times:
        ends = [one.speaks_until for one in others]
        ends += [_judged_end(one, until) for one in stretches]
        channel.judged_until = min(ends)
    if last > start:
        fold.sums.spoken += last - start
        fold.sums.observed += last - start
        if times and times[-1] == last:
            times, uppers = times[:-1], uppers[:-1]
        if times:
            fold.expose(times, uppers, last)
    channel.spoken_until = channel.observed_until = last


def _others(fold: ChannelFold, stretches: Sequence[Stretch]) -> list[Series]:
    read = {id(one.series) for one in stretches}
    return [one for one in fold.members if id(one) not in read]


def _only(one: Stretch, until: int) -> tuple[Sequence[int], Sequence[int]]:
    if one.times[-1] < until:
        return one.times, one.values
    return one.times[:-1], one.values[:-1]


def _judged_end(one: Stretch, until: int) -> int:
    """Return up to where the newest reading that is judged speaks."""
    if one.times[-1] < until:
        return one.times[-1] + one.hold
    return one.times[-2] + one.hold if len(one.times) > 1 else one.series.speaks_until


def _medians(
    fold: ChannelFold, others: Iterable[Series], stretches: Sequence[Stretch], until: int
) -> tuple[list[int], list[int]]:
    """Return the upper medians of several sensors, and since when each is the one."""
    held = {number: one.last_value for number, one in enumerate(others)}
    first = len(held)
    held |= {number: one.series.last_value for number, one in enumerate(stretches, first)}
    events: dict[int, list[tuple[int, int]]] = {}
    for number, one in enumerate(stretches, first):
        for at, value in zip(*_only(one, until), strict=True):
            events.setdefault(at, []).append((number, value))
    upper, lower = len(held) // 2, (len(held) - 1) // 2
    times, uppers = sorted(events), []
    for at in times:
        held.update(events[at])
        values = sorted(held.values())
        uppers.append(values[upper])
        fold.channel.lower = values[lower]
    if uppers:
        fold.channel.upper = uppers[-1]
    return times, uppers
