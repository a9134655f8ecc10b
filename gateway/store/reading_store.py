"""Every reading by series: chunks that do not overlap, and what came since they were written.

A slice brings few readings of each of many series. They are stored together, in one row in the
order of arrival (`fresh`), and kept packed in memory, by series. When these are many, they go into
the chunks of their series, some series at a time, and the rows that held them are forgotten. What
comes late goes straight to its place in a chunk. All readings in memory lie behind the newest chunk
of their series: by this a restart knows which of the stored rows are in chunks already.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import lt

import msgspec

from gateway.ports import DeviceSeries, SeriesBuckets, UnboundDevice
from twins.bindings import FOREVER
from twins.inputs import Input, in_event_order
from twins.readings import Reading

from .reading_buckets import buckets_of
from .reading_chunks import Chunks, merged
from .reading_rows import (
    ROW_BYTES,
    PlacedReading,
    Row,
    Rows,
    SeriesKey,
    key_of,
    row_of,
    rows_of,
    rows_of_tuples,
    unpacked,
)

_FEW = 64
"""Readings of a series that it does not pay to part."""

_Fresh = list[tuple[int, bytes, bytes]]
_fresh_encoder = msgspec.msgpack.Encoder()
_fresh_decoder: msgspec.msgpack.Decoder[_Fresh] = msgspec.msgpack.Decoder(_Fresh)


class ChunkLimits(msgspec.Struct, frozen=True):
    """When readings are moved into chunks, and how large these are.

    Attributes:
        chunk_rows: Rows of a full chunk; it may have nearly twice as many. A series with four times
            as many in memory has them moved at once.
        fresh_rows: Readings, 40 bytes each, that are stored by slices before those of them that are
            not in a chunk yet are moved. A restart reads them all.
        fresh_slices: So they are when these are so many slices.
        series_at_once: Series of which rows are moved with one slice, so that none takes long.
    """

    chunk_rows: int = 256
    fresh_rows: int = 200_000
    fresh_slices: int = 4_096
    series_at_once: int = 500


class ReadingStore:
    """Readings by series, each once.

    Args:
        connection: The writing connection; whoever calls begins and ends the transactions.
        limits: When readings are moved into chunks.
    """

    def __init__(self, connection: sqlite3.Connection, limits: ChunkLimits) -> None:
        self._connection = connection
        self._limits = limits
        self._chunks = Chunks(connection, limits.chunk_rows)
        self._series: dict[SeriesKey, int] = {}
        self._of_device: dict[str, list[SeriesKey]] = {}
        self._fresh: dict[int, Rows] = {}
        self._fresh_rows = self._fresh_slices = self._moving_rows = 0
        self._newest: dict[int, int] = {}
        """By series, a moment that no stored reading lies behind."""
        self._to_move: list[int] = []
        self._moved_up_to = 0
        self.load()

    def load(self) -> None:
        """Know what is stored, and nothing else: at the start, and after a slice that failed."""
        for known in (self._series, self._of_device, self._fresh, self._newest):
            known.clear()
        self._to_move = []
        rows = self._connection.execute("SELECT id, device, sensor, quantity FROM series")
        for series, device, sensor, quantity in rows:
            self._know((device, sensor, quantity), series)
        self._fresh_rows = self._fresh_slices = 0
        for (data,) in self._connection.execute("SELECT readings FROM fresh ORDER BY id"):
            self._fresh_slices += 1
            for series, numbers, signatures in _fresh_decoder.decode(data):
                rows_stored = unpacked(numbers, signatures)
                self._fresh_rows += len(rows_stored)
                self._keep_fresh(series, rows_stored)
        for series, rows_kept in self._fresh.items():
            _, newest = self._chunks.newest_of(series)
            behind = [row for row in rows_kept.tuples() if key_of(row) > newest]
            self._fresh[series] = rows_of_tuples(sorted(behind, key=key_of))

    def add(
        self, by_series: Mapping[SeriesKey, Sequence[PlacedReading]]
    ) -> dict[SeriesKey, Sequence[PlacedReading]]:
        """Store readings, those of each series in journal order; return those that are new.

        What lies behind everything that is stored of its series is new without asking.
        """
        found: dict[SeriesKey, Sequence[PlacedReading]] = {}
        fresh: _Fresh = []
        for key, placed in by_series.items():
            series = self._series.get(key)
            if series is None:
                series = self._new_series(key)
            rows = rows_of(placed)
            moments = rows.moments
            is_growing = all(map(lt, moments, islice(moments, 1, None)))
            if is_growing and moments[0] > self._newest_of(series):
                found[key] = placed
                self._newest[series] = moments[-1]
                fresh.append((series, *rows.packed()))
                self._keep_fresh(series, rows)
            else:
                found[key] = self._add_late(series, placed, fresh)
        if fresh:
            self._connection.execute(
                "INSERT INTO fresh (readings) VALUES (?)", (_fresh_encoder.encode(fresh),)
            )
            self._fresh_slices += 1
            self._fresh_rows += sum(len(numbers) for _, numbers, _ in fresh) // ROW_BYTES
        for series, _, _ in fresh:
            if len(self._fresh[series]) >= 4 * self._limits.chunk_rows:
                self._move(series)
        self._move_on()
        return found

    def between(self, device: str, start: int, end: int) -> list[tuple[int, Reading]]:
        """Return (position, reading) of a device with start ≤ observed_at < end, unordered."""
        return [
            placed
            for key in self._of_device.get(device, ())
            for rows in self._parts(self._series[key], start, end)
            for placed in rows.placed(key)
        ]

    def in_order(self, spans: Sequence[tuple[str, int, int]]) -> Sequence[Input]:
        """Return the readings of devices within half-open intervals, in event order."""
        found = [reading for span in spans for _, reading in self.between(*span)]
        return in_event_order(found)

    def count_since(self, device: str, moment: int) -> int:
        """Return how many readings of a device were observed from a moment on."""
        return sum(
            self._count_since(self._series[key], moment) for key in self._of_device.get(device, ())
        )

    def end_of_part(self, spans: Sequence[tuple[str, int, int]], start: int, most: int) -> int:
        """Return a moment up to which there are about so many readings, `FOREVER` if all are.

        A series that comes in bursts may make it fewer, and many series more.

        Args:
            spans: Devices, each with a half-open interval.
            start: What lies before it does not count.
            most: How many readings there may be, at least one.
        """
        found = [
            (self._series[key], max(first, start), until)
            for device, first, until in spans
            if until > start
            for key in self._of_device.get(device, ())
        ]
        of_each = max(most // max(1, len(found)), min(most, _FEW))
        end = FOREVER
        for series, first, until in found:
            moment = self._moment_after(series, first, min(until, end), of_each)
            end = end if moment is None else min(end, moment)
        # So many may lie in one moment, which is never parted.
        return max(end, start + 1)

    def buckets(self, key: SeriesKey, spans: Sequence[tuple[int, int]], step: int) -> SeriesBuckets:
        """Return one sensor's readings in steps of `step` microseconds, within the spans."""
        parts = (
            rows for start, end in spans for rows in self._parts(self._series[key], start, end)
        )
        return SeriesBuckets(*key, step, buckets_of(parts, step))

    def arrivals(
        self, key: SeriesKey, spans: Sequence[tuple[int, int]]
    ) -> tuple[array[int], array[int]]:
        """Return when each reading of a sensor within the spans was observed, and its position."""
        moments, positions = array("q"), array("q")
        for start, end in spans:
            for rows in self._parts(self._series[key], start, end):
                moments += rows.moments
                positions += rows.positions
        return moments, positions

    def series_of(self, device: str, quantity: str) -> list[SeriesKey]:
        """Return a device's series of one quantity."""
        return sorted(key for key in self._of_device.get(device, ()) if key[2] == quantity)

    def all_series_of(self, device: str) -> tuple[DeviceSeries, ...]:
        """Return a device's series in the order of their names, each with its newest reading."""
        return tuple(map(self._described, sorted(self._of_device.get(device, ()))))

    def devices(self, is_wanted: Callable[[str], bool]) -> tuple[UnboundDevice, ...]:
        """Return the wanted ones of all devices that ever sent a reading, in name order."""
        return tuple(
            self._device(device) for device in sorted(self._of_device) if is_wanted(device)
        )

    def _know(self, key: SeriesKey, series: int) -> None:
        self._series[key] = series
        self._of_device.setdefault(key[0], []).append(key)

    def _new_series(self, key: SeriesKey) -> int:
        cursor = self._connection.execute(
            "INSERT INTO series (device, sensor, quantity) VALUES (?, ?, ?) RETURNING id", key
        )
        series = int(cursor.fetchone()[0])
        self._know(key, series)
        return series

    def _newest_of(self, series: int) -> int:
        newest = self._newest.get(series)
        if newest is None:
            fresh = self._fresh.get(series)
            newest = fresh.moments[-1] if fresh else self._chunks.newest_of(series)[0]
            self._newest[series] = newest
        return newest

    def _keep_fresh(self, series: int, rows: Rows) -> None:
        fresh = self._fresh.get(series)
        if fresh is None:
            self._fresh[series] = rows
        else:
            fresh.append(rows)

    def _add_late(
        self, series: int, placed: Sequence[PlacedReading], fresh: _Fresh
    ) -> list[PlacedReading]:
        """Store readings that may lie before others, or be there already; return the new ones."""
        by_key: dict[bytes, tuple[Row, PlacedReading]] = {}
        for one in placed:
            row = row_of(one)
            by_key.setdefault(key_of(row), (row, one))
        _, newest = self._chunks.newest_of(series)
        behind = [row for key, (row, _) in by_key.items() if key > newest]
        before = [row for key, (row, _) in by_key.items() if key <= newest]
        new = self._insert_fresh(series, behind, fresh) if behind else set()
        new |= self._chunks.insert(series, before)
        return [one for key, (_, one) in by_key.items() if key in new]

    def _insert_fresh(self, series: int, rows: Iterable[Row], fresh: _Fresh) -> set[bytes]:
        """Put the new ones of some rows among those in memory; return their keys."""
        stored = self._fresh.get(series)
        rows_kept, new = merged(stored.tuples() if stored is not None else (), rows)
        if new:
            self._fresh[series] = rows_of_tuples(rows_kept)
            self._newest[series] = rows_kept[-1][0]
            fresh.append((series, *rows_of_tuples(new).packed()))
        return set(map(key_of, new))

    def _move_on(self) -> None:
        """Move what came into chunks, some series at a time, once there is much of it."""
        limits = self._limits
        if not self._to_move:
            if self._fresh_rows < limits.fresh_rows and self._fresh_slices < limits.fresh_slices:
                return
            row = self._connection.execute("SELECT max(id) FROM fresh").fetchone()
            self._moved_up_to, self._moving_rows = row[0], self._fresh_rows
            self._fresh_slices = 0
            self._to_move = list(self._fresh)
        now, self._to_move = (
            self._to_move[: limits.series_at_once],
            self._to_move[limits.series_at_once :],
        )
        for series in now:
            self._move(series)
        if not self._to_move:
            self._connection.execute("DELETE FROM fresh WHERE id <= ?", (self._moved_up_to,))
            self._fresh_rows -= self._moving_rows

    def _move(self, series: int) -> None:
        """Move the rows of a series from memory behind those of its newest chunk."""
        fresh = self._fresh.pop(series, None)
        if fresh:
            self._chunks.append(series, fresh)

    def _parts(self, series: int, start: int, end: int) -> Iterator[Rows]:
        """Yield the rows with start ≤ moment < end, in order, chunk by chunk."""
        yield from self._chunks.between(series, start, end)
        fresh = self._fresh.get(series)
        if fresh and (found := fresh.between(start, end)):
            yield found

    def _moment_after(self, series: int, start: int, end: int, skipped: int) -> int | None:
        """Return the moment of the reading that so many others lie before, from start to end."""
        for rows in self._parts(series, start, end):
            if len(rows) > skipped:
                return rows.moments[skipped]
            skipped -= len(rows)
        return None

    def _count_since(self, series: int, moment: int) -> int:
        fresh = self._fresh.get(series)
        later = len(fresh.between(moment, FOREVER)) if fresh else 0
        return self._chunks.count_since(series, moment) + later

    def _device(self, device: str) -> UnboundDevice:
        found = [self._extent(self._series[key]) for key in self._of_device[device]]
        counts, firsts, lasts = zip(*found, strict=True)
        return UnboundDevice(device, sum(counts), min(firsts), max(lasts))

    def _extent(self, series: int) -> tuple[int, int, int]:
        """Return the count, the first and the last moment of a series."""
        count, first_at, last_at = self._chunks.extent(series)
        fresh = self._fresh.get(series)
        moments = fresh.moments if fresh else array("q")
        found = [one for one in (first_at, last_at, *moments[:1], *moments[-1:]) if one is not None]
        return count + len(moments), found[0], found[-1]

    def _described(self, key: SeriesKey) -> DeviceSeries:
        series = self._series[key]
        count, first_at, last_at = self._extent(series)
        *_, rows = self._parts(series, last_at, last_at + 1)
        _, newest = rows.placed(key)[-1]
        return DeviceSeries(
            key[1],
            key[2],
            count,
            first_at,
            last_at,
            newest.value,
            newest.clock_source,
            newest.quality,
        )
