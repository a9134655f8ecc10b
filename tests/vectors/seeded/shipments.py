"""Shipments that seeds decide: several sensors with their faults, parties, milestones and shocks.

Times are whole multiples of 30 s and temperatures of 0.25 °C, so that slow arithmetic can fold them
too. Nothing here uses a float or a generator whose numbers might change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rfc8785

from tests.vectors.seeded.dice import Dice
from tests.vectors.seeded.positions import fixes, plan
from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Decision,
    DecisionOutcome,
    Handover,
    Input,
    Milestone,
    MilestoneName,
    event_key,
    observed_at,
)
from twins.readings import ClockSource, Quality, Reading

SECOND = 1_000_000
MINUTE, HOUR = 60 * SECOND, 3_600 * SECOND
BEGINS_AT = 1_767_225_600 * SECOND
"""2026-01-01T00:00:00Z."""

ASSET = "seeded"
QUARTER = 250
"""Milli-°C of a quarter of a degree."""

FAULTS = ("sound", "stuck", "spikes", "drifting", "copied", "cloned", "restarted", "silent")


@dataclass(frozen=True)
class Shipment:
    """What a seed decides: inputs in event order, and the moment of the judgement."""

    inputs: tuple[Input, ...]
    as_of: int


def shipment(number: int) -> Shipment:
    """Return the shipment of a number."""
    dice = Dice(f"shipment {number}")
    hours = dice.between(20, 60)
    ends_at = BEGINS_AT + hours * HOUR
    sensors = 1 + number // 4 % 4
    truth = _truth(dice, hours)
    inputs: list[Input] = [Commissioned(1, ASSET, "", "maker", "a box", BEGINS_AT)]
    for sensor in range(sensors):
        device = f"logger-{sensor}"
        fault = FAULTS[(number // 4 + number + sensor) % len(FAULTS)] if sensor != 1 else "sound"
        # A copy reads what sensor 1 reads, whatever that is.
        own = Dice(f"shipment {number}, sensor {1 if fault == 'copied' else sensor}")
        interval = own.between(1, 3) * 5 * MINUTE
        inputs.append(Binding(1, BindingAction.ADD, device, ASSET, BEGINS_AT, interval))
        inputs += _temperatures(own, truth, device, interval, fault)
    inputs += _other_quantities(dice, hours, has_humidity=number % 5 < 4)
    if number % 3 != 1:
        inputs.append(plan(ASSET, BEGINS_AT, BEGINS_AT + dice.between(4, hours) * HOUR))
        inputs += fixes(dice, "logger-0", BEGINS_AT, dice.between(6, 60))
    inputs += _journey(dice, number, hours)
    inputs += _custody(dice, number)
    if sensors > 1 and dice.happens(40):
        away = BEGINS_AT + dice.between(4, hours - 8) * HOUR
        inputs.append(Binding(1, BindingAction.DELETE, "logger-1", ASSET, away))
        back = away + dice.between(1, 4) * HOUR
        inputs.append(Binding(1, BindingAction.ADD, "logger-1", ASSET, back, 5 * MINUTE))
    ordered = tuple(sorted(inputs, key=event_key))
    return Shipment(ordered, max(ends_at, observed_at(ordered[-1])) + dice.between(0, 40) * MINUTE)


def _truth(dice: Dice, hours: int) -> list[int]:
    """Return what it is at every 5 minutes in quarters of a degree, with warm and cold spells."""
    found, value, target = [], 20, 20
    for _ in range(hours * 12 + 13):
        if dice.happens(2):
            target = dice.between(-12, 64)
        elif dice.happens(3):
            target = dice.between(10, 30)
        value += (target > value) - (target < value) + dice.between(-1, 1)
        found.append(value)
    return found


def _temperatures(
    dice: Dice, truth: list[int], device: str, interval: int, fault: str
) -> list[Input]:
    found: list[Input] = []
    late = dice.below(4) * 30 * SECOND
    begins, lasts = dice.between(40, 120), dice.between(90, 160)
    kept = truth[begins]
    step = interval // (5 * MINUTE)
    for place in range(0, len(truth) - 13, step):
        value, seq = truth[place], place
        is_faulty = begins <= place < begins + lasts
        if is_faulty and fault == "silent":
            continue
        value += dice.between(-1, 1)
        if is_faulty:
            value, seq = _faulty(dice, fault, (value, seq), kept, place - begins)
        at = BEGINS_AT + place * 5 * MINUTE + late
        found += _read(dice, device, "temperature", value * QUARTER, at, seq)
    return found


def _faulty(dice: Dice, fault: str, read: tuple[int, int], kept: int, age: int) -> tuple[int, int]:
    value, seq = read
    if fault == "stuck":
        return kept, seq
    if fault == "spikes" and dice.happens(8):
        return value + dice.between(100, 160), seq
    if fault == "drifting":
        return value + age // 6, seq
    if fault == "cloned" and age % 3 == 1:
        return kept + 120, seq
    if fault == "restarted":
        return value, age
    return value, seq


def _read(
    dice: Dice, device: str, quantity: str, value: int, at: int, seq: int | None
) -> list[Input]:
    """Return a reading, seldom lost, unusable, late, of a clock in doubt, or contradicted."""
    if dice.happens(2):
        return []
    quality, clock = Quality.GOOD, ClockSource.DEVICE
    if dice.happens(2):
        quality = (Quality.SENTINEL, Quality.IMPLAUSIBLE, Quality.HISTORICAL)[dice.below(3)]
    elif dice.happens(2):
        quality, clock = Quality.CLOCK_SUSPECT, ClockSource.GATEWAY
    found: list[Input] = [Reading(1, device, "air", quantity, value, at, clock, seq, quality)]
    if dice.happens(1):
        found.append(Reading(1, device, "air", quantity, value + QUARTER, at, clock, seq))
    elif seq is not None and dice.happens(1):
        found.append(Reading(1, device, "air", quantity, value + QUARTER, at, clock, seq + 1))
    return found


def _other_quantities(dice: Dice, hours: int, *, has_humidity: bool) -> list[Input]:
    found: list[Input] = []
    for number in range(hours * 2):
        at = BEGINS_AT + number * 30 * MINUTE + 30 * SECOND
        lux = dice.between(80, 400) * 1_000 if dice.happens(5) else 0
        found += _read(dice, "logger-0", "illuminance", lux, at, None)
        if has_humidity:
            found += _read(dice, "logger-0", "humidity", dice.between(70, 130) * 500, at, None)
        battery = max(0, 100_000 - number * dice.between(500, 3_000))
        found += _read(dice, "logger-0", "battery", battery, at, None)
    for _ in range(dice.between(3, 12)):
        at = BEGINS_AT + dice.below(hours * 120) * 30 * SECOND
        told = dice.below(8)
        found += _read(dice, "logger-0", "acceleration", dice.between(5, 90) * 1_000, at, 1)
        if told & 1:
            found += _read(dice, "logger-0", "pulse_duration", dice.between(2, 20) * 1_000, at, 1)
        if told & 2:
            found += _read(dice, "logger-0", "velocity_change", dice.between(300, 5_000), at, 1)
        if told & 4:
            found += _read(dice, "logger-0", "free_fall", dice.between(100, 600) * 1_000, at, 1)
    return found


def _journey(dice: Dice, number: int, hours: int) -> list[Input]:
    if number % 5 == 4:
        return []
    names = [MilestoneName.DEPARTURE, MilestoneName.ARRIVAL, MilestoneName.DELIVERY]
    if number % 2 == 0:
        names.insert(0, MilestoneName.START)
    if number % 3 == 0:
        names.append(MilestoneName.CLOSE)
    if number % 7 == 0:
        names.append(MilestoneName.START)
    each = hours * 120 // (len(names) + 1)
    found: list[Input] = []
    for place, name in enumerate(names):
        at = BEGINS_AT + (place * each + dice.between(1, each)) * 30 * SECOND
        found.append(Milestone(1, ASSET, name, at, f"place {place}"))
    if dice.happens(30):
        at = BEGINS_AT + hours * HOUR
        found.append(Decision(1, ASSET, DecisionOutcome.RELEASED, "quality", "looked at", at))
    return found


def _custody(dice: Dice, number: int) -> list[Input]:
    """Return offers and their answers: taken, refused, disputed, too late, or never given."""
    parties = ("maker", "carrier", "warehouse", "pharmacy")
    found: list[Input] = []
    holder, at = 0, BEGINS_AT + HOUR
    for nonce in range(dice.between(1, 4)):
        at += dice.between(30, 200) * MINUTE
        pair = parties[holder % 4], parties[(holder + 1) % 4]
        found.append(_state(pair, at, "offered", nonce, "S-1"))
        answer = ("accepted", "refused", "disputed", "accepted", "")[(number + nonce) % 5]
        if not answer:
            break
        at += dice.between(5, 200) * MINUTE
        seal = "S-1" if dice.happens(70) else "S-2"
        found.append(_state(pair, at, answer, nonce, seal))
        holder += answer == "accepted"
        if answer == "disputed":
            break
    return found


def _state(pair: tuple[str, str], at: int, phase: str, nonce: int, seal: str) -> Handover:
    statement: dict[str, Any] = {
        "schema": "cargotwin.handover.v1",
        "asset": ASSET,
        "from": pair[0],
        "to": pair[1],
        "observed_at": at,
        "phase": phase,
        "nonce": f"n{nonce}",
        "place": "dock",
        "seal": seal,
    }
    return Handover(1, rfc8785.dumps(statement))
