import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from gateway.store.checkpoints import EVERY_BYTES
from gateway.store.entries import encode_messages
from gateway.store.journal import JournalReader, JournalWriter

BLOB = encode_messages([]) + os.urandom(1 << 20)
MOST_BYTES = 12 * EVERY_BYTES
KEYS_EACH = 200


def test_log_begins_anew_while_commits_go_on_and_nothing_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    writer = JournalWriter(path)
    largest = 0
    for batch in range(1, 301):
        assert writer.append(BLOB, batch) == batch
        largest = max(largest, path.with_name("journal.db-wal").stat().st_size)
    with JournalReader(path) as reader:
        assert sum(1 for _ in reader.checked()) == 300
    # 300 MiB were written through it.
    assert largest < MOST_BYTES
    writer.close()
    assert not path.with_name("journal.db-wal").exists()


def test_log_stays_small_where_each_commit_writes_to_many_places(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    writer = JournalWriter(path)
    largest = 0
    for batch in range(1, 201):
        keys = {
            (f"client-{number * 7 % 2_003}", number): os.urandom(32)
            for number in range(batch * KEYS_EACH, (batch + 1) * KEYS_EACH)
        }
        writer.append(encode_messages([]), batch, publish_keys=keys)
        largest = max(largest, path.with_name("journal.db-wal").stat().st_size)
    assert largest < MOST_BYTES
    writer.close()


def test_commits_go_on_while_a_reader_keeps_the_log_from_beginning_anew(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    writer = JournalWriter(path)
    writer.append(BLOB, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM batch").fetchone() == (1,)
        for batch in range(2, 81):
            writer.append(BLOB, batch)
        assert reader.execute("SELECT count(*) FROM batch").fetchone() == (1,)
    for batch in range(81, 161):
        writer.append(BLOB, batch)
    with JournalReader(path) as all_of_it:
        assert all_of_it.last_batch() == 160
    writer.close()


def test_readers_of_other_processes_may_come_and_go(tmp_path: Path) -> None:
    # The last one that closes a database would clear up what another one holds without a lock.
    path = tmp_path / "journal.db"
    writer = JournalWriter(path)
    look = (
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone())"
    )
    for batch in range(1, 6):
        writer.append(encode_messages([]), batch)
        found = subprocess.run(
            [sys.executable, "-c", look, str(path), "SELECT count(*) FROM batch"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout == f"({batch},)\n"
    writer.close()
