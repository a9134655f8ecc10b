"""What must be said of custody, coverage, allowances and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twins.custody.possession import CustodyState

from .actions import actions_of, actions_text
from .fact_types import BudgetFact, CustodyFact, Facts, LifeFact
from .figures import count, listed
from .shapes import Kind
from .statement_parts import Part, values_of


def custody(facts: Facts) -> Iterator[Part]:
    """State who holds the asset and how it came there."""
    fact = facts.custody
    if not fact.holder:
        yield Kind.CUSTODY_UNKNOWN, "", {}
    elif fact.handovers:
        yield Kind.CUSTODY_PASSED, "", values_of(fact, "chain", "since")
    else:
        yield Kind.CUSTODY_KEPT, "", values_of(fact, "holder", "since")
    if fact.taken_by:
        yield Kind.TAKEN_APART, "", values_of(fact, "taken_by")
    if fact.state is CustodyState.OFFERED:
        yield Kind.OFFER_OPEN, "", values_of(fact, "offered_to")
        if fact.due_at:
            yield Kind.ANSWER_OVERDUE, "", values_of(fact, "due_at")
    if fact.state is CustodyState.DISPUTED:
        yield Kind.DISPUTE_OPEN, "", values_of(fact, "offered_to")
    if fact.settled_disputes:
        disputes = count(fact.settled_disputes, "settled dispute", "settled disputes")
        yield Kind.DISPUTES_SETTLED, "", {"disputes": disputes}
    if fact.refused:
        refused = count(fact.refused, "custody statement", "custody statements")
        yield Kind.STATEMENTS_REFUSED, "", {"refused": refused}
    yield from _custody_faults(fact)


def _custody_faults(fact: CustodyFact) -> Iterator[Part]:
    if fact.late_answers:
        # An offer that is withdrawn late was not answered.
        words = "answer or withdrawal", "answers or withdrawals"
        yield Kind.LATE_ANSWERS, "", {"late": count(fact.late_answers, *words)}
    if fact.seal_mismatches:
        mismatches = count(fact.seal_mismatches, "handover", "handovers")
        yield Kind.SEALS_DIFFER, "", {"mismatches": mismatches}
    if fact.shares:
        values = {**values_of(fact, "outside", "shares"), "quantity": fact.outside_of}
        yield Kind.LIABILITY, "", values


def coverage(facts: Facts) -> Iterator[Part]:
    """State how much was observed, and how well."""
    fact = facts.coverage
    covered = {"coverage": fact.ratio, "covered": fact.quantity, "gap": fact.longest_gap}
    planned = {"planned": fact.planned}
    if not fact.planned:
        yield Kind.COVERAGE_UNPLANNED, "", {}
    elif not fact.is_begun:
        yield Kind.COVERAGE_NOT_BEGUN, "", {}
    elif fact.is_nothing:
        yield Kind.COVERAGE_NOTHING, "", {**planned, "covered": fact.quantity}
    elif fact.is_complete:
        yield Kind.COVERAGE_COMPLETE, "", {**planned, "covered": fact.quantity}
    elif fact.minimum:
        yield Kind.COVERAGE_LOW, "", {**planned, **covered, "minimum": fact.minimum}
    else:
        yield Kind.COVERAGE_ENOUGH, "", {**planned, **covered}
    for number, one in enumerate(fact.watched, 1):
        seen = {"coverage": one.ratio, "covered": one.quantity, "gap": one.longest_gap}
        yield Kind.COVERAGE_ENOUGH, f"w{number}_", {**planned, **seen}
    for number, gap in enumerate(fact.gaps, 1):
        yield Kind.GAP_TOO_LONG, f"g{number}_", values_of(gap, "quantity", "gap", "allowed")
    yield from _quality(facts)
    if facts.sensors.findings:
        yield Kind.SENSORS_DOUBTED, "", values_of(facts.sensors, "findings")
    if facts.sensors.past_findings:
        yield Kind.SENSORS_OVER, "", values_of(facts.sensors, "past_findings")


def _quality(facts: Facts) -> Iterator[Part]:
    fact = facts.quality
    readings = {"readings": count(fact.readings, "reading", "readings")}
    unusable = {"unusable": count(fact.unusable, "unusable one", "unusable ones")}
    if not fact.readings:
        yield Kind.READINGS_NONE, "", {}
    elif not fact.unusable:
        yield Kind.READINGS_USABLE, "", readings
    elif fact.unusable == fact.readings:
        yield Kind.READINGS_UNUSABLE, "", readings
    elif fact.conflicts:
        conflicts = {"conflicts": count(fact.conflicts, "contradiction", "contradictions")}
        yield Kind.READINGS_CONTRADICTORY, "", {**readings, **unusable, **conflicts}
    else:
        yield Kind.READINGS_MIXED, "", {**readings, **unusable}
    if fact.unjudged:
        left_out = count(fact.unjudged, "reading", "readings")
        yield Kind.READINGS_UNJUDGED, "", {"unjudged": left_out}


def budgets(facts: Facts) -> Iterator[Part]:
    """State what is left of the allowances."""
    told = {one.rule for one in facts.excursions}
    untouched = [one for one in facts.budgets if one.is_untouched]
    if untouched and facts.quality.readings:
        yield Kind.BUDGETS_UNTOUCHED, "", {"allowances": _allowances(untouched)}
    for number, fact in enumerate(facts.budgets, 1):
        prefix = f"b{number}_"
        names = ("allowed", "quantity", "side", "limit")
        if fact.is_untouched:
            continue
        if not fact.is_spent:
            yield Kind.BUDGET_USED, prefix, values_of(fact, *names, "left")
        elif fact.rule not in told:
            yield Kind.BUDGET_SPENT, prefix, values_of(fact, *names, "used")
        if fact.used_up_at:
            yield Kind.BUDGET_RUNNING, f"r{number}_", values_of(fact, "used_up_at")
    if facts.shelf_life:
        yield from _shelf_life(facts.shelf_life)


def _allowances(budgets: Sequence[BudgetFact]) -> str:
    """Return allowances as words, those of one quantity together."""
    by_quantity: dict[str, list[str]] = {}
    for one in budgets:
        by_quantity.setdefault(one.quantity, []).append(f"{one.side} {one.limit} ({one.allowed})")
    return ", ".join(f"{name} {listed(one)}" for name, one in by_quantity.items())


def _shelf_life(fact: LifeFact) -> Iterator[Part]:
    life = values_of(fact, "life", "reference")
    if not fact.left:
        yield Kind.SHELF_LIFE_USED, "", life
    elif fact.least:
        yield Kind.SHELF_LIFE_LOW, "", {**life, **values_of(fact, "left", "least")}
        if fact.used_up_at:
            yield Kind.SHELF_LIFE_UNTIL, "", values_of(fact, "used_up_at")
    else:
        yield Kind.SHELF_LIFE_LEFT, "", {**life, **values_of(fact, "left")}
    if fact.unobserved:
        yield Kind.SHELF_LIFE_ASSUMED, "", values_of(fact, "unobserved")


def action(facts: Facts) -> Iterator[Part]:
    """State what was decided and what is recommended."""
    if facts.decision:
        values = {"decided_by": facts.decision.by, "decided_at": facts.decision.at}
        kind = Kind.DECISION if facts.decision.is_current else Kind.DECISION_OUTDATED
        yield kind, "", {"outcome": facts.decision.outcome, **values}
    yield Kind.ACTION, "", {"actions": actions_text(actions_of(facts))}
