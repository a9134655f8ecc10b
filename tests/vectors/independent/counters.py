"""What a device's own counter shows (SPECIFICATION section 9, *Counter*)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .findings import Found, pair_of, time_of
from .history import Measurement

ENOUGH_RETURNS = 3
FORGOTTEN_AT, WRAPS, WRAP_MARGIN = 33, (8, 16, 24, 32), 16
NO_ORDER = 4 | 8


@dataclass
class Step:
    """A counter after another one."""

    before: Measurement
    x: Measurement
    is_return: bool = False
    is_fall: bool = False
    is_forgetting: bool = False


def _counted(part: Sequence[Measurement]) -> list[Step]:
    """Return what each counter but the first did."""
    told: list[Step] = []
    last: int | None = None
    other: int | None = None
    set_at = number = 0
    for place, x in enumerate(part):
        if x.seq is None or x.clock_source == 3 or x.quality & NO_ORDER:
            continue
        number += 1
        if last is None:
            last = x.seq
            continue
        step = Step(part[place - 1], x)
        if other is not None and number - set_at >= FORGOTTEN_AT:
            other, step.is_forgetting = None, True
        is_between = other is not None and other < x.seq < last
        if is_between or (other is not None and last < other < x.seq):
            step.is_return = is_between
            other, set_at = last, number
        elif x.seq < last and not _is_wrapped(last, x.seq):
            step.is_fall = True
            other, set_at = last, number
        last = x.seq
        told.append(step)
    return told


def _is_wrapped(last: int, x: int) -> bool:
    ends = [2**bits for bits in WRAPS]
    return any(last < one <= last + WRAP_MARGIN and x + one <= last + WRAP_MARGIN for one in ends)


def fallen(part: Sequence[Measurement]) -> Iterable[Found]:
    for one in _counted(part):
        if one.is_fall:
            shown = [pair_of(one.before), pair_of(one.x)]
            yield Found("sequence_backward", one.x.at, one.x.at, shown, one.x)


def returned(part: Sequence[Measurement]) -> Iterable[Found]:
    returns: list[Step] = []
    for one in _counted(part):
        if one.is_forgetting:
            if len(returns) >= ENOUGH_RETURNS:
                yield _cloned(returns, one.x)
            returns = []
        if one.is_return:
            returns.append(one)
    if len(returns) >= ENOUGH_RETURNS:
        yield _cloned(returns, None)


def _cloned(returns: Sequence[Step], over: Measurement | None) -> Found:
    shown = [pair_of(returns[-1].before), pair_of(returns[-1].x)]
    since, from_ = returns[0].x.at, returns[ENOUGH_RETURNS - 1].x.at
    return Found("cloned_id", since, time_of(over), shown, over, from_)
