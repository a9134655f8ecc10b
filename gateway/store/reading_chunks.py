"""Chunks of consecutive readings of a series, as they stand in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from twins.bindings import FOREVER

from .reading_rows import Row, Rows, key_from, key_of, rows_of_tuples, unpacked

EARLIEST = -(1 << 62)
"""Before every moment that a record can carry; a device's clock may stand before 1970."""

_NEWEST = "FROM chunk WHERE series = ? ORDER BY first DESC LIMIT 1"
_BETWEEN = (
    "SELECT numbers, signatures FROM chunk WHERE series = :series AND first >= coalesce("
    "(SELECT max(first) FROM chunk WHERE series = :series AND first < :start), :start) "
    "AND first < :end ORDER BY first"
)
"""The first of them may begin before `start`."""
_HOLDING = (
    "SELECT id FROM chunk WHERE series = :series AND first = coalesce("
    "(SELECT max(first) FROM chunk WHERE series = :series AND first <= :key), "
    "(SELECT min(first) FROM chunk WHERE series = :series))"
)


class Chunks:
    """The chunks of all series; those of one do not overlap.

    Args:
        connection: The writing connection; whoever calls begins and ends the transactions.
        full_rows: Rows of a full chunk; it may have nearly twice as many.
    """

    def __init__(self, connection: sqlite3.Connection, full_rows: int) -> None:
        self._connection = connection
        self._full_rows = full_rows

    def newest_of(self, series: int) -> tuple[int, bytes]:
        """Return the moment of a series' last reading, `EARLIEST` where there is none; its key."""
        row = self._connection.execute(f"SELECT last_at, last {_NEWEST}", (series,)).fetchone()
        return row or (EARLIEST, b"")

    def append(self, series: int, rows: Rows) -> None:
        """Store rows that lie behind all of their series."""
        newest = self._connection.execute(f"SELECT id, count {_NEWEST}", (series,)).fetchone()
        if newest is None or newest[1] >= self._full_rows:
            self._write(series, None, rows)
            return
        stored = self._rows_of(newest[0])
        stored.append(rows)
        self._write(series, newest[0], stored)

    def insert(self, series: int, rows: Iterable[Row]) -> set[bytes]:
        """Store those of some rows that are new, each in its chunk; return the keys of these.

        The series must have a chunk.
        """
        by_chunk: dict[int, list[Row]] = {}
        for row in rows:
            place = {"series": series, "key": key_of(row)}
            (chunk,) = self._connection.execute(_HOLDING, place).fetchone()
            by_chunk.setdefault(chunk, []).append(row)
        found: set[bytes] = set()
        for chunk, own in by_chunk.items():
            merged_rows, new = merged(self._rows_of(chunk).tuples(), own)
            if new:
                self._write(series, chunk, rows_of_tuples(merged_rows))
                found.update(map(key_of, new))
        return found

    def between(self, series: int, start: int, end: int) -> Iterator[Rows]:
        """Yield the rows with start ≤ moment < end, in order, chunk by chunk."""
        within = {"series": series, "start": key_from(start), "end": key_from(end)}
        for packed in self._connection.execute(_BETWEEN, within):
            found = unpacked(*packed).between(start, end)
            if found:
                yield found

    def count_since(self, series: int, moment: int) -> int:
        """Return how many readings of a series were observed from a moment on."""
        key = key_from(moment)
        (whole,) = self._connection.execute(
            "SELECT coalesce(sum(count), 0) FROM chunk WHERE series = ? AND first >= ?",
            (series, key),
        ).fetchone()
        begun = self._connection.execute(
            "SELECT numbers, signatures FROM chunk WHERE series = ? AND first < ? "
            "ORDER BY first DESC LIMIT 1",
            (series, key),
        ).fetchone()
        return int(whole) + (len(unpacked(*begun).between(moment, FOREVER)) if begun else 0)

    def extent(self, series: int) -> tuple[int, int | None, int | None]:
        """Return the count, the first and the last moment of a series."""
        count, first_at, last_at = self._connection.execute(
            "SELECT coalesce(sum(count), 0), min(first_at), max(last_at) FROM chunk "
            "WHERE series = ?",
            (series,),
        ).fetchone()
        return count, first_at, last_at

    def _rows_of(self, chunk: int) -> Rows:
        row = self._connection.execute(
            "SELECT numbers, signatures FROM chunk WHERE id = ?", (chunk,)
        ).fetchone()
        return unpacked(*row)

    def _write(self, series: int, instead_of: int | None, rows: Rows) -> None:
        """Store rows as chunks, in place of one that held some of them."""
        if instead_of is not None:
            self._connection.execute("DELETE FROM chunk WHERE id = ?", (instead_of,))
        self._connection.executemany(
            "INSERT INTO chunk (series, first, last, first_at, last_at, count, numbers, "
            "signatures) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    series,
                    part.key_at(0),
                    part.key_at(len(part) - 1),
                    part.moments[0],
                    part.moments[-1],
                    len(part),
                    *part.packed(),
                )
                for part in rows.parted(self._full_rows)
            ],
        )


def merged(stored: Iterable[Row], rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Return stored rows with those of others that are new, in order, and the new ones alone."""
    all_rows = list(stored)
    known = set(map(key_of, all_rows))
    new = [row for row in rows if key_of(row) not in known]
    return sorted(all_rows + new, key=key_of), new
