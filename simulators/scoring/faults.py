"""What goes wrong on the journeys that are scored, chosen against the limits of the policy."""

from __future__ import annotations

import random
from collections.abc import Iterator

from simulators.incidents import Span
from simulators.limits import Limit, Rules

from .climates import Climate
from .world import Blow, Disturbance, Plan

HOW_MANY = (0, 1, 1, 1, 2, 2, 3)
DAYS = (1.0, 1.0, 1.0, 1.5, 2.0, 2.0, 3.0, 5.0)
LONG_DAYS = (1.0, 2.0, 3.0, 5.0, 5.0)
LONG_DELAY_S = 20 * 3600
"""A limit with such a delay wants long journeys."""

HOUR = 60
FARTHEST = {"temperature": 6.0, "humidity": 12.0, "tilt": 30.0}
"""How far beyond a limit a breach leads at most."""
LOWEST_SHARE = 0.06
FALLS = 0.3
"""Share of the shipments that fall about as hard as a limit of shocks."""
KINDS = ("breach", "breach", "breach", "door", "reefer failure", "freeze")


def choose_plan(rules: Rules, rng: random.Random) -> Plan:
    """Return when a shipment travels: one to five days."""
    is_long = any(one.delay_s >= LONG_DELAY_S for one in rules.boundary)
    length = round(rng.choice(LONG_DAYS if is_long else DAYS) * 24 * HOUR)
    starts_at = rng.randint(5, 40)
    departs_at = starts_at + round(length * rng.uniform(0.05, 0.25))
    arrives_at = departs_at + round(length * rng.uniform(0.3, 0.5))
    delivered_at = arrives_at + rng.randint(20, 180)
    return Plan(length, starts_at, departs_at, arrives_at, delivered_at)


def choose_disturbances(
    rules: Rules, climate: Climate, plan: Plan, rng: random.Random
) -> list[Disturbance]:
    """Return what goes wrong: none to three faults, one after the other."""
    slots = rng.choice(HOW_MANY)
    room = plan.length - plan.starts_at - HOUR
    found = []
    for slot in range(slots):
        first = plan.starts_at + HOUR + slot * room // slots
        last = plan.starts_at + HOUR + (slot + 1) * room // slots - HOUR
        began_at = rng.randint(first, first + (last - first) // 3)
        found.append(_fault(rules, climate, began_at, last, rng))
    return found


def choose_blows(rules: Rules, plan: Plan, rng: random.Random) -> list[Blow]:
    """Return handling knocks, and now and then a fall about as hard as a limit."""
    shocks = [one.limit for one in rules.boundary if one.quantity == "acceleration"]
    knocks = [(1.0, 8.0)] * 4 + [(0.7 * g, 1.6 * g) for g in shocks if rng.random() < FALLS]
    minutes = rng.sample(range(plan.starts_at + 1, plan.length), len(knocks))
    return [Blow(minute, rng.uniform(*span)) for minute, span in zip(minutes, knocks, strict=True)]


def _fault(
    rules: Rules, climate: Climate, began_at: int, last: int, rng: random.Random
) -> Disturbance:
    kind = rng.choice(KINDS)
    if kind == "door":
        span = Span(began_at, min(last, began_at + rng.randint(8, 60)))
        warmed = {"temperature": rng.uniform(climate.cold, climate.warm)}
        return Disturbance(kind, span, warmed, is_open=True)
    if kind == "breach":
        return _breach(rules, climate, began_at, last, rng)
    hours = rng.uniform(0.5, 9.0) if kind == "reefer failure" else rng.uniform(0.4, 5.0)
    span = Span(began_at, min(last, began_at + round(hours * HOUR)))
    lows = [one.limit for one in _limits(rules, climate) if one.side == "lower"]
    coldest = min(lows, default=climate.cold) - rng.uniform(0.3, 6.0)
    celsius = rng.uniform(climate.warm - 8, climate.warm) if kind == "reefer failure" else coldest
    return Disturbance(kind, span, {"temperature": celsius})


def _breach(
    rules: Rules, climate: Climate, began_at: int, last: int, rng: random.Random
) -> Disturbance:
    """Return surroundings beyond one of the limits, for about as long as its delay."""
    limits = list(_limits(rules, climate))
    limit = rng.choice(limits)
    beyond = FARTHEST[limit.quantity] * rng.uniform(LOWEST_SHARE, 1.0) ** 2
    towards = 1 if limit.side == "upper" else -1
    value = limit.limit + towards * beyond
    if limit.quantity == "humidity":
        value = min(99.0, max(1.0, value))
    lag = climate.air_minutes
    if limit.of == "core" and rules.core is not None:
        # The goods follow only after time constants, and never come as far as the air.
        lag = rules.core.time_constant_s / 60 * rng.uniform(1.0, 3.0)
        value += towards * FARTHEST[limit.quantity]
    minutes = round(limit.delay_s / 60 * rng.uniform(0.3, 2.2) + lag + rng.uniform(10, 90))
    span = Span(began_at, min(last, began_at + minutes))
    return Disturbance(f"breach of {limit.id}", span, {limit.quantity: value})


def _limits(rules: Rules, climate: Climate) -> Iterator[Limit]:
    return (one for one in rules.boundary if one.quantity in climate.usual)
