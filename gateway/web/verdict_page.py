"""What an asset's page says of the verdict: reasons, what would change them, what is left."""

from __future__ import annotations

import msgspec

from gateway.exports.input_events import business_step
from gateway.ports import AssetDetail
from twins.inputs import Decision, Milestone
from twins.judging.excursions import Excursion
from twins.milestone_answers import fault_of, fault_words
from twins.policy.condition_policy import Phase
from twins.verdict.allowances import allowances
from twins.verdict.breach_words import breach_words
from twins.verdict.condition import Condition, CoverageOf, FoundOfSensor, RuleFired
from twins.verdict.custody_figures import CustodySummary
from twins.verdict.finding_words import finding_words, near_limit_words, outlook_of_finding, told
from twins.verdict.notes import is_note, note_words
from twins.verdict.outlook import what_would_change
from twins.wear.index import FULL_PPM

from .liability_documents import due_at, minutes_of
from .rule_evidence import evidence_of
from .statistics_documents import quorum_of
from .unknowns import openings_unknown, shocks_unknown
from .values import moment_text


class Reason(msgspec.Struct, frozen=True):
    """A rule that fired.

    Attributes:
        rule: The rule.
        happened: What happened, in words.
        shown: The first of its listed excursions and the last.
        folded: Those between them, which a page folds away.
        outlook: What would change it.
        evidence: What made it fire where that is no excursion, in lines.
    """

    rule: RuleFired
    happened: str
    shown: tuple[Excursion, ...]
    folded: tuple[Excursion, ...]
    outlook: str
    evidence: tuple[str, ...]


class Left(msgspec.Struct, frozen=True):
    """An allowance that is not used up: its rule, the rule's words, and what is left of it."""

    rule: str
    title: str
    text: str
    used_ppm: int | None


class ShownFinding(msgspec.Struct, frozen=True):
    """A finding against a sensor; `outlook` is empty where it is over."""

    found: FoundOfSensor
    words: str
    readings: tuple[tuple[int, str], ...]
    outlook: str


class Reached(msgspec.Struct, frozen=True):
    """A milestone, with its CBV business step.

    Attributes:
        milestone: The milestone.
        biz_step: A word of CBV 2.0 section 7.1.
        fault: Why it changed nothing, in words; empty where it was reached.
        is_shown: Whether positions showed it and nobody stated it.
    """

    milestone: Milestone
    biz_step: str
    fault: str
    is_shown: bool


class CustodyFigures(msgspec.Struct, frozen=True):
    """What of custody stands outside its table.

    Attributes:
        summary: As the condition states it.
        due_at: By when the open offer must be answered; None where nothing waits.
        minutes: Each custodian and the whole minutes outside of their time.
    """

    summary: CustodySummary
    due_at: int | None
    minutes: tuple[tuple[str, int], ...]


def verdict_page(detail: AssetDetail) -> dict[str, object]:
    """Return what the templates of the verdict's sections need, by its name there."""
    running, over = findings(detail)
    told = reasons(detail)
    decision = max(detail.twin.decisions, key=lambda one: one.observed_at, default=None)
    return {
        "reasons": [one for one in told if not is_note(one.rule)],
        "notes": [
            f"{note_words(one.rule.rule, one.rule.text, one.rule.count)} {one.outlook}"
            for one in told
            if is_note(one.rule)
        ],
        "is_thin": any(one.rule.rule.startswith(("coverage:", "gap:")) for one in told),
        "why": [one.happened for one in told if not is_note(one.rule)],
        "decision": decision,
        "decision_is_older": decision is not None and is_older(decision, detail.condition),
        "titles": {one.id: one.title for one in detail.policy.boundaries},
        "what_is_left": what_is_left(detail),
        "unobserved": unobserved(detail),
        "shocks_unknown": shocks_unknown(detail.condition.statistics),
        "openings_unknown": openings_unknown(detail.condition.statistics, detail.policy),
        "findings": running,
        "findings_over": over,
        "near_limits": near_limits(detail),
        "phases": phases(detail),
        "milestones": milestones(detail),
        "custody_figures": custody_figures(detail),
        "quorum": quorum_of(detail.policy),
    }


