"""Drafts without a process, and words without a draft process's queue."""

import asyncio

from condition_reports.confinement.confine import Confinement
from condition_reports.draft_frames import Ready
from condition_reports.fact_types import Facts
from condition_reports.plan import Plan
from condition_reports.release import Attempt
from condition_reports.report import ConditionReport
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, Writer, WriterIdentity
from gateway.reports.draft_process import DraftAway
from gateway.reports.drafting import Words


class FakeWording:
    """Fills the `ReportWording` port: the template's words at once, or why there are none.

    `is_away` makes it give no draft; `is_writing` makes it say that words are yet to be written,
    and `writes_of` that those of some assets are.
    """

    def __init__(self) -> None:
        self.is_away = False
        self.is_writing = False
        self.writes_of: set[str] = set()
        self.asked: list[tuple[str, Plan, int]] = []
        self.forgotten: list[str] = []
        self.reports: list[ConditionReport] = []
        self._writer = TemplateWriter()

    def words_for(self, facts: Facts, plan: Plan, seed: int) -> Words | None:
        self.asked.append((facts.asset, plan, seed))
        if self.is_writing or facts.asset in self.writes_of:
            return None
        if self.is_away:
            return Words(reason="timeout")
        return Words((Attempt(self._writer.identity, seed, self._writer.draft(plan, seed)),))

    def forget(self, asset: str) -> None:
        self.forgotten.append(asset)

    def published(self, report: ConditionReport) -> None:
        self.reports.append(report)


class FakeDrafter:
    """Fills the `Drafter` port with a writer of this process.

    Attributes:
        fails: Why the next drafts fail, one code for each; an empty one lets a draft through.
        takes_s: How long a draft takes.
        asked: Plans that drafts were asked for, with their seeds.
    """

    def __init__(self, writer: Writer | None = None) -> None:
        self._writer: Writer = writer or TemplateWriter()
        self.ready: Ready | None = None
        self.starts = 0
        self.memory_limit_bytes = 1
        self.fails: list[str] = []
        self.takes_s = 0.0
        self.asked: list[tuple[Plan, int]] = []

    async def start(self) -> WriterIdentity:
        if self.ready is None:
            self.starts += 1
            self.ready = Ready(self._writer.identity, confinement=Confinement())
        return self._writer.identity

    async def draft(self, plan: Plan, seed: int) -> Draft:
        self.asked.append((plan, seed))
        await asyncio.sleep(self.takes_s)
        if self.fails and (code := self.fails.pop(0)):
            raise DraftAway(code)
        return self._writer.draft(plan, seed)

    async def close(self) -> None:
        self.ready = None

    def held_bytes(self) -> int:
        return 0
