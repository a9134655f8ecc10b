"""Facts of shipments that somebody made up to break a report, judged by the twins.

Extremes, equal values, zero, limits met exactly, one custodian and hundreds, no data, bad sensors
only, the first and the last moments that can be told, policies with nothing in them, and names
that look like statements, slots, units or values.
"""

from __future__ import annotations

import hashlib
from random import Random
from typing import Any

import rfc8785

from condition_reports.facts import Facts, facts_of
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
    in_event_order,
)
from twins.policy.condition_policy import ConditionPolicy, parse_policy
from twins.readings import MICROSECONDS, QUANTITIES, Reading
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess

from .hostile import HOSTILE, LIKE_WORDS
from .scenes import DEMANDING, ELECTRONICS, MINUTE, PERISHABLE, VACCINE

LARGEST = 2**53 - 1
"""The largest integer that every JSON reader keeps (RFC 8785, RFC 7493 section 2.2)."""

LENGTH = 400 * MINUTE
STARTS = (0, 1_795_069_200 * MICROSECONDS, 951_782_400 * MICROSECONDS, LARGEST - LENGTH)
"""The epoch, a day of 2026, the leap day of 2000, and the last moments that can be told."""

EMPTY: dict[str, Any] = {
    "schema": 1,
    "id": "empty",
    "title": "Nothing",
    "source": "made for tests",
    "observation": {"required": ["temperature"], "minimum_coverage": 0.0, "severity": "minor"},
}
POLICIES = (VACCINE, ELECTRONICS, PERISHABLE, DEMANDING, EMPTY)
NAMES = (*HOSTILE, *LIKE_WORDS)
BAD = (1, 2, 4)


def adversarial_facts(random: Random) -> Facts:
    """Return facts of one such shipment."""
    policy = _policy(random)
    start = random.choice(STARTS)
    asset = random.choice(["pallet-7", *NAMES])
    inputs = _inputs(random, asset, start, policy)
    twin = advance(AssetTwin(asset), inputs, policy)
    decisions = [
        Decision(1, asset, random.choice(list(DecisionOutcome)), random.choice(NAMES), "", start)
        for _ in range(random.choice([0, 0, 1]))
    ]
    return facts_of(
        assess(twin, policy, start + random.choice([LENGTH, LENGTH - 1, LENGTH - MINUTE])),
        title=random.choice(NAMES),
        policy=policy,
        custody=twin.custody,
        milestones=twin.milestones,
        decisions=decisions,
    )


def _policy(random: Random) -> ConditionPolicy:
    document = {**random.choice(POLICIES)}
    title = random.choice(HOSTILE)
    if 0 < len(title) <= 200:
        document["title"] = title
    return parse_policy(document, hashlib.sha256(rfc8785.dumps(document)).digest(), document["id"])


def _inputs(random: Random, asset: str, start: int, policy: ConditionPolicy) -> list[Input]:
    holder = random.choice(["", *NAMES])
    devices = random.sample(NAMES, random.choice([0, 1, 1, 2, 6]))
    bound = devices[: random.choice([0, len(devices), len(devices)])]
    milestones = random.sample(list(MilestoneName), random.choice([0, 0, 1, 5]))
    inputs: list[Input] = [
        Commissioned(1, asset, "", holder, "", start),
        *(Binding(1, BindingAction.ADD, one, asset, start, 5 * MINUTE) for one in bound if one),
        *(Milestone(1, asset, name, start + 7 * MINUTE) for name in milestones),
    ]
    for device in devices:
        inputs += _readings(random, device, start, policy)
    inputs += _handovers(random, asset, holder, start)
    return in_event_order(inputs)


def _readings(random: Random, device: str, start: int, policy: ConditionPolicy) -> list[Input]:
    sensor = random.choice(["", *NAMES])
    found: list[Input] = []
    for quantity in ["temperature", *random.sample(sorted(QUANTITIES), random.randrange(4))]:
        limits = [one.limit for one in policy.boundaries if one.quantity == quantity]
        values = [0, 0, 1, -1, *(limit + step for limit in limits for step in (-1, 0, 1, 1_000))]
        plausible = QUANTITIES[quantity]
        values += random.choice([[], [], [plausible.lowest, plausible.highest], [60_000, -196_000]])
        values = [min(max(one, plausible.lowest), plausible.highest) for one in values]
        if random.random() < 0.3:
            values = [random.choice(values)]
        quality = random.choice([0, 0, 0, *BAD])
        every = random.choice([1, 5, 90])
        found += [
            Reading(
                1,
                device,
                sensor or quantity,
                quantity,
                random.choice(values),
                start + minute * MINUTE,
                1,
                quality=random.choice([quality, quality, 0]),
            )
            for minute in range(random.randrange(60), random.randrange(60, 400), every)
        ]
    return found


def _handovers(random: Random, asset: str, holder: str, start: int) -> list[Input]:
    found: list[Input] = []
    last = holder
    for number in range(random.choice([0, 0, 0, 1, 1, 2, 2, 5, 5, 300])):
        taker = random.choice([one for one in NAMES if one])
        answer = random.choice([HandoverPhase.ACCEPTED] * 4 + list(HandoverPhase))
        seal = random.choice(NAMES)
        for later, phase in enumerate((HandoverPhase.OFFERED, answer)):
            statement: dict[str, str | int] = {
                "asset": asset,
                "from": last,
                "to": taker,
                "phase": phase.value,
                "nonce": f"n{number}",
                "place": random.choice(NAMES),
                "seal": seal if later else random.choice([seal, *NAMES]),
                "observed_at": start + number * MINUTE + later * MICROSECONDS,
                "schema": "cargotwin.handover.v1",
            }
            found.append(Handover(1, rfc8785.dumps(statement)))
        if answer is HandoverPhase.ACCEPTED:
            last = taker
    return found
