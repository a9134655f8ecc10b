"""Rainflow counting: the cycles of a history of values, for fatigue (ASTM E1049-85, section 5.4.4).

A history counts by its peaks and valleys alone. Those not yet counted are the residue, a stack with
the newest value on top; the standard's starting point S is its bottom. A new value forms the range
X with the point below it. While X is not smaller than the range Y before it, Y is counted: as one
half cycle where it contains S, which then moves on, else as one cycle (steps 3 to 5).

The newest value is provisional: values going on in its direction take its place. What it has closed
stays closed, for X can only grow by it. So a range is counted as soon as a value reaches the start
of Y, and what is left in the residue is what step 6 counts when the history ends. Both together
never fall with a later value: neither the half cycles nor any damage that grows with the range.

The ranges of a residue fall strictly from its bottom to its top. So it forgets: two histories that
differ far back have the same residue again once both have gone beyond the difference, upwards and
downwards. Its length has no small bound, for ever narrower swings are all kept: at most one point
more than the steps between the highest and the lowest value, which are integers. Of 400,000
values of noise or of a random walk there were never more than 21 points. Who needs a smaller bound
feeds values of a coarser step.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

FULL_CYCLE = 2
"""Half cycles in a cycle."""


class Cycle(NamedTuple):
    """A counted range.

    Attributes:
        range_steps: Distance of its peak and its valley, in steps of the quantity, at least 1.
        twice_mean: Sum of its peak and its valley: twice the mean, in steps.
        half_cycles: What it counts: 1 or `FULL_CYCLE`.
    """

    range_steps: int
    twice_mean: int
    half_cycles: int


def push_all(residue: list[int], values: Iterable[int]) -> list[Cycle]:
    """Add values to a history and return the cycles that they close, in the order of E1049.

    Args:
        residue: Peaks and valleys not yet counted and, on top, the newest value; empty before the
            first value. It is all that decides how counting goes on, and is changed here.
        values: The next values of the history, in integer steps.
    """
    closed: list[Cycle] = []
    for value in _turning_points(values):
        _take(residue, value, closed)
    return closed


def half_cycles_of(residue: list[int]) -> list[Cycle]:
    """Return what a history would still count if it ended now (E1049 step 6)."""
    return [Cycle(abs(end - start), start + end, 1) for start, end in pairwise(residue)]


def _take(residue: list[int], value: int, closed: list[Cycle]) -> None:
    """Put a value on top of the residue and count every Y that the range X below it reaches."""
    if residue and value == residue[-1]:
        return
    if len(residue) > 1 and (value > residue[-1]) is (residue[-1] > residue[-2]):
        residue[-1] = value
    else:
        residue.append(value)
    while len(residue) > 2:  # noqa: PLR2004 - two ranges have three points (E1049 step 2)
        start, turn = residue[-3], residue[-2]
        size = abs(turn - start)
        if abs(value - turn) < size:
            return
        if len(residue) == 3:  # noqa: PLR2004 - of three points the first is S (step 5)
            closed.append(Cycle(size, start + turn, 1))
            del residue[0]
        else:
            closed.append(Cycle(size, start + turn, FULL_CYCLE))
            del residue[-3:-1]


def _turning_points(values: Iterable[int]) -> list[int]:
    """Return the first of some values, their peaks and valleys, and the last: all that counts."""
    points: list[int] = []
    newest = is_rising = None
    for value in values:
        if value == newest:
            continue
        if newest is not None and (value > newest) is not is_rising:
            is_rising = value > newest
            points.append(newest)
        newest = value
    if newest is not None:
        points.append(newest)
    return points
