"""Moving what was committed from the write-ahead log into the database, beside the commits.

A checkpoint takes as long as dozens of commits. SQLite's own makes a commit wait for it; this one
runs in a thread with a connection of its own, while commits go on. What they added meanwhile is
little: the writer moves that itself, so that the log holds nothing more and begins anew instead of
growing (https://www.sqlite.org/wal.html, section 2.4).
"""

from __future__ import annotations

import logging
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

_log = logging.getLogger(__name__)

EVERY_BYTES = 16 << 20
"""How far the log grows before it is moved."""
_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"
_USUAL_PAGES, _USUAL_ROWS = 3, 2
"""Of a commit that stores a batch and its counters, and nothing else."""
_PAGES_OF_ROW = 4
"""What a further row writes at most, but for rare splits: its page in the table, those of its old
and its new place in an index, and that of the row which it takes the place of."""


class Checkpoints:
    """The checkpoints of one database, all but the last of which happen in a thread.

    There is never more than one at a time, and no other process makes any.

    Args:
        path: The database, in WAL mode.
        writer: The writing connection, which makes none by itself.
        page_bytes: Size of its pages.
    """

    def __init__(self, path: Path, writer: sqlite3.Connection, page_bytes: int) -> None:
        self._path = path
        self._writer = writer
        self._page_bytes = page_bytes
        self._rows = writer.total_changes
        self._log_bytes = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal checkpoint")
        self._under_way: Future[None] | None = None

    def note_commit(self, batch_bytes: int) -> None:
        """Move the log if it has grown much; called by whoever writes, after a commit.

        How much it holds is estimated. It must not be read: whoever closes a file of a database
        loses the locks that SQLite holds on it in the same process (sqlite.org/howtocorrupt.html,
        section 2.2).

        Args:
            batch_bytes: Size of the batch that was stored.
        """
        rows, self._rows = self._rows, self._writer.total_changes
        others = max(0, self._rows - rows - _USUAL_ROWS)
        self._log_bytes += batch_bytes
        self._log_bytes += self._page_bytes * (_USUAL_PAGES + _PAGES_OF_ROW * others)
        try:
            self._go_on()
        # The log stays as it is, and is moved with what comes.
        except (sqlite3.Error, RuntimeError) as error:
            _log.warning("the journal's log could not be moved: %s", error)

    def close(self) -> None:
        """Wait for a checkpoint under way; closing the last connection moves what is left."""
        self._thread.shutdown()

    def _go_on(self) -> None:
        if self._under_way is None:
            if self._log_bytes >= EVERY_BYTES:
                self._under_way = self._thread.submit(self._move)
        elif self._under_way.done():
            done, self._under_way, self._log_bytes = self._under_way, None, 0
            done.result()
            self._writer.execute(_CHECKPOINT)

    def _move(self) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute(_CHECKPOINT)
