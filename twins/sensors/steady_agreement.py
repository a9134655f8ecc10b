"""Sensors of one quantity that agree, compared many readings at once.

What is said here of many is what `twins.sensors.watch` says of them one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from twins.judging.channel import ChannelFold
from twins.judging.stretch import Stretch

from . import bias
from .agreement import LEAST_FOR_A_MEDIAN
from .copied_series import place_of
from .watch import Watch


def agrees_steadily(fold: ChannelFold, stretches: Sequence[Stretch], apart: int) -> bool:
    """Tell whether comparing the sensors at each of their readings finds nothing.

    Args:
        fold: Their channel.
        stretches: What was read, each sound and quiet.
        apart: Steps between the highest and the lowest value that any of them holds.
    """
    watch, rules = fold.channel.watch, fold.rules
    if watch is None or len(fold.members) == 1:
        return True
    if rules.disagreement and (apart > rules.disagreement or watch.agreement.apart_since):
        return False
    if rules.drift and not all(_is_within_the_hour(one) for one in stretches):
        return False
    return _are_different(watch, stretches)


def compare_steadily(
    fold: ChannelFold,
    stretches: Sequence[Stretch],
    middles: Sequence[Sequence[int]],
    last: int,
) -> None:
    """Compare the sensors; to be called before their readings are added to their series.

    Args:
        fold: Their channel.
        stretches: What was read.
        middles: For each, the medians of all sensors at those of its readings that are judged.
        last: The moment of the last of these.
    """
    watch, rules = fold.channel.watch, fold.rules
    if watch is None or len(fold.members) == 1:
        return
    read = {id(one.series) for one in stretches}
    others = [one for one in fold.members if id(one) not in read and one.speaks_until > last]
    has_median = len(others) + len(stretches) >= LEAST_FOR_A_MEDIAN
    for one, judged in zip(stretches, middles, strict=True):
        count = len(judged)
        if not count:
            continue
        witness = watch.witnesses.sensors[_place(watch, one)]
        witness.at, witness.value = one.times[count - 1], one.values[count - 1]
        if rules.drift and has_median and one.series.health is not None:
            times, values = one.times[:count], one.values[:count]
            bias.compare_all(one.series.health.bias, times, values, judged)
    if rules.disagreement:
        holds = [one.speaks_until - one.last_at for one in others]
        watch.agreement.hold = max([*holds, *(one.hold for one in stretches)])


def _is_within_the_hour(one: Stretch) -> bool:
    health = one.series.health
    return health is not None and bias.is_within_the_hour(health.bias, one.times)


def _are_different(watch: Watch, stretches: Sequence[Stretch]) -> bool:
    """Tell whether no sensor ever reads what another one has read just before."""
    sensors = watch.witnesses.sensors
    if any(one.alike for one in sensors):
        return False
    values = [{one.value} for one in sensors]
    for one in stretches:
        place = _place(watch, one)
        if place < 0:
            return False
        values[place].update(one.values)
    return len(set().union(*values)) == sum(map(len, values))


def _place(watch: Watch, one: Stretch) -> int:
    return place_of(watch.witnesses, one.series.device, one.series.sensor)
