"""What is derived from the journal: readings by series, inputs by asset, checkpoints, quarantine.

One connection of the derive process writes it; a transaction covers what a slice of the journal
became, so that a restart goes on exactly behind the last whole slice. Losing the file loses
nothing: it is rebuilt from the journal.
"""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from itertools import islice
from operator import lt
from pathlib import Path

import msgspec

from gateway.ports import Bucket, QuarantinedInput, SeriesBuckets, UnboundDevice
from twins.bindings import FOREVER
from twins.inputs import Input, decode, encode, observed_at
from twins.readings import Reading

_log = logging.getLogger(__name__)

SeriesKey = tuple[str, str, str]
"""Device, sensor and quantity."""

PlacedReading = tuple[Reading, bytes, int]
"""A reading, the bytes of its record, and its position in the journal."""

EARLIEST = -(1 << 62)
"""Before every moment that a record can carry; a device's clock may stand before 1970."""

_Sums = tuple[int, int, int, int, int]
"""A step's start, and the lowest, the sum, the highest and the count of its values."""

_Row = tuple[int, int, int, int, int | bytes, int]

_NO_SEQ = -1
_CLOCK_SOURCE = 256
"""What a clock source counts in a reading's marks; quality takes the bits below."""
_CACHE_KIB = 32_768
_FEW = 64
"""Readings of a series that it does not pay to part."""
_EQUALLY_APART = 3
"""How many checkpoints of an asset may lie equally far apart before two become one."""
_ADD_READING = "INSERT {} INTO reading VALUES (?, ?, ?, ?, ?, ?)"
_COLUMNS = "observed_at, seq, value, marks, position"


class Checkpoint(msgspec.Struct, frozen=True):
    """A folded twin, still encoded, and the policy that it was folded under."""

    observed_at: int
    policy_digest: bytes
    twin: bytes


