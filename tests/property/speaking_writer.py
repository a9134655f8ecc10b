"""A large model on a server, as far as its words go: free language, answered as JSON.

What comes back goes the way of every answer, so thoughts, fences and line breaks are as such
servers write them.
"""

from __future__ import annotations

import json
from random import Random

from condition_reports.grammar import prefixed
from condition_reports.plan import Plan, SectionPlan
from condition_reports.writers.section_prompts import sections_in
from condition_reports.writers.writer import Draft, WriterIdentity
from tests.unit.condition_reports.random_facts import seeded

from .spoken_sentences import spoken

_THOUGHTS = ("", "", "<think>\nThe user wants {limit}. Wait: { no value.\n</think>\n\n")
_FENCES = ("{}", "{}", "\n{}\n", "```json\n{}\n```", "```\n{}\n```")


class SpeakingWriter:
    """Words plans in sentences that the tables of free language bear."""

    @property
    def identity(self) -> WriterIdentity:
        """Return that this is a large model, which has no weights."""
        return WriterIdentity("llm", "1", "")

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return the draft in an answer; the same plan and seed give the same one."""
        return Draft(sections_in(answer(plan, seeded(f"spoken {seed}")), plan))


def answer(plan: Plan, random: Random) -> str:
    """Return what a server sends back."""
    sections = [
        {"id": one.section.value, "text": _section_text(one, random)} for one in plan.sections
    ]
    indent = random.choice([None, None, 2])
    said = json.dumps({"sections": sections}, indent=indent)
    return random.choice(_THOUGHTS) + random.choice(_FENCES).replace("{}", said)


def _section_text(section: SectionPlan, random: Random) -> str:
    sentences = [prefixed(spoken(one.kind, random), one.prefix) for one in section.statements]
    return random.choice([" ", " ", "\n", "  "]).join(sentences)
