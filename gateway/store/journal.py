"""The journal: one durable transaction per batch, and the only truth that cannot be rebuilt.

A batch is one blob of messages (`gateway.store.entries`). Its `chain` is SHA-256(previous chain ‖
id ‖ committed_at ‖ codec_version ‖ blob), so that a byte changed in any stored batch shows. WAL
with synchronous=FULL: `append` returns after the fsync.
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Self

import msgspec

from gateway.errors import JournalDamaged
from twins.readings import ClockSource, Reading

from .checkpoints import Checkpoints
from .entries import (
    CODEC_VERSION,
    Batch,
    decode_entries,
    decode_record,
)

GENESIS = bytes(32)
POSITION_BITS = 20
"""A position is batch id · 2^20 + index in the batch."""

PUBLISH_KEY_LIFETIME_US = 7 * 86_400 * 1_000_000
"""How long after its commit a PUBLISH is known again: packet ids are used anew for ever."""

Kept = Mapping[tuple[str, str], bytes | None]
"""By (kind, id) what intake knows from now on; None forgets it."""

_OLD_KEYS_PER_COMMIT = 100
_PAGE_BYTES = 8_192
_BUSY_S = 0.1
"""How long a commit waits where somebody else holds the database, before it is tried again."""
_HEADER = struct.Struct(">QQQ")
_totals_encoder = msgspec.msgpack.Encoder()
_totals_decoder = msgspec.msgpack.Decoder(dict[str, int])


def chain_of(
    previous: bytes, batch: int, committed_at: int, codec_version: int, blob: bytes
) -> bytes:
    """Return the batch's link in the journal's hash chain."""
    header = _HEADER.pack(batch, committed_at, codec_version)
    return hashlib.sha256(previous + header + blob).digest()


class JournalWriter:
    """The intake process's one writing connection, which belongs to one worker thread.

    What the event loop asks meanwhile is answered by a reading connection of its own: it neither
    waits for an fsync nor sees what is not committed.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=_BUSY_S
        )
        # A batch fills few pages of this size. A journal that exists keeps the size that it has.
        self._connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA wal_autocheckpoint=0")
        self._connection.execute("PRAGMA synchronous=FULL")
        schema = (resources.files(__package__) / "schema" / "journal.sql").read_text()
        self._connection.executescript(schema)
        _take_over_first_version(self._connection, schema)
        row = self._connection.execute(
            "SELECT id, chain FROM batch ORDER BY id DESC LIMIT 1"
        ).fetchone()
        self._last: int = row[0] if row else 0
        self._chain: bytes = row[1] if row else GENESIS
        self._may_be_committed = False
        self._totals = _totals_in(self._connection)
        self._has_publish_keys = bool(
            self._connection.execute("SELECT 1 FROM publish_key LIMIT 1").fetchone()
        )
        self._reading = _read_only(path)
        (page_bytes,) = self._connection.execute("PRAGMA page_size").fetchone()
        self._checkpoints = Checkpoints(path, self._connection, page_bytes)

    @property
    def last_batch(self) -> int:
        """Id of the newest committed batch, 0 before the first."""
        return self._last

    def append(
        self,
        blob: bytes,
        committed_at: int,
        *,
        publish_keys: Mapping[tuple[str, int], bytes] | None = None,
        kept: Kept | None = None,
        counters: Mapping[str, int] | None = None,
    ) -> int:
        """Commit a batch and return its id; when this returns, the batch is on disk.

        Args:
            blob: The messages of the batch (`gateway.store.entries`).
            committed_at: Microseconds UTC.
            publish_keys: By (client, packet id), SHA-256 of topic, 0x00 and payload of the newest
                PUBLISH without a time of its own.
            kept: What intake knows or forgets from now on.
            counters: Amounts to add to named counters.

        Raises:
            sqlite3.Error: Nothing was committed; the batch may be appended again.
        """
        if self._may_be_committed and self._was_committed(blob):
            return self._last
        batch = self._last + 1
        chain = chain_of(self._chain, batch, committed_at, CODEC_VERSION, blob)
        totals = _sum(self._totals, counters or {})
        self._may_be_committed = True
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(
                "INSERT INTO batch VALUES (?, ?, ?, ?, ?)",
                (batch, committed_at, CODEC_VERSION, blob, chain),
            )
            self._write_publish_keys(publish_keys or {}, batch, committed_at)
            self._write_kept(kept or {})
            if counters:
                data = _totals_encoder.encode(totals)
                self._connection.execute("INSERT OR REPLACE INTO counters VALUES (1, ?)", (data,))
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._last, self._chain, self._may_be_committed = batch, chain, False
        self._totals = totals
        self._checkpoints.note_commit(len(blob))
        return batch

    def _write_publish_keys(
        self, keys: Mapping[tuple[str, int], bytes], batch: int, committed_at: int
    ) -> None:
        if not keys and not self._has_publish_keys:
            return
        self._has_publish_keys = True
        self._forget_publishes(committed_at)
        self._connection.executemany(
            "INSERT OR REPLACE INTO publish_key VALUES (?, ?, ?, ?)",
            [(*key, digest, batch) for key, digest in keys.items()],
        )

    def _write_kept(self, kept: Kept) -> None:
        known = [(*key, value) for key, value in kept.items() if value is not None]
        forgotten = [key for key, value in kept.items() if value is None]
        if known:
            self._connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", known)
        if forgotten:
            self._connection.executemany("DELETE FROM kept WHERE kind = ? AND id = ?", forgotten)

    def _was_committed(self, blob: bytes) -> bool:
        """Tell whether a batch whose commit reported an error is in the journal all the same."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        row = self._connection.execute(
            "SELECT id, blob, chain FROM batch WHERE id = ?", (self._last + 1,)
        ).fetchone()
        if row is None or row[1] != blob:
            return False
        self._last, self._chain, self._may_be_committed = row[0], row[2], False
        self._totals = _totals_in(self._connection)
        return True

    def _forget_publishes(self, now: int) -> None:
        """Delete the keys of the oldest batches, as far as they count no more."""
        for _ in range(_OLD_KEYS_PER_COMMIT):
            deleted = self._connection.execute(
                "DELETE FROM publish_key WHERE batch = (SELECT min(batch) FROM publish_key) "
                "AND (SELECT committed_at FROM batch WHERE id = publish_key.batch) < ?",
                (now - PUBLISH_KEY_LIFETIME_US,),
            )
            if not deleted.rowcount:
                return

    def published(self, client: str, packet_id: int, now: int) -> bytes | None:
        """Return the digest of a client's newest PUBLISH of a packet id, within its lifetime.

        Args:
            client: MQTT client id.
            packet_id: Its packet id.
            now: Microseconds UTC.
        """
        found = self._reading.execute(
            "SELECT digest FROM publish_key JOIN batch ON batch.id = publish_key.batch "
            "WHERE client = ? AND packet_id = ? AND committed_at >= ?",
            (client, packet_id, now - PUBLISH_KEY_LIFETIME_US),
        ).fetchone()
        return found[0] if found else None

    def kept(self, kind: str) -> dict[str, bytes]:
        """Return, by id, what was kept of a kind (`asset`, `device`, `series`, …)."""
        return _kept_in(self._reading, kind)

    def clockless_readings_after(self, batch: int) -> Iterator[tuple[int, Reading]]:
        """Yield (arrival, reading) after a batch where a reading has no time but that."""
        rows = self._reading.execute(
            "SELECT id, committed_at, codec_version, blob, chain FROM batch WHERE id > ? "
            "ORDER BY id",
            (batch,),
        )
        for row in rows:
            for entry in decode_entries(Batch(*row)):
                record = decode_record(entry.record)
                if isinstance(record, Reading) and record.clock_source == ClockSource.GATEWAY:
                    yield entry.received_at, record

    def batch_at(self, position: int) -> Batch | None:
        """Return the committed batch that a position lies in."""
        row = self._reading.execute(
            "SELECT id, committed_at, codec_version, blob, chain FROM batch WHERE id = ?",
            (position >> POSITION_BITS,),
        ).fetchone()
        return Batch(*row) if row else None

    def counters(self) -> dict[str, int]:
        """Return the counters over the life of the journal."""
        return _totals_in(self._reading)

    def close(self) -> None:
        """Close the connections."""
        self._checkpoints.close()
        self._reading.close()
        self._connection.close()


class JournalReader:
    """A read-only connection for every process but intake."""

    def __init__(self, path: Path) -> None:
        self._connection = _read_only(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def after(self, batch: int, limit: int, limit_bytes: int | None = None) -> list[Batch]:
        """Return up to `limit` batches after an id, in order.

        Args:
            batch: The id.
            limit: How many.
            limit_bytes: The batch that reaches this is the last one; None for no such limit.
        """
        rows = self._connection.execute(
            "SELECT id, committed_at, codec_version, blob, chain FROM batch "
            "WHERE id > ? ORDER BY id LIMIT ?",
            (batch, limit),
        )
        found, size = [], 0
        for row in rows:
            found.append(Batch(*row))
            size += len(row[3])
            if limit_bytes is not None and size >= limit_bytes:
                break
        rows.close()
        return found

    def checked(self) -> Iterator[Batch]:
        """Yield every batch, each proven to be what was committed.

        Raises:
            JournalDamaged: A batch is missing or its bytes changed.
        """
        chain, last = GENESIS, 0
        while batches := self.after(last, 256):
            for batch in batches:
                if batch.id != last + 1:
                    raise JournalDamaged(last + 1, "it is missing")
                if not _is_typed(batch):
                    raise JournalDamaged(batch.id, "its columns are not of their types")
                chain = chain_of(
                    chain, batch.id, batch.committed_at, batch.codec_version, batch.blob
                )
                if chain != batch.chain:
                    raise JournalDamaged(batch.id, "its bytes are not those that were committed")
                last = batch.id
                yield batch

    def kept(self, kind: str) -> dict[str, bytes]:
        """Return, by id, what intake has kept of a kind."""
        return _kept_in(self._connection, kind)

    def last_batch(self) -> int:
        """Return the id of the newest batch, 0 before the first."""
        row = self._connection.execute("SELECT max(id) FROM batch").fetchone()
        return int(row[0] or 0)

    def counters(self) -> dict[str, int]:
        """Return the counters over the life of the journal."""
        return _totals_in(self._connection)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _is_typed(batch: Batch) -> bool:
    """Tell whether the columns hold what the schema says: a changed byte may change a type."""
    columns: tuple[tuple[object, type], ...] = (
        (batch.committed_at, int),
        (batch.codec_version, int),
        (batch.blob, bytes),
        (batch.chain, bytes),
    )
    are_typed = all(type(value) is kind for value, kind in columns)
    return are_typed and batch.committed_at >= 0 and batch.codec_version >= 0


def _take_over_first_version(connection: sqlite3.Connection, schema: str) -> None:
    """Know what a journal of the first version knew: its tables `known` and `counter`."""
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    if "known" not in names:
        return
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT OR IGNORE INTO kept SELECT kind, id, x'' FROM known")
    totals = dict(connection.execute("SELECT name, value FROM counter").fetchall())
    data = _totals_encoder.encode(totals)
    connection.execute("INSERT OR REPLACE INTO counters VALUES (1, ?)", (data,))
    connection.execute("DROP TABLE known")
    connection.execute("DROP TABLE counter")
    connection.execute("DROP TABLE IF EXISTS publish_key")
    connection.execute("COMMIT")
    connection.executescript(schema)


def _kept_in(connection: sqlite3.Connection, kind: str) -> dict[str, bytes]:
    rows = connection.execute("SELECT id, value FROM kept WHERE kind = ?", (kind,))
    return dict(rows.fetchall())


def _totals_in(connection: sqlite3.Connection) -> dict[str, int]:
    row = connection.execute("SELECT totals FROM counters").fetchone()
    return _totals_decoder.decode(row[0]) if row else {}


def _sum(totals: Mapping[str, int], amounts: Mapping[str, int]) -> dict[str, int]:
    return {
        **totals,
        **{name: totals.get(name, 0) + amount for name, amount in amounts.items()},
    }


def _read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
    )
    connection.execute("PRAGMA query_only=1")
    return connection


def position_of(batch: int, index: int) -> int:
    """Return the place of an entry in the journal's order."""
    return batch << POSITION_BITS | index
