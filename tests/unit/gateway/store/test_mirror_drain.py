import asyncio
import random

import pytest

from gateway.store.influx import Outcome, SendResult
from gateway.store.mirror_drain import Pace, Progress, drain, drain_step
from gateway.store.mirror_queue import Batch, DeadLetter

ACCEPTED = SendResult(Outcome.ACCEPTED)
AWAY = SendResult(Outcome.RETRY, "HTTP 503: away")
WRONG_TOKEN = SendResult(Outcome.MISCONFIGURED, "HTTP 401: unauthorized")
BROKEN = SendResult(Outcome.FAILED, "HTTP 500: panic")
PACE = Pace(idle=9.0, first_retry=1.0, longest_retry=8.0, misconfigured=30.0, lines_per_request=4)


def dice() -> random.Random:
    return random.Random(1)  # noqa: S311 - it spreads pauses and guards nothing


class MemoryQueue:
    """A queue that keeps what a drain did with it."""

    def __init__(self, *batches: bytes) -> None:
        self.batches = [Batch(n, one, one.count(b"\n")) for n, one in enumerate(batches)]
        self.dead: list[DeadLetter] = []

    def head(self) -> Batch | None:
        return self.batches[0] if self.batches else None

    def settle(self, batch: Batch, dead: list[DeadLetter]) -> None:
        self.batches.remove(batch)
        self.dead += dead


class MemoryStore:
    """A store that takes lines but bad ones and large bodies; `answers` come first."""

    def __init__(
        self, *answers: SendResult, largest: int = 1000, breaks_at: bytes = b"poison"
    ) -> None:
        self.breaks_at = breaks_at
        self.answers = list(answers)
        self.largest = largest
        self.stored: set[bytes] = set()
        self.requests: list[bytes] = []

    async def send(self, lines: bytes) -> SendResult:
        self.requests.append(lines)
        if self.answers:
            return self.answers.pop(0)
        if len(lines) > self.largest:
            return SendResult(Outcome.SPLIT, "HTTP 413: too large")
        split = lines.splitlines(keepends=True)
        if any(line.startswith(self.breaks_at) for line in split):
            return BROKEN
        self.stored |= {line for line in split if not line.startswith(b"bad")}
        if any(line.startswith(b"bad") for line in split):
            return SendResult(Outcome.REJECTED, "HTTP 400: partial write")
        return ACCEPTED

    async def close(self) -> None:
        pass


async def step(queue: MemoryQueue, store: MemoryStore, progress: Progress) -> float:
    return await drain_step(queue, store, pace=PACE, progress=progress, rng=dice())


async def test_lines_are_delivered_in_order_and_no_more_than_a_request_takes() -> None:
    queue, store, progress = MemoryQueue(b"a\nb\nc\nd\ne\n", b"f\n"), MemoryStore(), Progress()
    assert [await step(queue, store, progress) for _ in range(3)] == [0.0, 0.0, PACE.idle]
    assert store.requests == [b"a\nb\nc\nd\n", b"e\n", b"f\n"]
    assert progress == Progress(delivered_lines=6)


async def test_wrong_line_is_set_aside_and_its_neighbours_are_delivered() -> None:
    queue, store, progress = MemoryQueue(b"a\nb\nbad 1\nc\n"), MemoryStore(), Progress()
    assert await step(queue, store, progress) == 0.0
    assert store.stored == {b"a\n", b"b\n", b"c\n"}
    assert queue.dead == [DeadLetter(b"bad 1\n", "HTTP 400: partial write")]
    assert queue.batches == []
    assert progress == Progress(delivered_lines=3, dead_lines=1)


async def test_body_that_is_too_large_is_sent_in_halves() -> None:
    queue, store = MemoryQueue(b"a\nb\nc\nd\n"), MemoryStore(largest=4)
    await step(queue, store, Progress())
    assert store.requests == [b"a\nb\nc\nd\n", b"a\nb\n", b"c\nd\n"]


async def test_line_that_is_too_large_alone_is_set_aside() -> None:
    queue, store = MemoryQueue(b"a\nbbbbbbbb\n"), MemoryStore(largest=4)
    await step(queue, store, Progress())
    assert queue.dead == [DeadLetter(b"bbbbbbbb\n", "HTTP 413: too large")]
    assert store.stored == {b"a\n"}


