"""The writers whose reports are tried, and what each of them makes of some facts.

Beside the project's own two stands a large model whose decoding is bound to the grammar: whatever
its weights, it can write any sentence of the grammar and no other, so a draw stands for it. What a
large model writes without bounds is free language, see `speaking_writer`.
"""

from collections.abc import Callable
from functools import cache
from random import Random
from typing import NamedTuple

from condition_reports.facts import Facts
from condition_reports.grammar import frames, prefixed
from condition_reports.plan import Plan, SectionPlan
from condition_reports.release import Checked, check, plan_for
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, DraftSection, Writer, WriterIdentity
from tests.property.arrivals import EXAMPLES
from tests.property.remembering_tiny import RememberingTiny
from tests.unit.condition_reports.random_facts import seeded

MANY = 2_000
"""From so many examples on every writer words every report."""


class BoundModel:
    """Words each statement by a sentence that is drawn from all of the grammar."""

    @property
    def identity(self) -> WriterIdentity:
        """Return that this is a large model, which has no weights."""
        return WriterIdentity("llm", "1", "")

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return a draft; the same plan and seed give the same one."""
        random = seeded(f"bound {seed}")
        return Draft(tuple(_drafted(section, random) for section in plan.sections))


class Tried(NamedTuple):
    """A writer on trial.

    Attributes:
        load: Makes it.
        share: Of how many reports one is asked of it.
    """

    load: Callable[[], Writer]
    share: int


WRITERS = {
    "template": Tried(TemplateWriter, 1),
    "tiny": Tried(cache(RememberingTiny), 1 if EXAMPLES >= MANY else 10),
    "bound llm": Tried(BoundModel, 1 if EXAMPLES >= MANY else 4),
}


def worded(writer: Writer, facts: Facts, seed: int) -> Checked:
    """Return a writer's first draft, filled and read back."""
    return check(facts, writer.draft(plan_for(facts), seed), writer.identity.kind)


def _drafted(section: SectionPlan, random: Random) -> DraftSection:
    sentences = (
        prefixed(random.choice(frames(one.kind)), one.prefix) for one in section.statements
    )
    return DraftSection(section.section, " ".join(sentences))
