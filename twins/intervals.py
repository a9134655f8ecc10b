"""Half-open intervals of time: which moments lie in some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .bindings import Interval


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the moments that lie in any of the intervals, as few intervals in order."""
    found: list[Interval] = []
    for first, until in sorted(intervals):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((first, until))
    return found


def shared(some: Iterable[Interval], others: Sequence[Interval]) -> list[Interval]:
    """Return the moments that lie in one of the first and in one of the others."""
    return united(
        (max(first, other), min(until, end))
        for first, until in some
        for other, end in others
        if max(first, other) < min(until, end)
    )


def whole(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the intervals that have a length."""
    return [(first, until) for first, until in intervals if first < until]
