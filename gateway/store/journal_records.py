"""The records of a journal batch as values, all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain

import msgspec

from gateway.errors import JournalDamaged

from .entries import CODEC_VERSION, Batch, JournalRecord, decode_entries

# msgpack specification, "array format family": array 32 holds its length in four bytes.
_ARRAY_32 = b"\xdd"
_LENGTH_BYTES = 4


class StoredMessage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message of the journal, its records still encoded; fields as in `entries.Message`."""

    received_at: int
    client: str
    packet_id: int | None
    dup: bool
    raw: bytes | None
    records: list[msgspec.Raw]


_messages_decoder = msgspec.msgpack.Decoder(list[StoredMessage])
_records_decoder = msgspec.msgpack.Decoder(list[JournalRecord])


class BatchRecords:
    """The records of one batch.

    Args:
        batch: The batch.

    Attributes:
        data: The bytes of each record, in order of arrival.

    Raises:
        JournalDamaged: The blob is not what its codec version says.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch.id
        self._messages = _messages_of(batch)
        self.data: list[bytes] = list(chain.from_iterable(one.records for one in self._messages))
        self._ends: list[int] | None = None

    def decoded(self, start: int, end: int) -> list[JournalRecord]:
        """Return the records from one index up to another.

        Raises:
            JournalDamaged: One of them is none.
        """
        some = self.data[start:end]
        size = len(some).to_bytes(_LENGTH_BYTES, "big")
        try:
            # Each is one msgpack value: the decoder of the messages has found its end.
            return _records_decoder.decode(b"".join([_ARRAY_32, size, *some]))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise JournalDamaged(self.batch, f"it holds what is no record: {error}") from error

    def message_of(self, index: int) -> StoredMessage:
        """Return the message that a record came in."""
        if self._ends is None:
            self._ends = list(accumulate(len(one.records) for one in self._messages))
        return self._messages[bisect_right(self._ends, index)]


def _messages_of(batch: Batch) -> Sequence[StoredMessage]:
    if batch.codec_version != CODEC_VERSION:
        return [
            StoredMessage(
                one.received_at, one.client, one.packet_id, one.dup, one.raw, [one.record]
            )
            for one in decode_entries(batch)
        ]
    try:
        return _messages_decoder.decode(batch.blob)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise JournalDamaged(batch.id, str(error)) from error
