"""Which statements a report on some facts must make, in which order, with which values.

A statement kind is a shape: it says that an excursion ended, not when. Its values stand beside
it and never travel to a writer. Planning and verifying both start from here, so what a report
must say and what it may say are one list.
"""

from __future__ import annotations

import msgspec

from . import reading_statements, record_statements
from .fact_types import Facts
from .reading_statements import DISPOSITION_PHRASES, SEVERITY_PHRASES
from .shapes import Kind, Section

__all__ = ["DISPOSITION_PHRASES", "SEVERITY_PHRASES", "Statement", "statements_of"]


class Statement(msgspec.Struct, frozen=True):
    """One thing that a report must say: its place, its shape and its values by slot.

    `prefix` tells slots of like statements in one section apart, as in `{ex1_limit}`.
    """

    section: Section
    kind: Kind
    prefix: str
    values: dict[str, str]


def statements_of(facts: Facts) -> tuple[Statement, ...]:
    """Return every statement that a report on these facts must make, in order."""
    parts = {
        Section.OPENING: reading_statements.opening,
        Section.MEASUREMENTS: reading_statements.measurements,
        Section.EXCURSIONS: reading_statements.excursions,
        Section.SHOCKS: reading_statements.shocks,
        Section.ENCLOSURE: reading_statements.enclosure,
        Section.WEAR: reading_statements.wear,
        Section.CUSTODY: record_statements.custody,
        Section.COVERAGE: record_statements.coverage,
        Section.BUDGETS: record_statements.budgets,
        Section.ACTION: record_statements.action,
    }
    return tuple(
        Statement(section, kind, prefix, values)
        for section, part in parts.items()
        for kind, prefix, values in part(facts)
    )