async def test_store_that_is_away_is_asked_again_after_growing_pauses() -> None:
    queue, store, progress = MemoryQueue(b"a\n"), MemoryStore(*[AWAY] * 6), Progress()
    pauses = [await step(queue, store, progress) for _ in range(6)]
    for pause, longest in zip(pauses, [1, 2, 4, 8, 8, 8], strict=True):
        assert longest / 2 <= pause <= longest
    assert (progress.failures, progress.problem) == (6, "HTTP 503: away")
    assert await step(queue, store, progress) == 0.0
    assert progress == Progress(delivered_lines=1)


async def test_pause_that_the_store_asks_for_is_kept_up_to_an_hour() -> None:
    busy = SendResult(Outcome.RETRY, "HTTP 429", 17.0)
    for_ever = SendResult(Outcome.RETRY, "HTTP 429", 1e9)
    queue, store = MemoryQueue(b"a\n"), MemoryStore(busy, for_ever)
    assert await step(queue, store, Progress()) == 17.0
    assert await step(queue, store, Progress()) == PACE.longest_asked


async def test_wrong_token_pauses_and_loses_nothing() -> None:
    queue, store, progress = MemoryQueue(b"a\n"), MemoryStore(WRONG_TOKEN), Progress()
    assert await step(queue, store, progress) == PACE.misconfigured
    assert (progress.is_paused, progress.problem) == (True, "HTTP 401: unauthorized")
    assert await step(queue, store, progress) == 0.0
    assert store.stored == {b"a\n"}
    assert not progress.is_paused


async def test_failure_between_two_requests_sends_the_whole_batch_again() -> None:
    queue, store = MemoryQueue(b"a\nb\nc\nd\ne\n"), MemoryStore(ACCEPTED, AWAY)
    assert await step(queue, store, Progress()) > 0
    assert len(queue.batches) == 1
    await step(queue, store, Progress())
    assert store.requests[2:] == [b"a\nb\nc\nd\n", b"e\n"]


@pytest.mark.parametrize("place", [0, 3, 8])
async def test_line_that_breaks_the_store_is_set_aside_after_some_tries(place: int) -> None:
    sound = [b"%d\n" % n for n in range(8)]
    queue = MemoryQueue(b"".join([*sound[:place], b"poison\n", *sound[place:]]))
    store, progress = MemoryStore(), Progress()
    for failures in range(1, PACE.suspect_after + 1):
        assert await step(queue, store, progress) > 0
        assert progress.failures == failures
    assert await step(queue, store, progress) == 0.0
    assert queue.dead == [DeadLetter(b"poison\n", "HTTP 500: panic")]
    assert store.stored == set(sound)


async def test_store_that_breaks_at_everything_makes_no_dead_letters() -> None:
    lines = b"".join(b"%d\n" % n for n in range(1000))
    queue, store = MemoryQueue(lines), MemoryStore(breaks_at=b"")
    assert await step(queue, store, Progress(failures=PACE.suspect_after)) > 0
    assert (queue.dead, len(queue.batches)) == ([], 1)
    assert len(store.requests) < 50


async def test_store_that_falls_ill_during_the_search_makes_no_dead_letters() -> None:
    queue, store = MemoryQueue(b"a\nb\n"), MemoryStore(BROKEN, ACCEPTED, BROKEN, BROKEN)
    progress = Progress(failures=PACE.suspect_after)
    assert await step(queue, store, progress) > 0
    assert (queue.dead, len(queue.batches)) == ([], 1)
    assert progress.problem == "HTTP 500: panic"


async def test_lone_failures_double_the_pause_no_further_than_its_limit() -> None:
    progress = Progress(failures=10_000)
    assert await step(MemoryQueue(b"a\n"), MemoryStore(AWAY), progress) <= PACE.longest_retry


async def test_drain_goes_on_until_it_is_cancelled() -> None:
    queue, store = MemoryQueue(b"a\n"), MemoryStore(AWAY, AWAY)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await drain(queue, store, pace=PACE, progress=Progress(), sleep=sleep, rng=dice())
    assert store.stored == {b"a\n"}
    assert slept[2] == PACE.idle
