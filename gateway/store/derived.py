"""What is derived from the journal: readings by series, inputs by asset, checkpoints, quarantine.

One connection of the derive process writes it; a transaction covers what a slice of the journal
became, so that a restart goes on exactly behind the last whole slice. Losing the file loses
nothing: it is rebuilt from the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import msgspec

from gateway.ports import Bucket, QuarantinedInput, SeriesBuckets, UnboundDevice
from twins.inputs import Input, decode, encode, observed_at
from twins.readings import Reading

SeriesKey = tuple[str, str, str]
EARLIEST = -(1 << 62)
"""Before every moment that a record can carry; a device's clock may stand before 1970."""

_Sums = tuple[int, int, int, int, int]
"""A step's start, and the lowest, the sum, the highest and the count of its values."""

_NO_SEQ = -1
_COLUMNS = "observed_at, seq, value, quality, clock_source, signature"


class Checkpoint(msgspec.Struct, frozen=True):
    """A folded twin, still encoded, and the policy that it was folded under."""

    observed_at: int
    policy_digest: bytes
    twin: bytes


class DerivedStore:
    """The derive process's view of the world."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # Derived data can be rebuilt, so a commit need not wait for the disk.
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        schema = resources.files(__package__) / "schema" / "derived.sql"
        self.connection.executescript(schema.read_text())
        rows = self.connection.execute("SELECT id, device, sensor, quantity FROM series")
        self._series: dict[SeriesKey, int] = {}
        self._series_of_device: dict[str, list[SeriesKey]] = {}
        for row in rows:
            self._know_series((row[1], row[2], row[3]), row[0])

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
            raise
        self.connection.execute("COMMIT")

    def progress(self) -> int:
        """Return the id of the last journal batch that was derived, 0 before the first."""
        row = self.connection.execute("SELECT batch FROM progress").fetchone()
        return int(row[0]) if row else 0

    def set_progress(self, batch: int) -> None:
        """Note the last journal batch that was derived."""
        self.connection.execute("INSERT OR REPLACE INTO progress VALUES (1, ?)", (batch,))

    def add_reading(self, reading: Reading, position: int) -> bool:
        """Store a reading; return False where the very same one is stored already."""
        key = (reading.device, reading.sensor, reading.quantity)
        series = self._series.get(key)
        if series is None:
            series = self._new_series(key)
        cursor = self.connection.execute(
            "INSERT OR IGNORE INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                series,
                reading.observed_at,
                _NO_SEQ if reading.seq is None else reading.seq,
                reading.value,
                reading.quality,
                reading.clock_source,
                reading.signature or b"",
                position,
            ),
        )
        return cursor.rowcount == 1

    def add_input(self, asset: str, record: Input, position: int) -> bool:
        """Store an input that is no reading; return False where it is stored already."""
        cursor = self.connection.execute(
            "INSERT OR IGNORE INTO asset_input VALUES (?, ?, ?, ?)",
            (asset, observed_at(record), position, encode(record)),
        )
        return cursor.rowcount == 1

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
                f"SELECT {_COLUMNS}, position FROM reading "  # noqa: S608 - constant text
                "WHERE series = ? AND observed_at >= ? AND observed_at < ?",
                (self._series[key], start, end),
            )
            found.extend((row[6], _reading(key, row)) for row in rows)
        return found

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
        """Store a folded twin."""
        self.connection.execute(
            "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?)",
            (asset, checkpoint.observed_at, checkpoint.policy_digest, checkpoint.twin),
        )

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
                "AND quality & 3 = 0 GROUP BY bucket ORDER BY bucket",
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


def _reading(key: SeriesKey, row: tuple[int, int, int, int, int, bytes]) -> Reading:
    observed, seq, value, quality, clock_source, signature = row[:6]
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
        signature=signature or None,
    )
