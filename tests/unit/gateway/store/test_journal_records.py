import msgspec
import pytest

from gateway.errors import JournalDamaged
from gateway.store.entries import Batch, Message, Quarantined, encode_messages
from gateway.store.journal_records import BatchRecords
from tests.unit.twins.samples import bind, commission, read
from twins.inputs import encode

RECORDS = [commission(), bind(0), read(1, 5_000), read(2, 5_100)]
MESSAGES = [
    Message(7, "door", None, dup=False, raw=None, records=RECORDS[:2]),
    Message(8, "silent", 3, dup=True, raw=b"", records=[]),
    Message(9, "logger", 4, dup=False, raw=b"raw", records=RECORDS[2:]),
]


def batch_of(blob: bytes, version: int = 2) -> Batch:
    return Batch(5, 0, version, blob, bytes(32))


def test_records_come_in_order_with_their_bytes_and_the_message_that_they_came_in() -> None:
    found = BatchRecords(batch_of(encode_messages(MESSAGES)))
    assert found.decoded(0, 4) == RECORDS
    assert found.decoded(1, 3) == RECORDS[1:3]
    assert [bytes(data) for data in found.data] == [encode(record) for record in RECORDS]
    assert [found.message_of(index).client for index in range(4)] == ["door"] * 2 + ["logger"] * 2
    assert found.message_of(3).raw == b"raw"


def test_batch_of_version_1_is_read_too() -> None:
    # SPECIFICATION section 5, version 1: u32be length, then the entry with its one record in place.
    entries = [
        msgspec.msgpack.encode([7, "a", 1, False, None, msgspec.Raw(encode(record))])
        for record in RECORDS
    ]
    blob = b"".join(len(entry).to_bytes(4, "big") + entry for entry in entries)
    found = BatchRecords(batch_of(blob, version=1))
    assert found.decoded(0, 4) == RECORDS
    assert found.message_of(2).client == "a"


def test_batch_without_messages_has_no_records() -> None:
    found = BatchRecords(batch_of(b"\x90"))
    assert found.data == []
    assert found.decoded(0, 1) == []


@pytest.mark.parametrize(
    "data",
    [
        b"\xc1",
        b"\x92\x63\x01",
        b"\x80",
        b"\x01",
        # A reading whose device is no UTF-8.
        msgspec.msgpack.encode(read(1, 1)).replace(b"\xa2d1", b"\xa2d\xff"),
    ],
)
def test_record_that_is_none_damages_its_batch(data: bytes) -> None:
    said = Message(7, "a", 1, dup=False, raw=None, records=[read(1, 1), msgspec.Raw(data)])
    with pytest.raises(JournalDamaged) as caught:
        BatchRecords(batch_of(encode_messages([said]))).decoded(0, 2)
    assert caught.value.batch == 5


@pytest.mark.parametrize(("blob", "version"), [(b"\x01", 2), (b"", 2), (b"\x90", 3)])
def test_blob_that_is_not_what_its_version_says_is_damaged(blob: bytes, version: int) -> None:
    with pytest.raises(JournalDamaged):
        BatchRecords(batch_of(blob, version))


def test_quarantined_input_is_a_record_like_any_other() -> None:
    record = Quarantined(1, "topic", "invalid_json", "send JSON")
    said = Message(7, "a", 1, dup=False, raw=b"{", records=[record])
    assert BatchRecords(batch_of(encode_messages([said]))).decoded(0, 1) == [record]
