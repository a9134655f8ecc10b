"""What the readings of one series come to in steps of time, for a chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.ports import Bucket
from twins.readings import Quality

from .reading_rows import Rows

_NO_VALUE = int(Quality.SENTINEL | Quality.IMPLAUSIBLE)

_Sums = tuple[int, int, int, int, int]
"""A step's start, and the lowest, the sum, the highest and the count of its values."""


def buckets_of(parts: Iterable[Rows], step: int) -> tuple[Bucket, ...]:
    """Return what readings come to in each step that has any, but for those that say nothing.

    Args:
        parts: The readings in order.
        step: Microseconds.
    """
    sums: list[_Sums] = []
    for rows in parts:
        for one in _sums_of(rows, step):
            # One step may hold the end of one part and the beginning of the next.
            is_shared = bool(sums) and sums[-1][0] == one[0]
            sums.append(_joined(sums.pop(), one) if is_shared else one)
    return tuple(map(_bucket, sums))


def _sums_of(rows: Rows, step: int) -> Iterator[_Sums]:
    start, values = None, list[int]()
    for moment, value, quality in zip(rows.moments, rows.values, rows.qualities, strict=True):
        if quality & _NO_VALUE:
            continue
        if start is None or moment >= start + step:
            if start is not None:
                yield _sums(start, values)
            start, values = moment - moment % step, []
        values.append(value)
    if start is not None:
        yield _sums(start, values)


def _sums(start: int, values: list[int]) -> _Sums:
    return start, min(values), sum(values), max(values), len(values)


def _joined(one: _Sums, other: _Sums) -> _Sums:
    start, lowest, total, highest, count = one
    return (
        start,
        min(lowest, other[1]),
        total + other[2],
        max(highest, other[3]),
        count + other[4],
    )


def _bucket(sums: _Sums) -> Bucket:
    start, lowest, total, highest, count = sums
    return Bucket(start, lowest, total // count, highest, count)
