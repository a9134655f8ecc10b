"""Drafts of one writer: kept ones, new ones, and others where one is refused."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol

import msgspec

from condition_reports.draft_frames import Ready
from condition_reports.fact_types import Facts
from condition_reports.plan import Plan
from condition_reports.release import Attempt, check
from condition_reports.verifier import Verified
from condition_reports.writers.writer import Draft, WriterIdentity

from .circuit_breaker import CircuitBreaker, State
from .draft_cache import WORDINGS, DraftCache, joined
from .draft_process import DraftAway
from .statistics import ReportStatistics, Role, WriterTally

_log = logging.getLogger(__name__)

SEEDS_TRIED = 4
"""A draft that is refused is tried again with the next seeds, so many in all."""

_LEFT_ALONE = "circuit_open"
_REFUSED = "drafts_refused"
"""Why nobody is asked: requests failed, or every draft that came was refused."""
_OF_THE_FACTS = "malformed_value"
"""The refusal that is no writer's fault: the template cannot word such facts either."""


class Drafter(Protocol):
    """Where drafts come from: the draft process, or a fake of it."""

    ready: Ready | None
    starts: int
    memory_limit_bytes: int

    async def start(self) -> WriterIdentity:
        """Have a writer that is ready; return who it is.

        Raises:
            DraftAway: There is none.
        """

    async def draft(self, plan: Plan, seed: int) -> Draft:
        """Return a draft.

        Raises:
            DraftAway: There is none.
        """

    async def close(self) -> None:
        """End the writer; the next draft is asked of a new one."""

    def held_bytes(self) -> int:
        """Return the memory that the writer holds."""


class Words(msgspec.Struct, frozen=True):
    """What there is for a report.

    Attributes:
        attempts: Drafts in the order in which they were tried; the last may be sound.
        reason: Why there is no sound one, empty where the drafts themselves say it.
    """

    attempts: tuple[Attempt, ...] = ()
    reason: str = ""


class Drafting:
    """Asks for drafts, reads them back, and leaves a writer alone for a while that is of no use.

    That is one that fails, or whose drafts are all refused, for some reports in a row.

    Args:
        drafter: Who drafts.
        clock_s: Monotonic seconds.
        statistics: Where it is counted; its own unless given.
        role: What it is counted as.

    Attributes:
        identity: Who drafts; None before it was ready once.
        problem: Why there was no sound draft last time, empty where there was one.
    """

    def __init__(
        self,
        drafter: Drafter,
        clock_s: Callable[[], float] = time.monotonic,
        *,
        statistics: ReportStatistics | None = None,
        role: Role = "live",
    ) -> None:
        self.drafter = drafter
        self._clock_s = clock_s
        self._breaker = CircuitBreaker()
        self.cache = DraftCache()
        self.statistics = ReportStatistics() if statistics is None else statistics
        self._role: Role = role
        self.identity: WriterIdentity | None = None
        self.problem = ""
        self._reason = _LEFT_ALONE

    @property
    def circuit(self) -> State:
        """Whether drafts are asked for."""
        return self._breaker.state(self._clock_s())

    @property
    def left_alone(self) -> str:
        """Why drafts are not asked for now, as reports name it; empty where they are."""
        return self._reason if self.circuit == "open" else ""

    def known(self, plan: Plan, seed: int) -> Attempt | None:
        """Return a draft whose words are all kept; None where any is missing."""
        if self.identity is None:
            return None
        draft, missing = self.cache.find(self.identity.digest, plan, seed)
        return None if missing.sections else Attempt(self.identity, seed, draft)

    async def start(self) -> None:
        """Have the writer ready before the first draft is wanted; failing that, note why."""
        try:
            self.identity = await self.drafter.start()
        except DraftAway as away:
            await self._failed(away)

    async def close(self) -> None:
        """End the writer."""
        await self.drafter.close()

    def tally(self, identity: WriterIdentity) -> WriterTally:
        """Return what is counted of a writer in this role."""
        return self.statistics.of_writer(identity, self._role)

    async def words(self, facts: Facts, plan: Plan, seed: int) -> Words:
        """Return drafts, one after the other until one is sound or enough were tried."""
        if self.left_alone:
            return Words(reason=self.left_alone)
        attempts: list[Attempt] = []
        refusal = ""
        try:
            for turn in range(SEEDS_TRIED):
                attempts.append(await self._attempt(plan, (seed + turn) % WORDINGS))
                refusal = self._refusal(facts, plan, attempts)
                if not refusal:
                    break
        except DraftAway as away:
            await self._failed(away)
            return Words(tuple(attempts), away.code)
        # A supervised boundary: whatever a hostile answer makes fail here stops no other report.
        except Exception as error:  # noqa: BLE001 - see above
            _log.exception("a draft for asset=%s could not be read", facts.asset)
            await self._failed(DraftAway("unreadable_draft", type(error).__name__))
            return Words(reason="unreadable_draft")
        if not refusal:
            self._breaker.succeeded()
            self.problem = ""
        elif refusal != _OF_THE_FACTS:
            await self._leave_alone_if_it_goes_on(_REFUSED)
            self.problem = f"{_REFUSED}: {refusal}"
        return Words(tuple(attempts))

    async def _attempt(self, plan: Plan, seed: int) -> Attempt:
        identity = self.identity = await self.drafter.start()
        kept, missing = self.cache.find(identity.digest, plan, seed)
        if not missing.sections:
            return Attempt(identity, seed, kept)
        began = time.perf_counter()
        new = await self.drafter.draft(missing, seed)
        self.tally(identity).count_draft(time.perf_counter() - began)
        return Attempt(identity, seed, joined(plan, (kept, new)))

    def _refusal(self, facts: Facts, plan: Plan, attempts: list[Attempt]) -> str:
        """Count the newest draft; return the code of its refusal, empty where it is sound."""
        newest = attempts[-1]
        verdict = check(facts, newest.draft, newest.writer.kind).verdict
        tally = self.tally(newest.writer)
        is_first = len(attempts) == 1
        if isinstance(verdict, Verified):
            tally.count_accepted(is_first=is_first)
            self.cache.keep(newest.writer.digest, plan, newest.seed, newest.draft)
            return ""
        is_retried = len(attempts) < SEEDS_TRIED
        tally.count_rejected(verdict.code, is_first=is_first, is_retried=is_retried)
        return verdict.code

    async def _failed(self, away: DraftAway) -> None:
        await self._leave_alone_if_it_goes_on(_LEFT_ALONE)
        self.problem = f"{away.code}: {away.detail}" if away.detail else away.code
        identity = self.identity
        if identity is not None:
            self.tally(identity).failures[away.code] += 1

    async def _leave_alone_if_it_goes_on(self, reason: str) -> None:
        self._breaker.failed(self._clock_s())
        self._reason = reason
        if self.circuit == "open":
            # The trial to come is one of a new process: of today's keys, files and addresses.
            await self.drafter.close()
