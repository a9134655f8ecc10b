"""Many readings of a quantity at once, where each of them would only add to the sums.

Most readings of most shipments are sound, in order and inside every limit. Of these the fold needs
no more than sums, the lowest and the highest value, and what is judged from step to step. What is
said here of many is what `twins.judging.channel` says of them one by one.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import NamedTuple

from twins.sensors.copied_series import Witnesses
from twins.sensors.steady_agreement import agreeing, compare_steadily
from twins.sensors.voices import lower_median, median, middle_of, upper_median

from .channel_fold import ChannelFold
from .outvoted import is_any_open
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
    if fold.channel.spoken_until >= fold.channel.judged_until:
        fold.judge(fold.channel.spoken_until)
    held = _others(fold, stretches)
    values = [one.last_value for one in held]
    values += [one.series.last_value for one in stretches]
    highest = max([*values, *(max(one.values) for one in stretches)])
    lowest = min([*values, *(min(one.values) for one in stretches)])
    if not fold.is_quiet(highest, lowest) or not _are_heard(fold, stretches, highest, lowest):
        return None
    if fold.channel.watch is None or len(fold.members) == 1:
        return Steady(fold, stretches, until, None)
    witnesses = agreeing(fold, stretches, highest - lowest, until)
    return None if witnesses is None else Steady(fold, stretches, until, witnesses)


def _are_heard(fold: ChannelFold, stretches: Sequence[Stretch], highest: int, lowest: int) -> bool:
    """Tell whether the same sensors, and enough of them, speak all the time.

    Args:
        fold: Their channel, judged up to where time was counted.
        stretches: What was read.
        highest: The highest value that any of them holds meanwhile.
        lowest: The lowest.
    """
    channel = fold.channel
    start = channel.spoken_until
    if channel.gap_since is not None or start < fold.shipment.judged_from:
        return False
    is_waiting = channel.wait is not None and channel.wait.until is not None
    if is_waiting or is_any_open(channel.alone):
        return False
    last = max(one.times[-1] for one in stretches)
    held = _others(fold, stretches)
    if any(one.speaks_until <= last for one in held):
        return False
    for one in stretches:
        if one.series.speaks_until < one.times[0] or one.times[-1] + one.hold <= last:
            return False
    speaking = [*held, *(one.series for one in stretches)]
    audience = fold.audience_of(speaking, start)
    if fold.rules.is_of_place or not audience.is_small:
        return channel.wait is None
    # Few are heard where they have waited, and two where they agree.
    return channel.wait is not None or (
        audience.speaking > 1 and not fold.are_apart(highest, lowest)
    )


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
    times, uppers, ranked = sorted(events), [], sorted(held)
    for at in times:
        for number, value in events[at]:
            del ranked[bisect_left(ranked, held[number])]
            insort(ranked, value)
            held[number] = value
        if fold.rules.is_of_place:
            said = list(zip(devices, held, strict=True))
            highest, middle, lowest = ranked[-1], median(said), ranked[0]
        elif has_one_each:
            # What `twins.sensors.voices` says, where no device has a second sensor.
            highest, middle, lowest = ranked[upper], middle_of(ranked), ranked[lower]
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
