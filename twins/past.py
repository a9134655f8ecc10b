"""What has been of an asset: everything that a fold adds to and never reads.

A fold goes on by what is now (`AssetTwin`); what has been does not decide how. That is why the past
of two stretches of time can be joined, and why a late input makes only a stretch be folded again:
where what is now agrees with what it was before, all that followed still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import TypeVar

import msgspec

from .judging.channel import ChannelSums, joined_channel_sums
from .judging.excursion_log import ExcursionLog, joined_excursions
from .judging.series import SeriesSums, joined_sums
from .position.track import TrackSums, joined_tracks
from .wear.shocks import ShockSums, joined_shocks


class Past(msgspec.Struct, frozen=True):
    """What has been in a stretch of time.

    Attributes:
        begins_anew: Whether the shipment started, or the asset came to be, in this stretch: what
            was read before is kept and not judged.
        series: Sums per sensor and quantity.
        channels: Sums per quantity.
        excursions: Those that are over, by boundary.
        before_start: Excursions before a start, which nobody judges.
        after_close: Readings after the close that are outside a boundary, likewise.
        shocks: Sums of shocks.
        track: Sums of the way travelled.
        unjudged: Readings of bound devices that are kept and not judged.
    """

    begins_anew: bool = False
    series: tuple[SeriesSums, ...] = ()
    channels: tuple[ChannelSums, ...] = ()
    excursions: tuple[ExcursionLog, ...] = ()
    shocks: ShockSums = ShockSums()
    track: TrackSums = TrackSums()
    unjudged: int = 0
    before_start: int = 0
    after_close: int = 0


def joined(pasts: Iterable[Past]) -> Past:
    """Return what has been in stretches of time that follow each other."""
    return reduce(_joined, pasts, Past())


def _joined(earlier: Past, later: Past) -> Past:
    if later.begins_anew:
        dropped = sum(one.readings for one in earlier.series)
        over = sum(one.count for one in earlier.excursions)
        return msgspec.structs.replace(
            later,
            unjudged=earlier.unjudged + dropped + later.unjudged,
            before_start=earlier.before_start + over + later.before_start,
            after_close=earlier.after_close + later.after_close,
        )
    return Past(
        begins_anew=earlier.begins_anew,
        series=_merged(earlier.series, later.series, _series_key, joined_sums),
        channels=_merged(earlier.channels, later.channels, _channel_key, joined_channel_sums),
        excursions=joined_excursions(earlier.excursions, later.excursions),
        shocks=joined_shocks(earlier.shocks, later.shocks),
        track=joined_tracks(earlier.track, later.track),
        unjudged=earlier.unjudged + later.unjudged,
        before_start=earlier.before_start + later.before_start,
        after_close=earlier.after_close + later.after_close,
    )


def _series_key(one: SeriesSums) -> tuple[str, ...]:
    return one.key


def _channel_key(one: ChannelSums) -> tuple[str, ...]:
    return (one.quantity,)


_Sums = TypeVar("_Sums", SeriesSums, ChannelSums)


def _merged(
    earlier: tuple[_Sums, ...],
    later: tuple[_Sums, ...],
    key: Callable[[_Sums], tuple[str, ...]],
    join: Callable[[_Sums, _Sums], _Sums],
) -> tuple[_Sums, ...]:
    if not earlier or not later:
        return earlier or later
    found = {key(one): one for one in earlier}
    for one in later:
        before = found.get(key(one))
        found[key(one)] = one if before is None else join(before, one)
    return tuple(found[place] for place in sorted(found))
