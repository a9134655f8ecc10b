import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.store.mirror_queue import (
    DeadLetter,
    MirrorQueue,
    MirrorQueueFull,
    QueueState,
    create_tables,
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(tmp_path / "derived.db", isolation_level=None)
    create_tables(opened)
    yield opened
    opened.close()


@pytest.fixture
def queue(connection: sqlite3.Connection) -> MirrorQueue:
    return MirrorQueue(connection)


def drained(queue: MirrorQueue) -> list[bytes]:
    lines = []
    while batch := queue.head():
        lines.append(batch.lines)
        queue.settle(batch)
    return lines


def test_rows_leave_in_the_order_in_which_they_came(queue: MirrorQueue) -> None:
    for text in (b"a 1\n", b"b 2\n", b"c 3\n"):
        queue.append(text, 1)
    assert drained(queue) == [b"a 1\n", b"b 2\n", b"c 3\n"]


def test_head_stays_until_it_is_settled(queue: MirrorQueue) -> None:
    queue.append(b"a 1\n", 1)
    assert queue.head() == queue.head()


def test_empty_queue_has_no_head(queue: MirrorQueue) -> None:
    assert queue.head() is None


def test_lines_are_queued_only_when_the_writers_transaction_commits(
    connection: sqlite3.Connection, queue: MirrorQueue
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    queue.append(b"a 1\n", 1)
    connection.execute("ROLLBACK")
    assert queue.head() is None
    assert queue.state() == QueueState(0, 0, 0, 0)


def test_queue_survives_its_process(connection: sqlite3.Connection, tmp_path: Path) -> None:
    MirrorQueue(connection).append(b"a 1\nb 2\n", 2)
    connection.close()
    again = sqlite3.connect(tmp_path / "derived.db", isolation_level=None)
    create_tables(again)
    queue = MirrorQueue(again)
    assert queue.state() == QueueState(2, 8, 0, 0)
    assert drained(queue) == [b"a 1\nb 2\n"]
    again.close()


def test_number_of_a_row_is_never_used_again(queue: MirrorQueue) -> None:
    queue.append(b"a 1\n", 1)
    first = queue.head()
    assert first is not None
    queue.settle(first)
    queue.append(b"b 2\n", 1)
    second = queue.head()
    assert second is not None
    assert second.seq > first.seq


def test_refused_lines_are_kept_with_their_reason(queue: MirrorQueue) -> None:
    queue.append(b"a 1\nb x\n", 2)
    batch = queue.head()
    assert batch is not None
    queue.settle(batch, [DeadLetter(b"b x\n", "HTTP 400: unable to parse")])
    assert queue.dead_letters() == [DeadLetter(b"b x\n", "HTTP 400: unable to parse")]
    assert queue.state() == QueueState(0, 0, 0, 1)


def test_row_that_cannot_be_settled_stays(queue: MirrorQueue) -> None:
    queue.append(b"a 1\n", 1)
    batch = queue.head()
    assert batch is not None
    no_reason: Any = None
    with pytest.raises(sqlite3.IntegrityError):
        queue.settle(batch, [DeadLetter(b"a 1\n", no_reason)])
    assert queue.head() == batch
    assert queue.state() == QueueState(1, 4, 0, 0)


def test_full_queue_refuses_and_keeps_what_it_has(connection: sqlite3.Connection) -> None:
    queue = MirrorQueue(connection, maximum_bytes=8)
    queue.append(b"a 1\n", 1)
    queue.append(b"b 2\n", 1)
    with pytest.raises(MirrorQueueFull, match="8 of at most 8 bytes"):
        queue.append(b"c 3\n", 1)
    assert drained(queue) == [b"a 1\n", b"b 2\n"]


def test_full_queue_drops_its_oldest_rows_where_it_is_told_to_and_counts_them(
    connection: sqlite3.Connection,
) -> None:
    queue = MirrorQueue(connection, maximum_bytes=8, drop_oldest=True)
    queue.append(b"a\nb\n", 2)
    queue.append(b"c 3\n", 1)
    queue.append(b"d 4\n", 1)
    assert queue.state() == QueueState(2, 8, 2, 0)
    assert drained(queue) == [b"c 3\n", b"d 4\n"]


def test_row_that_was_dropped_while_it_was_sent_is_not_counted_twice(
    connection: sqlite3.Connection,
) -> None:
    queue = MirrorQueue(connection, maximum_bytes=4, drop_oldest=True)
    queue.append(b"a 1\n", 1)
    sent = queue.head()
    assert sent is not None
    queue.append(b"b 2\n", 1)
    queue.settle(sent)
    assert queue.state() == QueueState(1, 4, 1, 0)


def test_lines_larger_than_the_whole_queue_are_refused(connection: sqlite3.Connection) -> None:
    queue = MirrorQueue(connection, maximum_bytes=4, drop_oldest=True)
    queue.append(b"a 1\n", 1)
    with pytest.raises(MirrorQueueFull):
        queue.append(b"b 22222\n", 1)
    assert drained(queue) == [b"a 1\n"]
