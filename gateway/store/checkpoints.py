"""Moving what was committed from the write-ahead log into the database, beside the commits.

A checkpoint takes as long as dozens of commits. SQLite's own makes a commit wait for it; this one
runs in a thread with a connection of its own, while commits go on. What they added meanwhile is
little: the writer moves that itself, so that the log holds nothing more and begins anew instead of
growing (https://www.sqlite.org/wal.html, section 2.4).
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

_log = logging.getLogger(__name__)

EVERY_BYTES = 16 << 20
"""How far the log grows before it is moved."""
_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"
_FRAMES_AT, _FRAMES_BYTES = 16, 4
"""Where the log's index tells how many pages the log holds, in the byte order of the machine
(https://www.sqlite.org/walformat.html, section 2.1)."""


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
        self._every_frames = EVERY_BYTES // page_bytes
        self._moved_frames = 0
        self._index = path.with_name(path.name + "-shm")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal checkpoint")
        self._under_way: Future[None] | None = None

    def note_commit(self) -> None:
        """Move the log if it has grown; called by whoever writes, after a commit."""
        try:
            self._go_on()
        # The log stays as it is, and is moved with what comes.
        except (sqlite3.Error, OSError, RuntimeError) as error:
            _log.warning("the journal's log could not be moved: %s", error)

    def close(self) -> None:
        """Wait for a checkpoint under way; closing the last connection moves what is left."""
        self._thread.shutdown()

    def _go_on(self) -> None:
        frames = self._frames()
        # Fewer than were moved: the log has begun anew.
        self._moved_frames = self._moved_frames if frames >= self._moved_frames else 0
        if self._under_way is None:
            if frames - self._moved_frames >= self._every_frames:
                self._under_way = self._thread.submit(self._move)
        elif self._under_way.done():
            done, self._under_way, self._moved_frames = self._under_way, None, frames
            done.result()
            self._writer.execute(_CHECKPOINT)

    def _frames(self) -> int:
        with self._index.open("rb", buffering=0) as index:
            index.seek(_FRAMES_AT)
            return int.from_bytes(index.read(_FRAMES_BYTES), sys.byteorder)

    def _move(self) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute(_CHECKPOINT)
