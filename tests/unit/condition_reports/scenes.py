"""Shipments with a story, folded by the twins themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
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
    PolicyAssigned,
    event_key,
)
from twins.policy.condition_policy import ConditionPolicy, parse_policy
from twins.readings import MICROSECONDS, QUANTITIES, Reading
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, assess

MINUTE = 60 * MICROSECONDS
START = 1_795_069_200 * MICROSECONDS
ASSET = "urn:epc:id:sscc:4012345.1234567890"

VACCINE: dict[str, Any] = {
    "schema": 1,
    "id": "vaccine-2-8",
    "title": "Vaccines, 2 to 8 °C",
    "source": "WHO TRS 961, annex 9",
    "observation": {
        "required": ["temperature"],
        "minimum_coverage": 0.95,
        "severity": "major",
        "maximum_hold_s": 900,
    },
    "boundary": [
        {
            "id": "warm",
            "quantity": "temperature",
            "side": "upper",
            "limit": 8.0,
            "hysteresis": 0.5,
            "delay_s": 1800,
            "severity": "critical",
            "title": "Not above 8 °C for 30 minutes",
        },
        {
            "id": "frozen",
            "quantity": "temperature",
            "side": "lower",
            "limit": 0.0,
            "severity": "critical",
            "disposition": "damaged",
            "title": "Never below 0 °C",
        },
        {
            "id": "warm-in-all",
            "quantity": "temperature",
            "side": "upper",
            "limit": 8.0,
            "delay_s": 7200,
            "mode": "cumulative",
            "severity": "major",
            "title": "Not above 8 °C for 2 hours in all",
        },
        {
            "id": "opened",
            "quantity": "illuminance",
            "side": "upper",
            "limit": 10.0,
            "severity": "minor",
            "disposition": "container_open",
            "latched": True,
            "title": "Carton opened",
        },
    ],
    "wear": {"shock_from": 5.0, "shock_full": 40, "handling_full": 20, "exposure_full_s": 14400},
}

ELECTRONICS: dict[str, Any] = {
    "schema": 1,
    "id": "fragile-electronics",
    "title": "Fragile electronics",
    "source": "IEC 60721-3-2",
    "observation": {
        "required": ["temperature", "humidity"],
        "minimum_coverage": 0.9,
        "severity": "minor",
        "maximum_hold_s": 900,
    },
    "boundary": [
        {
            "id": "damp",
            "quantity": "humidity",
            "side": "upper",
            "limit": 75.0,
            "delay_s": 3600,
            "severity": "minor",
            "title": "Not above 75 %RH for 1 hour",
        },
        {
            "id": "dropped",
            "quantity": "acceleration",
            "side": "upper",
            "limit": 50.0,
            "severity": "major",
            "disposition": "damaged",
            "title": "No peak above 50 g",
        },
    ],
    "wear": {"shock_from": 15.0, "shock_full": 8, "handling_full": 30, "exposure_full_s": 0},
}

PERISHABLE: dict[str, Any] = {
    "schema": 1,
    "id": "perishable",
    "title": "Perishables, 4 °C",
    "source": "made for tests",
    "observation": {
        "required": ["temperature"],
        "minimum_coverage": 0.9,
        "severity": "minor",
        "maximum_hold_s": 900,
    },
    "boundary": [
        {
            "id": "warm",
            "quantity": "temperature",
            "side": "upper",
            "limit": 8.0,
            "delay_s": 1800,
            "severity": "major",
            "title": "Not above 8 °C for 30 minutes",
        },
        {
            "id": "cold",
            "quantity": "temperature",
            "side": "lower",
            "limit": 3.5,
            "severity": "major",
            "title": "Never below 3.5 °C",
        },
        {
            "id": "warm-in-all",
            "quantity": "temperature",
            "side": "upper",
            "limit": 8.0,
            "delay_s": 36000,
            "mode": "cumulative",
            "severity": "minor",
            "title": "Not above 8 °C for 10 hours in all",
        },
    ],
    "mean_kinetic_temperature": {"limit": 8.0, "severity": "major", "window_h": 24, "above": 8.0},
    "shelf_life": {
        "model": "q10",
        "q10": 2.0,
        "days": 10.0,
        "reference": 4.0,
        "severity": "major",
        "warn_left": 0.96,
    },
    "sensors": {"severity": "minor", "battery_low": 10.0, "accuracy": {"temperature": 0.5}},
    "shock": {
        "restitution": 0.5,
        "critical_velocity_m_s": 2.0,
        "critical_acceleration_g": 40.0,
        "severity": "critical",
    },
    "custody": {"answer_within_s": 3600, "severity": "minor"},
}

DEMANDING: dict[str, Any] = {
    **PERISHABLE,
    "id": "demanding",
    "boundary": [
        *PERISHABLE["boundary"],
        *VACCINE["boundary"][1::2],
        {**PERISHABLE["boundary"][0], "id": "core", "of": "core", "limit": 6.0},
        {
            **PERISHABLE["boundary"][2],
            "id": "core-in-all",
            "of": "core",
            "limit": 5.0,
            "delay_s": 3600,
        },
        {**PERISHABLE["boundary"][1], "id": "cold-on-the-way", "phases": ["transit"]},
    ],
    "core": {"time_constant_s": 1800},
    "sensors": {
        **PERISHABLE["sensors"],
        "quorum": 2,
        "disagreement": {"temperature": 1.0},
        "drift": {"temperature": 0.5},
        "largest_step_per_minute": {"temperature": 1.0},
        "stuck_after_s": {"temperature": 1200},
    },
    "location": {"off_route_delay_s": 600, "largest_speed_m_s": 50.0, "severity": "minor"},
    "wear": {
        **VACCINE["wear"],
        "fatigue_quantity": "temperature",
        "fatigue_cycles": 1000,
        "fatigue_exponent": 2,
    },
}
"""Every rule that there is, at once."""


class Scene(msgspec.Struct, frozen=True):
    condition: Condition
    policy: ConditionPolicy
    twin: AssetTwin
    title: str


def policy_from(document: dict[str, Any]) -> ConditionPolicy:
    digest = hashlib.sha256(rfc8785.dumps(document)).digest()
    return parse_policy(document, digest, document["id"])


def facts_from(scene: Scene) -> Facts:
    return facts_of(
        scene.condition,
        title=scene.title,
        policy=scene.policy,
        custody=scene.twin.custody,
        milestones=scene.twin.milestones,
        decisions=scene.twin.decisions,
    )


def at(minutes: int) -> int:
    return START + minutes * MINUTE


def reading(
    minutes: int,
    value: float,
    quantity: str = "temperature",
    *,
    device: str = "logger-17",
    sensor: str = "",
    quality: int = 0,
) -> Reading:
    steps = round(value * QUANTITIES[quantity].scale)
    return Reading(1, device, sensor or quantity, quantity, steps, at(minutes), 1, quality=quality)


def handover(
    minutes: int, giver: str, taker: str, phase: HandoverPhase, nonce: str, seal: str = ""
) -> Handover:
    statement = {
        "asset": ASSET,
        "from": giver,
        "to": taker,
        "observed_at": at(minutes),
        "phase": phase.value,
        "nonce": nonce,
        "place": "",
        "seal": seal,
        "schema": "cargotwin.handover.v1",
    }
    return Handover(1, rfc8785.dumps(statement))


def passed(minutes: int, giver: str, taker: str) -> list[Handover]:
    nonce = f"n{minutes}"
    return [
        handover(minutes - 5, giver, taker, HandoverPhase.OFFERED, nonce),
        handover(minutes, giver, taker, HandoverPhase.ACCEPTED, nonce),
    ]


def scene(
    document: dict[str, Any],
    inputs: Sequence[Input],
    minutes: int,
    title: str = "Influenza vaccine, pallet 7",
    holder: str = "northlab",
) -> Scene:
    policy = policy_from(document)
    first = [
        Commissioned(1, ASSET, "", holder, title, at(-20)),
        PolicyAssigned(1, ASSET, policy.id, policy.digest, at(-15)),
        Binding(1, BindingAction.ADD, "logger-17", ASSET, at(0), 5 * MINUTE),
    ]
    twin = advance(AssetTwin(ASSET), sorted([*first, *inputs], key=event_key), policy)
    return Scene(assess(twin, policy, at(minutes)), policy, twin, title)


def curve(values: dict[int, float], minutes: int, usual: float) -> list[Reading]:
    """Return a reading every five minutes: `usual`, or the value in force since its minute."""
    readings = []
    value = usual
    for minute in range(0, minutes, 5):
        value = values.get(minute, value)
        readings.append(reading(minute, value + (minute % 25) / 50))
    return readings


def lights(minutes: int, openings: Sequence[int] = ()) -> list[Reading]:
    return [
        reading(minute, 240.0 if minute in openings else 0.5, "illuminance")
        for minute in range(0, minutes, 5)
    ]


def milestone(name: MilestoneName, minutes: int) -> Milestone:
    return Milestone(1, ASSET, name, at(minutes))


def conformant() -> Scene:
    inputs: list[Input] = [
        *curve({}, 1440, 4.1),
        *lights(1440),
        reading(200, 2.4, "acceleration"),
        milestone(MilestoneName.DEPARTURE, 30),
        *passed(60, "northlab", "coldhaul"),
    ]
    return scene(VACCINE, inputs, 1440)


def excursion() -> Scene:
    inputs: list[Input] = [
        *curve({600: 9.4, 640: 10.8, 660: 6.0, 700: 4.4}, 1440, 4.1),
        *lights(1440),
        reading(200, 6.1, "acceleration"),
        reading(210, 5.2, "acceleration"),
        milestone(MilestoneName.DEPARTURE, 30),
        milestone(MilestoneName.DELIVERY, 1430),
        *passed(60, "northlab", "coldhaul"),
        *passed(1430, "coldhaul", "city-clinic"),
    ]
    return scene(VACCINE, inputs, 1440)


def opened() -> Scene:
    inputs: list[Input] = [
        *curve({}, 1440, 4.1),
        *lights(1440, (700, 705, 900)),
        reading(200, 2.4, "acceleration"),
        *passed(60, "northlab", "coldhaul"),
        handover(1000, "coldhaul", "city-clinic", HandoverPhase.OFFERED, "last"),
        handover(1010, "coldhaul", "city-clinic", HandoverPhase.DISPUTED, "last"),
    ]
    return scene(VACCINE, inputs, 1440)


def dropped() -> Scene:
    inputs: list[Input] = [
        *curve({}, 480, 21.0),
        *(reading(minute, 44.0 + minute / 100, "humidity") for minute in range(0, 480, 5)),
        reading(130, 18.2, "acceleration"),
        reading(131, 73.5, "acceleration"),
        milestone(MilestoneName.ARRIVAL, 470),
        *passed(40, "northlab", "coldhaul"),
    ]
    return scene(ELECTRONICS, inputs, 480, "Ventilator control boards")


def silent() -> Scene:
    inputs: list[Input] = [
        *curve({}, 300, 4.1),
        reading(301, 850.0, quality=1),
        *(reading(302 + minute, 5.0, quality=2) for minute in range(40)),
    ]
    return scene(VACCINE, inputs, 1440)


def mute() -> Scene:
    return scene(VACCINE, [], 1440, holder="")


def lasting() -> Scene:
    inputs: list[Input] = [
        *curve({300: 9.2}, 480, 4.1),
        Decision(1, ASSET, DecisionOutcome.QUARANTINED, "qa-north", "warm", at(400)),
    ]
    return scene(VACCINE, inputs, 480)


def bound(device: str, minutes: int = 0) -> Binding:
    return Binding(1, BindingAction.ADD, device, ASSET, at(minutes), 5 * MINUTE)


def troubled() -> Scene:
    """Ten hours at 4 °C with one at 14 °C, and something wrong of every other kind."""
    spans = {300: (14.0, 13.5), 360: (4.0, 3.8)}
    levels = (4.0, 3.8)
    readings = []
    for minute in range(0, 600, 5):
        levels = spans.get(minute, levels)
        readings += [
            reading(minute, levels[0]),
            reading(minute, levels[1], device="logger-18"),
        ]
    offered, accepted = HandoverPhase.OFFERED, HandoverPhase.ACCEPTED
    inputs: list[Input] = [
        bound("logger-18"),
        *readings,
        reading(100, 5.0, "battery"),
        reading(400, 50.0, "acceleration", sensor="shock"),
        reading(400, 3.0, "velocity_change", sensor="shock"),
        reading(410, 60.0, "acceleration", sensor="shock"),
        handover(340, "northlab", "coldhaul", offered, "first", "S-1"),
        handover(345, "northlab", "coldhaul", accepted, "first", "S-2"),
        handover(500, "coldhaul", "city-clinic", offered, "second"),
    ]
    return scene(PERISHABLE, inputs, 600, "Strawberries")


def doubted() -> Scene:
    """A day of two sound sensors and a drifting one, with warm spells too short and a gap."""
    spells = {300: 8.6, 325: 4.1, 700: 8.6, 725: 4.1}
    sound = [one for one in curve(spells, 1440, 4.1) if not at(900) < one.observed_at < at(1000)]
    level = 4.15
    second = []
    for minute in range(0, 1440, 5):
        level = {300: 8.55, 325: 4.15, 700: 8.55, 725: 4.15}.get(minute, level)
        if not 900 < minute < 1000:
            second.append(reading(minute, level + minute % 35 / 100, device="logger-18"))
    third = [
        reading(minute, 4.1 + minute / 200 + minute % 15 / 50, device="logger-19")
        for minute in range(0, 900, 5)
    ]
    document = {
        **VACCINE,
        "observation": {
            **VACCINE["observation"],
            "minimum_coverage": 0.9,
            "maximum_gap_s": 3600,
        },
        "sensors": {"severity": "minor", "drift": {"temperature": 1.0}},
    }
    inputs = [bound("logger-18"), bound("logger-19"), *sound, *second, *third]
    return scene(document, inputs, 1440)


SCENES = {
    "conformant": conformant,
    "non_conformant": excursion,
    "container_open": opened,
    "damaged": dropped,
    "unknown": silent,
    "no_data": mute,
    "lasting_excursion": lasting,
    "troubled": troubled,
    "doubted": doubted,
}
