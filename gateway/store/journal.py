"""The journal: one durable transaction per batch, and the only truth that cannot be rebuilt.

A batch is one blob of length-prefixed entries `[received_at, client, packet_id, dup, raw, record]`.
Its `chain` is SHA-256(previous chain ‖ id ‖ committed_at ‖ codec_version ‖ blob), so that a byte
changed in any stored batch shows. WAL with synchronous=FULL: `append` returns after the fsync.
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Self

import msgspec

from gateway.errors import JournalDamaged

CODEC_VERSION = 1
GENESIS = bytes(32)
POSITION_BITS = 20
"""A position is batch id · 2^20 + index in the batch."""

PUBLISH_KEY_LIFETIME_US = 7 * 86_400 * 1_000_000
"""How long after its commit a PUBLISH is known again: packet ids are used anew for ever."""

_OLD_KEYS_PER_COMMIT = 100
_LENGTH = struct.Struct(">I")
_HEADER = struct.Struct(">QQQ")


class Quarantined(msgspec.Struct, frozen=True, array_like=True, tag=0, gc=False):
    """An input that could not be used; its bytes stand in the entry's `raw`.

    Attributes:
        schema: Version of the record's layout, 1.
        topic: Where it came.
        reason: Name of the rule that it broke.
        detail: What its sender should do.
    """

    schema: int
    topic: str
    reason: str
    detail: str


class PolicyFiled(msgspec.Struct, frozen=True, array_like=True, tag=8, gc=False):
    """A condition policy as written; its SHA-256 is the policy digest.

    Attributes:
        schema: Version of the record's layout, 1.
        document: RFC 8785 bytes of the parsed TOML.
    """

    schema: int
    document: bytes


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One journalled input.

    Attributes:
        received_at: When it arrived, microseconds UTC.
        client: MQTT client id, or `door` for what people enter.
        packet_id: Packet id of a QoS 1 PUBLISH.
        dup: Its DUP flag.
        raw: The payload, where it is kept.
        record: msgpack of the record; exactly the bytes that evidence covers.
    """

    received_at: int
    client: str
    packet_id: int | None
    dup: bool
    raw: bytes | None
    record: msgspec.Raw


class Batch(msgspec.Struct, frozen=True):
    """One committed batch, still encoded."""

    id: int
    committed_at: int
    codec_version: int
    blob: bytes
    chain: bytes


_entry_encoder = msgspec.msgpack.Encoder()
_entry_decoder = msgspec.msgpack.Decoder(Entry)


def encode_entries(entries: Iterable[Entry]) -> bytes:
    """Return the blob of a batch."""
    encode = _entry_encoder.encode
    parts = []
    for entry in entries:
        data = encode(entry)
        parts.append(_LENGTH.pack(len(data)))
        parts.append(data)
    return b"".join(parts)


def decode_entries(batch: Batch) -> list[Entry]:
    """Return the entries of a batch.

    Raises:
        JournalDamaged: The blob does not hold whole entries.
    """
    blob, place, entries = batch.blob, 0, []
    decode = _entry_decoder.decode
    try:
        while place < len(blob):
            (length,) = _LENGTH.unpack_from(blob, place)
            place += _LENGTH.size + length
            if place > len(blob):
                raise JournalDamaged(batch.id, "its last entry is cut")
            entries.append(decode(blob[place - length : place]))
    except (struct.error, msgspec.MsgspecError) as error:
        raise JournalDamaged(batch.id, str(error)) from error
    return entries


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
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        schema = resources.files(__package__) / "schema" / "journal.sql"
        self._connection.executescript(schema.read_text())
        row = self._connection.execute(
            "SELECT id, chain FROM batch ORDER BY id DESC LIMIT 1"
        ).fetchone()
        self._last: int = row[0] if row else 0
        self._chain: bytes = row[1] if row else GENESIS
        self._may_be_committed = False
        self._reading = _read_only(path)

    @property
    def last_batch(self) -> int:
        """Id of the newest committed batch, 0 before the first."""
        return self._last

    def append(
        self,
        entries: Sequence[Entry],
        committed_at: int,
        *,
        publish_keys: Sequence[tuple[str, int, bytes]] = (),
        known: Sequence[tuple[str, str]] = (),
        counters: dict[str, int] | None = None,
    ) -> int:
        """Commit a batch and return its id; when this returns, the batch is on disk.

        Args:
            entries: The batch, in order of arrival.
            committed_at: Microseconds UTC.
            publish_keys: (client, packet id, SHA-256 of topic, 0x00 and payload) of PUBLISHes
                without identity.
            known: (kind, id) of assets, devices and series that intake knows from now on.
            counters: Amounts to add to named counters.

        Raises:
            sqlite3.Error: Nothing was committed; the batch may be appended again.
        """
        blob = encode_entries(entries)
        if self._may_be_committed and self._was_committed(blob):
            return self._last
        batch = self._last + 1
        chain = chain_of(self._chain, batch, committed_at, CODEC_VERSION, blob)
        execute = self._connection.execute
        self._may_be_committed = True
        try:
            execute("BEGIN IMMEDIATE")
            execute(
                "INSERT INTO batch VALUES (?, ?, ?, ?, ?)",
                (batch, committed_at, CODEC_VERSION, blob, chain),
            )
            self._forget_publishes(committed_at)
            self._connection.executemany(
                "INSERT OR REPLACE INTO publish_key VALUES (?, ?, ?, ?)",
                [(*key, batch) for key in publish_keys],
            )
            self._connection.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", known)
            self._connection.executemany(
                "INSERT INTO counter VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                list((counters or {}).items()),
            )
            execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise
        self._last, self._chain, self._may_be_committed = batch, chain, False
        return batch

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

    def has_publish(self, client: str, packet_id: int, digest: bytes, now: int) -> bool:
        """Tell whether a PUBLISH of this identity was journalled within the keys' lifetime.

        Args:
            client: MQTT client id.
            packet_id: Its packet id.
            digest: SHA-256 of topic, 0x00 and payload.
            now: Microseconds UTC.
        """
        found = self._reading.execute(
            "SELECT 1 FROM publish_key JOIN batch ON batch.id = publish_key.batch "
            "WHERE client = ? AND packet_id = ? AND digest = ? AND committed_at >= ?",
            (client, packet_id, digest, now - PUBLISH_KEY_LIFETIME_US),
        ).fetchone()
        return found is not None

    def known(self, kind: str) -> set[str]:
        """Return the ids of a kind (`asset`, `device`, `series`) that were journalled so far."""
        rows = self._reading.execute("SELECT id FROM known WHERE kind = ?", (kind,))
        return {row[0] for row in rows}

    def counters(self) -> dict[str, int]:
        """Return the counters over the life of the journal."""
        return dict(self._reading.execute("SELECT name, value FROM counter"))

    def close(self) -> None:
        """Close the connections."""
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

    def last_batch(self) -> int:
        """Return the id of the newest batch, 0 before the first."""
        row = self._connection.execute("SELECT max(id) FROM batch").fetchone()
        return int(row[0] or 0)

    def counters(self) -> dict[str, int]:
        """Return the counters over the life of the journal."""
        return dict(self._connection.execute("SELECT name, value FROM counter"))

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


def _read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
    )
    connection.execute("PRAGMA query_only=1")
    return connection


def position_of(batch: int, index: int) -> int:
    """Return the place of an entry in the journal's order."""
    return batch << POSITION_BITS | index