class DerivedStore:
    """The derive process's view of the world."""

    def __init__(self, path: Path) -> None:
        self.connection = _opened(path)
        self._series: dict[SeriesKey, int] = {}
        self._series_of_device: dict[str, list[SeriesKey]] = {}
        # By series, a moment that no stored reading lies behind.
        self._newest: dict[int, int] = {}
        self._load_series()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one commit, or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            # A full disk makes SQLite roll back by itself.
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            self._load_series()
            raise
        self.connection.execute("COMMIT")

    def progress(self) -> int:
        """Return the id of the last journal batch that was derived, 0 before the first."""
        row = self.connection.execute("SELECT batch FROM progress").fetchone()
        return int(row[0]) if row else 0

    def entries_begun(self) -> int:
        """Return how many entries of the batch after `progress` were derived."""
        row = self.connection.execute("SELECT entries FROM progress").fetchone()
        return int(row[0]) if row else 0

    def set_progress(self, batch: int, entries: int = 0) -> None:
        """Note the last whole journal batch that was derived, and how much of the next one."""
        self.connection.execute(
            "INSERT OR REPLACE INTO progress VALUES (1, ?, ?)", (batch, entries)
        )

    def add_readings(
        self, by_series: Mapping[SeriesKey, Sequence[PlacedReading]]
    ) -> dict[SeriesKey, Sequence[PlacedReading]]:
        """Store readings, those of each series in journal order; return those that are new.

        What lies behind everything that is stored of its series is new without asking.
        """
        found: dict[SeriesKey, Sequence[PlacedReading]] = {}
        grown: list[tuple[int, Sequence[PlacedReading]]] = []
        for key, placed in by_series.items():
            series = self._series.get(key)
            if series is None:
                series = self._new_series(key)
            moments = [one[0].observed_at for one in placed]
            is_growing = all(map(lt, moments, islice(moments, 1, None)))
            if is_growing and moments[0] > self._newest_of(series):
                grown.append((series, placed))
                self._newest[series] = moments[-1]
                found[key] = placed
            else:
                found[key] = [one for one in placed if self._add_reading(series, one)]
        rows = (row for series, placed in grown for row in _rows(series, placed))
        self.connection.executemany(_ADD_READING.format(""), rows)
        return found

    def add_reading(self, reading: Reading, position: int) -> bool:
        """Store a reading; return False where the very same one is stored already."""
        key = (reading.device, reading.sensor, reading.quantity)
        return bool(self.add_readings({key: [(reading, b"", position)]})[key])

    def _add_reading(self, series: int, placed: PlacedReading) -> bool:
        self._newest[series] = max(self._newest_of(series), placed[0].observed_at)
        cursor = self.connection.executemany(
            _ADD_READING.format("OR IGNORE"), _rows(series, [placed])
        )
        return cursor.rowcount == 1

    def _newest_of(self, series: int) -> int:
        newest = self._newest.get(series)
        if newest is None:
            row = self.connection.execute(
                "SELECT coalesce(max(observed_at), ?) FROM reading WHERE series = ?",
                (EARLIEST, series),
            ).fetchone()
            newest = self._newest[series] = int(row[0])
        return newest

    def add_input(
        self, asset: str, record: Input, position: int, data: bytes | None = None
    ) -> bool:
        """Store an input that is no reading; return False where it is stored already.

        Args:
            asset: Id of the asset.
            record: The input.
            position: Its place in the journal.
            data: The bytes of its record, where they are at hand.
        """
        cursor = self.connection.execute(
            "INSERT OR IGNORE INTO asset_input VALUES (?, ?, ?, ?)",
            (asset, observed_at(record), position, data if data is not None else encode(record)),
        )
        return cursor.rowcount == 1

    def has_input(self, asset: str, data: bytes) -> bool:
        """Tell whether an input that is no reading is stored, by the bytes of its record."""
        query = "SELECT 1 FROM asset_input WHERE asset = ? AND record = ?"
        return self.connection.execute(query, (asset, data)).fetchone() is not None

    def inputs_of(self, asset: str, since: int) -> list[Input]:
        """Return an asset's inputs other than readings, from a moment on, in journal order."""
        rows = self.connection.execute(
            "SELECT record FROM asset_input WHERE asset = ? AND observed_at >= ? ORDER BY position",
            (asset, since),
        )
        return [decode(row[0]) for row in rows]

    def readings_of(self, device: str, start: int, end: int) -> list[tuple[int, Reading]]:
        """Return (position, reading) of a device with start ≤ observed_at < end, unordered."""
        found: list[tuple[int, Reading]] = []
        for key in self._series_of_device.get(device, ()):
            rows = self.connection.execute(
                f"SELECT {_COLUMNS} FROM reading "  # noqa: S608 - constant text
                "WHERE series = ? AND observed_at >= ? AND observed_at < ?",
                (self._series[key], start, end),
            )
            found.extend((row[4], _reading(key, row)) for row in rows)
        return found

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
            for key in self._series_of_device.get(device, ())
        ]
        of_each = max(most // max(1, len(found)), min(most, _FEW))
        end = FOREVER
        for series, first, until in found:
            row = self.connection.execute(
                "SELECT observed_at FROM reading WHERE series = ? AND observed_at >= ? "
                "AND observed_at < ? ORDER BY observed_at LIMIT 1 OFFSET ?",
                (series, first, min(until, end), of_each),
            ).fetchone()
            end = min(end, row[0]) if row else end
        # So many may lie in one moment, which is never parted.
        return max(end, start + 1)

    def every_input(self) -> Iterator[tuple[int, str, Input]]:
        """Yield (position, asset, input) of everything but readings, in journal order."""
        rows = self.connection.execute(
            "SELECT position, asset, record FROM asset_input ORDER BY position"
        )
        for position, asset, record in rows:
            yield position, asset, decode(record)

    def frontier(self, asset: str) -> bytes | None:
        """Return the stored evidence frontier of an asset."""
        row = self.connection.execute(
            "SELECT frontier FROM evidence WHERE asset = ?", (asset,)
        ).fetchone()
        return row[0] if row else None

    def set_frontiers(self, frontiers: Iterable[tuple[str, bytes]]) -> None:
        """Store evidence frontiers by asset."""
        self.connection.executemany("INSERT OR REPLACE INTO evidence VALUES (?, ?)", frontiers)

    def unpublished(self) -> dict[str, int]:
        """Return, by asset, the moment of the earliest input that no version tells of."""
        return dict(self.connection.execute("SELECT asset, earliest FROM unpublished"))

    def add_unpublished(self, asset: str, earliest: int) -> None:
        """Note an input that no version tells of."""
        self.connection.execute(
            "INSERT INTO unpublished VALUES (?, ?) "
            "ON CONFLICT (asset) DO UPDATE SET earliest = min(earliest, excluded.earliest)",
            (asset, earliest),
        )

    def drop_unpublished(self, asset: str) -> None:
        """Note that a version tells of every input."""
        self.connection.execute("DELETE FROM unpublished WHERE asset = ?", (asset,))

    def add_policy(self, digest: bytes, document: bytes) -> None:
        """Store a policy as it was filed."""
        self.connection.execute("INSERT OR IGNORE INTO policy VALUES (?, ?)", (digest, document))

    def policy(self, digest: bytes) -> bytes | None:
        """Return the RFC 8785 bytes of a filed policy."""
        row = self.connection.execute(
            "SELECT document FROM policy WHERE digest = ?", (digest,)
        ).fetchone()
        return row[0] if row else None

    def add_checkpoint(self, asset: str, checkpoint: Checkpoint) -> None:
        """Store a folded twin; of those before it fewer are kept the further back they lie."""
        self.connection.execute(
            "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, 1, ?)",
            (asset, checkpoint.observed_at, checkpoint.policy_digest, checkpoint.twin),
        )
        self._thin_checkpoints(asset)

    def _thin_checkpoints(self, asset: str) -> None:
        """Join the oldest two of every span that has too many checkpoints.

        The spans are powers of two, so that some multiple of log2 of all are kept, and a late
        input finds one that lies about as far before it as it lies before the newest.
        """
        rows = self.connection.execute(
            "SELECT span, observed_at FROM checkpoint WHERE asset = ? ORDER BY observed_at",
            (asset,),
        )
        by_span: dict[int, list[int]] = {}
        for span, moment in rows:
            by_span.setdefault(span, []).append(moment)
        span = 1
        while len(moments := by_span.get(span, [])) > _EQUALLY_APART:
            oldest, joined = moments[:2]
            span *= 2
            self.connection.execute(
                "DELETE FROM checkpoint WHERE asset = ? AND observed_at = ?", (asset, oldest)
            )
            self.connection.execute(
                "UPDATE checkpoint SET span = ? WHERE asset = ? AND observed_at = ?",
                (span, asset, joined),
            )
            by_span.setdefault(span, []).append(joined)

    def checkpoint_before(self, asset: str, moment: int, policy_digest: bytes) -> Checkpoint | None:
        """Return the newest checkpoint strictly before a moment, under the given policy."""
        row = self.connection.execute(
            "SELECT observed_at, policy_digest, twin FROM checkpoint "
            "WHERE asset = ? AND observed_at < ? AND policy_digest = ? "
            "ORDER BY observed_at DESC LIMIT 1",
            (asset, moment, policy_digest),
        ).fetchone()
        return Checkpoint(*row) if row else None

    def drop_checkpoints(self, asset: str, since: int) -> None:
        """Forget checkpoints that a late input has made wrong."""
        self.connection.execute(
            "DELETE FROM checkpoint WHERE asset = ? AND observed_at >= ?", (asset, since)
        )

    def add_quarantined(self, entry: QuarantinedInput) -> None:
        """Store an input that could not be used."""
        self.connection.execute(
            "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?)",
            msgspec.structs.astuple(entry),
        )

    def quarantined(self, limit: int, before: int | None) -> tuple[QuarantinedInput, ...]:
        """Return quarantined inputs, newest first, from before a position on."""
        rows = self.connection.execute(
            "SELECT * FROM quarantine WHERE position < ? ORDER BY position DESC LIMIT ?",
            (before if before is not None else 1 << 62, limit),
        )
        return tuple(QuarantinedInput(*row) for row in rows)

    def count(self, counts: dict[str, int]) -> None:
        """Add to named counters."""
        self.connection.executemany(
            "INSERT INTO counter VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            list(counts.items()),
        )

    def counters(self) -> dict[str, int]:
        """Return the counters."""
        return dict(self.connection.execute("SELECT name, value FROM counter"))

    def devices(self, is_wanted: Callable[[str], bool]) -> tuple[UnboundDevice, ...]:
        """Return the wanted ones of all devices that ever sent a reading, in name order."""
        return tuple(
            self._device(device) for device in sorted(self._series_of_device) if is_wanted(device)
        )

    def buckets(self, key: SeriesKey, spans: Sequence[tuple[int, int]], step: int) -> SeriesBuckets:
        """Return one sensor's readings in steps of `step` microseconds, within the spans."""
        sums: list[_Sums] = []
        for start, end in spans:
            # The remainder of a moment before 1970 is negative in SQL, and its step begins earlier.
            rows = self.connection.execute(
                "SELECT observed_at - (observed_at % :step + :step) % :step AS bucket, min(value), "
                "sum(value), max(value), count(*) FROM reading "
                "WHERE series = :series AND observed_at >= :start AND observed_at < :end "
                "AND marks & 3 = 0 GROUP BY bucket ORDER BY bucket",
                {"step": step, "series": self._series[key], "start": start, "end": end},
            )
            for row in rows:
                # One step may hold the end of one span and the beginning of the next.
                is_shared = bool(sums) and sums[-1][0] == row[0]
                sums.append(_joined(sums.pop(), row) if is_shared else row)
        return SeriesBuckets(*key, step, tuple(_bucket(one) for one in sums))

    def series_of(self, device: str, quantity: str) -> list[SeriesKey]:
        """Return a device's series of one quantity."""
        return sorted(key for key in self._series_of_device.get(device, ()) if key[2] == quantity)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _load_series(self) -> None:
        self._series.clear()
        self._series_of_device.clear()
        rows = self.connection.execute("SELECT id, device, sensor, quantity FROM series")
        for series, device, sensor, quantity in rows:
            self._know_series((device, sensor, quantity), series)

    def _new_series(self, key: SeriesKey) -> int:
        cursor = self.connection.execute(
            "INSERT INTO series (device, sensor, quantity) VALUES (?, ?, ?) RETURNING id", key
        )
        series = int(cursor.fetchone()[0])
        self._know_series(key, series)
        return series

    def _know_series(self, key: SeriesKey, series: int) -> None:
        self._series[key] = series
        self._series_of_device.setdefault(key[0], []).append(key)

    def _device(self, device: str) -> UnboundDevice:
        readings, first_at, last_at = 0, 1 << 62, EARLIEST
        for key in self._series_of_device[device]:
            count, first, last = self.connection.execute(
                "SELECT count(*), min(observed_at), max(observed_at) FROM reading WHERE series = ?",
                (self._series[key],),
            ).fetchone()
            readings, first_at = readings + count, min(first_at, first)
            last_at = max(last_at, last)
        return UnboundDevice(device, readings, first_at, last_at)


def _opened(path: Path) -> sqlite3.Connection:
    """Return the writing connection; a file of other tables than today's is begun anew."""
    schema = (resources.files(__package__) / "schema" / "derived.sql").read_text()
    version = zlib.crc32(schema.encode()) >> 1  # user_version is a signed number of 32 bits
    connection = _connected(path)
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    is_empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if found != version and not is_empty:
        _log.warning("%s was written by another release and is rebuilt from the journal", path)
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        connection = _connected(path)
    connection.executescript(schema)
    connection.execute(f"PRAGMA user_version={version}")
    return connection


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    # Derived data can be rebuilt, so a commit need not wait for the disk.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    # The newest page of each of some thousand series, which every slice touches.
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    return connection


def _rows(series: int, placed: Iterable[PlacedReading]) -> Iterator[_Row]:
    return (
        (
            series,
            reading.observed_at,
            _NO_SEQ if reading.seq is None else reading.seq,
            reading.value,
            reading.quality + _CLOCK_SOURCE * reading.clock_source
            if reading.signature is None
            else _signed_marks(reading, reading.signature),
            position,
        )
        for reading, _, position in placed
    )


def _signed_marks(reading: Reading, signature: bytes) -> bytes:
    number = reading.quality + _CLOCK_SOURCE * reading.clock_source
    return b"%d:%b" % (number, signature)


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


def _reading(key: SeriesKey, row: tuple[int, int, int, int | bytes, int]) -> Reading:
    observed, seq, value, marks, _ = row
    signature = None
    if isinstance(marks, bytes):
        number, _, signature = marks.partition(b":")
        marks = int(number)
    clock_source, quality = divmod(marks, _CLOCK_SOURCE)
    return Reading(
        schema=1,
        device=key[0],
        sensor=key[1],
        quantity=key[2],
        value=value,
        observed_at=observed,
        clock_source=clock_source,
        seq=None if seq == _NO_SEQ else seq,
        quality=quality,
        signature=signature,
    )
