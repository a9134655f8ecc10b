"""Drafting without a process: the template's drafts at once, or none."""

import asyncio

from condition_reports.plan import Plan
from condition_reports.release import Attempt
from condition_reports.writers.template import TemplateWriter
from gateway.drafting import DraftAway


class FakeDrafting:
    """Fills the `Drafting` port; `is_away` makes it give none, `takes_s` makes it slow."""

    def __init__(self) -> None:
        self.is_away = False
        self.takes_s = 0.0
        self._writer = TemplateWriter()

    async def draft(self, plan: Plan, seed: int) -> Attempt:
        await asyncio.sleep(self.takes_s)
        if self.is_away:
            raise DraftAway("timeout")
        return Attempt(self._writer.identity, seed, self._writer.draft(plan, seed))
