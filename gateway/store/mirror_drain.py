"""Brings the mirror's queue to its store: one request in flight, in order, for as long as it takes.

A store that is away is asked again with growing pauses, for ever. A body that is too large or holds
a wrong line is halved until the culprit stands alone; it is set aside as a dead letter and the rest
goes on. A wrong token or address pauses the drain: the queue keeps the lines until a person acts.

A store that answers 500 again and again may be ill, or break at one line. Then the batch is halved
too, and a lone line that it breaks at is set aside only when it takes another line right after.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from .influx import MirrorSink, Outcome, SendResult
from .mirror_queue import Batch, DeadLetter

# Halving 5,000 lines down to one takes 13 failures; a store that is ill makes more in a row.
_MOST_FAILURES_IN_A_ROW = 32

Sleep = Callable[[float], Awaitable[object]]


class WaitingLines(Protocol):
    """What a drain needs of a queue."""

    def head(self) -> Batch | None:
        """Return the oldest batch, or None where nothing waits."""

    def settle(self, batch: Batch, dead: list[DeadLetter]) -> None:
        """Remove a batch for good, with the lines of it that the store refused."""


class Pace(msgspec.Struct, frozen=True):
    """How the drain takes its time, in seconds.

    Attributes:
        idle: Between two looks at an empty queue.
        first_retry: Longest pause after the first failure; it doubles with each further one,
        longest_retry: up to this.
        longest_asked: Most that a store's Retry-After counts.
        misconfigured: Between two tries while a person has to act.
        suspect_after: Failed tries after which a batch is searched for a line that breaks it.
        lines_per_request: Most lines in one request.
    """

    idle: float = 1.0
    first_retry: float = 1.0
    longest_retry: float = 60.0
    longest_asked: float = 3600.0
    misconfigured: float = 30.0
    suspect_after: int = 5
    lines_per_request: int = 5000


class Progress(msgspec.Struct):
    """What the status page shows of a mirror.

    Attributes:
        delivered_lines: Lines that the store took since the start.
        dead_lines: Lines that it refused since the start.
        failures: Failed tries in a row.
        problem: Why nothing is delivered now; empty while all is well.
        is_paused: Whether a person has to act.
    """

    delivered_lines: int = 0
    dead_lines: int = 0
    failures: int = 0
    problem: str = ""
    is_paused: bool = False


async def drain(
    queue: WaitingLines,
    sink: MirrorSink,
    *,
    pace: Pace,
    progress: Progress,
    sleep: Sleep,
    rng: random.Random,
) -> None:
    """Deliver what waits, and what comes, until cancelled.

    Args:
        queue: The queue.
        sink: The store.
        pace: Pauses and sizes.
        progress: Told of every step.
        sleep: `asyncio.sleep`, or a test's.
        rng: Spreads the pauses, so that many gateways do not return at one moment.
    """
    while True:
        pause = await drain_step(queue, sink, pace=pace, progress=progress, rng=rng)
        if pause > 0:
            await sleep(pause)


async def drain_step(
    queue: WaitingLines,
    sink: MirrorSink,
    *,
    pace: Pace,
    progress: Progress,
    rng: random.Random,
) -> float:
    """Try the oldest batch once, and return the seconds to wait before the next try."""
    batch = queue.head()
    if batch is None:
        return pace.idle
    delivery = _Delivery(sink, is_searching=progress.failures >= pace.suspect_after)
    obstacle = await delivery.send(batch.lines.splitlines(keepends=True), pace.lines_per_request)
    if obstacle is None:
        queue.settle(batch, delivery.dead)
        progress.delivered_lines += batch.n - len(delivery.dead)
        progress.dead_lines += len(delivery.dead)
        progress.failures, progress.problem, progress.is_paused = 0, "", False
        return 0.0
    progress.failures += 1
    progress.problem = obstacle.detail
    progress.is_paused = obstacle.outcome is Outcome.MISCONFIGURED
    return _pause(obstacle, pace, progress.failures, rng)


class _Delivery:
    """One try at one batch."""

    def __init__(self, sink: MirrorSink, *, is_searching: bool) -> None:
        self.dead: list[DeadLetter] = []
        self._sink = sink
        self._is_searching = is_searching
        self._suspects: list[DeadLetter] = []
        self._failed_in_a_row = 0
        self._taken: list[bytes] = []

    async def send(self, lines: list[bytes], size: int) -> SendResult | None:
        """Send all lines, `size` at a time; return what stands in the way, or None.

        After a failure the whole batch is sent again later. The store overwrites what it has of it
        with the same bytes.
        """
        parts = [lines[start : start + size] for start in range(0, len(lines), size)]
        while parts:
            part = parts.pop(0)
            result = await self._sink.send(b"".join(part))
            if self._stands_in_the_way(result):
                return result
            if result.outcome is Outcome.ACCEPTED:
                self._note_taken(part)
            elif len(part) == 1:
                self._set_aside(DeadLetter(part[0], result.detail), result)
            else:
                middle = len(part) // 2
                parts[:0] = [part[:middle], part[middle:]]
            if not parts and self._suspects and self._taken:
                # No line followed the suspects: ask with lines that the store is known to take.
                parts, self._taken = [self._taken], []
        if self._suspects:
            return SendResult(Outcome.FAILED, self._suspects[-1].reason)
        return None

    def _stands_in_the_way(self, result: SendResult) -> bool:
        if result.outcome is not Outcome.FAILED:
            return result.outcome in {Outcome.RETRY, Outcome.MISCONFIGURED}
        self._failed_in_a_row += 1
        return not self._is_searching or self._failed_in_a_row > _MOST_FAILURES_IN_A_ROW

    def _note_taken(self, part: list[bytes]) -> None:
        self.dead += self._suspects
        self._suspects = []
        self._failed_in_a_row = 0
        self._taken = part

    def _set_aside(self, letter: DeadLetter, result: SendResult) -> None:
        letters = self._suspects if result.outcome is Outcome.FAILED else self.dead
        letters.append(letter)


def _pause(obstacle: SendResult, pace: Pace, failures: int, rng: random.Random) -> float:
    if obstacle.outcome is Outcome.MISCONFIGURED:
        return pace.misconfigured
    if obstacle.retry_after_seconds is not None:
        return min(obstacle.retry_after_seconds, pace.longest_asked)
    # Beyond 2^16 the longest pause has long been reached.
    longest = min(pace.longest_retry, pace.first_retry * 2 ** min(failures - 1, 16))
    return rng.uniform(longest / 2, longest)
