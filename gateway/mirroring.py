"""The mirror of readings: queued with the slice that they came in, delivered when the store can.

Off by default. A store that is away costs disk up to a bound and nothing else; what the bound
kept out is counted and shown.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path

from gateway.settings import InfluxSettings
from gateway.store.influx import MirrorSink, V1Sink, V2Sink
from gateway.store.line_protocol import lines
from gateway.store.mirror_drain import Pace, Progress, drain
from gateway.store.mirror_queue import MirrorQueue, MirrorQueueFull, create_tables
from twins.readings import Reading
from twins.verdict.counts import counted


class Mirror:
    """Feeds one store.

    Args:
        connection: The derive process's writing connection.
        settings: Which store, and how much may wait for it.
    """

    def __init__(self, connection: sqlite3.Connection, settings: InfluxSettings) -> None:
        self._settings = settings
        create_tables(connection)
        self._queue = MirrorQueue(
            connection,
            maximum_bytes=settings.queue_maximum_bytes,
            drop_oldest=settings.drop_oldest,
        )
        self._dropped_before = self._queue.state().dropped_lines
        self.progress = Progress()
        self.left_out = 0
        """Readings that a full queue kept out since the start."""

    def add(self, readings: Collection[Sequence[Reading]]) -> None:
        """Queue readings, each sequence of one series, inside the caller's transaction."""
        if not self._settings.enabled or not readings:
            return
        count = sum(map(len, readings))
        try:
            self._queue.append(b"".join(map(lines, readings)), count)
        except MirrorQueueFull:
            self.left_out += count

    def depth(self) -> int:
        """Return how many readings wait."""
        return self._queue.state().waiting_lines

    def problem(self) -> str:
        """Return what hinders the mirror, and what it lost since the start; empty for nothing."""
        dropped = self._queue.state().dropped_lines - self._dropped_before
        parts = [self.progress.problem]
        if self.left_out:
            readings = counted(self.left_out, "reading was", "readings were")
            parts.append(f"{readings} left out, because the queue was full")
        if dropped:
            readings = counted(dropped, "oldest reading was", "oldest readings were")
            parts.append(f"{readings} dropped, because the queue was full")
        if self.progress.dead_lines:
            readings = counted(self.progress.dead_lines, "reading was", "readings were")
            parts.append(f"{readings} refused by the store")
        return "; ".join(filter(None, parts))

    async def run(self) -> None:
        """Deliver until cancelled."""
        if not self._settings.enabled:
            await asyncio.Event().wait()
        sink = self._sink()
        try:
            await drain(
                self._queue,
                sink,
                pace=Pace(),
                progress=self.progress,
                sleep=asyncio.sleep,
                rng=random.Random(),  # noqa: S311 - spreads pauses, guards nothing
            )
        finally:
            await sink.close()

    def _sink(self) -> MirrorSink:
        token = ""
        if self._settings.token_file:
            token = Path(self._settings.token_file).read_text(encoding="utf-8").strip()
        if self._settings.api == "v1":
            return V1Sink(self._settings.url, database=self._settings.database)
        return V2Sink(
            self._settings.url,
            bucket=self._settings.database,
            org=self._settings.organisation,
            token=token,
        )
