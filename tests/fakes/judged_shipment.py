"""A made shipment of which a policy asks everything that a policy can ask."""

import hashlib

import msgspec

from tests.fakes.shipments import EVERY, HOUR, MINUTE, NOON, Shipment, begun
from twins.inputs import (
    Binding,
    BindingAction,
    Handover,
    HandoverPhase,
    HandoverStatement,
    Input,
    Milestone,
    MilestoneName,
)
from twins.policy.condition_policy import ConditionPolicy, parse_policy
from twins.readings import Reading

ASSET = "SGTIN-9001"
START = NOON - 24 * HOUR
KEY = "ed25519:19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"

EVERYTHING = parse_policy(
    {
        "schema": 1,
        "id": "everything",
        "title": "Everything that can be asked",
        "source": "made for tests",
        "observation": {
            "required": ["temperature"],
            "minimum_coverage": 0.95,
            "severity": "major",
            "ignore_first_s": 600,
        },
        "boundary": [
            {
                "id": "above-8",
                "quantity": "temperature",
                "side": "upper",
                "limit": 8.0,
                "hysteresis": 0.5,
                "delay_s": 1_800,
                "severity": "major",
                "latched": False,
                "title": "Not above 8 °C for 30 minutes or longer",
            },
            {
                "id": "above-8-in-sum",
                "quantity": "temperature",
                "side": "upper",
                "limit": 8.0,
                "delay_s": 36_000,
                "mode": "cumulative",
                "severity": "critical",
                "title": "Not above 8 °C for more than 10 hours in sum",
            },
            {
                "id": "above-9",
                "quantity": "temperature",
                "side": "upper",
                "limit": 9.0,
                "severity": "minor",
                "title": "Never above 9 °C",
            },
            {
                "id": "core-above-7",
                "of": "core",
                "quantity": "temperature",
                "side": "upper",
                "limit": 7.0,
                "delay_s": 600,
                "severity": "major",
                "title": "Core not above 7 °C for 10 minutes or longer",
            },
            {
                "id": "cold-on-the-way",
                "quantity": "temperature",
                "side": "lower",
                "limit": 2.0,
                "severity": "critical",
                "disposition": "damaged",
                "phases": ["transit"],
                "title": "Never below 2 °C on the way",
            },
        ],
        "mean_kinetic_temperature": {
            "limit": 8.0,
            "severity": "major",
            "window_h": 4,
            "above": 8.0,
        },
        "shelf_life": {
            "model": "q10",
            "days": 10.0,
            "reference": 5.0,
            "q10": 2.0,
            "severity": "critical",
            "warn_left": 0.95,
        },
        "core": {"time_constant_s": 7_200},
        "sensors": {
            "quorum": 2,
            "severity": "minor",
            "battery_low": 10.0,
            "accuracy": {"temperature": 0.5},
            "disagreement": {"temperature": 1.0},
            "stuck_after_s": {"temperature": 7_200},
        },
        "shock": {
            "restitution": 0.5,
            "critical_velocity_m_s": 2.0,
            "critical_acceleration_g": 40.0,
            "severity": "major",
            "disposition": "damaged",
        },
        "custody": {"answer_within_s": 3_600, "severity": "minor"},
        "wear": {"shock_from": 10.0, "shock_full": 20, "handling_full": 40},
    },
    hashlib.sha256(b"everything").digest(),
    "everything",
)


def judged_shipment(policy: ConditionPolicy = EVERYTHING) -> Shipment:
    """Return a day of three sensors, one stuck, that gets warm four times and stays so."""
    begin = begun(ASSET, "Vaccine lot 9001", policy, START - 5 * MINUTE)
    inputs = [
        # Of several devices each has one voice: one alone lets its sensors have theirs.
        *(one for one in begin if not isinstance(one, Binding)),
        Binding(1, BindingAction.ADD, "tracker-7", ASSET, START, EVERY),
        *_temperatures(),
        *_shocks(),
        Reading(1, "tracker-7", "supply", "battery", 8_000, NOON - HOUR, 1, 500),
        *_custody(),
        Milestone(1, ASSET, MilestoneName.DEPARTURE, START + 2 * HOUR, "Basel"),
        Milestone(1, ASSET, MilestoneName.START, START + 3 * HOUR, "Basel"),
    ]
    return Shipment(ASSET, "Vaccine lot 9001", policy, inputs)


def _temperatures() -> list[Input]:
    """Above 8 °C for an hour of every fourth, four times, and from 10:00 on."""
    found: list[Input] = []
    for place in range(1, 289):
        at, hour = START + place * EVERY, place // 12
        is_warm = hour in {5, 9, 13, 17} or place > 264
        # A course that never repeats a value, so that only the stuck sensor is found stuck.
        value = (9_100 if is_warm else 4_800) + place * 7 % 100
        stuck = 5_000 if place > 150 else value - 30
        for sensor, read in (("back", value), ("door", value + 120), ("lid", stuck)):
            found.append(Reading(1, "tracker-7", sensor, "temperature", read, at, 1, place))
    return found


def _shocks() -> list[Input]:
    """One that the damage boundary tells of, one of which too little was told."""
    first, second = START + 6 * HOUR, START + 7 * HOUR
    return [
        Reading(1, "tracker-7", "shock", "acceleration", 62_000, first, 1, 1),
        Reading(1, "tracker-7", "shock", "velocity_change", 3_400, first, 1, 1),
        Reading(1, "tracker-7", "shock", "acceleration", 55_500, second, 1, 2),
    ]


def _custody() -> list[Input]:
    """A handover under two seals, signed by one side, and an offer that nobody answered."""
    offered, accepted = HandoverPhase.OFFERED, HandoverPhase.ACCEPTED
    return [
        _said("acme-pharma", "alpine-freight", START + 9 * HOUR, offered, "S-1042", KEY),
        _said("acme-pharma", "alpine-freight", START + 9 * HOUR + 30 * MINUTE, accepted, "S-1043"),
        _said("alpine-freight", "city-hospital", NOON - 2 * HOUR, offered, "S-1043"),
    ]


def _said(
    giver: str, taker: str, at: int, phase: HandoverPhase, seal: str, signer: str | None = None
) -> Handover:
    nonce = f"to-{taker}"
    statement = HandoverStatement(ASSET, giver, taker, at, phase, nonce, "Basel dock 4", seal)
    return Handover(1, msgspec.json.encode(statement), signer)
