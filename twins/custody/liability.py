"""How much of the time outside falls to whom, and the whole minutes of it.

The fold counts each microsecond outside for whoever holds the asset then; an excursion says it of
itself (`Excursion.held_by`), a condition of the whole (`custody.liability`).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

MINUTE_US = 60_000_000


class Share(msgspec.Struct, frozen=True):
    """One custodian's part.

    Attributes:
        holder: The possessing party; empty before there was one.
        outside: Microseconds outside in its time.
    """

    holder: str
    outside: int


def whole_minutes(shares: Sequence[Share]) -> list[int]:
    """Return the minutes of each share, which sum to those of all together, rounded down."""
    parts = [one.outside for one in shares]
    return largest_remainder(sum(parts) // MINUTE_US, parts)


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
