"""The canary: fixed plans that a model must word before it words reports.

They hold every kind of statement in many manners, and are the same everywhere, so that the digest
of a model's drafts tells whether it still writes what it wrote elsewhere.
"""

from __future__ import annotations

import hashlib
from functools import cache

import msgspec

from .grammar import frames, prefixed
from .plan import Plan, SectionPlan, StatementPlan
from .shapes import Kind, Section
from .slots import slots_in
from .writers.writer import Draft, Writer

PLANS = 200
_AT_ONCE = 25
"""A model words many statements in hardly more time than one."""
_STATEMENTS = 6
_STRIDE = 31
"""Kinds that stand together in one plan and those of the next differ."""


class Canary(msgspec.Struct, frozen=True):
    """How a model worded the fixed plans.

    Attributes:
        asked: How many plans there are, each of one section.
        accepted: Of how many the grammar derives the words, sentence by sentence.
        sha256: Digest (hex) over all words, in the order of the plans.
    """

    asked: int
    accepted: int
    sha256: str


@cache
def canary_plans() -> tuple[tuple[Plan, int], ...]:
    """Return the plans as they are given to a model, several at once, each time with a seed."""
    sections = [_section(number) for number in range(PLANS)]
    return tuple(
        (Plan(tuple(sections[first : first + _AT_ONCE])), first)
        for first in range(0, PLANS, _AT_ONCE)
    )


def canary_of(writer: Writer) -> Canary:
    """Return how a writer words the fixed plans.

    Raises:
        CargotwinError: The writer cannot word one of them.
    """
    digest = hashlib.sha256()
    accepted = 0
    for plan, seed in canary_plans():
        draft = writer.draft(plan, seed)
        accepted += derived(draft, plan)
        # Lengths keep the texts apart.
        digest.update(msgspec.msgpack.encode([one.text for one in draft.sections]))
    return Canary(PLANS, accepted, digest.hexdigest())


def derived(draft: Draft, plan: Plan) -> int:
    """Return of how many sections the grammar derives the words: the statements', in order."""
    if [one.section for one in draft.sections] != [one.section for one in plan.sections]:
        return 0
    return sum(
        _is_section_derived(words.text, section.statements)
        for words, section in zip(draft.sections, plan.sections, strict=True)
    )


def _is_section_derived(text: str, statements: tuple[StatementPlan, ...]) -> bool:
    # Where the next sentence may begin: of two frames, one may begin as the other is.
    begins = {0}
    for statement in statements:
        begins = {
            begin + len(frame) + 1
            for begin in begins
            for frame in _frames(statement.kind, statement.prefix)
            if text.startswith(frame, begin) and text[begin + len(frame) :][:1] in {"", " "}
        }
    return len(text) + 1 in begins


def _section(number: int) -> SectionPlan:
    kinds, sections = tuple(Kind), tuple(Section)
    first = number * _STATEMENTS
    chosen = [kinds[(first + place) * _STRIDE % len(kinds)] for place in range(_STATEMENTS)]
    statements = tuple(_statement(kind, place) for place, kind in enumerate(chosen))
    return SectionPlan(sections[number % len(sections)], statements)


def _statement(kind: Kind, place: int) -> StatementPlan:
    prefix = f"s{place}_" if place else ""
    slots = tuple(sorted({prefix + slot for slot in slots_in(frames(kind)[0])}))
    return StatementPlan(kind, prefix, slots)


@cache
def _frames(kind: Kind, prefix: str) -> tuple[str, ...]:
    return tuple(prefixed(frame, prefix) for frame in frames(kind))
