"""Many readings of a quantity at once, where each of them would only add to the sums.

Most readings of most shipments are sound, in order and inside every limit. Of these the fold needs
no more than sums, the lowest and the highest value, and what is judged from step to step. What is
said here of many is what `twins.judging.channel` says of them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from twins.sensors.agreement import middle_of
from twins.sensors.steady_agreement import agrees_steadily, compare_steadily

from .channel import ChannelFold
from .series import Series
from .stretch import Stretch


def is_steady(fold: ChannelFold, stretches: Sequence[Stretch]) -> bool:
    """Tell whether readings of a level do no more than add to the sums of its channel.

    No boundary is passed, no sensor falls silent or begins to speak in between, and enough of them
    speak all the time.
    """
    channel = fold.channel
    start = channel.spoken_until
    if start >= channel.judged_until:
        fold.judge(start)
    if channel.gap_since is not None or channel.short_since is not None:
        return False
    if start < fold.shipment.judged_from:
        return False
    others = _others(fold, stretches)
    last = max(one.times[-1] for one in stretches)
    held = [one for one in others if one.speaks_until > start]
    if any(one.speaks_until <= last for one in held) or fold.is_short(len(held) + len(stretches)):
        return False
    for one in stretches:
        if one.series.speaks_until < one.times[0] or one.times[-1] + one.hold <= last:
            return False
    values = [one.last_value for one in held]
    values += [one.series.last_value for one in stretches]
    highest = max(max(one.values) for one in stretches)
    lowest = min(min(one.values) for one in stretches)
    highest, lowest = max(highest, *values), min(lowest, *values)
    return fold.is_quiet(highest, lowest) and agrees_steadily(fold, stretches, highest - lowest)


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
    if len(stretches) == 1 and not others:
        times, uppers = _only(stretches[0], until)
        middles: Sequence[Sequence[int]] = [uppers]
        if times:
            channel.upper = channel.lower = uppers[-1]
    else:
        times, uppers, middles = _medians(fold, others, stretches, until)
    if times and channel.watch is not None:
        compare_steadily(fold, stretches, middles, times[-1])
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
) -> tuple[Sequence[int], Sequence[int], Sequence[Sequence[int]]]:
    """Return the upper medians of several sensors, since when each is the one, and more.

    The third are for each stretch the middles of what all sensors held at each of its readings.
    """
    held = {number: one.last_value for number, one in enumerate(others)}
    first = len(held)
    held |= {number: one.series.last_value for number, one in enumerate(stretches, first)}
    events: dict[int, list[tuple[int, int]]] = {}
    for number, one in enumerate(stretches, first):
        for at, value in zip(*_only(one, until), strict=True):
            events.setdefault(at, []).append((number, value))
    middles: list[list[int]] = [[] for _ in stretches]
    upper, lower = len(held) // 2, (len(held) - 1) // 2
    times, uppers = sorted(events), []
    for at in times:
        held.update(events[at])
        values = sorted(held.values())
        uppers.append(values[upper])
        middle = middle_of(values)
        for number, _ in events[at]:
            middles[number - first].append(middle)
        fold.channel.lower = values[lower]
    if uppers:
        fold.channel.upper = uppers[-1]
    return times, uppers, middles
