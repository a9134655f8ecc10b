"""Between a connection and the sink: batches in, answers out in order, a pause when it is full."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from .ports import Publish, PublishSink


class WrongAnswer(RuntimeError):
    """A sink answered a batch twice, or with another number of codes: a fault of our own."""

    def __init__(self, expected: int, found: int) -> None:
        self.expected = expected
        self.found = found
        super().__init__(f"a sink answers each batch once with {expected} codes, not {found}")


class _Batch:
    """The publishes of one chunk on their way through the sink."""

    __slots__ = ("codes", "publishes")

    def __init__(self, publishes: list[Publish]) -> None:
        self.publishes = publishes
        self.codes: Sequence[int] | None = None


class Delivery:
    """Hands the batches of one connection to the sink and its answers back.

    Acknowledgements leave in the order of the messages, whatever the order in which the sink
    answers (MQTT-4.6.0-2). Reading pauses while the sink is full or while the peer does not take
    what we write, so that neither side makes memory grow.

    Args:
        transport: The connection, whose reading is paused.
        sink: Where batches go.
        answer: Called with packet ids and reason codes that may leave now.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        sink: PublishSink,
        answer: Callable[[Sequence[int], Sequence[int]], None],
    ) -> None:
        self._transport = transport
        self._sink = sink
        self._answer = answer
        self._batches: deque[_Batch] = deque()
        self._pauses: set[str] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_closed = False

    @property
    def is_paused(self) -> bool:
        """Whether reading is paused for any reason."""
        return bool(self._pauses)

    async def wait_idle(self) -> None:
        """Wait until every batch is answered or the connection is gone."""
        await self._idle.wait()

    def submit(self, publishes: list[Publish]) -> None:
        """Hand a batch to the sink."""
        batch = _Batch(publishes)
        self._batches.append(batch)
        self._idle.clear()
        self._sink.submit(publishes, lambda codes: self._note(batch, codes))
        if self._sink.is_full:
            self.pause("the sink is full")
            self._sink.on_room(lambda: self.resume("the sink is full"))

    def pause(self, reason: str) -> None:
        """Stop reading for one more reason."""
        self._pauses.add(reason)
        if not self._is_closed:
            self._transport.pause_reading()

    def resume(self, reason: str) -> None:
        """Take a reason away; without any left, read on."""
        self._pauses.discard(reason)
        if not self._pauses and not self._is_closed:
            self._transport.resume_reading()

    def close(self) -> None:
        """Let late answers go nowhere: the peer sends again what was not acknowledged."""
        self._is_closed = True
        self._batches.clear()
        self._idle.set()

    def _note(self, batch: _Batch, codes: Sequence[int]) -> None:
        if batch.codes is not None or len(codes) != len(batch.publishes):
            raise WrongAnswer(len(batch.publishes), len(codes))
        batch.codes = codes
        while self._batches and (ready := self._batches[0].codes) is not None:
            self._send(self._batches.popleft().publishes, ready)
        if not self._batches:
            self._idle.set()

    def _send(self, publishes: list[Publish], codes: Sequence[int]) -> None:
        packet_ids = [publish.packet_id for publish in publishes if publish.packet_id is not None]
        if len(packet_ids) < len(publishes):
            answered = zip(publishes, codes, strict=True)
            codes = [code for publish, code in answered if publish.packet_id is not None]
        if packet_ids:
            self._answer(packet_ids, codes)
