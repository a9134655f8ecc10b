"""Sensors of one quantity that agree, compared many readings at once.

What is said here of many is what `twins.sensors.watch` says of them one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from twins.judging.channel_fold import ChannelFold
from twins.judging.stretch import Stretch

from . import bias
from .copied_series import Witnesses, are_all_different, copied, place_of, take_in_turn
from .voices import LEAST_FOR_A_MEDIAN, voices_among
from .watch import Watch


def agreeing(
    fold: ChannelFold, stretches: Sequence[Stretch], apart: int, until: int
) -> Witnesses | None:
    """Return how alike the sensors are behind their readings, None where comparing finds something.

    Args:
        fold: Their channel, with a watch and several sensors.
        stretches: What was read, each sound and quiet.
        apart: Steps between the highest and the lowest value that any of them holds.
        until: The moment up to which time comes; what was read then is not compared yet.
    """
    watch, rules = fold.channel.watch, fold.rules
    if watch is None:
        return None
    if rules.disagreement and (apart > rules.disagreement or watch.agreement.apart_since):
        return None
    if rules.drift and not all(_is_quiet(one, rules.drift) for one in stretches):
        return None
    return _witnesses_behind(watch, stretches, until)


def compare_steadily(
    fold: ChannelFold,
    stretches: Sequence[Stretch],
    middles: Sequence[Sequence[int]],
    last: int,
    witnesses: Witnesses,
) -> None:
    """Compare the sensors; to be called before their readings are added to their series.

    Args:
        fold: Their channel.
        stretches: What was read.
        middles: For each, the medians of all sensors at those of its readings that are judged.
        last: The moment of the last of these.
        witnesses: What `agreeing` has said.
    """
    watch, rules = fold.channel.watch, fold.rules
    if watch is None:
        return
    watch.witnesses = witnesses
    read = {id(one.series) for one in stretches}
    others = [one for one in fold.members if id(one) not in read and one.speaks_until > last]
    devices = [one.device for one in others] + [one.series.device for one in stretches]
    if rules.drift and voices_among(devices) >= LEAST_FOR_A_MEDIAN:
        for one, judged in zip(stretches, middles, strict=True):
            count, health = len(judged), one.series.health
            if count and health is not None:
                times, values = one.times[:count], one.values[:count]
                subject = health.subject
                bias.compare_all(health.bias, times, values, judged, rules.drift, subject)
    if rules.disagreement:
        holds = [one.speaks_until - one.last_at for one in others]
        watch.agreement.hold = max([*holds, *(one.hold for one in stretches)])


def _is_quiet(one: Stretch, drift: int) -> bool:
    health = one.series.health
    return health is not None and bias.is_quiet(health.bias, one.times, drift, health.subject)


def _witnesses_behind(watch: Watch, stretches: Sequence[Stretch], until: int) -> Witnesses | None:
    """Return the witnesses behind readings, None where one of them is or was a copy."""
    places = [place_of(watch.witnesses, one.series.device, one.series.sensor) for one in stretches]
    if min(places) < 0:
        return None
    read = [(place, *one.before(until)) for place, one in zip(places, stretches, strict=True)]
    behind = copied(watch.witnesses)
    if are_all_different(behind, read):
        for place, times, values in read:
            if times:
                behind.sensors[place].at, behind.sensors[place].value = times[-1], values[-1]
        return behind
    return behind if take_in_turn(behind, read) else None
