"""Positions, plans and tracks in few words, for the tests of location; degrees and seconds."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import groupby
from operator import attrgetter
from typing import Any

from tests.unit.twins.samples import at
from twins.policy.condition_policy import LocationLimits, Severity
from twins.position.device_track import yardstick_of
from twins.position.location import LocationState, observe
from twins.position.location_events import Fix, LocationEvent
from twins.position.route import RoutePlan, parse_plan

METRE = 1e-3 / 111.195
"""A metre northward, in degrees."""

LIMITS = LocationLimits(at(600), 70_000, Severity.MINOR)
"""Off route after ten minutes; nothing travels faster than 70 m/s."""

HOLDS: dict[str, int] = defaultdict(lambda: at(900))
"""Every device speaks for a quarter of an hour."""


def steps(degrees: float) -> int:
    return round(degrees * 10_000_000)


def fix(seconds: float, latitude: float, longitude: float, device: str = "d1") -> Fix:
    return Fix(at(seconds), steps(latitude), steps(longitude), device, "gps")


def circle(name: str, latitude: float, longitude: float, **more: object) -> dict[str, Any]:
    area = {"centre": [latitude, longitude], "radius_m": 500}
    return {"id": name, "role": "waypoint", "circle": area, **more}


def document(stops: list[dict[str, Any]], **more: object) -> bytes:
    return json.dumps({"schema": "cargotwin.plan.v1", "stops": stops, **more}).encode()


def plan(*stops: dict[str, Any], **more: object) -> RoutePlan:
    return parse_plan(document(list(stops), **more))


def followed(
    fixes: list[Fix],
    by: RoutePlan | None = None,
    limits: LocationLimits | None = LIMITS,
    state: LocationState | None = None,
) -> tuple[LocationState, list[LocationEvent]]:
    state, events = state or LocationState(), []
    for _, some in groupby(fixes, attrgetter("at")):
        state, more = observe(state, list(some), HOLDS, yardstick_of(by, limits))
        events += more
    return state, events
