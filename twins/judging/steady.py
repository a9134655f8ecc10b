"""Many readings of a quantity at once, where each of them would only add to the sums.

Most readings of most shipments are sound, in order and inside every limit. Of these the fold needs
no more than sums, the lowest and the highest value, and what is judged from step to step. What is
said here of many is what `twins.judging.channel` says of them one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from twins.sensors.copied_series import Witnesses
from twins.sensors.steady_agreement import agreeing, compare_steadily
from twins.sensors.voices import lower_median, median, middle_of, upper_median

from .channel import ChannelFold
from .series import Series
from .stretch import Stretch


class Steady(NamedTuple):
    """Readings of a level that do no more than add to the sums of its channel.

    Attributes:
        fold: Their channel.
        stretches: Those of all its series that were read.
        until: The moment up to which time comes; what was read then is not judged yet.
        witnesses: Which sensors are alike behind them; None where nobody compares.
    """

    fold: ChannelFold
    stretches: Sequence[Stretch]
    until: int
    witnesses: Witnesses | None


def steady_of(fold: ChannelFold, stretches: Sequence[Stretch], until: int) -> Steady | None:
    """Return readings that no more than add to the sums of their channel, None where they do more.

    They do no more where no boundary is passed, no sensor falls silent or begins to speak in
    between, and enough of them speak all the time.
    """
    if not _are_heard(fold, stretches):
        return None
    held = _others(fold, stretches)
    values = [one.last_value for one in held]
    values += [one.series.last_value for one in stretches]
    highest = max([*values, *(max(one.values) for one in stretches)])
    lowest = min([*values, *(min(one.values) for one in stretches)])
    if not fold.is_quiet(highest, lowest):
        return None
    if fold.channel.watch is None or len(fold.members) == 1:
        return Steady(fold, stretches, until, None)
    witnesses = agreeing(fold, stretches, highest - lowest, until)
    return None if witnesses is None else Steady(fold, stretches, until, witnesses)


def _are_heard(fold: ChannelFold, stretches: Sequence[Stretch]) -> bool:
    """Tell whether the same sensors, and enough of them, speak all the time."""
    channel = fold.channel
    start = channel.spoken_until
    if start >= channel.judged_until:
        fold.judge(start)
    if channel.gap_since is not None or channel.wait is not None:
        return False
    if start < fold.shipment.judged_from:
        return False
    last = max(one.times[-1] for one in stretches)
    held = _others(fold, stretches)
    if any(one.speaks_until <= last for one in held):
        return False
    for one in stretches:
        if one.series.speaks_until < one.times[0] or one.times[-1] + one.hold <= last:
            return False
    speaking = [*held, *(one.series for one in stretches)]
    return not fold.audience_of(speaking, start).is_small


def judge_steadily(steady: Steady) -> None:
    """Judge them; to be called before they are added to their series."""
    fold, stretches, until, _ = steady
    channel = fold.channel
    fold.speak_to(min(one.times[0] for one in stretches))
    start, last = channel.spoken_until, max(one.times[-1] for one in stretches)
    others = _others(fold, stretches)
    if len(stretches) == 1 and not others:
        times, uppers = stretches[0].before(until)
        middles: Sequence[Sequence[int]] = [uppers]
        if times:
            channel.upper = channel.lower = uppers[-1]
    else:
        times, uppers, middles = _medians(fold, others, stretches, until)
    if times and steady.witnesses is not None:
        compare_steadily(fold, stretches, middles, times[-1], steady.witnesses)
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
    """Return the other series that speak."""
    read = {id(one.series) for one in stretches}
    start = fold.channel.spoken_until
    return [one for one in fold.members if id(one) not in read and one.speaks_until > start]


def _judged_end(one: Stretch, until: int) -> int:
    """Return up to where the newest reading that is judged speaks."""
    if one.times[-1] < until:
        return one.times[-1] + one.hold
    return one.times[-2] + one.hold if len(one.times) > 1 else one.series.speaks_until


def _medians(
    fold: ChannelFold, others: Sequence[Series], stretches: Sequence[Stretch], until: int
) -> tuple[Sequence[int], Sequence[int], Sequence[Sequence[int]]]:
    """Return the upper medians of several sensors, since when each is the one, and more.

    The third are for each stretch the middles of what all sensors held at each of its readings.
    """
    series = [*others, *(one.series for one in stretches)]
    devices = [one.device for one in series]
    held = [one.last_value for one in series]
    first = len(others)
    events: dict[int, list[tuple[int, int]]] = {}
    for number, one in enumerate(stretches, first):
        for at, value in zip(*one.before(until), strict=True):
            events.setdefault(at, []).append((number, value))
    middles: list[list[int]] = [[] for _ in stretches]
    has_one_each = len(set(devices)) == len(devices)
    upper, lower = len(held) // 2, (len(held) - 1) // 2
    times, uppers = sorted(events), []
    for at in times:
        for number, value in events[at]:
            held[number] = value
        if has_one_each:
            # What `twins.sensors.voices` says, where no device has a second sensor.
            values = sorted(held)
            highest, middle, lowest = values[upper], middle_of(values), values[lower]
        else:
            said = list(zip(devices, held, strict=True))
            highest, middle, lowest = upper_median(said), median(said), lower_median(said)
        uppers.append(highest)
        for number, _ in events[at]:
            middles[number - first].append(middle)
        fold.channel.lower = lowest
    if uppers:
        fold.channel.upper = uppers[-1]
    return times, uppers, middles
