"""Between a connection and the sink: batches in, answers out in order, a pause when it is full."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from .ports import Publish, PublishSink

_FULL = "the sink is full"


class WrongAnswer(RuntimeError):
    """A sink answered a batch twice, or with another number of codes: a fault of our own."""

    def __init__(self, expected: int, found: int) -> None:
        self.expected = expected
        self.found = found
        super().__init__(f"a sink answers each batch once with {expected} codes, not {found}")


class Answers(Protocol):
    """Where answers go: the endpoint of the connection."""

    client: str

    @property
    def is_closed(self) -> bool:
        """Whether no answer leaves any more."""

    def refused_ids(self, publishes: Sequence[Publish], codes: Sequence[int]) -> list[int]:
        """Return packet ids that must be closed before these messages are answered."""

    def answer(self, publishes: Sequence[Publish], codes: Sequence[int]) -> None:
        """Answer messages."""

    def answer_releases(self, packet_ids: Sequence[int], codes: Sequence[int]) -> None:
        """Answer releases of QoS 2."""


class _Question:
    """What the sink was asked: one batch of messages, or of releases, which has no `publishes`."""

    __slots__ = ("codes", "is_settled", "publishes", "send", "size")

    def __init__(
        self,
        size: int,
        send: Callable[[Sequence[int]], None],
        publishes: Sequence[Publish] = (),
    ) -> None:
        self.size = size
        self.send = send
        self.publishes = publishes
        self.is_settled = False
        self.codes: Sequence[int] | None = None

    def settle(self, codes: Sequence[int]) -> None:
        """Check that this is the one answer."""
        if self.is_settled or len(codes) != self.size:
            raise WrongAnswer(self.size, len(codes))
        self.is_settled = True


class Delivery:
    """Hands the batches of one connection to the sink and its answers back.

    Acknowledgements leave in the order of the messages, whatever the order in which the sink
    answers (MQTT-4.6.0-2). Reading pauses while the sink is full or while the peer does not take
    what we write, so that neither side makes memory grow.

    Args:
        transport: The connection, whose reading is paused.
        sink: Where batches go.
        answers: Where answers go.
        flush: Called when answers may leave.
    """

    __slots__ = (
        "_answers",
        "_flush",
        "_idle",
        "_is_closed",
        "_pauses",
        "_questions",
        "_sink",
        "_transport",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        sink: PublishSink,
        answers: Answers,
        flush: Callable[[], None],
    ) -> None:
        self._transport = transport
        self._sink = sink
        self._answers = answers
        self._flush = flush
        # Made when first needed, because a thousand idle connections do not need them.
        self._questions: deque[_Question] | None = None
        self._idle: asyncio.Event | None = None
        self._pauses: frozenset[str] = frozenset()
        self._is_closed = False

    @property
    def pauses(self) -> frozenset[str]:
        """Why reading is paused; empty while it is not."""
        return self._pauses

    async def wait_idle(self) -> None:
        """Wait until every batch is answered or the connection is gone."""
        if self._questions:
            self._idle = self._idle or asyncio.Event()
            await self._idle.wait()

    def submit(self, publishes: list[Publish]) -> None:
        """Hand a batch to the sink."""
        question = _Question(
            len(publishes), lambda codes: self._answers.answer(publishes, codes), publishes
        )
        self._keep(question)
        self._sink.submit(publishes, lambda codes: self._settle(question, codes))
        if self._is_closed:
            self._sink.unheard(publishes)
        self.pause_while_full()

    def release(self, packet_ids: list[int]) -> None:
        """Let the sink close packet ids of QoS 2."""
        question = _Question(
            len(packet_ids), lambda codes: self._answers.answer_releases(packet_ids, codes)
        )
        self._keep(question)

        def settle(codes: Sequence[int]) -> None:
            question.settle(codes)
            self._note(question, codes)

        self._sink.release(self._answers.client, packet_ids, settle)
        self.pause_while_full()

    def pause_while_full(self) -> None:
        """Stop reading until the sink has room, if it has none."""
        if self._sink.is_full and _FULL not in self._pauses and not self._is_closed:
            self.pause(_FULL)
            self._sink.on_room(lambda: self.resume(_FULL))

    def pause(self, reason: str) -> None:
        """Stop reading for one more reason."""
        self._pauses |= {reason}
        if not self._is_closed:
            self._transport.pause_reading()

    def resume(self, reason: str) -> None:
        """Take a reason away; without any left, read on."""
        self._pauses -= {reason}
        if not self._pauses and not self._is_closed:
            self._transport.resume_reading()

    def close(self) -> None:
        """Let late answers go nowhere: the peer sends again what was not acknowledged.

        The sink is told now, not when it answers: another connection may be faster.
        """
        self._is_closed = True
        questions, self._questions = self._questions, None
        self._note_unheard(questions or ())
        self._note_idle()

    @property
    def _may_answer(self) -> bool:
        """Whether what is written now can reach the peer; if not, `close` is about to be called."""
        return not (self._is_closed or self._answers.is_closed or self._transport.is_closing())

    def _keep(self, question: _Question) -> None:
        if self._is_closed:
            return
        if self._questions is None:
            self._questions = deque()
        self._questions.append(question)

    def _settle(self, question: _Question, codes: Sequence[int]) -> None:
        question.settle(codes)
        if self._is_closed:
            return
        refused = self._answers.refused_ids(question.publishes, codes)
        if refused:
            client = self._answers.client
            self._sink.release(client, refused, lambda _: self._note(question, codes))
        else:
            self._note(question, codes)

    def _note(self, question: _Question, codes: Sequence[int]) -> None:
        question.codes = codes
        questions = self._questions
        if not questions or questions[0].codes is None or not self._may_answer:
            return
        sent = []
        while questions and (ready := questions[0].codes) is not None:
            sent.append(questions.popleft())
            sent[-1].send(ready)
        self._flush()
        if self._transport.is_closing():  # the peer was gone: it was found by writing
            self._note_unheard(sent)
        if not questions:
            self._questions = None
            self._note_idle()

    def _note_unheard(self, questions: Iterable[_Question]) -> None:
        for question in questions:
            if question.publishes:
                self._sink.unheard(question.publishes)

    def _note_idle(self) -> None:
        if self._idle is not None:
            self._idle.set()
            self._idle = None
