"""When somebody looked: what the moments of the readings alone tell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from twins.readings import MICROSECONDS

MINUTE = 60 * MICROSECONDS
HOUR = 60 * MINUTE

ENOUGH = 3
"""Sensors of which one that lies does not move the verdict."""


class Seen(msgspec.Struct, frozen=True):
    """When the sensors of a quantity spoke, per minute.

    Attributes:
        since: The minute of the oldest reading that may speak in this minute.
        maybe: Whether any sensor spoke in it, however shortly.
        surely: Whether enough sensors spoke all through it to be looked at: any of one or two,
            and of three all, for with fewer the one that lies may decide.
    """

    since: list[int]
    maybe: list[bool]
    surely: list[bool]

    @property
    def short(self) -> frozenset[int]:
        """The minutes in which some spoke and not enough."""
        columns = enumerate(zip(self.maybe, self.surely, strict=True))
        return frozenset(minute for minute, (maybe, surely) in columns if maybe and not surely)


def seen(columns: Sequence[Sequence[int]], hold: int, length: int, *, late: int = 0) -> Seen:
    """Return when sensors spoke.

    Args:
        columns: Per sensor the moments of its readings, microseconds since the first minute.
        hold: Microseconds for which a reading speaks at most.
        length: All minutes.
        late: Minutes by which a reading may come later than at its moment.
    """
    since = list(range(length))
    maybe = [False] * length
    sure: list[list[bool]] = []
    for moments in columns:
        through = [False] * length
        begin = None
        for moment, following in pairwise([*moments, length * MINUTE + hold]):
            until = min(moment + hold, following, length * MINUTE)
            begin = moment + late * MINUTE if begin is None else begin
            first, last = moment // MINUTE, min((until - 1) // MINUTE + late, length - 1)
            for minute in range(first, last + 1):
                maybe[minute] = True
                since[minute] = min(since[minute], first)
            if until < following:
                _mark(through, begin, until)
                begin = None
        sure.append(through)
    enough = all if len(columns) >= ENOUGH else any
    return Seen(since, maybe, [enough(one) for one in zip(*sure, strict=True)])


def _mark(minutes: list[bool], begin: int, end: int) -> None:
    """Mark the minutes that lie wholly between two moments."""
    first, last = -(-begin // MINUTE), end // MINUTE
    minutes[first:last] = [True] * max(0, last - first)
