"""The durable queue before a mirror: a store that is away costs disk, neither data nor memory.

Rows leave strictly in the order in which they came. The queue lives in the database of its only
writer and takes that process's connection: `append` joins the writer's open transaction, so that
lines are queued exactly when the readings behind them are stored; `settle` is a transaction of its
own. A transaction of the writer must therefore not stay open while the event loop runs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from twins.errors import TransientFault

SCHEMA = """
CREATE TABLE IF NOT EXISTS mirror (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    lines BLOB NOT NULL,
    n INTEGER NOT NULL,
    size INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS mirror_dead_letter (
    id INTEGER PRIMARY KEY,
    line BLOB NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS mirror_total (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    waiting_lines INTEGER NOT NULL DEFAULT 0,
    waiting_bytes INTEGER NOT NULL DEFAULT 0,
    dropped_lines INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT OR IGNORE INTO mirror_total (only_row) VALUES (1);
"""


class MirrorQueueFull(TransientFault):
    """The queue has reached its limit and was not told to drop what is oldest."""

    def __init__(self, waiting_bytes: int, maximum_bytes: int) -> None:
        self.waiting_bytes = waiting_bytes
        self.maximum_bytes = maximum_bytes
        super().__init__(
            f"the mirror's queue holds {waiting_bytes} of at most {maximum_bytes} bytes: bring the "
            "mirror back, raise its maximum_bytes, or set drop_oldest"
        )


class Batch(msgspec.Struct, frozen=True):
    """One row of the queue: `n` lines, each with its line break."""

    seq: int
    lines: bytes
    n: int


class DeadLetter(msgspec.Struct, frozen=True):
    """A line that the store refuses for good, and what the store said."""

    line: bytes
    reason: str


class QueueState(msgspec.Struct, frozen=True):
    """How much waits, and how much was given up."""

    waiting_lines: int
    waiting_bytes: int
    dropped_lines: int
    dead_letters: int


class MirrorQueue:
    """A first-in, first-out queue of line protocol in SQLite.

    Args:
        connection: The writing connection of the process that owns the database.
        maximum_bytes: Most bytes of lines that may wait; None for as many as the disk takes.
        drop_oldest: Whether a full queue drops its oldest rows, counted, instead of refusing.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        maximum_bytes: int | None = None,
        drop_oldest: bool = False,
    ) -> None:
        self._connection = connection
        self._maximum_bytes = maximum_bytes
        self._drop_oldest = drop_oldest

    def append(self, lines: bytes, n: int) -> None:
        """Add lines at the end, inside the caller's transaction.

        Args:
            lines: Line protocol, each line with its line break.
            n: How many lines these are.

        Raises:
            MirrorQueueFull: The limit is reached and nothing may be dropped.
        """
        self._make_room(len(lines))
        self._connection.execute(
            "INSERT INTO mirror (lines, n, size) VALUES (?, ?, ?)", (lines, n, len(lines))
        )
        self._count(lines=n, size=len(lines))

    def head(self) -> Batch | None:
        """Return the oldest row, or None where nothing waits."""
        row = self._connection.execute(
            "SELECT seq, lines, n FROM mirror ORDER BY seq LIMIT 1"
        ).fetchone()
        return None if row is None else Batch(*row)

    def settle(self, batch: Batch, dead: Sequence[DeadLetter] = ()) -> None:
        """Remove a delivered row and keep the lines that the store refused, in one transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(
                "INSERT INTO mirror_dead_letter (line, reason) VALUES (?, ?)",
                [(one.line, one.reason) for one in dead],
            )
            self._remove(batch.seq, batch.n, len(batch.lines))
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """Return refused lines, newest first."""
        rows = self._connection.execute(
            "SELECT line, reason FROM mirror_dead_letter ORDER BY id DESC LIMIT ?", (limit,)
        )
        return [DeadLetter(*row) for row in rows]

    def state(self) -> QueueState:
        """Return how much waits and how much was given up."""
        row = self._connection.execute(
            "SELECT waiting_lines, waiting_bytes, dropped_lines,"
            " (SELECT count(*) FROM mirror_dead_letter) FROM mirror_total"
        ).fetchone()
        return QueueState(*row)

    def _make_room(self, size: int) -> None:
        if self._maximum_bytes is None:
            return
        waiting = self.state().waiting_bytes
        if waiting + size <= self._maximum_bytes:
            return
        if not self._drop_oldest or size > self._maximum_bytes:
            raise MirrorQueueFull(waiting, self._maximum_bytes)
        for seq, n, oldest in self._connection.execute(
            "SELECT seq, n, size FROM mirror ORDER BY seq"
        ).fetchall():
            self._remove(seq, n, oldest)
            self._connection.execute(
                "UPDATE mirror_total SET dropped_lines = dropped_lines + ?", (n,)
            )
            waiting -= oldest
            if waiting + size <= self._maximum_bytes:
                return

    def _remove(self, seq: int, n: int, size: int) -> None:
        # The row may be gone: a full queue drops what is oldest, also while it is being sent.
        removed = self._connection.execute("DELETE FROM mirror WHERE seq = ?", (seq,)).rowcount
        if removed:
            self._count(lines=-n, size=-size)

    def _count(self, *, lines: int, size: int) -> None:
        self._connection.execute(
            "UPDATE mirror_total SET waiting_lines = waiting_lines + ?,"
            " waiting_bytes = waiting_bytes + ?",
            (lines, size),
        )


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the queue's tables where they are missing."""
    connection.executescript(SCHEMA)
