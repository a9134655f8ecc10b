import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from gateway.errors import JournalDamaged
from gateway.store.entries import (
    CODEC_VERSION,
    Batch,
    Quarantined,
    decode_entries,
    encode_messages,
)
from gateway.store.journal import GENESIS, JournalReader, JournalWriter, chain_of
from tests.fakes.journals import batches_of, encode_entries, message_of
from tests.unit.twins.samples import read

WEEK_US = 604_800_000_000
ENTRIES = encode_messages(
    [message_of(read(1, 5_000)), message_of(Quarantined(1, "t", "r", "d"), raw=b"\0raw")]
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def written(path: Path, *batches: int) -> None:
    with closing(JournalWriter(path)) as writer:
        for moment in batches:
            writer.append(ENTRIES, moment)


def test_journal_gives_back_what_was_appended_in_order(path: Path) -> None:
    written(path, 10, 20)
    with JournalReader(path) as reader:
        found = batches_of(reader)
        assert [(one.id, one.committed_at) for one in found] == [(1, 10), (2, 20)]
        assert encode_entries(decode_entries(found[1])) == ENTRIES
        assert reader.last_batch() == 2


def test_journal_goes_on_after_a_restart_with_its_chain(path: Path) -> None:
    written(path, 10)
    written(path, 20)
    with JournalReader(path) as reader:
        first, second = reader.checked()
    assert first.chain == chain_of(GENESIS, 1, 10, CODEC_VERSION, ENTRIES)
    assert second.chain == chain_of(first.chain, 2, 20, CODEC_VERSION, ENTRIES)


def test_reader_ends_a_slice_with_the_batch_that_reaches_the_limit(path: Path) -> None:
    written(path, 10, 20, 30)
    with JournalReader(path) as reader:
        assert [one.id for one in reader.after(0, 10, 1)] == [1]
        assert [one.id for one in reader.after(1, 10, 1 << 20)] == [2, 3]


def test_failed_commit_leaves_nothing_and_the_same_batch_can_be_appended_again(path: Path) -> None:
    large = encode_messages([message_of(Quarantined(1, "t", "r", "d"), raw=bytes(100_000))])
    with closing(JournalWriter(path)) as writer, JournalReader(path) as reader:
        writer.append(ENTRIES, 10)
        pages = writer._connection.execute("PRAGMA page_count").fetchone()[0]
        writer._connection.execute(f"PRAGMA max_page_count = {pages}")
        keys = {("c", 1): b"x"}
        for _ in range(2):
            with pytest.raises(sqlite3.OperationalError, match="full"):
                writer.append(large, 20, publish_keys=keys, counters={"readings": 1})
        assert (writer.last_batch, reader.last_batch()) == (1, 1)
        assert writer.published("c", 1, 0) is None
        writer._connection.execute("PRAGMA max_page_count = 1000000")
        assert writer.append(large, 30, publish_keys=keys, counters={"readings": 1}) == 2
        assert [one.committed_at for one in reader.checked()] == [10, 30]
        assert reader.counters() == {"readings": 1}
        assert writer.published("c", 1, 0) == b"x"


def test_batch_whose_commit_reported_an_error_but_happened_is_not_appended_twice(
    path: Path,
) -> None:
    with closing(JournalWriter(path)) as writer:
        # What an error after the commit record leaves behind: the row is there, and we do not know.
        blob = ENTRIES
        chain = chain_of(GENESIS, 1, 10, 1, blob)
        writer._connection.execute("INSERT INTO batch VALUES (1, 10, 1, ?, ?)", (blob, chain))
        with pytest.raises(sqlite3.IntegrityError):
            writer.append(ENTRIES, 20)
        assert writer.append(ENTRIES, 30) == 1
        writer.append(ENTRIES, 40)
    with JournalReader(path) as reader:
        assert [(one.id, one.committed_at) for one in reader.checked()] == [(1, 10), (2, 40)]


def test_counters_and_known_ids_outlive_the_process(path: Path) -> None:
    with closing(JournalWriter(path)) as writer:
        writer.append(ENTRIES, 1, kept={("asset", "a"): b"1"}, counters={"readings": 2})
        writer.append(ENTRIES, 2, kept={("asset", "a"): b"1"}, counters={"readings": 3})
    with closing(JournalWriter(path)) as writer:
        assert writer.kept("asset") == {"a": b"1"}
        assert writer.kept("device") == {}
        assert writer.counters() == {"readings": 5}


def flipped(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("blob", flipped),
        ("chain", flipped),
        ("committed_at", lambda value: value ^ 1),
        ("committed_at", lambda value: -value),
        ("codec_version", lambda value: value + 1),
        ("id", lambda value: value + 7),
    ],
    ids=["blob", "chain", "time", "negative time", "codec", "id"],
)
def test_changed_column_shows_as_damage(
    path: Path, column: str, change: Callable[[object], object]
) -> None:
    written(path, 10, 20)
    with closing(sqlite3.connect(path)) as connection, connection:
        (value,) = connection.execute(f"SELECT {column} FROM batch WHERE id = 2").fetchone()  # noqa: S608
        connection.execute(f"UPDATE batch SET {column} = ? WHERE id = 2", (change(value),))  # noqa: S608
    with JournalReader(path) as reader, pytest.raises(JournalDamaged):
        list(reader.checked())


