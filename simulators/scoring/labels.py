"""What a policy ought to find in the truth, and how sure it can be.

A boundary is broken when what is true lies beyond its limit, in a run that ends where it is back by
the hysteresis, for at least the boundary's delay of the time in which somebody looked; of a
cumulative boundary the time of all runs is added up.

Sensors err by up to a stated error, and a reading stands for what was true when it was read.
Whatever an honest sensor may show at a moment thus lies between two columns: the lowest and
the highest truth since the oldest reading that still speaks, less and plus the error. What breaks
the boundary in the lower of them, or the upper one for a lower limit, **must** be found. What
breaks it in neither **must not**. Between the two lies **either**: too near to the limit, or to the
delay, for sensors to tell. This holds whatever the policy does with values, as long as more
extreme ones never make less of an excursion.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import msgspec

from simulators.limits import Limit

from .seeing import Seen


class Broken(msgspec.Struct, frozen=True):
    """A run that became an excursion, in minutes.

    Attributes:
        began_at: The first minute beyond the limit.
        alarmed_at: Minute at the end of which the delay was reached; with delay 0 the first one.
        ended_at: The minute in which it was back inside; None where it lasted.
    """

    began_at: int
    alarmed_at: int
    ended_at: int | None

    def holds(self, other: Broken) -> bool:
        """Tell whether another one lies within this one."""
        if other.began_at < self.began_at:
            return False
        return self.ended_at is None or (
            other.ended_at is not None and other.ended_at <= self.ended_at
        )


class Bands(msgspec.Struct, frozen=True):
    """The labels of one boundary.

    Attributes:
        true: What truly broke it.
        must: What must be found: each lies within one of `true`, now and then two in the same.
        may: What may be found; every one of `must` lies within one of them.
    """

    true: tuple[Broken, ...] = ()
    must: tuple[Broken, ...] = ()
    may: tuple[Broken, ...] = ()

    @property
    def either(self) -> tuple[Broken, ...]:
        """What may be found and need not be."""
        return tuple(one for one in self.may if not any(one.holds(sure) for sure in self.must))


class Envelope(msgspec.Struct, frozen=True):
    """Between what an honest sensor may show, in each minute."""

    low: list[float]
    high: list[float]


def envelope(truth: Sequence[float], since: Sequence[int], error: float) -> Envelope:
    """Return between what honest sensors may show.

    Args:
        truth: True value in each minute.
        since: For each minute, the minute of the oldest reading that may speak in it.
        error: Largest error of a sound sensor.
    """
    windows = [truth[first : minute + 1] for minute, first in enumerate(since)]
    return Envelope(
        [min(window) - error for window in windows], [max(window) + error for window in windows]
    )


def bands(
    limit: Limit, truth: Sequence[float], shown: Envelope, seen: Seen, active: Sequence[bool]
) -> Bands:
    """Return the labels of a boundary.

    Args:
        limit: The boundary.
        truth: True value in each minute.
        shown: Between what honest sensors may show.
        seen: When somebody looked.
        active: In which minutes the boundary judges.
    """
    is_upper = limit.side == "upper"
    least, most = (shown.low, shown.high) if is_upper else (shown.high, shown.low)
    farthest = max(most) if is_upper else -min(most)
    if farthest <= (limit.limit if is_upper else -limit.limit):
        return Bands()
    # Where too few looked a run may have been seen to end, or not.
    short = seen.short
    return Bands(
        true=_excursions(limit, truth, seen.maybe, active),
        must=_excursions(limit, least, seen.surely, active, ending=short),
        may=_excursions(limit, most, seen.maybe, active, lasting=short),
    )


def _excursions(
    limit: Limit,
    values: Sequence[float],
    seen: Sequence[bool],
    active: Sequence[bool],
    *,
    ending: AbstractSet[int] = frozenset(),
    lasting: AbstractSet[int] = frozenset(),
) -> tuple[Broken, ...]:
    sign = 1 if limit.side == "upper" else -1
    beyond, back = sign * limit.limit, sign * limit.returns_at
    runs: list[_Run] = []
    run: _Run | None = None
    columns = zip(values, seen, active, strict=True)
    for minute, (value, is_seen, is_active) in enumerate(columns):
        is_back = is_seen and sign * value <= back and minute not in lasting
        if minute in ending or not is_active or is_back:
            if run is not None:
                run.ended_at, run = minute, None
        elif is_seen and sign * value > beyond:
            if run is None:
                run = _Run(minute)
                runs.append(run)
            run.outside.append(minute)
    delay = limit.delay_s / 60
    if limit.mode == "single":
        return tuple(
            Broken(one.began_at, one.reaches(delay), one.ended_at)
            for one in runs
            if len(one.outside) >= max(delay, 1)
        )
    all_runs = _Run(0, [minute for one in runs for minute in one.outside])
    if len(all_runs.outside) < max(delay, 1):
        return ()
    return (Broken(runs[0].began_at, all_runs.reaches(delay), runs[-1].ended_at),)


class _Run(msgspec.Struct):
    began_at: int
    outside: list[int] = []
    ended_at: int | None = None

    def reaches(self, delay: float) -> int:
        """Return the minute at the end of which the delay was reached."""
        if delay <= 0:
            return self.outside[0]
        return self.outside[max(0, -int(-delay // 1) - 1)] + 1
