"""What is recommended: rules over the facts choose among reviewed sentences; no writer does."""

from __future__ import annotations

import enum

from twins.custody import CustodyState
from twins.policy import Disposition, Severity

from .fact_types import Facts


class Action(enum.StrEnum):
    """A recommendation that people have reviewed; the most urgent first."""

    RETURN_INSIDE = "return_inside"
    INSPECT_DAMAGE = "inspect_damage"
    QUARANTINE = "quarantine"
    INSPECT_PACKAGING = "inspect_packaging"
    REVIEW_FINDINGS = "review_findings"
    FOLLOW_DECISION = "follow_decision"
    OBTAIN_RECORDS = "obtain_records"
    SETTLE_DISPUTE = "settle_dispute"
    SAVE_ALLOWANCE = "save_allowance"
    CHECK_SENSORS = "check_sensors"
    RELEASE_AS_USUAL = "release_as_usual"
    CONTINUE = "continue"


ACTION_SENTENCES = {
    Action.RETURN_INSIDE: "bring the goods back inside the limits at once",
    Action.INSPECT_DAMAGE: "set the goods aside and inspect them for damage",
    Action.QUARANTINE: "keep the goods in quarantine until quality assurance has decided",
    Action.INSPECT_PACKAGING: "inspect packaging and seals before the goods are accepted",
    Action.REVIEW_FINDINGS: "have quality assurance review the findings before release",
    Action.FOLLOW_DECISION: "proceed as the quality decision on record says",
    Action.OBTAIN_RECORDS: "obtain the missing sensor records before deciding on the goods",
    Action.SETTLE_DISPUTE: "settle the disputed handover with both parties",
    Action.SAVE_ALLOWANCE: "avoid further time outside the limits, as an allowance is nearly spent",
    Action.CHECK_SENSORS: "check the sensors that gave unusable readings",
    Action.RELEASE_AS_USUAL: "proceed with the usual release",
    Action.CONTINUE: "continue the shipment as planned",
}

UNUSABLE_SHARE = 10
"""One unusable reading in this many is worth a look at the sensor."""


def actions_of(facts: Facts) -> tuple[Action, ...]:
    """Return what is recommended, the most urgent first; never nothing."""
    chosen = {*_for_the_goods(facts), *_for_the_record(facts)}
    if not chosen:
        chosen = {Action.RELEASE_AS_USUAL if facts.is_finished else Action.CONTINUE}
    return tuple(action for action in Action if action in chosen)


def actions_text(actions: tuple[Action, ...]) -> str:
    """Return the reviewed sentences as one list."""
    return "; ".join(ACTION_SENTENCES[action] for action in actions)


def _for_the_goods(facts: Facts) -> set[Action]:
    chosen = set()
    if facts.decision is not None and facts.decision.is_current:
        chosen.add(Action.FOLLOW_DECISION)
    elif facts.disposition is Disposition.DAMAGED:
        chosen.add(Action.INSPECT_DAMAGE)
    elif facts.disposition is Disposition.NON_CONFORMANT:
        is_minor = facts.severity is Severity.MINOR
        chosen.add(Action.REVIEW_FINDINGS if is_minor else Action.QUARANTINE)
    elif facts.disposition is Disposition.CONTAINER_OPEN:
        chosen.add(Action.INSPECT_PACKAGING)
    elif any(rule.startswith("boundary:") for rule in facts.fired):
        chosen.add(Action.REVIEW_FINDINGS)
    if not facts.is_finished and any(not one.ended_at for one in facts.excursions):
        chosen.add(Action.RETURN_INSIDE)
    if not facts.is_finished and any(one.is_nearly_spent for one in facts.budgets):
        chosen.add(Action.SAVE_ALLOWANCE)
    return chosen


def _for_the_record(facts: Facts) -> set[Action]:
    chosen = set()
    if facts.disposition is Disposition.UNKNOWN or facts.coverage.minimum:
        chosen.add(Action.OBTAIN_RECORDS)
    if facts.custody.state is CustodyState.DISPUTED:
        chosen.add(Action.SETTLE_DISPUTE)
    if 0 < facts.quality.readings <= facts.quality.unusable * UNUSABLE_SHARE:
        chosen.add(Action.CHECK_SENSORS)
    return chosen
