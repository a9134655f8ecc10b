"""Made shipments with real twins: what each of them went through is stated by its readings."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Decision,
    DecisionOutcome,
    Handover,
    HandoverPhase,
    HandoverStatement,
    Input,
    Milestone,
    MilestoneName,
    PolicyAssigned,
    event_key,
)
from twins.policy.condition_policy import ConditionPolicy, parse_policy
from twins.readings import Reading
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, assess

MINUTE = 60_000_000
HOUR = 60 * MINUTE
NOON = 1_795_176_000_000_000
"""2026-11-20T12:00:00Z, the moment at which every made shipment is judged."""

HOSTILE = "<script>alert(1)</script>\"' onload=x &amp; \u202egnp.exe\u2066"
EVERY = 5 * MINUTE

VACCINE = parse_policy(
    {
        "schema": 1,
        "id": "vaccine-2-8",
        "title": "Vaccine, 2 to 8 °C",
        "source": "made for tests",
        "observation": {"required": ["temperature"], "minimum_coverage": 0.9, "severity": "major"},
        "boundary": [
            {
                "id": "too-warm",
                "quantity": "temperature",
                "side": "upper",
                "limit": 8.0,
                "hysteresis": 0.5,
                "delay_s": 900,
                "severity": "critical",
                "title": "Not above 8 °C for 15 minutes or longer",
            },
            {
                "id": "time-above",
                "quantity": "temperature",
                "side": "upper",
                "limit": 8.0,
                "delay_s": 14_400,
                "mode": "cumulative",
                "severity": "major",
                "title": "Not above 8 °C for more than 4 hours in all",
            },
            {
                "id": "too-cold",
                "quantity": "temperature",
                "side": "lower",
                "limit": 2.0,
                "severity": "critical",
                "title": "Never below 2 °C",
            },
        ],
        "wear": {
            "shock_from": 10.0,
            "shock_full": 20,
            "handling_full": 40,
            "exposure_full_s": 36_000,
        },
    },
    hashlib.sha256(b"vaccine-2-8").digest(),
    "vaccine-2-8",
)

ELECTRONICS = parse_policy(
    {
        "schema": 1,
        "id": "fragile-electronics",
        "title": "Fragile electronics",
        "source": "made for tests",
        "observation": {"required": ["humidity"], "minimum_coverage": 0.8, "severity": "minor"},
        "boundary": [
            {
                "id": "dropped",
                "quantity": "acceleration",
                "side": "upper",
                "limit": 50.0,
                "severity": "major",
                "disposition": "damaged",
                "title": "No shock above 50 g",
            },
            {
                "id": "humid",
                "quantity": "humidity",
                "side": "upper",
                "limit": 70.0,
                "delay_s": 3600,
                "severity": "minor",
                "title": "Not above 70 %RH for an hour",
            },
        ],
        "wear": {"shock_from": 20.0, "shock_full": 10, "handling_full": 30},
    },
    hashlib.sha256(b"fragile-electronics").digest(),
    "fragile-electronics",
)


@dataclass(frozen=True)
class Shipment:
    """Inputs of one asset, the twin that they fold to, and the condition at noon."""

    id: str
    title: str
    policy: ConditionPolicy
    inputs: Sequence[Input]
    as_of: int = NOON
    twin: AssetTwin = field(init=False)
    condition: Condition = field(init=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.inputs, key=event_key)
        object.__setattr__(self, "twin", advance(AssetTwin(self.id), ordered, self.policy))
        object.__setattr__(self, "condition", assess(self.twin, self.policy, self.as_of))

    @property
    def readings(self) -> list[Reading]:
        return [one for one in self.inputs if isinstance(one, Reading)]


def begun(
    asset: str, title: str, policy: ConditionPolicy, at: int, holder: str = "acme-pharma"
) -> list[Input]:
    return [
        Commissioned(1, asset, "0x" + "ab" * 20, holder, title, at),
        PolicyAssigned(1, asset, policy.id, policy.digest, at),
        Binding(1, BindingAction.ADD, f"logger-{asset}", asset, at + MINUTE, EVERY),
        Milestone(1, asset, MilestoneName.START, at + 2 * MINUTE, "Basel"),
    ]


def handover(
    asset: str, giver: str, taker: str, at: int, phase: HandoverPhase, nonce: str
) -> Handover:
    statement = HandoverStatement(asset, giver, taker, at, phase, nonce, "Basel dock 4", "S-1042")
    return Handover(1, msgspec.json.encode(statement))


def passed(asset: str, giver: str, taker: str, at: int) -> list[Input]:
    nonce = f"{asset}-{at}"
    return [
        handover(asset, giver, taker, at - 10 * MINUTE, HandoverPhase.OFFERED, nonce),
        handover(asset, giver, taker, at, HandoverPhase.ACCEPTED, nonce),
    ]


def read(
    asset: str,
    quantity: str,
    start: int,
    values: Sequence[int],
    sensor: str = "core",
    device: str = "",
) -> list[Input]:
    name = device or f"logger-{asset}"
    return [
        Reading(1, name, sensor, quantity, value, start + place * EVERY, 1, place)
        for place, value in enumerate(values)
    ]


def waves(count: int, middle: int, swing: int) -> list[int]:
    """Return a made course of values: two waves that do not repeat within a day."""
    return [
        middle + round(swing * (0.7 * math.sin(n / 23) + 0.3 * math.sin(n / 5.3)))
        for n in range(count)
    ]


def warm_vaccine() -> Shipment:
    """Twenty-four hours: an unobserved stretch of two hours, then above 8 °C from 10:00 on."""
    start = NOON - 24 * HOUR
    values = waves(288, 4_700, 900)
    values[264:] = [min(11_800, values[263] + 330 * n) for n in range(1, 25)]
    readings = read("SGTIN-4711", "temperature", start, values)
    kept = [*readings[:120], *readings[144:]]
    inputs = [
        *begun("SGTIN-4711", "Vaccine lot 4711", VACCINE, start - 5 * MINUTE),
        *kept,
        *passed("SGTIN-4711", "acme-pharma", "alpine-freight", start + 4 * HOUR),
        *passed("SGTIN-4711", "alpine-freight", "nordic-cold-chain", start + 15 * HOUR),
    ]
    return Shipment("SGTIN-4711", "Vaccine lot 4711", VACCINE, inputs)


def dropped_camera() -> Shipment:
    start = NOON - 30 * HOUR
    inputs = [
        *begun("camera-7", "Camera crate 7", ELECTRONICS, start, "optics-works"),
        *read("camera-7", "humidity", start + 2 * MINUTE, waves(360, 48_000, 9_000), "air"),
        Reading(1, "logger-camera-7", "shock", "acceleration", 12_400, start + 3 * HOUR, 1, 1),
        Reading(1, "logger-camera-7", "shock", "acceleration", 74_250, start + 9 * HOUR, 1, 2),
        Reading(1, "logger-camera-7", "shock", "acceleration", 23_800, start + 21 * HOUR, 1, 3),
        handover(
            "camera-7", "optics-works", "city-couriers", NOON - HOUR, HandoverPhase.OFFERED, "n"
        ),
    ]
    return Shipment("camera-7", "Camera crate 7", ELECTRONICS, inputs)


def silent_vaccine() -> Shipment:
    start = NOON - 12 * HOUR
    inputs = [
        *begun("SGTIN-4712", "Vaccine lot 4712", VACCINE, start),
        *read("SGTIN-4712", "temperature", start + 2 * MINUTE, waves(60, 5_000, 500)),
    ]
    return Shipment("SGTIN-4712", "Vaccine lot 4712", VACCINE, inputs)


def calm_vaccine(number: int = 4713) -> Shipment:
    asset, start = f"SGTIN-{number}", NOON - 8 * HOUR
    title = f"Vaccine lot {number}"
    inputs = [
        *begun(asset, title, VACCINE, start),
        *read(asset, "temperature", start + 2 * MINUTE, waves(96, 4_800, 700)),
        *read(asset, "temperature", start + 2 * MINUTE, waves(96, 5_300, 600), "door"),
    ]
    return Shipment(asset, title, VACCINE, inputs)


def delivered_vaccine() -> Shipment:
    start = NOON - 20 * HOUR
    asset = "SGTIN-4700"
    inputs = [
        *begun(asset, "Vaccine lot 4700", VACCINE, start),
        *read(asset, "temperature", start + 2 * MINUTE, waves(190, 4_800, 700)),
        *passed(asset, "acme-pharma", "city-hospital", start + 15 * HOUR),
        Milestone(1, asset, MilestoneName.CLOSE, start + 15 * HOUR + 30 * MINUTE, "City hospital"),
        Decision(1, asset, DecisionOutcome.RELEASED, "qa", "All in order", start + 17 * HOUR),
    ]
    return Shipment(asset, "Vaccine lot 4700", VACCINE, inputs)


def disputed_vaccine() -> Shipment:
    start = NOON - 6 * HOUR
    asset = "SGTIN-4714"
    inputs = [
        *begun(asset, "Vaccine lot 4714", VACCINE, start),
        *read(asset, "temperature", start + 2 * MINUTE, waves(72, 4_800, 700)),
        handover(
            asset, "acme-pharma", "alpine-freight", NOON - 2 * HOUR, HandoverPhase.OFFERED, "d"
        ),
        handover(asset, "acme-pharma", "alpine-freight", NOON - HOUR, HandoverPhase.DISPUTED, "d"),
    ]
    return Shipment(asset, "Vaccine lot 4714", VACCINE, inputs)


def hostile_vaccine() -> Shipment:
    """Its title, holder, device and sensor are attempts to break out of a page or a chart."""
    start = NOON - 3 * HOUR
    inputs = [
        Commissioned(1, "evil-1", "", HOSTILE, HOSTILE, start),
        Binding(1, BindingAction.ADD, HOSTILE, "evil-1", start + MINUTE, EVERY),
        *read("evil-1", "temperature", start + 2 * MINUTE, [5_000] * 36, HOSTILE, HOSTILE),
    ]
    return Shipment("evil-1", HOSTILE, VACCINE, inputs)


def unread_vaccine() -> Shipment:
    return Shipment("SGTIN-4715", "", VACCINE, [])


def every_shipment() -> list[Shipment]:
    return [
        warm_vaccine(),
        dropped_camera(),
        disputed_vaccine(),
        silent_vaccine(),
        hostile_vaccine(),
        calm_vaccine(4713),
        calm_vaccine(4716),
        delivered_vaccine(),
        unread_vaccine(),
    ]
