"""What is derived from the journal: inputs by asset, checkpoints, quarantine; and readings.

One connection of the derive process writes it; a transaction covers what a slice of the journal
became, so that a restart goes on exactly behind the last whole slice. Losing the file loses
nothing: it is rebuilt from the journal.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import msgspec

from gateway.ports import QuarantinedInput
from twins.inputs import Input, decode, encode, observed_at

from .reading_store import ChunkLimits, ReadingStore
from .twin_checkpoints import TwinCheckpoints

_log = logging.getLogger(__name__)

_CACHE_KIB = 32_768
_CHECKPOINT_PAGES = 8_192


class DerivedStore:
    """The derive process's view of the world.

    Args:
        path: The file; made where it is missing.
        limits: When readings are moved into chunks.

    Attributes:
        connection: The one writing connection.
        readings: Every reading by series.
        checkpoints: Folded twins.
    """

    def __init__(self, path: Path, limits: ChunkLimits | None = None) -> None:
        self.connection = _opened(path)
        self.readings = ReadingStore(self.connection, limits or ChunkLimits())
        self.checkpoints = TwinCheckpoints(self.connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one commit, or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            # A full disk makes SQLite roll back by itself.
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            self.readings.load()
            raise

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

    def unpublished(self, asset: str | None = None) -> list[tuple[str, str, int, int]]:
        """Return (asset, log, size, earliest) of each note, of one asset or of all."""
        query = "SELECT asset, log, size, earliest FROM unpublished WHERE ?1 IS NULL OR asset = ?1"
        return self.connection.execute(query, (asset,)).fetchall()

    def add_unpublished(self, asset: str, log: str, size: int, earliest: int) -> None:
        """Note an input that no version tells of.

        Args:
            asset: Id of the asset.
            log: Whose log took it.
            size: How many inputs of this log lie before it.
            earliest: From when on it changes the asset.
        """
        self.connection.execute(
            "INSERT INTO unpublished VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET earliest = min(earliest, excluded.earliest)",
            (asset, log, size, earliest),
        )

    def drop_unpublished(self, asset: str, log: str, size: int) -> None:
        """Note that a version tells of an input."""
        self.connection.execute(
            "DELETE FROM unpublished WHERE asset = ? AND log = ? AND size = ?", (asset, log, size)
        )

    def add_policy(self, digest: bytes, document: bytes) -> None:
        """Store a policy as it was filed."""
        self.connection.execute("INSERT OR IGNORE INTO policy VALUES (?, ?)", (digest, document))

    def policy(self, digest: bytes) -> bytes | None:
        """Return the RFC 8785 bytes of a filed policy."""
        row = self.connection.execute(
            "SELECT document FROM policy WHERE digest = ?", (digest,)
        ).fetchone()
        return row[0] if row else None

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

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _opened(path: Path) -> sqlite3.Connection:
    """Return the writing connection; a file of other tables than today's is begun anew."""
    schema = (resources.files(__package__) / "schema" / "derived.sql").read_text()
    version = (
        zlib.crc32(schema.encode() + sys.byteorder.encode()) >> 1
    )  # user_version is a signed number of 32 bits
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
    # A checkpoint waits for the disk: once in some seconds under full load, not with every slice.
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    return connection
