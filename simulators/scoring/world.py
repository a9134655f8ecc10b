"""What truly happens to the goods of one journey, minute by minute.

Air follows its surroundings and goods follow the air, each by Newton's law of cooling solved
exactly over a minute. Nothing here knows of sensors or of the twin: labels are made of these
columns. Time is counted in whole minutes from the first of them; the world stands still within one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from simulators.incidents import Span

from .climates import Climate

MINUTES_PER_DAY = 1440
WARMEST_MINUTE = 900

PHASES = ("origin", "transit", "destination", "delivered")


class Disturbance(msgspec.Struct, frozen=True):
    """Something that goes wrong for a while.

    Attributes:
        kind: The fault in a word.
        minutes: When, in minutes.
        surroundings: Per quantity what its surroundings are meanwhile, instead of the usual.
        is_open: Whether the box stands open: light comes in.
    """

    kind: str
    minutes: Span
    surroundings: dict[str, float] = {}
    is_open: bool = False


class Blow(msgspec.Struct, frozen=True):
    """A shock: its minute and its true peak in g."""

    minute: int
    peak_g: float


class Plan(msgspec.Struct, frozen=True):
    """When a shipment travels, in minutes; readings before `starts_at` show the room.

    Attributes:
        length: All minutes.
        starts_at: Its milestone `start`; the others likewise.
        departs_at: `departure`.
        arrives_at: `arrival`.
        delivered_at: `delivery`.
    """

    length: int
    starts_at: int
    departs_at: int
    arrives_at: int
    delivered_at: int

    def phases(self) -> list[str]:
        """Return the phase of each minute."""
        marks = (0, self.departs_at, self.arrives_at, self.delivered_at, self.length)
        return [
            phase
            for phase, begin, end in zip(PHASES, marks, marks[1:], strict=False)
            for _ in range(begin, end)
        ]


class World(msgspec.Struct, frozen=True):
    """The truth of a journey.

    Attributes:
        plan: When it travels.
        levels: Per quantity its true value in each minute.
        core: True temperature of the goods in each minute; empty where the policy has none.
        blows: Every shock.
        disturbances: What went wrong, the labels of the faults.
    """

    plan: Plan
    levels: dict[str, list[float]]
    core: list[float]
    blows: tuple[Blow, ...]
    disturbances: tuple[Disturbance, ...]


def happen(
    climate: Climate,
    plan: Plan,
    disturbances: Sequence[Disturbance],
    blows: Sequence[Blow],
    core_minutes: float | None,
) -> World:
    """Return what happens on a journey.

    Args:
        climate: How it is usually.
        plan: When it travels.
        disturbances: What goes wrong; of two at once the later one of the list holds.
        blows: Shocks.
        core_minutes: Time constant of the goods; None where nobody asks for them.
    """
    levels = {
        quantity: _followed(climate, plan, disturbances, quantity) for quantity in climate.usual
    }
    levels["illuminance"] = _light(plan, disturbances)
    core = [] if core_minutes is None else lagged(levels["temperature"], plan, core_minutes)
    return World(plan, levels, core, tuple(blows), tuple(disturbances))


def lagged(air: Sequence[float], plan: Plan, minutes: float) -> list[float]:
    """Return the goods that follow the air; they are as warm as it when the shipment starts."""
    kept = math.exp(-1 / minutes)
    value = air[plan.starts_at]
    found = list(air[: plan.starts_at])
    for target in air[plan.starts_at :]:
        found.append(value)
        value = target + (value - target) * kept
    return found


def _followed(
    climate: Climate, plan: Plan, disturbances: Sequence[Disturbance], quantity: str
) -> list[float]:
    usual, swing = climate.usual[quantity], climate.swing[quantity]
    around = [
        usual + swing * math.cos(2 * math.pi * (minute - WARMEST_MINUTE) / MINUTES_PER_DAY)
        for minute in range(plan.length)
    ]
    for one in disturbances:
        if quantity in one.surroundings:
            span = one.minutes.ended_at - one.minutes.began_at
            around[one.minutes.began_at : one.minutes.ended_at] = [
                one.surroundings[quantity]
            ] * span
    kept = math.exp(-1 / climate.air_minutes)
    room = climate.room.get(quantity, usual)
    found = [room] * plan.starts_at
    # Goods are packed conditioned; where the policy waits for it, the logger still shows the room.
    value = room if climate.starts_as_room else around[plan.starts_at]
    for target in around[plan.starts_at :]:
        value = target + (value - target) * kept
        found.append(value)
    return found


def _light(plan: Plan, disturbances: Sequence[Disturbance]) -> list[float]:
    found = [0.5] * plan.length
    for one in disturbances:
        if one.is_open:
            span = one.minutes.ended_at - one.minutes.began_at
            found[one.minutes.began_at : one.minutes.ended_at] = [400.0] * span
    return found
