"""What the derived store knows of devices by name, and of topics that no format reads.

Reads the tables of `derived.db` alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from gateway.devices.discovery import Heard

MOST_TOPICS = 2_000
PAYLOADS = 5
"""As many messages as a format must be recognised from."""
LARGEST_PAYLOAD_BYTES = 16_384

_UNREAD = "reason = 'unknown_topic' AND outcome IS NULL"
_FROM_QUARANTINE = "FROM quarantine LEFT JOIN quarantine_settled USING (position)"


def devices_among(connection: sqlite3.Connection, names: Collection[str]) -> set[str]:
    """Return those of the names that are devices with readings."""
    rows = connection.execute(
        "SELECT DISTINCT device FROM series WHERE device IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(names)).decode(),),
    )
    return {device for (device,) in rows}


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Give a reading connection of its own to the same file, for use in another thread."""
    (path,) = connection.execute(
        "SELECT file FROM pragma_database_list WHERE name = 'main'"
    ).fetchone()
    own = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True)
    with closing(own):
        yield own


def unread_topics(connection: sqlite3.Connection) -> tuple[Heard, ...]:
    """Return the newest topics that no format reads, with their newest messages.

    What came before a message of the same topic was decoded again is read by now, as far as it can
    be.
    """
    read_until = dict(
        connection.execute(
            "SELECT topic, max(settled_at) FROM quarantine_settled JOIN quarantine USING "
            "(position) WHERE outcome = 'decoded' AND reason = 'unknown_topic' GROUP BY topic"
        )
    )
    rows = connection.execute(
        "SELECT topic, count(*), min(received_at), max(received_at) "
        f"{_FROM_QUARANTINE} WHERE {_UNREAD} "
        "GROUP BY topic ORDER BY max(position) DESC LIMIT ?",
        (MOST_TOPICS,),
    ).fetchall()
    return tuple(
        _heard(connection, topic, count, first_at, last_at)
        for topic, count, first_at, last_at in rows
        if topic and last_at > read_until.get(topic, -1)
    )


def _heard(
    connection: sqlite3.Connection, topic: str, count: int, first_at: int, last_at: int
) -> Heard:
    newest = connection.execute(
        f"SELECT received_at, client, raw {_FROM_QUARANTINE} "
        f"WHERE topic = ? AND {_UNREAD} ORDER BY position DESC LIMIT ?",
        (topic, PAYLOADS),
    ).fetchall()
    payloads = tuple(
        (received_at, raw)
        for received_at, _, raw in reversed(newest)
        if len(raw) <= LARGEST_PAYLOAD_BYTES
    )
    return Heard(topic, newest[0][1], count, first_at, last_at, payloads)
