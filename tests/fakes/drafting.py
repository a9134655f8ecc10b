"""Drafting without a process: the template's drafts at once, or none."""

from condition_reports.plan import Plan
from condition_reports.release import Attempt
from condition_reports.writers.template import TemplateWriter
from gateway.drafting import DraftAway


class FakeDrafting:
    """Fills the `Drafting` port; `is_away` makes it give none."""

    def __init__(self) -> None:
        self.is_away = False
        self._writer = TemplateWriter()

    async def draft(self, plan: Plan, seed: int) -> Attempt:
        if self.is_away:
            raise DraftAway("timeout")
        return Attempt(self._writer.identity, seed, self._writer.draft(plan, seed))
