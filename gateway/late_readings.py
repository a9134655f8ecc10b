"""Which readings of a sensor came late: after others that were observed so much later.

How late a reading came by the clock says nothing of a series that is imported or told faster than
it happened. That a later one had come before it does: for as long as a reading speaks, nobody knew
of the time between.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from operator import le

from msgspec.structs import replace

from gateway.ports import LateReadings, TimelineEntry
from gateway.store.journal import POSITION_BITS, JournalReader
from gateway.store.reading_rows import SeriesKey
from gateway.store.reading_store import ReadingStore
from twins.verdict.counts import counted
from twins.verdict.spans import moment_words

LATE_LISTED = 50
"""Most runs of late readings that are told of an asset."""


def newest_late(
    readings: ReadingStore,
    journal: JournalReader,
    bindings: Mapping[str, Sequence[tuple[int, int]]],
    holds: Mapping[str, int],
) -> tuple[LateReadings, ...]:
    """Return the newest readings of devices that came late, in the order of their coming.

    Args:
        readings: Where they are.
        journal: Says when they were committed.
        bindings: The devices, each with the half-open intervals in which its readings count.
        holds: For how many microseconds a reading of each speaks.
    """

    def came_at(position: int) -> int:
        (batch,) = journal.after((position >> POSITION_BITS) - 1, 1)
        return batch.committed_at

    found = [
        late
        for device, spans in bindings.items()
        for one in readings.all_series_of(device)
        for key in [(device, one.sensor, one.quantity)]
        for late in late_readings(key, *readings.arrivals(key, spans), holds[device], came_at)
    ]
    return tuple(sorted(found, key=lambda one: one.came_at)[-LATE_LISTED:])


def late_readings(
    key: SeriesKey,
    moments: Sequence[int],
    positions: Sequence[int],
    hold: int,
    came_at: Callable[[int], int],
) -> list[LateReadings]:
    """Return the readings of a sensor that came late, those that came together as one.

    Args:
        key: The sensor.
        moments: When each reading was observed, in order.
        positions: The place of each in the journal.
        hold: For how many microseconds a reading speaks.
        came_at: Returns when what lies at a position was committed.
    """
    found: list[LateReadings] = []
    if all(map(le, positions, islice(positions, 1, None))):
        return found
    for start, end in _runs(_late_places(moments, positions, hold)):
        came = came_at(max(positions[start:end]))
        run = LateReadings(*key, end - start, moments[start], moments[end - 1], came)
        is_one = bool(found) and abs(came - found[-1].came_at) <= hold
        found.append(_joined(found.pop(), run) if is_one else run)
    return found


def _joined(first: LateReadings, second: LateReadings) -> LateReadings:
    return replace(
        second,
        readings=first.readings + second.readings,
        first_at=first.first_at,
        came_at=max(first.came_at, second.came_at),
    )


def late_entry(late: LateReadings) -> TimelineEntry:
    """Return the entry of a timeline: it stands when they came."""
    span = moment_words(late.first_at)
    if late.last_at != late.first_at:
        span += f" to {moment_words(late.last_at)}"
    source = f"{late.device} {late.sensor}"
    text = f"{counted(late.readings, 'reading')} of {late.quantity} by {source} came late: {span}"
    return TimelineEntry(late.came_at, "late_readings", text)


def _late_places(moments: Sequence[int], positions: Sequence[int], hold: int) -> list[int]:
    """Return the places of readings that came behind one that was observed a hold later."""
    # Of each place, the lowest position from it on.
    lowest = [*accumulate(reversed(positions), min)][::-1]
    found = []
    for place, (position, least) in enumerate(zip(positions, lowest, strict=True)):
        if least < position:
            later = bisect_left(moments, moments[place] + hold, place)
            if later < len(moments) and lowest[later] < position:
                found.append(place)
    return found


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where each run of places that follow each other begins, and ends before."""
    start = 0
    for index, place in enumerate(places, 1):
        if index == len(places) or places[index] != place + 1:
            yield places[start], place + 1
            start = index
