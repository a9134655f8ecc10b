"""What is known beside the levels: coverage, quality, sensors, wear, and people's words."""

from __future__ import annotations

from collections.abc import Sequence

from twins.inputs import Decision, DecisionOutcome, Milestone, MilestoneName
from twins.policy.condition_policy import ConditionPolicy, Severity
from twins.readings import MICROSECONDS, QUANTITIES
from twins.sensors.findings import FindingKind
from twins.verdict.condition import Condition, CoverageOf, FoundOfSensor, RuleFired
from twins.wear.index import FULL_PPM
from twins.wear.shocks import JudgedShock

from .device_text import named
from .fact_doubts import REASONS, sensor_named, whose
from .fact_readings import QUANTITY_WORDS, limits_of_levels
from .fact_types import (
    CoverageFact,
    DecisionFact,
    GapFact,
    LevelFact,
    MilestoneFact,
    QualityFact,
    RouteFact,
    SensorsFact,
    WatchedFact,
    WearFact,
)
from .figures import count, duration, duration_up, listed, moment, percent_down, percent_up

FINDING_NOUNS = {
    FindingKind.STUCK: ("stuck sensor", "stuck sensors"),
    FindingKind.SPIKE: ("lone outlier", "lone outliers"),
    FindingKind.DRIFT: ("drifting sensor", "drifting sensors"),
    FindingKind.GAP: ("silence", "silences"),
    FindingKind.BATTERY_LOW: ("low battery", "low batteries"),
    FindingKind.CALIBRATION_DUE: ("calibration due", "calibrations due"),
    FindingKind.SEQUENCE_BACKWARD: ("counter set back", "counters set back"),
    FindingKind.CLONED_ID: ("device id in use twice", "device ids in use twice"),
    FindingKind.CONFLICT: ("contradiction", "contradictions"),
    FindingKind.COPIED_SERIES: ("copied series", "copied series"),
    FindingKind.REPLAYED_SERIES: ("replayed series", "replayed series"),
    FindingKind.SILENT: ("silent sensor", "silent sensors"),
    FindingKind.MISSING: ("missing sensor", "missing sensors"),
    FindingKind.IMPOSSIBLE_TRAVEL: ("impossible journey", "impossible journeys"),
    FindingKind.DISAGREEMENT: ("disagreement of sensors", "disagreements of sensors"),
}
"""Every kind as a noun, of one and of several."""

_TOLD_ELSEWHERE = frozenset({FindingKind.GAP, FindingKind.CONFLICT})
"""Coverage tells of gaps and the quality of readings of contradictions."""

_OUTCOMES = {
    DecisionOutcome.RELEASED: "released",
    DecisionOutcome.PARTIALLY_RELEASED: "partially released",
    DecisionOutcome.QUARANTINED: "quarantined",
    DecisionOutcome.REJECTED: "rejected",
}


def coverage_fact(condition: Condition, policy: ConditionPolicy) -> CoverageFact:
    """Return the coverage of the required quantities that were observed least."""
    coverage = condition.coverage
    worst = min(coverage.quantities, key=lambda one: (one.ratio_ppm, -one.longest_gap))
    alike = [
        one
        for one in coverage.quantities
        if (one.observed, one.longest_gap) == (worst.observed, worst.longest_gap)
    ]
    is_low = any(one.rule.startswith("coverage:") for one in condition.rules_fired)
    return CoverageFact(
        planned="" if coverage.planned_from is None else duration(coverage.planned),
        is_begun=coverage.planned >= MICROSECONDS,
        quantity=listed([_covered(one, condition) for one in alike]),
        ratio=percent_down(worst.ratio_ppm),
        longest_gap=duration_up(worst.longest_gap),
        minimum=percent_up(policy.observation.minimum_coverage_ppm) if is_low else "",
        is_complete=worst.observed == coverage.planned,
        is_nothing=worst.observed == 0,
        gaps=_gaps_too_long(condition, policy),
        watched=_watched(condition, policy, {one.quantity for one in alike}),
    )


