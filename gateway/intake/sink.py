"""Intake: what arrives becomes journal entries, and is acknowledged after the commit.

Messages are decoded as they come; while one batch is being committed, the next one grows. A batch
is one transaction and one fsync; its acknowledgements leave together. Input that cannot be used is
journalled too, with its reason and raw bytes, and answered.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence

from gateway.intake.committing import CommitThread
from gateway.intake.minute_budget import MinuteBudget
from gateway.intake.pending import Batches, Pending
from gateway.intake.reception import Reception
from gateway.intake.repetitions import Repetitions
from gateway.mqtt.ports import Publish
from gateway.store.entries import Message
from gateway.store.journal import JournalWriter

_log = logging.getLogger(__name__)
_RETRY_S = 1.0
_GATHER_S = 0.0005
_SMALL_BYTES = 65_536
_QUICK_S = 0.002
_ANSWER_BYTES = 200
"""What is held for one answer, about."""
_REFUSED_PER_MINUTE = 100


class Intake:
    """The sink of both MQTT shells, and the one place that commits.

    Args:
        journal: The writing connection.
        batches: What is not on disk yet.
        reception: Takes messages into the batch that grows.
        repetitions: Knows what was taken before.
        clock_us: Microseconds UTC.
        committed: Told the id of each committed batch.
        pending_maximum_bytes: Above this the MQTT shells stop reading.

    Attributes:
        problem: Why nothing can be committed, for people; empty while all is well.
    """

    def __init__(
        self,
        journal: JournalWriter,
        batches: Batches,
        reception: Reception,
        repetitions: Repetitions,
        *,
        clock_us: Callable[[], int],
        committed: Callable[[int], None],
        pending_maximum_bytes: int,
    ) -> None:
        self.problem = ""
        self._journal = journal
        self._batches = batches
        self._reception = reception
        self._repetitions = repetitions
        self._clock_us = clock_us
        self._committed = committed
        self._pending_maximum_bytes = pending_maximum_bytes
        self._wanted = asyncio.Event()
        self._last_commit_s = 0.0
        self._refused = MinuteBudget(_REFUSED_PER_MINUTE)
        self._waiting_for_room: list[Callable[[], None]] = []

    @property
    def is_full(self) -> bool:
        """Whether connections must stop reading."""
        return self._batches.size > self._pending_maximum_bytes

    def on_room(self, callback: Callable[[], None]) -> None:
        """Call `callback` once when there is room again."""
        self._waiting_for_room.append(callback)

    def count(self, name: str, amount: int) -> None:
        """Add to a counter, with the next commit."""
        self._batches.pending.count(name, amount)
        self._wanted.set()

    def submit(self, publishes: list[Publish], answered: Callable[[Sequence[int]], None]) -> None:
        """Take a batch of publishes and answer them when they are on disk."""
        codes = self._reception.take_all(publishes)
        # A message that adds nothing to the batch is held until its answer all the same.
        held = _ANSWER_BYTES * len(publishes)
        self._batches.pending.answer(lambda: answered(codes), held)
        self._wanted.set()

    def unheard(self, publishes: Sequence[Publish]) -> None:
        """Know these again when they are sent again: nobody heard their answers."""
        self._repetitions.note_unheard(publishes)

    def release(
        self, client: str, packet_ids: Sequence[int], answered: Callable[[Sequence[int]], None]
    ) -> None:
        """Close packet ids of QoS 2 and answer when that is on disk."""
        codes = self._repetitions.close(client, packet_ids)
        self.when_durable(lambda: answered(codes))

    def refuse(self, client: str, address: str, reason: str, head: bytes, received_at: int) -> None:
        """Count bytes that are no MQTT, and keep the first of each minute."""
        if not self._refused.has_room_for(1, received_at):
            self.count("malformed_packets_dropped", 1)
            return
        bytes_as_sent = Publish(
            client=client or address,
            topic="",
            payload=head,
            packet_id=None,
            qos=0,
            dup=False,
            retain=False,
            received_at=received_at,
        )
        self._reception.quarantine(bytes_as_sent, "malformed_packet", reason)
        self._wanted.set()

    def add(self, message: Message, counter: str) -> None:
        """Put a message that people entered into the batch."""
        self._batches.pending.add((message,), len(message.records))
        self._batches.pending.count(counter)

    def when_durable(self, answer: Callable[[], None]) -> None:
        """Call `answer` in the loop when all that was taken so far is on disk."""
        self._batches.pending.answer(answer, _ANSWER_BYTES)
        self._wanted.set()

    async def durable(self) -> int:
        """Wait until all that was taken so far is on disk; return the id of its last batch."""
        batch = self._batches.pending_id
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.when_durable(lambda: None if done.done() else done.set_result(batch))
        return await done

    async def commit_forever(self) -> None:
        """Commit whatever waits, one batch after the other, until cancelled.

        A commit that fails (a full disk, say) is tried again with the same batch; nothing of it is
        acknowledged meanwhile, and the shells stop reading once too much waits.
        """
        with CommitThread(self._commit) as thread:
            while True:
                if not self._batches.has_sealed:
                    await self._wanted.wait()
                    self._wanted.clear()
                    await self._gather()
                batch = self._batches.take_next()
                is_committed = False
                while not is_committed:
                    is_committed = await self._commit_by(thread, batch)
                    if not is_committed:
                        await asyncio.sleep(_RETRY_S)
                self._settle(batch)

    async def _gather(self) -> None:
        """Let all join that comes at the same time: what misses a commit waits for two."""
        ends, before = time.monotonic() + _GATHER_S, -1
        while before < self._batches.size and time.monotonic() < ends:
            before = self._batches.size
            # In one turn of the loop it is seen what has come, in the next one it is read.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def _commit_by(self, thread: CommitThread, batch: Pending) -> bool:
        """Commit a batch in the thread, or at once where it is small and the disk is quick.

        The way to the thread and back takes as long as a quick commit.
        """
        began = time.monotonic()
        if batch.size <= _SMALL_BYTES and self._last_commit_s <= _QUICK_S:
            is_committed = self._commit(batch)
        else:
            is_committed = await thread.commit(batch)
        self._last_commit_s = time.monotonic() - began
        return is_committed

    def _commit(self, batch: Pending) -> bool:
        if not batch.is_worth_a_commit:
            return True
        try:
            self._journal.append(
                batch.blob(),
                self._clock_us(),
                publish_keys=batch.publish_keys,
                kept=batch.kept,
                counters=batch.counters,
            )
        except sqlite3.Error as error:
            _log.error("journal commit failed, trying again: %s", error)
            self.problem = f"nothing can be journalled: {error}; make room on the disk"
            return False
        self.problem = ""
        return True

    def _settle(self, batch: Pending) -> None:
        self._batches.settle()
        self._repetitions.committed(batch.publish_keys)
        # Each by itself: what goes wrong in one answer must not end the commits.
        call_soon = asyncio.get_running_loop().call_soon
        for answer in batch.answers:
            call_soon(answer)
        if batch.messages:
            self._committed(self._journal.last_batch)
        if not self.is_full:
            waiting, self._waiting_for_room = self._waiting_for_room, []
            for callback in waiting:
                call_soon(callback)
