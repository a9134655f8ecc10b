"""Which statements a report on some facts must make, in which order, with which values.

Planning and verifying both start from here, so what a report must say and what it may say are one
list.
"""

from __future__ import annotations

from . import reading_statements, record_statements
from .brevity import briefly
from .fact_types import Facts
from .reading_statements import DISPOSITION_PHRASES, SEVERITY_PHRASES
from .shapes import Section
from .statement_parts import Statement

__all__ = [
    "DISPOSITION_PHRASES",
    "SEVERITY_PHRASES",
    "Statement",
    "statements_of",
    "supported_statements",
]


def statements_of(facts: Facts) -> tuple[Statement, ...]:
    """Return every statement that a report on these facts must make, in order."""
    return briefly(supported_statements(facts), facts)


def supported_statements(facts: Facts) -> tuple[Statement, ...]:
    """Return every statement that the facts support, in order, however many there are."""
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