def _watched(
    condition: Condition, policy: ConditionPolicy, told: set[str]
) -> tuple[WatchedFact, ...]:
    """Return how much was observed of every other level with a limit, where it is too little.

    What the policy requires is told as coverage counts it, all else as it was judged; those with
    the same figures together.
    """
    planned = condition.coverage.planned
    limited = {one.quantity for one in policy.boundaries if QUANTITIES[one.quantity].is_level}
    heard = {one.quantity for one in condition.statistics.series if one.minimum is not None}
    required = {one.quantity: one for one in condition.coverage.quantities}
    names: dict[tuple[bool, int, int], list[str]] = {}
    for judged in condition.statistics.judged:
        one = required.get(judged.quantity, judged)
        is_told = one.quantity in told or one.quantity not in limited & heard
        if is_told or one.observed * FULL_PPM >= planned * policy.observation.minimum_coverage_ppm:
            continue
        words = QUANTITY_WORDS[one.quantity]
        if isinstance(one, CoverageOf):
            words = _covered(one, condition)
        figures = one.quantity in required, one.observed, one.longest_gap
        names.setdefault(figures, []).append(words)
    return tuple(
        WatchedFact(listed(mine), percent_down(observed * FULL_PPM // planned), duration_up(gap))
        for (_, observed, gap), mine in names.items()
    )


def _covered(one: CoverageOf, condition: Condition) -> str:
    """Return what was to be observed; by whom, where more was judged than counts as observed.

    Coverage wants a quorum of trusted sensors (SPECIFICATION section 9, Coverage); a report that
    tells of an excursion must not call the same time unobserved.
    """
    spoken = [
        each.observed for each in condition.statistics.judged if each.quantity == one.quantity
    ]
    by_whom = " by enough trusted sensors" if max(spoken, default=0) > one.observed else ""
    return f"{QUANTITY_WORDS[one.quantity]}{by_whom}"


def _gaps_too_long(condition: Condition, policy: ConditionPolicy) -> tuple[GapFact, ...]:
    allowed = policy.observation.maximum_gap
    fired = {one.rule for one in condition.rules_fired}
    return tuple(
        GapFact(_covered(one, condition), duration_up(one.longest_gap), duration(allowed))
        for one in condition.coverage.quantities
        if allowed is not None and f"gap:{one.quantity}" in fired
    )


def quality_fact(condition: Condition) -> QualityFact:
    """Return how many readings there are and how many of them say nothing."""
    series = condition.statistics.series
    return QualityFact(
        readings=sum(one.readings for one in series),
        unusable=sum(one.unusable for one in series),
        conflicts=sum(one.conflicts for one in series),
        unjudged=condition.statistics.unjudged,
    )


def sensors_fact(condition: Condition, levels: Sequence[LevelFact]) -> SensorsFact:
    """Return what stands against the sensors, and what did and is over, with whose it is.

    A kind of finding that levels give by name as the reason to doubt each sensor is told there.
    """
    sensors = condition.sensors
    untold = {one.kind for one in sensors.running if not _is_told(one, levels)}
    running = [one for one in sensors.running if one.kind in untold]
    kinds = [one.kind for one in running]
    over = {FindingKind(word): number for word, number in sensors.counts.items()}
    return SensorsFact(
        findings=_findings({kind: kinds.count(kind) for kind in kinds}, running),
        past_findings=_findings(
            {kind: over[kind] for kind in over.keys() - _TOLD_ELSEWHERE}, sensors.over
        ),
        is_doubted=bool(sensors.running),
    )


def _is_told(found: FoundOfSensor, levels: Sequence[LevelFact]) -> bool:
    doubted = [
        doubt
        for one in levels
        if one.quantity == QUANTITY_WORDS.get(found.quantity)
        for doubt in one.doubted
    ]
    return any(
        doubt.sensor == sensor_named(found.device, found.sensor)
        and found.kind in REASONS
        and REASONS[found.kind] in doubt.doubts
        for doubt in doubted
    )


def _findings(counts: dict[FindingKind, int], listed_ones: Sequence[FoundOfSensor]) -> str:
    found = []
    for kind in FindingKind:
        if kind in counts:
            mine = [one for one in listed_ones if one.kind is kind]
            # Of what is over the condition lists the newest only.
            newest = "newest: " if len(mine) < counts[kind] else ""
            names = f" ({newest}{whose(mine, QUANTITY_WORDS)})" if mine else ""
            sensors = {(one.device, one.sensor, one.quantity) for one in mine}
            one, many = FINDING_NOUNS[kind]
            if counts[kind] == len(mine) > len(sensors):
                # The same sensor was found so again: its findings are counted.
                many = f"findings of {many}"
            found.append(f"{count(counts[kind], one, many)}{names}")
    return listed(found)


def wear_fact(condition: Condition, policy: ConditionPolicy) -> WearFact | None:
    """Return the wear; None where the policy has no wear budget."""
    budget, wear = policy.wear, condition.statistics.wear
    parts = (budget.shock_full, budget.handling_full, budget.exposure_full, budget.fatigue_quantity)
    if not any(parts):
        return None
    return WearFact(
        is_used=wear.index_ppm > 0,
        index=percent_up(wear.index_ppm),
        causes=_causes(condition, policy),
    )


def _causes(condition: Condition, policy: ConditionPolicy) -> str:
    wear = condition.statistics.wear
    limited = {one.quantity for one in limits_of_levels(policy)}
    # Time beyond a limit that tells of openings is wear as well, and no excursion.
    exposed = {one.quantity in limited for one in condition.statistics.judged if one.outside}
    causes = {
        "shocks": wear.shock_ppm > 0,
        "handling": wear.handling_ppm > 0,
        "time outside limits": wear.exposure_ppm > 0 and True in exposed,
        "time open": wear.exposure_ppm > 0 and False in exposed,
        "fatigue": wear.fatigue_ppm > 0,
    }
    return listed([name for name, is_one in causes.items() if is_one])


def milestone_fact(milestones: Sequence[Milestone]) -> MilestoneFact | None:
    """Return the newest milestone, None where there is none."""
    if not milestones:
        return None
    newest = milestones[-1]
    return MilestoneFact(newest.name.value, moment(newest.observed_at))


def route_fact(condition: Condition) -> RouteFact | None:
    """Return what a rule found of the way travelled; None where none did."""
    location, fired = condition.location, {one.rule for one in condition.rules_fired}
    if location is None or not fired & {"off_route", "arrival_overdue"}:
        return None
    since = location.off_route_since if "off_route" in fired else None
    return RouteFact(
        away_since="" if since is None else moment(since),
        overdue_stops=len(location.overdue_stops) if "arrival_overdue" in fired else 0,
    )


def is_finished(milestones: Sequence[Milestone]) -> bool:
    """Tell whether the shipment was delivered or closed."""
    last = {MilestoneName.DELIVERY, MilestoneName.CLOSE}
    return any(one.name in last for one in milestones)


def decision_fact(
    decisions: Sequence[Decision], condition: Condition, milestones: Sequence[Milestone]
) -> DecisionFact | None:
    """Return the newest decision; it is current when no alarm came after it.

    Nothing is judged behind the close (SPECIFICATION section 9): a decision after it knew all.
    """
    if not decisions:
        return None
    newest = decisions[-1]
    is_closed = any(
        one.name is MilestoneName.CLOSE and one.observed_at <= newest.observed_at
        for one in milestones
    )
    return DecisionFact(
        outcome=_OUTCOMES[newest.outcome],
        by=named(newest.by),
        at=moment(newest.observed_at),
        is_current=is_closed
        or not any(
            _may_be_newer(rule, newest, condition.statistics.shocks.newest)
            for rule in condition.rules_fired
        ),
    )


def _may_be_newer(rule: RuleFired, decision: Decision, shocks: Sequence[JudgedShock]) -> bool:
    """Tell whether a rule may have been broken, or broken further, after a decision.

    An excursion that lasted beyond the decision, or one that the condition does not list, may have
    become worse since. So may what no alarm dates, such as coverage or a mean over the whole time.
    """
    if rule.rule in {"damage_boundary", "shocks_undecided"}:
        return any(one.at > decision.observed_at for one in shocks)
    if rule.newest_alarm_at is None:
        return rule.severity > Severity.NONE
    lasted = any(
        one.ended_at is None or one.ended_at > decision.observed_at for one in rule.excursions
    )
    is_hidden = rule.rule.startswith("boundary:") and rule.count > len(rule.excursions)
    return lasted or is_hidden or rule.newest_alarm_at > decision.observed_at
