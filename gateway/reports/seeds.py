"""What a writer chooses words by: the same shape is worded alike from version to version."""

from __future__ import annotations

import msgspec

from condition_reports.fact_types import Facts
from condition_reports.plan import Plan
from condition_reports.provenance import InvalidProvenance, account_in
from condition_reports.release import plan_for, seed_of
from condition_reports.report import ConditionReport

from .draft_cache import WORDINGS


def seed_for(asset: str, plan: Plan, version: int, before: ConditionReport | None) -> int:
    """Return the seed for a version's words: below `WORDINGS`, so that drafts are found again.

    Args:
        asset: Id of the asset.
        plan: What the version has to say, as shapes.
        version: Its number.
        before: The report of the version before it, None for the first.
    """
    kept = None if before is None else _seed_of_same(before, plan)
    return (seed_of(asset, version) if kept is None else kept) % WORDINGS


def _seed_of_same(before: ConditionReport, plan: Plan) -> int | None:
    """Return the seed of a report that had the same plan; None where it had not, or is older."""
    if before.facts is None:
        return None
    try:
        facts = msgspec.convert(before.facts, Facts)
        return account_in(before.provenance).seed if plan_for(facts) == plan else None
    # A report of another release has facts or a record of another layout.
    except (msgspec.ValidationError, InvalidProvenance):
        return None
