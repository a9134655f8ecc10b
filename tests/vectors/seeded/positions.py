"""The way of a seeded shipment: a plan of three stops, and the fixes of a logger on it."""

from __future__ import annotations

from typing import Any

import rfc8785

from tests.vectors.seeded.dice import Dice
from twins.inputs import Input, Plan
from twins.readings import ClockSource, Reading

SECOND = 1_000_000
MINUTE = 60 * SECOND
LATITUDE, LONGITUDE = 500_000_000, 80_000_000
"""Where the way begins: 50° N, 8° E in steps of 1e-7 degrees. It goes north."""

LEG = 2_000_000
"""From one stop to the next: 0.2 degrees, about 22 km."""


def plan(asset: str, at: int, arrives_by: int) -> Input:
    """Return the plan, stated at a moment."""
    stops = [
        {"id": name, "role": role, "circle": {"centre": [50 + place / 5, 8], "radius_m": 800}}
        | ({} if role == "origin" else {"dwell_s": 1_200})
        | ({"arrives_by": arrives_by} if role == "destination" else {})
        for place, (name, role) in enumerate(
            [("works", "origin"), ("harbour", "waypoint"), ("shop", "destination")]
        )
    ]
    document: dict[str, Any] = {
        "schema": "cargotwin.plan.v1",
        "stops": stops,
        "route": [[50, 8], [50.2, 8], [50.4, 8]],
        "corridor_m": 1_000,
    }
    return Plan(1, asset, rfc8785.dumps(document), at)


def fixes(dice: Dice, device: str, begins_at: int, count: int) -> list[Input]:
    """Return fixes every 15 minutes: some wait at stops, leave the way, are lost or impossible."""
    found: list[Input] = []
    north, east, detour = 0, 0, 0
    for number in range(count):
        waits = north in {0, LEG} and dice.happens(60)
        if not waits:
            north = min(north + LEG // 4, 2 * LEG)
        if dice.happens(6):
            detour = dice.between(2, 6)
        east = min(east + 80_000, 400_000) if detour else max(0, east - 80_000)
        detour = max(0, detour - 1)
        leap = 30_000_000 if dice.happens(2) else 0
        if dice.happens(4):
            continue
        at = begins_at + number * 15 * MINUTE + 30 * SECOND
        near = dice.between(-200, 200)
        for quantity, steps in (
            ("latitude", LATITUDE + north + near),
            ("longitude", LONGITUDE + east + leap + near),
        ):
            clock = ClockSource.DEVICE
            found.append(Reading(1, device, "gps", quantity, steps, at, clock, number))
    return found
