"""A model in shadow: it words what the live one has worded, and nobody ever reads its words.

It is asked only after the live model's words were given, while none of the live model's reports
wait; what is too much for it is left out. Its drafts are checked as the live ones are, and counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from condition_reports.fact_types import Facts
from condition_reports.plan import Plan
from condition_reports.provenance import account_in
from condition_reports.release import release

from .drafting import Drafting

_log = logging.getLogger(__name__)

_MOST_WAITING = 64
_LOOK_S = 0.1


class ShadowStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the model in shadow is doing.

    Attributes:
        problem: Why there was no sound draft last time; empty where there was one.
        waiting: Reports that it has still to word.
        left_out: Reports that it was not asked for, as too many waited.
        starts: Processes of it that were started.
        memory_bytes: What the running one holds.
    """

    problem: str
    waiting: int
    left_out: int
    starts: int
    memory_bytes: int


class _Given(NamedTuple):
    facts: Facts
    plan: Plan
    seed: int


class Shadowing:
    """Asks the model in shadow.

    Args:
        is_busy: Tells whether reports wait for the live model.
        most_waiting: Reports that may wait for the shadow; it does without the oldest of more.
    """

    def __init__(self, is_busy: Callable[[], bool], most_waiting: int = _MOST_WAITING) -> None:
        self._is_busy = is_busy
        self._waiting: deque[_Given] = deque(maxlen=most_waiting)
        self._drafting: Drafting | None = None
        self._fresh: Drafting | None = None
        self._left: list[Drafting] = []
        self._wanted = asyncio.Event()
        self._left_out = 0

    def exchange(self, drafting: Drafting | None) -> None:
        """Let another model draft from now on, or none."""
        if self._drafting is not None:
            self._left.append(self._drafting)
        self._drafting = self._fresh = drafting
        self._waiting.clear()
        self._left_out = 0
        self._wanted.set()

    def given(self, facts: Facts, plan: Plan, seed: int) -> None:
        """Take note that the live model's words for a report were given."""
        if self._drafting is None or self._drafting.known(plan, seed) is not None:
            return
        self._left_out += len(self._waiting) == self._waiting.maxlen
        self._waiting.append(_Given(facts, plan, seed))
        self._wanted.set()

    def status(self) -> ShadowStatus | None:
        """Return how the shadow is doing; None where there is none."""
        if self._drafting is None:
            return None
        return ShadowStatus(
            problem=self._drafting.problem,
            waiting=len(self._waiting),
            left_out=self._left_out,
            starts=self._drafting.drafter.starts,
            memory_bytes=self._drafting.drafter.held_bytes(),
        )

    async def run(self) -> None:
        """Draft what was given, until cancelled."""
        while True:
            await self._close_left()
            fresh, self._fresh = self._fresh, None
            if fresh is not None:
                # Whoever cannot be loaded is told of before there is anything to word.
                await fresh.start()
            elif self._drafting is None or not self._waiting:
                self._wanted.clear()
                await self._wanted.wait()
            elif self._is_busy():
                await asyncio.sleep(_LOOK_S)
            else:
                await self._draft_or_note(self._drafting, self._waiting.popleft())
                # What is known already takes no time; everybody else gets their turn.
                await asyncio.sleep(0)

    async def close(self) -> None:
        """End whoever drafts."""
        self.exchange(None)
        await self._close_left()

    async def _draft_or_note(self, drafting: Drafting, given: _Given) -> None:
        try:
            await _draft(drafting, given)
        # A supervised boundary: a shadow that fails, however it does, changes nothing else.
        except Exception:  # noqa: BLE001 - as said, and it is logged and counted
            _log.exception("the model in shadow failed on a report of asset=%s", given.facts.asset)
            if drafting.identity is not None:
                drafting.tally(drafting.identity).failures["defect"] += 1

    async def _close_left(self) -> None:
        while self._left:
            await self._left.pop().close()


async def _draft(drafting: Drafting, given: _Given) -> None:
    """Word one report and count what it would have been."""
    words = await drafting.words(given.facts, given.plan, given.seed)
    if drafting.identity is None:
        return
    tally = drafting.tally(drafting.identity)
    report = release(given.facts, words.attempts, seed=given.seed, fallback_reason=words.reason)
    reason = account_in(report.provenance).fallback_reason
    if reason:
        tally.fallbacks[reason] += 1
    else:
        tally.words += len(report.text.split())
