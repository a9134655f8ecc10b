"""One shipment with a text of the caller's in one of the places for free text that there are."""

from __future__ import annotations

from functools import cache

import rfc8785
from msgspec import structs

from condition_reports.facts import Facts, facts_of
from tests.unit.twins.maps import circle
from tests.unit.twins.maps import document as plan_document
from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Decision,
    DecisionOutcome,
    Handover,
    HandoverPhase,
    Input,
    Milestone,
    MilestoneName,
    Packing,
    Plan,
    PolicyAssigned,
    in_event_order,
)
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import Reading
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess

from .scenes import DEMANDING, MINUTE, START, policy_from

PLAIN = "A plain name"
"""What stands where nothing is injected; it needs quotation marks, as most injections do."""

FIELDS = (
    "asset", "title", "owner", "policy", "policy_title", "policy_source", "limit_id", "limit_title",
    "device", "other_device", "sensor", "holder", "taker", "offered_to", "nonce", "place", "seal",
    "milestone_place", "decided_by", "decision_reason", "stop_place", "parent",
)  # fmt: skip
"""Every text that somebody types, or that a device sends."""


def injected_facts(field: str = "", text: str = PLAIN) -> Facts:
    """Return the facts of the shipment with a text in one of its fields."""
    names = dict.fromkeys(FIELDS, PLAIN) | _APART
    if field:
        names[field] = text
    policy = _policy(*(names[one] for one in _OF_POLICY))
    twin = advance(AssetTwin(names["asset"]), in_event_order(_inputs(names)), policy)
    return facts_of(
        assess(twin, policy, START + 200 * MINUTE),
        title=names["title"],
        policy=policy,
        custody=twin.custody,
        milestones=twin.milestones,
        decisions=twin.decisions,
    )


_APART = {
    "other_device": "Another device",
    "taker": "Another party",
    "offered_to": "A third party",
    "parent": "A box",
    "policy": "a-policy",
    "limit_id": "a-limit",
}
"""Names that must not be those of others."""


_OF_POLICY = ("policy", "policy_title", "policy_source", "limit_id", "limit_title")


def _policy(name: str, title: str, source: str, limit: str, limit_title: str) -> ConditionPolicy:
    policy = _parsed()
    first, *others = policy.boundaries
    limits = (structs.replace(first, id=limit, title=limit_title), *others)
    return structs.replace(policy, id=name, title=title, source=source, boundaries=limits)


@cache
def _parsed() -> ConditionPolicy:
    return policy_from(DEMANDING)


def _inputs(names: dict[str, str]) -> list[Input]:
    asset = names["asset"]
    devices = (names["device"], names["other_device"])
    stops = [circle("A", 50.0, 8, role="origin", place=names["stop_place"]), circle("C", 50.04, 8)]
    return [
        Commissioned(1, asset, names["owner"], names["holder"], names["title"], START),
        PolicyAssigned(1, asset, names["policy"], bytes(32), START),
        Plan(1, asset, plan_document(stops), START),
        Packing(1, BindingAction.ADD, names["parent"], asset, START),
        *(Binding(1, BindingAction.ADD, one, asset, START, 10 * MINUTE) for one in devices),
        *(
            Reading(1, device, names["sensor"], quantity, value, START + minute * MINUTE, 1)
            for minute in range(0, 200, 10)
            for device in devices
            for quantity, value in _values(minute)
        ),
        Milestone(1, asset, MilestoneName.START, START + 1, names["milestone_place"]),
        *_handovers(names),
        Decision(
            1,
            asset,
            DecisionOutcome.QUARANTINED,
            names["decided_by"],
            names["decision_reason"],
            START + 150 * MINUTE,
        ),
    ]


def _values(minute: int) -> list[tuple[str, int]]:
    found = [("temperature", 9_500 if 50 < minute < 120 else 4_000)]
    if minute in {0, 190}:
        found.append(("battery", 5_000))
    if minute == 60:
        found += [("acceleration", 45_000), ("illuminance", 300_000)]
    return found


def _handovers(names: dict[str, str]) -> list[Input]:
    steps = (
        (names["holder"], names["taker"], HandoverPhase.OFFERED, "", 70),
        (names["holder"], names["taker"], HandoverPhase.ACCEPTED, "other", 75),
        (names["taker"], names["offered_to"], HandoverPhase.OFFERED, "", 130),
    )
    return [
        Handover(
            1,
            rfc8785.dumps(
                {
                    "asset": names["asset"],
                    "from": giver,
                    "to": taker,
                    "phase": phase.value,
                    "nonce": f"{names['nonce']}{giver}",
                    "place": names["place"],
                    "seal": names["seal"] + other,
                    "observed_at": START + minute * MINUTE,
                    "schema": "cargotwin.handover.v1",
                }
            ),
        )
        for giver, taker, phase, other, minute in steps
    ]