@pytest.mark.parametrize("cut", [1, 3, 4, 5, 20])
def test_cut_blob_is_damage(cut: int) -> None:
    blob = ENTRIES
    with pytest.raises(JournalDamaged, match="batch 7"):
        decode_entries(Batch(7, 0, CODEC_VERSION, blob[:-cut], b""))


def test_blob_of_an_unknown_version_is_damage() -> None:
    with pytest.raises(JournalDamaged, match="version 3"):
        decode_entries(Batch(7, 0, 3, ENTRIES, b""))


def test_batch_of_the_first_version_is_still_read() -> None:
    # Version 1: each entry [received_at, client, packet_id, dup, raw, record] behind its length.
    record = msgspec.msgpack.encode(read(1, 5_000))
    entry = msgspec.msgpack.encode([7, "c", None, False, None, msgspec.Raw(record)])
    (found,) = decode_entries(Batch(7, 0, 1, len(entry).to_bytes(4, "big") + entry, b""))
    assert (found.received_at, found.client, bytes(found.record)) == (7, "c", record)


@pytest.mark.parametrize("cut", [1, 3, 30])
def test_cut_batch_of_the_first_version_is_damage(cut: int) -> None:
    entry = msgspec.msgpack.encode([7, "c", None, False, None, [0, 1, "t", "r", "d"]])
    blob = len(entry).to_bytes(4, "big") + entry
    with pytest.raises(JournalDamaged, match="batch 7"):
        decode_entries(Batch(7, 0, 1, (blob + blob)[:-cut], b""))


def test_blob_of_another_kind_is_damage() -> None:
    blob = b"\0\0\0\1" + msgspec.msgpack.encode(5)
    with pytest.raises(JournalDamaged):
        decode_entries(Batch(7, 0, 1, blob, b""))


def test_publish_keys_count_for_a_week_after_their_commit_and_leave_with_a_later_one(
    path: Path,
) -> None:
    key = ("c", 1)
    with closing(JournalWriter(path)) as writer:
        writer.append(ENTRIES, 10, publish_keys={key: b"x"})
        assert writer.published(*key, 10 + WEEK_US) == b"x"
        assert writer.published(*key, 11 + WEEK_US) is None
        writer.append(ENTRIES, 20, publish_keys={("c", 2): b"x"})
        writer.append(ENTRIES, 11 + WEEK_US)
        kept = writer._connection.execute("SELECT packet_id FROM publish_key").fetchall()
        assert kept == [(2,)]


def test_newest_publish_of_a_packet_id_counts_from_its_own_commit(path: Path) -> None:
    key = ("c", 1)
    with closing(JournalWriter(path)) as writer:
        writer.append(ENTRIES, 10, publish_keys={key: b"x"})
        writer.append(ENTRIES, WEEK_US, publish_keys={key: b"y"})
        writer.append(ENTRIES, 2 * WEEK_US)
        assert writer.published(*key, 2 * WEEK_US) == b"y"


def test_journal_of_the_first_version_keeps_what_it_knew(path: Path) -> None:
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("CREATE TABLE known (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) STRICT")
        old.execute("CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER) STRICT")
        old.execute("INSERT INTO known VALUES ('asset', 'a-1')")
        old.execute("INSERT INTO counter VALUES ('readings', 7)")
    for _ in range(2):
        with closing(JournalWriter(path)) as writer:
            assert writer.kept("asset") == {"a-1": b""}
            assert writer.counters() == {"readings": 7}
