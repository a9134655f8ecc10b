"""The template writer: chooses one reviewed sentence per statement, by a seed.

It is always there. It is also what is released when another writer's draft is refused.
"""

from __future__ import annotations

from math import gcd
from zlib import crc32

from condition_reports.grammar import frames, grammar_digest, prefixed
from condition_reports.plan import Plan, SectionPlan

from .writer import Draft, DraftSection, WriterIdentity

VERSION = "1"
"""Raised when the same plan and seed give other words under the same grammar."""


class TemplateWriter:
    """Words a plan from the grammar alone."""

    @property
    def identity(self) -> WriterIdentity:
        """Return the writer's version and the grammar's digest."""
        return WriterIdentity("template", VERSION, grammar_digest().hex())

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return a draft that the grammar derives."""
        return Draft(tuple(_drafted(section, seed) for section in plan.sections))


def _drafted(section: SectionPlan, seed: int) -> DraftSection:
    sentences = []
    for place, statement in enumerate(section.statements):
        known = frames(statement.kind)
        chosen = known[_walk(len(known), seed + place, statement.kind.value)]
        sentences.append(prefixed(chosen, statement.prefix))
    return DraftSection(section.section, " ".join(sentences))


def _walk(wordings: int, step: int, kind: str) -> int:
    """Return which wording comes at a step of a walk that visits all before it repeats one.

    The stride lies near the golden section, so that neighbours, which differ by one word only,
    come far apart; kinds start at different places, so that they do not turn in step.
    """
    stride = max(1, round(wordings * 0.618))
    while gcd(stride, wordings) > 1:
        stride += 1
    return (crc32(kind.encode()) + step * stride) % wordings