def is_older(decision: Decision, condition: Condition) -> bool:
    """Tell whether a decision was made before the newest alarm: it did not know of it."""
    alarmed = (one.newest_alarm_at or 0 for one in condition.rules_fired)
    return max(alarmed, default=0) > decision.observed_at


def reasons(detail: AssetDetail) -> list[Reason]:
    """Return the rules that fired, those that weigh most first."""
    is_closed = detail.twin.closed_at is not None
    fired = sorted(detail.condition.rules_fired, key=lambda one: -one.severity)
    return [
        Reason(
            rule,
            breach_words(rule, detail.policy),
            (*rule.excursions[:1], *rule.excursions[1:][-1:]),
            rule.excursions[1:-1],
            what_would_change(
                rule,
                detail.condition,
                detail.policy,
                is_closed=is_closed,
                bound=detail.twin.bound,
            ),
            tuple(evidence_of(rule, detail.condition)),
        )
        for rule in fired
    ]


def what_is_left(detail: AssetDetail) -> list[Left]:
    """Return the allowances that are not used up, the nearest first."""
    titles = {f"boundary:{one.id}": one.title for one in detail.policy.boundaries}
    return [
        Left(one.rule, titles.get(one.rule, _title(one.rule)), one.text, one.used_ppm)
        for one in allowances(detail.condition, detail.policy, detail.twin)
    ]


def unobserved(detail: AssetDetail) -> list[tuple[CoverageOf, int]]:
    """Return for each required quantity which share of the time without it is used up, in ppm.

    Where all of the time must be observed, the first moment without uses it up.
    """
    coverage = detail.condition.coverage
    allowed = coverage.planned * (FULL_PPM - detail.policy.observation.minimum_coverage_ppm)
    return [
        (one, _share((coverage.planned - one.observed) * FULL_PPM, allowed))
        for one in coverage.quantities
    ]


def _share(used: int, allowed: int) -> int:
    if used >= allowed:
        return FULL_PPM if used else 0
    return used * FULL_PPM // allowed


def findings(detail: AssetDetail) -> tuple[list[ShownFinding], list[ShownFinding]]:
    """Return what is found against the sensors now, and the newest of what is over."""
    sensors, limits = detail.condition.sensors, detail.policy.sensors
    is_closed, bound = detail.twin.closed_at is not None, detail.twin.bound
    running = [
        _finding(one, outlook_of_finding(one, limits, is_closed=is_closed, bound=bound))
        for one in sensors.running
    ]
    return running, [_finding(one, "") for one in reversed(sensors.over)]


def near_limits(detail: AssetDetail) -> list[str]:
    """Return which worst values lie within the sensors' accuracy of a limit."""
    return [
        f"{near_limit_words(one, detail.policy)} ({one.device} {one.sensor}, {moment_text(one.at)})"
        for one in detail.condition.near_limits
    ]


def milestones(detail: AssetDetail) -> list[Reached]:
    """Return the milestones in event order, those that changed nothing among them."""
    twin = detail.twin
    found = [
        Reached(one, business_step(one.name), "", one in twin.shown_milestones)
        for one in twin.milestones
    ]
    for one in twin.milestone_faults:
        fault, phase = fault_of(twin, one)
        words = fault_words(fault, one.name, phase)
        found.append(Reached(one, business_step(one.name), words, is_shown=False))
    return sorted(found, key=lambda one: one.milestone.observed_at)


def phases(detail: AssetDetail) -> list[tuple[str, bool]]:
    """Return the phases of a journey, and which of them it is in."""
    return [(one.value, one is detail.condition.phase) for one in Phase]


def custody_figures(detail: AssetDetail) -> CustodyFigures:
    """Return what of custody stands outside its table."""
    summary = detail.condition.custody
    holders = (one.holder for one in summary.liability)
    minutes = tuple(zip(holders, minutes_of(summary), strict=True))
    return CustodyFigures(summary, due_at(detail.twin.custody, detail.policy), minutes)


def _finding(one: FoundOfSensor, outlook: str) -> ShownFinding:
    shown = tuple((at, told(value, one.quantity)) for at, value in one.readings)
    return ShownFinding(one, finding_words(one.kind), shown, outlook)


def _title(rule: str) -> str:
    kind, _, quantity = rule.partition(":")
    words = kind.replace("_", " ")
    return f"{quantity} {words}".strip().capitalize()
