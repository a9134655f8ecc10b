"""Who gets words for reports: at once where they are kept, else in turn and in time.

Publishing never waits here. It asks, is told at once or called back, and asks again: by then an
asset may stand otherwise, and only words of the same shape still fit. Whoever waits longer than
allowed, or finds no room, gets no draft and the reason; the template speaks in its place.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from condition_reports.fact_types import Facts
from condition_reports.plan import Plan
from condition_reports.report import ConditionReport
from twins.policy.condition_policy import Severity

from .drafting import Drafting, Words
from .statistics import name_of
from .status import ReportStatus
from .waiting_reports import WaitingReport, WaitingReports

CRITICAL_WAIT_S = 5.0
"""What is critical is published at once; better words can follow with its next version."""
_LOOK_S = 0.25


class Wording:
    """Gives words to reports, one after the other.

    Args:
        drafting: Who drafts.
        writer: Which kind of writer that is.
        most_waiting: Reports that may wait; those beyond it do without a draft.
        longest_wait_s: Seconds after which a report does without; a critical one after 5.
        clock_s: Monotonic seconds.
    """

    def __init__(
        self,
        drafting: Drafting,
        writer: str,
        *,
        most_waiting: int,
        longest_wait_s: float,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._drafting = drafting
        self._writer = writer
        self._waiting = WaitingReports(most_waiting)
        self._ready: OrderedDict[str, tuple[WaitingReport, Words]] = OrderedDict()
        self._most_ready = 2 * most_waiting
        self._longest_wait_s = longest_wait_s
        self._clock_s = clock_s
        self._wanted = asyncio.Event()
        self._left: list[Drafting] = []
        self.told: Callable[[str], None] = lambda _asset: None
        """Called with an asset when there are words for it."""
        self.given: Callable[[Facts, Plan, int], None] = lambda _facts, _plan, _seed: None
        """Called with what a report says when its words, or a reason for none, are given."""

    def words_for(self, facts: Facts, plan: Plan, seed: int) -> Words | None:
        """Return words for a report; None where they are yet to be written.

        Args:
            facts: What the report is about.
            plan: The same as shapes.
            seed: What the writer shall choose by.
        """
        words = self._words_for(facts, plan, seed)
        if words is not None:
            self.given(facts, plan, seed)
        if words is not None and self._writer == "template":
            # Without a draft the template speaks, and in nobody's place: by this seed its words
            # are those that the draft would have had.
            return Words(words.attempts)
        return words

    def forget(self, asset: str) -> None:
        """Drop what is done for an asset: it needs no words any more."""
        self._ready.pop(asset, None)
        self._waiting.drop(asset)

    def published(self, report: ConditionReport) -> None:
        """Count a report that was published."""
        identity = self._drafting.identity
        model = name_of(identity.model) if identity else ""
        self._drafting.statistics.count_report(report, (self._writer, model))

    def exchange(self, drafting: Drafting, writer: str) -> None:
        """Let another model word from the next report on.

        What waits goes on waiting. A draft that the model before is writing is its last, and is
        released as its own.

        Args:
            drafting: Who drafts from now on.
            writer: Which kind of writer that is.
        """
        self._left.append(self._drafting)
        self._drafting, self._writer = drafting, writer
        self._wanted.set()

    async def close(self) -> None:
        """End whoever drafts."""
        await self._close_left()
        await self._drafting.close()

    async def run(self) -> None:
        """Write words as they are wanted, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write_forever(), name="write reports")
            group.create_task(self._give_up_forever(), name="give up on reports")

    def depth(self) -> int:
        """Return how many reports wait for words."""
        return len(self._waiting)

    def problem(self) -> str:
        """Return why there was no sound draft last time, empty where there was one."""
        return self._drafting.problem

    def status(self) -> ReportStatus:
        """Return how the wording of reports is doing."""
        drafting = self._drafting
        drafter = drafting.drafter
        model = drafting.identity.model if drafting.identity else None
        return ReportStatus(
            writer=self._writer,
            model=name_of(model),
            circuit=drafting.circuit,
            problem=drafting.problem,
            waiting=len(self._waiting),
            starts=drafter.starts,
            memory_bytes=drafter.held_bytes(),
            memory_limit_bytes=drafter.memory_limit_bytes,
            confinement=drafter.ready.confinement if drafter.ready else None,
            cache_hits=drafting.cache.hits,
            cache_misses=drafting.cache.misses,
            fallbacks=dict(drafting.statistics.fallbacks),
            writers=drafting.statistics.counts(),
        )

    def _words_for(self, facts: Facts, plan: Plan, seed: int) -> Words | None:
        asked_at_s = self._clock_s()
        found = self._ready.pop(facts.asset, None)
        if found is not None:
            report, words = found
            if report.plan == plan:
                return words
            if words.reason:
                return Words(reason=words.reason)
            asked_at_s = report.asked_at_s
        known = self._drafting.known(plan, seed)
        if known is not None:
            self._waiting.drop(facts.asset)
            return Words((known,))
        if self._drafting.left_alone:
            self._waiting.drop(facts.asset)
            return Words(reason=self._drafting.left_alone)
        return self._queued(WaitingReport(facts, plan, seed, asked_at_s))

    def _queued(self, report: WaitingReport) -> Words | None:
        before = self._waiting.of(report.asset)
        if before is not None and before.plan == report.plan:
            return None
        if before is not None:
            # However often an asset changes, it waits no longer than one that does not.
            report = replace(report, asked_at_s=before.asked_at_s)
        left_out = self._waiting.put(report)
        if left_out is report:
            return Words(reason="queue_full")
        if left_out is not None:
            self._give(left_out, Words(reason="queue_full"))
        self._wanted.set()
        return None

    def _give(self, report: WaitingReport, words: Words) -> None:
        self._ready[report.asset] = (report, words)
        # Of an asset that nobody publishes any more the words are of no use.
        while len(self._ready) > self._most_ready:
            self._ready.popitem(last=False)
        self.told(report.asset)

    async def _write_forever(self) -> None:
        # A model is loaded before the first report needs it.
        await self._drafting.start()
        while True:
            await self._close_left()
            report = self._waiting.take()
            if report is None:
                self._wanted.clear()
                await self._wanted.wait()
                continue
            words = await self._drafting.words(report.facts, report.plan, report.seed)
            if self._waiting.finish(report):
                self._give(report, words)
            # Words that are all kept take no time; publishing and the page get their turn.
            await asyncio.sleep(0)

    async def _close_left(self) -> None:
        while self._left:
            await self._left.pop().close()

    async def _give_up_forever(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            now = self._clock_s()
            for report in (
                *self._waiting.asked_before(now - CRITICAL_WAIT_S, Severity.CRITICAL),
                *self._waiting.asked_before(now - self._longest_wait_s),
            ):
                self._waiting.drop(report.asset)
                self._give(report, Words(reason="waited_too_long"))
