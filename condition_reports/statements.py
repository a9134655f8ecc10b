"""Which statements a report on some facts must make, in which order, with which values.

A statement kind is a shape: it says that an excursion ended, not when. Its values stand beside
it and never travel to a writer. Planning and verifying both start from here, so what a report
must say and what it may say are one list.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from twins.custody import CustodyState
from twins.policy import Disposition, Severity

from .actions import actions_of, actions_text
from .fact_types import ExcursionFact, Facts, LevelFact, ShockFact
from .figures import count
from .shapes import Kind, Section


class Statement(msgspec.Struct, frozen=True):
    """One thing that a report must say: its place, its shape and its values by slot.

    `prefix` tells slots of like statements in one section apart, as in `{ex1_limit}`.
    """

    section: Section
    kind: Kind
    prefix: str
    values: dict[str, str]


SEVERITY_PHRASES = {
    Severity.NONE: "no findings",
    Severity.MINOR: "findings of minor severity",
    Severity.MAJOR: "findings of major severity",
    Severity.CRITICAL: "findings of critical severity",
}
"""One fixed phrase per class; no writer words a severity."""

DISPOSITION_PHRASES = {
    Disposition.CONFORMANT: "“conformant”",
    Disposition.UNKNOWN: "“unknown”",
    Disposition.CONTAINER_OPEN: "“container open”",
    Disposition.NON_CONFORMANT: "“non-conformant”",
    Disposition.DAMAGED: "“damaged”",
}
"""The terms of CBV 2.0 section 7.2, marked as terms."""

_Part = tuple[Kind, str, dict[str, str]]


def statements_of(facts: Facts) -> tuple[Statement, ...]:
    """Return every statement that a report on these facts must make, in order."""
    parts = {
        Section.OPENING: _opening,
        Section.MEASUREMENTS: _measurements,
        Section.EXCURSIONS: _excursions,
        Section.SHOCKS: _shocks,
        Section.ENCLOSURE: _enclosure,
        Section.WEAR: _wear,
        Section.CUSTODY: _custody,
        Section.COVERAGE: _coverage,
        Section.BUDGETS: _budgets,
        Section.ACTION: _action,
    }
    return tuple(
        Statement(section, kind, prefix, values)
        for section, part in parts.items()
        for kind, prefix, values in part(facts)
    )


def _values(fact: object, *names: str) -> dict[str, str]:
    return {name: getattr(fact, name) for name in names}


def _opening(facts: Facts) -> Iterator[_Part]:
    values = {
        "as_of": facts.as_of_text,
        "title": facts.title,
        "asset": facts.asset,
        "policy": facts.policy_title,
        "disposition": DISPOSITION_PHRASES[facts.disposition],
        "severity": SEVERITY_PHRASES[facts.severity],
    }
    yield Kind.VERDICT, "", values
    if facts.milestone:
        yield (
            Kind.MILESTONE,
            "",
            {"milestone": facts.milestone.name, "milestone_at": facts.milestone.at},
        )


def _measurements(facts: Facts) -> Iterator[_Part]:
    for number, fact in enumerate(facts.levels, 1):
        yield _level(fact, f"l{number}_")


def _level(fact: LevelFact, prefix: str) -> _Part:
    if not fact.lowest:
        return Kind.LEVEL_UNOBSERVED, prefix, _values(fact, "quantity")
    if fact.lowest == fact.highest:
        # Every mean of equal readings is that reading: there is no more to say.
        return Kind.LEVEL_CONSTANT, prefix, _values(fact, "quantity", "lowest")
    names = ["quantity", "lowest", "highest"]
    if not fact.lowest_mean:
        return Kind.LEVEL_RANGE, prefix, _values(fact, *names)
    if fact.kinetic:
        names.append("kinetic")
    if fact.lowest_mean == fact.highest_mean:
        kind = Kind.LEVEL_KINETIC if fact.kinetic else Kind.LEVEL_MEAN
        return kind, prefix, {**_values(fact, *names), "mean": fact.lowest_mean}
    kind = Kind.LEVELS_KINETIC if fact.kinetic else Kind.LEVELS_MEANS
    sensors = {"sensors": count(fact.sensors, "sensor", "sensors")}
    return kind, prefix, {**_values(fact, *names, "lowest_mean", "highest_mean"), **sensors}


def _excursions(facts: Facts) -> Iterator[_Part]:
    if facts.has_limits and not facts.judged:
        yield Kind.EXCURSIONS_UNJUDGED, "", {}
    elif facts.has_limits and not facts.excursions:
        yield Kind.EXCURSIONS_NONE, "", {"judged": facts.judged}
    for number, fact in enumerate(facts.excursions, 1):
        yield _excursion(fact, f"ex{number}_")
    if facts.more_excursions:
        more = count(facts.more_excursions, "further excursion", "further excursions")
        yield Kind.EXCURSIONS_MORE, "", {"more": more}
    if facts.kinetic:
        yield Kind.KINETIC_EXCESS, "mkt_", _values(facts.kinetic, "kinetic", "limit")


def _excursion(fact: ExcursionFact, prefix: str) -> _Part:
    names = ("device", "quantity", "side", "limit", "outside", "extreme", "custody")
    if fact.allowed:
        kind = Kind.ALLOWANCE_SPENT if fact.ended_at else Kind.ALLOWANCE_SPENT_LASTING
        return kind, prefix, _values(fact, *names, "extreme_at", "allowed")
    if fact.ended_at:
        return Kind.EXCURSION_ENDED, prefix, _values(fact, *names, "began_at", "ended_at")
    return Kind.EXCURSION_LASTING, prefix, _values(fact, *names, "began_at")


def _shocks(facts: Facts) -> Iterator[_Part]:
    fact = facts.shocks
    if fact is None:
        return
    yield _shock(fact)
    for number, one in enumerate(fact.outside, 1):
        peaks = count(one.peaks, "peak", "peaks")
        values = {"peaks": peaks, "side": one.side, "limit": one.limit}
        yield Kind.PEAKS_OUTSIDE, f"s{number}_", values


def _shock(fact: ShockFact) -> _Part:
    if not fact.peak:
        return Kind.SHOCKS_UNOBSERVED, "", {}
    peak = _values(fact, "peak", "peak_at")
    if fact.count:
        kind = Kind.SHOCK_ONE if fact.count == 1 else Kind.SHOCKS_MANY
        shocks = {"shocks": count(fact.count, "shock", "shocks")}
        return kind, "", {**shocks, **_values(fact, "threshold", "custody"), **peak}
    if fact.threshold:
        return Kind.SHOCKS_NONE, "", _values(fact, "threshold", "peak")
    return Kind.PEAK, "", peak


def _enclosure(facts: Facts) -> Iterator[_Part]:
    fact = facts.enclosure
    if fact is None:
        return
    if fact.openings:
        kind = Kind.OPENED_ONCE if fact.openings == 1 else Kind.OPENED_OFTEN
        openings = {"openings": count(fact.openings, "opening", "openings")}
        yield kind, "", {**openings, **_values(fact, "opened_at", "custody")}
        if fact.is_open:
            yield Kind.STILL_OPEN, "", {}
        return
    kind = Kind.ENCLOSURE_SHUT if fact.is_observed else Kind.ENCLOSURE_UNOBSERVED
    yield kind, "", {"watched": fact.quantity}


def _wear(facts: Facts) -> Iterator[_Part]:
    if facts.wear and facts.wear.is_used:
        yield Kind.WEAR_USED, "", _values(facts.wear, "index", "causes")
    elif facts.wear:
        yield Kind.WEAR_NONE, "", {}


def _custody(facts: Facts) -> Iterator[_Part]:
    fact = facts.custody
    if not fact.holder:
        yield Kind.CUSTODY_UNKNOWN, "", {}
    elif fact.handovers:
        yield Kind.CUSTODY_PASSED, "", _values(fact, "chain", "since")
    else:
        yield Kind.CUSTODY_KEPT, "", _values(fact, "holder", "since")
    if fact.state is CustodyState.OFFERED:
        yield Kind.OFFER_OPEN, "", _values(fact, "offered_to")
    if fact.state is CustodyState.DISPUTED:
        yield Kind.DISPUTE_OPEN, "", _values(fact, "offered_to")
    if fact.settled_disputes:
        disputes = count(fact.settled_disputes, "settled dispute", "settled disputes")
        yield Kind.DISPUTES_SETTLED, "", {"disputes": disputes}
    if fact.refused:
        refused = count(fact.refused, "custody statement", "custody statements")
        yield Kind.STATEMENTS_REFUSED, "", {"refused": refused}


def _coverage(facts: Facts) -> Iterator[_Part]:
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
    yield from _quality(facts)


def _quality(facts: Facts) -> Iterator[_Part]:
    fact = facts.quality
    readings = {"readings": count(fact.readings, "sensor reading", "sensor readings")}
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


def _budgets(facts: Facts) -> Iterator[_Part]:
    told = {one.rule for one in facts.excursions}
    for number, fact in enumerate(facts.budgets, 1):
        prefix = f"b{number}_"
        names = ("allowed", "quantity", "side", "limit")
        if fact.is_untouched:
            yield Kind.BUDGET_UNTOUCHED, prefix, _values(fact, *names)
        elif not fact.is_spent:
            yield Kind.BUDGET_USED, prefix, _values(fact, *names, "used", "left")
        elif fact.rule not in told:
            yield Kind.BUDGET_SPENT, prefix, _values(fact, *names, "used")


def _action(facts: Facts) -> Iterator[_Part]:
    if facts.decision:
        values = {"decided_by": facts.decision.by, "decided_at": facts.decision.at}
        yield Kind.DECISION, "", {"outcome": facts.decision.outcome, **values}
    yield Kind.ACTION, "", {"actions": actions_text(actions_of(facts))}
