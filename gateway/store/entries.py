"""What a batch of the journal holds, and its bytes.

A batch is the msgpack array of the messages that it committed, each
`[received_at, client, packet_id, dup, raw|nil, [record, …]]`; a record stands there as the very
bytes that evidence covers. Version 1 held length-prefixed entries of one record each.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import msgspec

from gateway.errors import JournalDamaged
from gateway.store.quarantine_records import QuarantineSettled
from twins.inputs import Input

CODEC_VERSION = 2
_ONE_RECORD_EACH = 1
_FIX_ARRAY, _FIX_ARRAY_SIZES = 0x90, 16
_ARRAY_16, _ARRAY_16_SIZES = 0xDC, 65_536
_ARRAY_32 = 0xDD
_LENGTH = struct.Struct(">I")


class Quarantined(msgspec.Struct, frozen=True, array_like=True, tag=0, gc=False):
    """An input that could not be used; its bytes stand in the message's `raw`.

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


JournalRecord = Input | Quarantined | PolicyFiled | QuarantineSettled
"""Whatever a message of the journal may hold."""


class Message(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One message as intake took it, on its way into the journal.

    Attributes:
        received_at: When it arrived, microseconds UTC.
        client: MQTT client id, or `door` for what people enter.
        packet_id: Packet id of a QoS 1 or 2 PUBLISH.
        dup: Its DUP flag.
        raw: The payload, where it is kept.
        records: What it says; as values, or as the bytes of their records.
    """

    received_at: int
    client: str
    packet_id: int | None
    dup: bool
    raw: bytes | None
    records: Sequence[JournalRecord | msgspec.Raw]


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One record of the journal with the message that it came in; fields as in `Message`.

    Attributes:
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


class _Stored(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message as it is read back: its records still encoded."""

    received_at: int
    client: str
    packet_id: int | None
    dup: bool
    raw: bytes | None
    records: list[msgspec.Raw]


_record_decoder: msgspec.msgpack.Decoder[JournalRecord] = msgspec.msgpack.Decoder(JournalRecord)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[_Stored])
_entry_decoder = msgspec.msgpack.Decoder(Entry)


def decode_record(data: bytes | msgspec.Raw) -> JournalRecord:
    """Return the record of an entry.

    Raises:
        msgspec.MsgspecError: The bytes are no record.
    """
    return _record_decoder.decode(data)


def encode_messages(messages: Sequence[Message]) -> bytes:
    """Return the blob of a batch."""
    return _encoder.encode(messages)


def joined(blobs: Sequence[bytes], messages: int) -> bytes:
    """Return one blob of all messages of several; `messages` is how many they hold."""
    return b"".join((_head(messages), *map(_without_head, blobs)))


def _head(size: int) -> bytes:
    """Return how msgpack begins an array, in its shortest form."""
    if size < _FIX_ARRAY_SIZES:
        return bytes((_FIX_ARRAY + size,))
    if size < _ARRAY_16_SIZES:
        return bytes((_ARRAY_16,)) + size.to_bytes(2, "big")
    return bytes((_ARRAY_32,)) + size.to_bytes(4, "big")


def _without_head(blob: bytes) -> memoryview:
    heads = {_ARRAY_16: 3, _ARRAY_32: 5}
    return memoryview(blob)[heads.get(blob[0], 1) :]


def decode_entries(batch: Batch) -> list[Entry]:
    """Return the entries of a batch, in order of arrival.

    Raises:
        JournalDamaged: The blob is not what its codec version says.
    """
    try:
        if batch.codec_version == _ONE_RECORD_EACH:
            return [_entry_decoder.decode(data) for data in _split(batch)]
        if batch.codec_version != CODEC_VERSION:
            raise JournalDamaged(batch.id, f"its codec version {batch.codec_version} is unknown")
        return [
            Entry(one.received_at, one.client, one.packet_id, one.dup, one.raw, record)
            for one in _decoder.decode(batch.blob)
            for record in one.records
        ]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise JournalDamaged(batch.id, str(error)) from error


def _split(batch: Batch) -> Iterator[bytes]:
    """Yield the length-prefixed entries of version 1."""
    blob, start = batch.blob, 0
    while start < len(blob):
        if start + _LENGTH.size > len(blob):
            raise JournalDamaged(batch.id, "an entry is cut off")
        size = _LENGTH.unpack_from(blob, start)[0]
        start += _LENGTH.size
        data = blob[start : start + size]
        if len(data) < size:
            raise JournalDamaged(batch.id, "an entry is cut off")
        yield data
        start += size
