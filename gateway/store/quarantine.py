"""Quarantined inputs and what became of them, as the derive process knows them.

The tables belong to `derived.db`: deleted, they are rebuilt from the journal.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any

from gateway.mqtt.topics import matches
from gateway.ports import (
    QUARANTINE_COUNTED,
    QUARANTINE_PAGE_BYTES,
    QuarantineCounts,
    QuarantineEntry,
    QuarantineFilter,
    Settlement,
)

from .quarantine_records import QuarantineSettled

_LAST = (1 << 62) - 1
_TOPICS_KNOWN = 10_000
_COLUMNS = (
    "position, received_at, client, topic, reason, detail, raw, outcome, settled.reason_given, "
    "settled.by, settled.settled_at"
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS quarantine_settled (
    position INTEGER PRIMARY KEY,
    outcome TEXT NOT NULL,
    reason_given TEXT NOT NULL,
    by TEXT NOT NULL,
    settled_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS quarantine_by_reason ON quarantine (reason, position);
CREATE INDEX IF NOT EXISTS quarantine_by_topic ON quarantine (topic, position);
"""
_STATES = {
    "open": "settled.outcome IS NULL",
    "settled": "settled.outcome IS NOT NULL",
    "all": "TRUE",
}


class QuarantineBook:
    """The quarantine of a derived store.

    Args:
        connection: The writing connection of the derived store, whose table `quarantine` exists.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(_SCHEMA)
        # Few topics bring many inputs.
        known = lru_cache(_TOPICS_KNOWN)(matches)
        connection.create_function("topic_matches", 2, known, deterministic=True)

    def settle(self, record: QuarantineSettled) -> None:
        """Note what became of an input; belongs into the transaction of its batch."""
        self._connection.execute(
            "INSERT OR IGNORE INTO quarantine_settled VALUES (?, ?, ?, ?, ?)",
            (record.position, record.outcome, record.reason, record.by, record.settled_at),
        )

    def at(self, position: int) -> QuarantineEntry | None:
        """Return the input at a place of the journal, or None where none is in quarantine."""
        return next(iter(self._rows("position = ?", [position], 1)), None)

    def page(
        self, limit: int, before: int | None, wanted: QuarantineFilter
    ) -> tuple[QuarantineEntry, ...]:
        """Return up to `limit` wanted inputs, newest first, from before a position on.

        The one whose bytes reach `QUARANTINE_PAGE_BYTES` is the last.
        """
        condition, values = _chosen(wanted)
        condition = f"position < ? AND {_STATES[wanted.state]} AND {condition}"
        return self._rows(condition, [before if before is not None else _LAST, *values], limit)

    def counts(self, wanted: QuarantineFilter) -> QuarantineCounts:
        """Return how many inputs are as wanted, whatever their state, among the newest ones."""
        newest, reasons = ("reason = ?", [wanted.reason]) if wanted.reason else ("TRUE", [])
        condition, values = _chosen(wanted)
        seen, found, settled = self._connection.execute(
            "SELECT count(*), total(is_wanted), "  # noqa: S608 - as below
            "count(CASE WHEN is_wanted THEN outcome END) "
            f"FROM (SELECT settled.outcome, {condition} AS is_wanted FROM quarantine "
            f"LEFT JOIN quarantine_settled AS settled USING (position) WHERE {newest} "
            "ORDER BY position DESC LIMIT ?)",
            [*values, *reasons, QUARANTINE_COUNTED],
        ).fetchone()
        is_all = seen < QUARANTINE_COUNTED
        return QuarantineCounts(int(found) - settled, settled, is_all=is_all)

    def open_by_reason(self) -> dict[str, int]:
        """Return how many open inputs there are of each reason, the most frequent first.

        Of each at most `QUARANTINE_COUNTED` are counted.
        """
        rows = self._connection.execute(
            # One step of the index for each reason, instead of one for each input.
            "WITH RECURSIVE reasons (reason) AS (SELECT min(reason) FROM quarantine UNION ALL "
            "SELECT (SELECT min(reason) FROM quarantine WHERE reason > reasons.reason) "
            "FROM reasons WHERE reasons.reason IS NOT NULL) "
            "SELECT reason, (SELECT count(*) FROM (SELECT 1 FROM quarantine AS one "
            "WHERE one.reason = reasons.reason AND NOT EXISTS (SELECT 1 FROM quarantine_settled "
            "AS settled WHERE settled.position = one.position) LIMIT ?)) AS open FROM reasons "
            "WHERE open > 0 ORDER BY open DESC, reason",
            [QUARANTINE_COUNTED],
        )
        return dict(rows)

    def _rows(self, condition: str, values: list[Any], limit: int) -> tuple[QuarantineEntry, ...]:
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM quarantine "  # noqa: S608 - constant texts; values are bound
            f"LEFT JOIN quarantine_settled AS settled USING (position) WHERE {condition} "
            "ORDER BY position DESC LIMIT ?",
            [*values, limit],
        )
        found, size = [], 0
        for row in rows:
            found.append(_entry(row))
            size += len(found[-1].raw)
            if size >= QUARANTINE_PAGE_BYTES:
                break
        rows.close()
        return tuple(found)


def _chosen(wanted: QuarantineFilter) -> tuple[str, list[Any]]:
    """Return the condition of the wanted inputs, but for their state, and its values."""
    conditions, values = ["TRUE"], []
    if wanted.reason:
        conditions.append("reason = ?")
        values.append(wanted.reason)
    if wanted.topic:
        conditions.append("topic_matches(?, topic)")
        values.append(wanted.topic)
    if wanted.device:
        # A device's id stands as a level of its topic, or is its client id.
        conditions.append("(instr('/' || topic || '/', ?) OR client = ?)")
        values += [f"/{wanted.device}/", wanted.device]
    return " AND ".join(conditions), values


def _entry(row: tuple[Any, ...]) -> QuarantineEntry:
    position, received_at, client, topic, reason, detail, raw = row[:7]
    return QuarantineEntry(
        position=position,
        received_at=received_at,
        client=client,
        topic=topic,
        reason=reason,
        detail=detail,
        raw=raw,
        settlement=None if row[7] is None else Settlement(*row[7:]),
    )
