"""Sensors that move away from the others (SPECIFICATION section 9, *Drift*)."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, pairwise

from .findings import HOUR, Found
from .history import Measurement

MedianAt = Callable[[int], int | None]
"""The median of those that speak at a moment, None where too few do."""

ENOUGH_HOURS = 3


def last_of_moments(series: Sequence[Measurement]) -> list[Measurement]:
    """Return the last measurement of each moment, if it is sound."""
    newest = {one.at: one for one in series}
    return [one for one in newest.values() if one.is_sound]


def drift(
    part: Sequence[Measurement],
    limit: int,
    median_at: MedianAt,
) -> Iterable[Found]:
    """Return when one series, watched without a break, drifted.

    Args:
        part: What is taken, without what is in doubt.
        limit: Largest mean difference.
        median_at: The median of those that speak at a moment.
    """
    compared = [
        (one, one.value - middle) for one in part if (middle := median_at(one.at)) is not None
    ]
    hours = [[*some] for _, some in groupby(compared, key=lambda one: one[0].at // HOUR)]
    beyond: list[list[tuple[Measurement, int]]] = []
    side = 0
    held_from: int | None = None
    for hour, following in pairwise(hours):
        total, closing = sum(difference for _, difference in hour), following[0][0]
        now = 0 if abs(total) <= limit * len(hour) else (1 if total > 0 else -1)
        if now != side:
            if held_from is not None:
                until = hour[0][0].at // HOUR * HOUR
                yield _drifted(beyond, until, closing, held_from)
            beyond, held_from, side = [], None, now
        if now:
            beyond.append(hour)
            if len(beyond) == ENOUGH_HOURS:
                held_from = closing.at
    if held_from is not None:
        yield _drifted(beyond, None, None, held_from)


def _drifted(
    hours: list[list[tuple[Measurement, int]]],
    until: int | None,
    ended_by: Measurement | None,
    held_from: int,
) -> Found:
    newest = hours[-1][-1][0]
    since = hours[0][0][0].at // HOUR * HOUR
    return Found("drift", since, until, [[newest.at, newest.value]], ended_by, held_from)
