import msgspec
import pytest

from gateway.store.entries import (
    CODEC_VERSION,
    Batch,
    Message,
    decode_entries,
    encode_messages,
    joined,
)
from tests.unit.twins.samples import read


def messages(count: int) -> list[Message]:
    record = read(1, 5_000)
    return [
        Message(place, "c", None, dup=False, raw=None, records=[record]) for place in range(count)
    ]


# msgpack writes up to 15 elements with 1 byte of head, up to 65,535 with 3, and more with 5.
@pytest.mark.parametrize("first", [0, 1, 15, 16, 200])
@pytest.mark.parametrize("second", [0, 1, 15, 16, 65_535, 65_536])
def test_joined_blobs_are_the_blob_of_all_their_messages(first: int, second: int) -> None:
    blobs = [encode_messages(messages(first)), encode_messages(messages(second))]
    blob = joined(blobs, first + second)
    assert blob == encode_messages(messages(first) + messages(second))


def test_message_with_several_records_has_an_entry_for_each() -> None:
    records = [read(1, 5_000), read(2, 6_000)]
    blob = encode_messages([Message(7, "c", 3, dup=True, raw=b"raw", records=records)])
    entries = decode_entries(Batch(1, 0, CODEC_VERSION, blob, b""))
    assert [bytes(entry.record) for entry in entries] == [*map(msgspec.msgpack.encode, records)]
    assert {(one.received_at, one.client, one.packet_id, one.dup, one.raw) for one in entries} == {
        (7, "c", 3, True, b"raw")
    }
