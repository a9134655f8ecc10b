"""What is recommended: rules over the facts choose among reviewed sentences; no writer does."""

from __future__ import annotations

import enum

from twins.custody.possession import CustodyState
from twins.policy.condition_policy import Disposition, Severity

from .fact_types import Facts


class Action(enum.StrEnum):
    """A recommendation that people have reviewed; the most urgent first."""

    RETURN_INSIDE = "return_inside"
    INSPECT_DAMAGE = "inspect_damage"
    QUARANTINE = "quarantine"
    INSPECT_PACKAGING = "inspect_packaging"
    REVIEW_FINDINGS = "review_findings"
    CONFIRM_DECISION = "confirm_decision"
    FOLLOW_DECISION = "follow_decision"
    USE_FIRST = "use_first"
    OBTAIN_RECORDS = "obtain_records"
    SETTLE_DISPUTE = "settle_dispute"
    OBTAIN_ANSWER = "obtain_answer"
    ASK_CARRIER = "ask_carrier"
    SAVE_ALLOWANCE = "save_allowance"
    CHECK_SENSORS = "check_sensors"
    RELEASE_AS_USUAL = "release_as_usual"
    CONTINUE = "continue"


ACTION_SENTENCES = {
    Action.RETURN_INSIDE: "bring the goods back inside the limits at once",
    Action.INSPECT_DAMAGE: "set the goods aside and inspect them for damage",
    Action.QUARANTINE: "quarantine the goods until quality assurance has decided",
    Action.INSPECT_PACKAGING: "inspect packaging and seals before acceptance",
    Action.REVIEW_FINDINGS: "have quality assurance review the findings before release",
    Action.CONFIRM_DECISION: "follow the quality decision if it knew of these findings",
    Action.FOLLOW_DECISION: "follow the quality decision",
    Action.USE_FIRST: "use these goods before others",
    Action.OBTAIN_RECORDS: "obtain the missing sensor records",
    Action.SETTLE_DISPUTE: "settle the disputed handover",
    Action.OBTAIN_ANSWER: "obtain the overdue custody answer",
    Action.ASK_CARRIER: "ask the carrier about the delay or detour",
    Action.SAVE_ALLOWANCE: "avoid further time outside the limits",
    Action.CHECK_SENSORS: "check the sensors",
    Action.RELEASE_AS_USUAL: "proceed with the usual release",
    Action.CONTINUE: "continue the shipment as planned",
}

UNUSABLE_SHARE = 10
"""One unusable reading in this many is worth a look at the sensor."""

_RELEASING = frozenset({"released", "partially released"})
_FORBIDDING = frozenset({Action.QUARANTINE, Action.INSPECT_DAMAGE})

_ABOUT_THE_GOODS = frozenset({"boundary", "mean_kinetic_temperature", "shelf_life"})
"""Rules, without what they are about, that call for a review where no disposition does."""


def actions_of(facts: Facts) -> tuple[Action, ...]:
    """Return what is recommended, the most urgent first; never nothing."""
    chosen = {*_for_the_goods(facts), *_for_the_record(facts)}
    if not chosen:
        chosen = {_as_usual(facts)}
    return tuple(action for action in Action if action in chosen)


def _as_usual(facts: Facts) -> Action:
    if facts.severity > Severity.NONE:
        return Action.REVIEW_FINDINGS
    return Action.RELEASE_AS_USUAL if facts.is_finished else Action.CONTINUE


def actions_text(actions: tuple[Action, ...]) -> str:
    """Return the reviewed sentences as one list."""
    return "; ".join(ACTION_SENTENCES[action] for action in actions)


def _for_the_goods(facts: Facts) -> set[Action]:
    if facts.decision is not None and facts.decision.is_current:
        # A logger may be read out after the decision: when a reading arrived, no fact says.
        is_release = facts.decision.outcome in _RELEASING and facts.severity > Severity.NONE
        chosen = {Action.CONFIRM_DECISION if is_release else Action.FOLLOW_DECISION}
    else:
        chosen = {*_by_the_verdict(facts), *_by_rules(facts)}
        if _is_held_back(facts) and not chosen & _FORBIDDING:
            chosen.add(Action.FOLLOW_DECISION)
    is_usable = not _is_held_back(facts) and not chosen & _FORBIDDING
    if "shelf_life_left" in facts.fired and is_usable:
        chosen.add(Action.USE_FIRST)
    if not facts.is_finished:
        is_running_out = any(one.used_up_at and one.is_nearly_spent for one in facts.budgets)
        if facts.is_outside or is_running_out:
            chosen.add(Action.RETURN_INSIDE)
        if any(one.is_nearly_spent for one in facts.budgets):
            chosen.add(Action.SAVE_ALLOWANCE)
    return chosen


def _is_held_back(facts: Facts) -> bool:
    """Tell whether a person forbade to use the goods; what came later does not allow it."""
    return facts.decision is not None and facts.decision.outcome not in _RELEASING


def _by_the_verdict(facts: Facts) -> set[Action]:
    if facts.disposition is Disposition.DAMAGED:
        return {Action.INSPECT_DAMAGE}
    if facts.disposition is Disposition.NON_CONFORMANT:
        is_minor = facts.severity is Severity.MINOR
        return {Action.REVIEW_FINDINGS if is_minor else Action.QUARANTINE}
    if facts.disposition is Disposition.CONTAINER_OPEN:
        return {Action.INSPECT_PACKAGING}
    if any(rule.partition(":")[0] in _ABOUT_THE_GOODS for rule in facts.fired):
        return {Action.REVIEW_FINDINGS}
    return set()


def _by_rules(facts: Facts) -> set[Action]:
    """Return what a rule asks for whatever else makes the verdict."""
    chosen = set()
    if {"damage_boundary", "shocks_undecided"} & set(facts.fired):
        chosen.add(Action.INSPECT_DAMAGE)
    if facts.custody.seal_mismatches:
        chosen.add(Action.INSPECT_PACKAGING)
    return chosen


def _for_the_record(facts: Facts) -> set[Action]:
    chosen = set()
    if facts.disposition is Disposition.UNKNOWN or facts.coverage.minimum or facts.coverage.gaps:
        chosen.add(Action.OBTAIN_RECORDS)
    if facts.custody.state is CustodyState.DISPUTED:
        chosen.add(Action.SETTLE_DISPUTE)
    if facts.custody.due_at:
        chosen.add(Action.OBTAIN_ANSWER)
    if facts.route is not None and not facts.is_finished:
        chosen.add(Action.ASK_CARRIER)
    # Of a finished shipment a sensor is of interest where doubt of it may be why records lack.
    is_lacking = bool(facts.coverage.minimum or facts.coverage.gaps)
    is_doubted = facts.sensors.is_doubted and (is_lacking or not facts.is_finished)
    if is_doubted or 0 < facts.quality.readings <= facts.quality.unusable * UNUSABLE_SHARE:
        chosen.add(Action.CHECK_SENSORS)
    return chosen
