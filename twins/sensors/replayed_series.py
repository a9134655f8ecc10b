"""A series that repeats its own earlier readings: stored data that is sent again as new.

This looks at a whole series at once and is no part of the fold: a fold would have to remember
everything. Two stretches are the same where `BLOCK` values in turn are equal, with `LEAST_CHANGES`
changes and `LEAST_VALUES` different values among them: a refrigerator at 5.0 °C, or one that goes
to and fro between 4.9 and 5.1 °C, repeats itself honestly. Where each value of such a stretch is
uncertain by one bit, two honest stretches are equal once in 2^64, and a year of one reading a
minute holds 2^37 pairs of them. What is exactly periodic and without any noise, as only a
simulation is, looks like a replay.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import islice
from operator import ne

from .findings import FindingKind, SensorFinding, Subject, in_hours

BLOCK = 64
"""Values in turn that are compared; a replay twice as long is always found."""

LEAST_CHANGES = BLOCK // 2
LEAST_VALUES = 8


def find_replays(
    times: Sequence[int], values: Sequence[int], subject: Subject
) -> list[SensorFinding]:
    """Return the stretches of a series that repeat an earlier one, in order of time.

    Args:
        times: When it was read, in order.
        values: The sound values, each within 64 bits.
        subject: The series.
    """
    found: list[SensorFinding] = []
    numbers = array("q", values)
    width, data = numbers.itemsize, numbers.tobytes()
    blocks: dict[bytes, int] = {}
    here = 0
    while here + BLOCK <= len(values):
        ended = here - BLOCK
        if ended >= 0 and ended % BLOCK == 0 and _can_tell(values[ended:here]):
            blocks.setdefault(data[ended * width : here * width], ended)
        first = blocks.get(data[here * width : (here + BLOCK) * width])
        if first is None:
            here += 1
            continue
        length = _length(values, first, here)
        found.append(_replay_found(times, values, (first, here, length), subject))
        here += length
    return found


def _can_tell(block: Sequence[int]) -> bool:
    changes = sum(map(ne, islice(block, 1, None), block))
    return changes >= LEAST_CHANGES and len(set(block)) >= LEAST_VALUES


def _length(values: Sequence[int], first: int, second: int) -> int:
    length = BLOCK
    while second + length < len(values) and values[first + length] == values[second + length]:
        length += 1
    return length


def _replay_found(
    times: Sequence[int], values: Sequence[int], place: tuple[int, int, int], subject: Subject
) -> SensorFinding:
    first, here, length = place
    last = here + length - 1
    text = (
        f"repeats {length} readings in turn, {in_hours(times[last] - times[here])} long, of "
        f"{in_hours(times[here] - times[first])} before"
    )
    shown = ((times[first], values[first]), (times[here], values[here]))
    return subject.found(FindingKind.REPLAYED_SERIES, times[here], times[last], shown, text)
