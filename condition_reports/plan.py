"""The plan of a report: what must be said, as shapes and slot names alone.

This is everything that a writer ever sees. It holds no value and nothing that anybody typed, so
no device text can reach a model's input.
"""

from __future__ import annotations

from itertools import groupby

import msgspec

from .shapes import Kind, Section
from .statements import Statement


class StatementPlan(msgspec.Struct, frozen=True):
    """One statement to make: its shape and the slots that it must hold, each exactly once."""

    kind: Kind
    prefix: str
    slots: tuple[str, ...]


class SectionPlan(msgspec.Struct, frozen=True):
    """The statements of one section, in order."""

    section: Section
    statements: tuple[StatementPlan, ...]


class Plan(msgspec.Struct, frozen=True):
    """The sections that a report must have, in order."""

    sections: tuple[SectionPlan, ...]


def plan_of(statements: tuple[Statement, ...]) -> Plan:
    """Return the plan behind some statements: the same, without values."""
    return Plan(
        tuple(
            SectionPlan(section, tuple(_planned(one) for one in mine))
            for section, mine in groupby(statements, key=lambda one: one.section)
        )
    )


def _planned(statement: Statement) -> StatementPlan:
    slots = tuple(sorted(statement.prefix + name for name in statement.values))
    return StatementPlan(statement.kind, statement.prefix, slots)
