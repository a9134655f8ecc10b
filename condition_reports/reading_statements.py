"""What must be said of the verdict and of what the sensors show."""

from __future__ import annotations

from collections.abc import Iterator

from twins.policy.condition_policy import Disposition, Severity

from .fact_types import DoubtFact, ExcursionFact, Facts, KineticFact, LevelFact, ShockFact
from .figures import count
from .shapes import Kind
from .statement_parts import Part, values_of

SEVERITY_PHRASES = {
    Severity.NONE: "no findings",
    Severity.MINOR: "minor findings",
    Severity.MAJOR: "major findings",
    Severity.CRITICAL: "critical findings",
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


def opening(facts: Facts) -> Iterator[Part]:
    """State what the verdict is."""
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
    if facts.route and facts.route.away_since:
        yield Kind.OFF_ROUTE, "", values_of(facts.route, "away_since")
    if facts.route and facts.route.overdue_stops:
        stops = count(facts.route.overdue_stops, "stop", "stops")
        yield Kind.ARRIVAL_OVERDUE, "", {"stops": stops}


def measurements(facts: Facts) -> Iterator[Part]:
    """State what was measured."""
    for number, fact in enumerate(facts.levels, 1):
        yield _level(fact, f"l{number}_")
        for place, doubt in enumerate(fact.doubted, 1):
            yield _doubt(fact, doubt, f"l{number}d{place}_")


def _doubt(fact: LevelFact, doubt: DoubtFact, prefix: str) -> Part:
    names = ["sensor", "doubts"]
    if not doubt.is_left_out:
        values = {**values_of(doubt, *names), **values_of(fact, "quantity")}
        return Kind.LEVEL_DOUBTED, prefix, values
    names += ["lowest", "highest"]
    return Kind.LEVEL_LEFT_OUT, prefix, {**values_of(doubt, *names), **values_of(fact, "quantity")}


def _level(fact: LevelFact, prefix: str) -> Part:
    if not fact.lowest:
        return Kind.LEVEL_UNOBSERVED, prefix, values_of(fact, "quantity")
    if fact.lowest == fact.highest:
        # Every mean of equal readings is that reading: there is no more to say.
        return Kind.LEVEL_CONSTANT, prefix, values_of(fact, "quantity", "lowest")
    return _ranged(fact, prefix)


def _ranged(fact: LevelFact, prefix: str) -> Part:
    names = ["quantity", "lowest", "highest"]
    sensors = {"sensors": count(fact.sensors, "sensor", "sensors")}
    if fact.kinetic and fact.sensors == 1:
        return Kind.LEVEL_KINETIC, prefix, values_of(fact, *names, "kinetic")
    if fact.kinetic:
        return Kind.LEVELS_KINETIC, prefix, {**values_of(fact, *names, "kinetic"), **sensors}
    if not fact.lowest_mean:
        return Kind.LEVEL_RANGE, prefix, values_of(fact, *names)
    if fact.lowest_mean == fact.highest_mean:
        return Kind.LEVEL_MEAN, prefix, {**values_of(fact, *names), "mean": fact.lowest_mean}
    means = values_of(fact, *names, "lowest_mean", "highest_mean")
    return Kind.LEVELS_MEANS, prefix, {**means, **sensors}


def excursions(facts: Facts) -> Iterator[Part]:
    """State what went beyond a limit."""
    if facts.has_limits and not facts.judged:
        yield Kind.EXCURSIONS_UNJUDGED, "", {}
    elif facts.has_limits and not facts.excursions:
        yield Kind.EXCURSIONS_NONE, "", {"judged": facts.judged}
    for number, fact in enumerate(facts.excursions, 1):
        yield _excursion(fact, f"ex{number}_")
    yield from _beside_those_told(facts)
    for number, outside in enumerate(facts.outside, 1):
        kind = Kind.OUTSIDE_BRIEFLY if outside.is_brief else Kind.OUTSIDE_IN_ALL
        yield kind, f"o{number}_", values_of(outside, "quantity", "outside")
    if facts.outside_now:
        yield Kind.OUTSIDE_NOW, "", {"beyond": facts.outside_now}
    if facts.kinetic:
        yield _kinetic(facts.kinetic)
    for number, near in enumerate(facts.near, 1):
        names = ("quantity", "value", "limit", "accuracy", "standing")
        yield Kind.NEAR_LIMIT, f"n{number}_", values_of(near, *names)


def _beside_those_told(facts: Facts) -> Iterator[Part]:
    if facts.more:
        more = count(facts.more.excursions, "further excursion", "further excursions")
        yield Kind.EXCURSIONS_MORE, "", {"more": f"{more} ({facts.more.of})"}
    if facts.before_start:
        early = count(facts.before_start, "excursion", "excursions")
        yield Kind.BEFORE_START, "", {"early": early}
    if facts.after_close:
        after = count(facts.after_close, "reading", "readings")
        yield Kind.AFTER_CLOSE, "", {"after": after}
    if facts.outvoted:
        alone = count(facts.outvoted, "sensor", "sensors")
        yield Kind.OUTVOTED, "", {"alone": alone}


def _kinetic(fact: KineticFact) -> Part:
    names = ["kinetic", "limit"]
    if not fact.period:
        return Kind.KINETIC_EXCESS, "mkt_", values_of(fact, *names)
    kind = Kind.KINETIC_WINDOW_EXCESS if fact.is_above else Kind.KINETIC_WINDOW_WITHIN
    return kind, "mkt_", values_of(fact, *names, "period")


def _excursion(fact: ExcursionFact, prefix: str) -> Part:
    names = ("shown_by", "quantity", "side", "limit", "outside", "extreme", "custody")
    if fact.allowed:
        kind = Kind.ALLOWANCE_SPENT if fact.period else Kind.ALLOWANCE_SPENT_LASTING
        return kind, prefix, values_of(fact, *names, "allowed")
    if fact.period:
        return Kind.EXCURSION_ENDED, prefix, values_of(fact, *names, "period")
    return Kind.EXCURSION_LASTING, prefix, values_of(fact, *names, "began_at")


def shocks(facts: Facts) -> Iterator[Part]:
    """State what is known of shocks."""
    fact = facts.shocks
    if fact is None:
        return
    yield _shock(fact)
    for number, one in enumerate(fact.outside, 1):
        peaks = count(one.peaks, "peak", "peaks")
        values = {"peaks": peaks, "side": one.side, "limit": one.limit}
        yield Kind.PEAKS_OUTSIDE, f"s{number}_", values
    if fact.drop:
        yield Kind.SHOCK_DROP, "", values_of(fact, "drop", "drop_at")
    if fact.damaging:
        yield Kind.DAMAGE_POSSIBLE, "", {"damaging": count(fact.damaging, "shock", "shocks")}
    if fact.undecided:
        yield Kind.DAMAGE_UNDECIDED, "", {"undecided": count(fact.undecided, "shock", "shocks")}


def _shock(fact: ShockFact) -> Part:
    if not fact.peak:
        kind = Kind.PEAK_UNOBSERVED if fact.is_observed else Kind.SHOCKS_UNOBSERVED
        return kind, "", {}
    peak = values_of(fact, "peak", "peak_at")
    if fact.count:
        kind = Kind.SHOCK_ONE if fact.count == 1 else Kind.SHOCKS_MANY
        shocks = {"shocks": count(fact.count, "shock", "shocks")}
        return kind, "", {**shocks, **values_of(fact, "threshold", "custody"), **peak}
    if fact.threshold:
        return Kind.SHOCKS_NONE, "", values_of(fact, "threshold", "peak")
    return Kind.PEAK, "", peak


def enclosure(facts: Facts) -> Iterator[Part]:
    """State what is known of openings."""
    fact = facts.enclosure
    if fact is None:
        return
    if fact.openings:
        kind = Kind.OPENED_ONCE if fact.openings == 1 else Kind.OPENED_OFTEN
        openings = {"openings": count(fact.openings, "opening", "openings")}
        yield kind, "", {**openings, **values_of(fact, "opened_at", "custody")}
        if fact.is_open:
            yield Kind.STILL_OPEN, "", {}
        return
    if fact.watched:
        yield Kind.ENCLOSURE_SHUT, "", {"watched": fact.watched}
    if fact.unobserved:
        prefix = "e2_" if fact.watched else ""
        yield Kind.ENCLOSURE_UNOBSERVED, prefix, {"watched": fact.unobserved}


def wear(facts: Facts) -> Iterator[Part]:
    """State how far the asset is worn."""
    if facts.wear and facts.wear.is_used:
        yield Kind.WEAR_USED, "", values_of(facts.wear, "index", "causes")
    elif facts.wear:
        yield Kind.WEAR_NONE, "", {}
