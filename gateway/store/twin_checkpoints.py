"""Folded twins, stored along the way, each with what has been since the one before.

The rows of an asset cut its inputs into segments. A row holds what is now at the end of its
segment, and what has been in it. A late input makes the row behind it stale: its segment must be
folded again. Where what is now comes out as it was, every row behind it still holds.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from twins.bindings import FOREVER
from twins.checkpoint import past_from_bytes, past_to_bytes
from twins.past import Past, joined

CHECKPOINTS_KEPT = 256
"""Most rows of an asset; beyond, the two shortest segments beside each other become one."""


class Checkpoint(msgspec.Struct, frozen=True):
    """A folded twin, still encoded, and the policy that it was folded under.

    Attributes:
        observed_at: Time of the newest input that was folded.
        policy_digest: Digest of the policy.
        inputs: How many inputs the segment holds.
        present: What is now (`twins.checkpoint.present_to_bytes`).
        past: What has been in the segment (`past_to_bytes`).
    """

    observed_at: int
    policy_digest: bytes
    inputs: int
    present: bytes
    past: bytes


_FIELDS = "observed_at, policy_digest, inputs, present, past"


class TwinCheckpoints:
    """The checkpoints of every asset.

    Args:
        connection: The derived database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, asset: str, checkpoint: Checkpoint) -> None:
        """Store a folded twin behind all others of its asset; all of it, or nothing."""
        with self._whole():
            self._add(asset, checkpoint)

    def _add(self, asset: str, checkpoint: Checkpoint) -> None:
        same = self._connection.execute(
            f"SELECT {_FIELDS} FROM checkpoint WHERE asset = ? AND observed_at = ?",  # noqa: S608 - constant
            (asset, checkpoint.observed_at),
        ).fetchone()
        if same:
            checkpoint = _joined(Checkpoint(*same), checkpoint)
        self._put(asset, checkpoint)
        self._thin(asset)

    def replace(self, asset: str, checkpoint: Checkpoint, *, begins_next_anew: bool) -> None:
        """Store what a stale row has become; all of it, or nothing.

        Args:
            asset: Id of the asset.
            checkpoint: The row.
            begins_next_anew: Whether the row behind it begins with something else now.
        """
        with self._whole():
            if begins_next_anew:
                self._make_next_stale(asset, checkpoint.observed_at)
            self._put(asset, checkpoint)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Make everything inside one change, within a transaction or without one."""
        self._connection.execute("SAVEPOINT checkpoint_change")
        try:
            yield
        except BaseException:
            # A full disk makes SQLite roll back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO checkpoint_change")
                self._connection.execute("RELEASE checkpoint_change")
            raise
        self._connection.execute("RELEASE checkpoint_change")

    def newest(self, asset: str) -> Checkpoint | None:
        """Return the newest row of an asset."""
        row = self._connection.execute(
            f"SELECT {_FIELDS} FROM checkpoint "  # noqa: S608 - constant
            "WHERE asset = ? ORDER BY observed_at DESC LIMIT 1",
            (asset,),
        ).fetchone()
        return Checkpoint(*row) if row else None

    def reach_beyond(self, asset: str, moment: int) -> bool:
        """Tell whether a row of an asset ends after a moment."""
        row = self._connection.execute(
            "SELECT max(observed_at) FROM checkpoint WHERE asset = ?", (asset,)
        ).fetchone()
        return row[0] is not None and row[0] > moment

    def have_another_policy(self, asset: str, policy_digest: bytes) -> bool:
        """Tell whether a row of an asset was folded under another policy."""
        query = "SELECT 1 FROM checkpoint WHERE asset = ? AND policy_digest <> ? LIMIT 1"
        row = self._connection.execute(query, (asset, policy_digest)).fetchone()
        return row is not None

    def all_of(self, asset: str) -> list[Checkpoint]:
        """Return every row of an asset, oldest first."""
        rows = self._connection.execute(
            f"SELECT {_FIELDS} FROM checkpoint WHERE asset = ? ORDER BY observed_at",  # noqa: S608 - constant
            (asset,),
        )
        return [Checkpoint(*row) for row in rows]

    def before(self, asset: str, moment: int) -> Checkpoint | None:
        """Return the newest row strictly before a moment."""
        row = self._connection.execute(
            f"SELECT {_FIELDS} FROM checkpoint "  # noqa: S608 - constant
            "WHERE asset = ? AND observed_at < ? ORDER BY observed_at DESC LIMIT 1",
            (asset, moment),
        ).fetchone()
        return Checkpoint(*row) if row else None

    def next_stale(self, asset: str) -> Checkpoint | None:
        """Return the oldest row whose segment must be folded again."""
        row = self._connection.execute(
            f"SELECT {_FIELDS} FROM checkpoint "  # noqa: S608 - constant
            "WHERE asset = ? AND is_stale ORDER BY observed_at LIMIT 1",
            (asset,),
        ).fetchone()
        return Checkpoint(*row) if row else None

    def past_of(self, asset: str, until: int = FOREVER) -> Past:
        """Return what has been up to the newest row that does not lie behind a moment."""
        rows = self._connection.execute(
            "SELECT past FROM checkpoint WHERE asset = ? AND observed_at <= ? ORDER BY observed_at",
            (asset, until),
        )
        return joined(past_from_bytes(past) for (past,) in rows)

    def make_stale(self, asset: str, moments: Iterable[int]) -> None:
        """Note that inputs of these moments were folded into no row yet."""
        ends = self._ends(asset)
        stale: set[int] = set()
        for moment in moments:
            place = bisect_left(ends, moment)
            stale.update(ends[place : place + 1])
            if ends[place : place + 1] == [moment]:
                # Which side of the row's last input it lies on, only a fold can tell.
                stale.update(ends[place + 1 : place + 2])
        self._connection.executemany(
            "UPDATE checkpoint SET is_stale = 1 WHERE asset = ? AND observed_at = ?",
            [(asset, end) for end in sorted(stale)],
        )

    def _make_next_stale(self, asset: str, moment: int) -> None:
        """Note that the row behind the one of a moment begins with something else now."""
        self._connection.execute(
            "UPDATE checkpoint SET is_stale = 1 WHERE asset = ?1 AND observed_at = "
            "(SELECT min(observed_at) FROM checkpoint WHERE asset = ?1 AND observed_at > ?2)",
            (asset, moment),
        )

    def drop(self, asset: str, since: int) -> None:
        """Forget rows that something has made wrong for good."""
        self._connection.execute(
            "DELETE FROM checkpoint WHERE asset = ? AND observed_at >= ?", (asset, since)
        )

    def _put(self, asset: str, checkpoint: Checkpoint) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?, ?, ?, 0)",
            (asset, *msgspec.structs.astuple(checkpoint)),
        )

    def _ends(self, asset: str) -> list[int]:
        rows = self._connection.execute(
            "SELECT observed_at FROM checkpoint WHERE asset = ? ORDER BY observed_at", (asset,)
        )
        return [moment for (moment,) in rows]

    def _thin(self, asset: str) -> None:
        rows = self._connection.execute(
            "SELECT observed_at, inputs, is_stale FROM checkpoint "
            "WHERE asset = ? ORDER BY observed_at",
            (asset,),
        ).fetchall()
        if len(rows) <= CHECKPOINTS_KEPT:
            return
        first = min(range(len(rows) - 1), key=lambda place: _weight(rows[place : place + 2]))
        earlier, later = (self.before(asset, rows[first + step][0] + 1) for step in (0, 1))
        if earlier is None or later is None:
            return
        is_stale = rows[first][2] or rows[first + 1][2]
        self._put(asset, _joined(earlier, later))
        self._connection.execute(
            "DELETE FROM checkpoint WHERE asset = ? AND observed_at = ?",
            (asset, earlier.observed_at),
        )
        if is_stale:
            self.make_stale(asset, [later.observed_at])


def _weight(rows: Sequence[tuple[int, int, int]]) -> int:
    return sum(inputs for _, inputs, _ in rows)


def _joined(earlier: Checkpoint, later: Checkpoint) -> Checkpoint:
    past = joined([past_from_bytes(earlier.past), past_from_bytes(later.past)])
    return msgspec.structs.replace(
        later, inputs=earlier.inputs + later.inputs, past=past_to_bytes(past)
    )
