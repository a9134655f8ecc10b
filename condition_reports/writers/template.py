"""The template writer: chooses one reviewed sentence per statement, by a seed.

It is always there. It is also what is released when another writer's draft is refused.
"""

from __future__ import annotations

from functools import cache
from math import gcd
from zlib import crc32

from condition_reports.grammar import frames, grammar_digest, prefixed
from condition_reports.plan import Plan, SectionPlan
from condition_reports.shapes import Kind

from .writer import Draft, DraftSection, WriterIdentity

VERSION = "2"
"""Raised when the same plan and seed give other words under the same grammar."""

_WORDS_OF_AN_OPENING = 3

Used = dict[str, int]
"""At which sentence of the report an opening was used last."""


class TemplateWriter:
    """Words a plan from the grammar alone."""

    @property
    def identity(self) -> WriterIdentity:
        """Return the writer's version and the grammar's digest."""
        return WriterIdentity("template", VERSION, grammar_digest().hex())

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return a draft that the grammar derives."""
        used: Used = {}
        return Draft(tuple(_drafted(section, seed, used) for section in plan.sections))


def _drafted(section: SectionPlan, seed: int, used: Used) -> DraftSection:
    sentences = []
    for place, statement in enumerate(section.statements):
        chosen = _least_alike(_walked(statement.kind, seed + place), used)
        sentences.append(prefixed(chosen, statement.prefix))
    return DraftSection(section.section, " ".join(sentences))


def _least_alike(wordings: list[str], used: Used) -> str:
    """Return the first wording that opens as no sentence yet, or else as one long ago."""
    chosen = min(wordings, key=lambda frame: used.get(_opening(frame), -1))
    used[_opening(chosen)] = max(used.values(), default=-1) + 1
    return chosen


@cache
def _opening(frame: str) -> str:
    return " ".join(frame.split()[:_WORDS_OF_AN_OPENING])


def _walked(kind: Kind, step: int) -> list[str]:
    """Return the wordings of a kind from a step on of a walk that repeats none before its end.

    The stride lies near the golden section, so that neighbours, which differ by one word only,
    come far apart. Each round starts somewhere else, and so does each kind, so that two seeds that
    agree on one kind do not agree on all.
    """
    known = frames(kind)
    stride = max(1, round(len(known) * 0.618))
    while gcd(stride, len(known)) > 1:
        stride += 1
    start = crc32(f"{kind.value}:{step // len(known)}".encode()) + step * stride
    return [known[(start + ahead * stride) % len(known)] for ahead in range(len(known))]
