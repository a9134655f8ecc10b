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
"""How far the log grows before it is moved, about."""
_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"


class Checkpoints:
    """The checkpoints of one database, all but the last of which happen in a thread.

    Args:
        path: The database.
        writer: The writing connection, which makes none by itself.
    """

    def __init__(self, path: Path, writer: sqlite3.Connection) -> None:
        self._path = path
        self._writer = writer
        self._log_bytes = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal checkpoint")
        self._under_way: Future[None] | None = None

    def note_commit(self, size: int) -> None:
        """Note that a commit wrote so many bytes; called by whoever writes, after the commit."""
        self._log_bytes += size
        if self._under_way is None:
            if self._log_bytes >= EVERY_BYTES:
                self._under_way = self._thread.submit(self._move)
        elif self._under_way.done():
            done, self._under_way, self._log_bytes = self._under_way, None, 0
            try:
                done.result()
                self._writer.execute(_CHECKPOINT)
            except sqlite3.Error as error:
                # The log stays as it is; it is moved with what comes.
                _log.warning("the journal's log could not be moved: %s", error)

    def close(self) -> None:
        """Wait for a checkpoint under way; closing the last connection moves what is left."""
        self._thread.shutdown()

    def _move(self) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute(_CHECKPOINT)
