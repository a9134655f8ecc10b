"""Who held the asset while it was outside: time outside, divided at the handovers.

All of an excursion's observed time outside is somebody's, and to the microsecond: the shares of the
custodians sum to the total. The fold knows to whom the time fell, or in which spans it was; spans
are cut at the handovers. Where only the excursion's interval is known, its time outside is divided
in proportion to how long each party held the asset within the interval, by largest remainder, and
the result says so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from twins.errors import CargotwinError

from .possession import Custody, periods_of

MINUTE_US = 60_000_000


class ContradictingParts(CargotwinError):
    """What is known of an excursion's parts does not make up its time outside."""

    def __init__(self, excursion: str, outside: int, parts: int) -> None:
        super().__init__(
            f"excursion {excursion} was outside for {outside} µs and its parts last {parts} µs; "
            "fold the twin again"
        )


class Share(msgspec.Struct, frozen=True):
    """One custodian's part.

    Attributes:
        holder: The possessing party; empty before there was one.
        outside: Microseconds outside in its time.
    """

    holder: str
    outside: int


class TimeOutside(msgspec.Struct, frozen=True):
    """An excursion, as far as liability looks at it; times in microseconds UTC.

    Attributes:
        excursion: By what people know it.
        began_at: When it began.
        ended_at: When it ended; None while it lasts.
        outside: Observed microseconds outside.
        held_by: To whom they fell, where the fold has counted that; the parts sum to `outside`.
        spans: The observed spans [from, to) that make up `outside`, where these are known instead.
    """

    excursion: str
    began_at: int
    ended_at: int | None
    outside: int
    held_by: tuple[Share, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


class ExcursionLiability(msgspec.Struct, frozen=True):
    """Who held the asset during one excursion.

    Attributes:
        excursion: As in `TimeOutside`.
        shares: One of each custodian within the excursion, in the order in which they first held
            the asset; also of those that no observed time outside falls to.
        is_estimated: Whether the time was divided in proportion, for want of anything better.
    """

    excursion: str
    shares: tuple[Share, ...]
    is_estimated: bool


class Liability(msgspec.Struct, frozen=True):
    """How much of the time outside falls to whom.

    Attributes:
        custodians: One share each, in the order in which they first held the asset.
        total: Microseconds outside of all excursions; the sum of the shares.
        excursions: One by one, in the order in which they were given.
    """

    custodians: tuple[Share, ...]
    total: int
    excursions: tuple[ExcursionLiability, ...]


def liability(custody: Custody, excursions: Sequence[TimeOutside], as_of: int) -> Liability:
    """Return who held the asset during each excursion, and how much time outside falls to whom.

    Args:
        custody: The custody at `as_of`.
        excursions: The excursions of one asset; of what two sensors saw at once, both count.
        as_of: Up to where an excursion without end has lasted, microseconds UTC.

    Raises:
        ContradictingParts: The parts of an excursion do not make up its time outside.
    """
    holdings = _Holdings(custody)
    each = tuple(_divided(holdings, one, as_of) for one in excursions)
    shares = holdings.ordered((share.holder, share.outside) for one in each for share in one.shares)
    return Liability(shares, sum(one.outside for one in excursions), each)


def whole_minutes(found: Liability) -> tuple[tuple[str, int], ...]:
    """Return the minutes of each custodian, which sum to the total in minutes, rounded down."""
    minutes = largest_remainder(found.total // MINUTE_US, [one.outside for one in found.custodians])
    return tuple(zip((one.holder for one in found.custodians), minutes, strict=True))


def largest_remainder(amount: int, weights: Sequence[int]) -> list[int]:
    """Return an amount in whole parts that are as the weights and sum to it.

    Each part is its exact share rounded down; what is left goes to the largest remainders, of equal
    ones to the first. Where all weights are 0, the first part is the whole.
    """
    whole = sum(weights)
    if not whole:
        return [amount, *(0 for _ in weights[1:])] if weights else []
    parts = [divmod(amount * one, whole) for one in weights]
    found = [quotient for quotient, _ in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    for place in by_remainder[: amount - sum(found)]:
        found[place] += 1
    return found


class _Holdings:
    """Who held the asset when: the first holding has no beginning, the last one no end."""

    def __init__(self, custody: Custody) -> None:
        periods = periods_of(custody)
        # Before the first party took it nobody held it, and what was measured then is nobody's.
        first = [""] if periods[0].holder else []
        self._held = (*first, *(one.holder for one in periods))
        self._begins = [one.since for one in periods[1 - len(first) :]]
        self._order = {holder: place for place, holder in enumerate(dict.fromkeys(self._held))}

    def ordered(self, parts: Iterable[tuple[str, int]]) -> tuple[Share, ...]:
        """Return one share of each holder, in the order in which they first held the asset."""
        sums: Counter[str] = Counter()
        for holder, outside in parts:
            sums[holder] += outside
        return tuple(Share(one, sums[one]) for one in sorted(sums, key=self._order.__getitem__))

    def within(self, start: int, end: int) -> Iterator[tuple[str, int]]:
        """Give each holding of an interval by its holder, and its microseconds within it.

        An interval without length is one moment: of whoever held the asset then.
        """
        place = bisect_right(self._begins, start)
        while place < len(self._begins) and self._begins[place] < end:
            yield self._held[place], self._begins[place] - start
            start = self._begins[place]
            place += 1
        yield self._held[place], max(0, end - start)


def _divided(holdings: _Holdings, one: TimeOutside, as_of: int) -> ExcursionLiability:
    end = as_of if one.ended_at is None else one.ended_at
    held = list(holdings.within(one.began_at, end))
    is_estimated = False
    if one.held_by or one.spans:
        parts = list(_counted(holdings, one))
    else:
        amounts = largest_remainder(one.outside, [length for _, length in held])
        parts = [(holder, amount) for (holder, _), amount in zip(held, amounts, strict=True)]
        is_estimated = len(held) > 1 and 0 < one.outside < end - one.began_at
    shares = holdings.ordered([*((holder, 0) for holder, _ in held), *parts])
    return ExcursionLiability(one.excursion, shares, is_estimated)


def _counted(holdings: _Holdings, one: TimeOutside) -> Iterator[tuple[str, int]]:
    """Give each part of an excursion that is known exactly, by holder.

    Raises:
        ContradictingParts: They do not make up its time outside.
    """
    length = sum(share.outside for share in one.held_by) or sum(b - a for a, b in one.spans)
    if length != one.outside:
        raise ContradictingParts(one.excursion, one.outside, length)
    if one.held_by:
        yield from ((share.holder, share.outside) for share in one.held_by)
        return
    for start, end in one.spans:
        yield from holdings.within(start, end)
