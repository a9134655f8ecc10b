"""Fixes, stops and routes, by the fold and by the words of SPECIFICATION section 9.

Distances are floats here: what lies too near to a limit to be told apart is not compared.
"""

from __future__ import annotations

from typing import Any

import rfc8785
from hypothesis import assume, event, given
from hypothesis import strategies as st

from tests.property.told import assert_same, slow_law, told
from tests.vectors.independent import position, shipments
from tests.vectors.independent.history import Record, moment_of

SECOND = 1_000_000
START = shipments.START
LISTED = 20
NORTH = 0.01
"""Degrees between two stops: 1112 m."""

TOO_NEAR_MM = 1_000
"""More than the plane that touches the sphere differs from others that may be meant."""


def corners(north: float, east: float, half: float) -> list[list[float]]:
    return [
        [north - half, east - half],
        [north - half, east + half],
        [north, east + half / 2],
        [north + half, east + half],
        [north + half, east - half],
    ]


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    count, east = draw(st.sampled_from([2, 3, 4])), draw(st.sampled_from([8.0, 179.9995]))
    stops: list[dict[str, Any]] = []
    for place in range(count):
        role = "waypoint"
        if place == 0 and draw(st.integers(0, 4)):
            role = "origin"
        if place == count - 1 and draw(st.integers(0, 4)):
            role = "destination"
        # A stop may lie where the first one does, and be named in another order.
        where = place if draw(st.integers(0, 7)) else 0
        stop: dict[str, Any] = {"id": f"s{(place * 3) % 5}", "role": role}
        north = round(50 + NORTH * where, 7)
        if draw(st.integers(0, 2)):
            radius = draw(st.sampled_from([100, 300, 900]))
            stop["circle"] = {"centre": [north, round(east, 7)], "radius_m": radius}
        else:
            half = draw(st.sampled_from([0.002, 0.006]))
            some = corners(north, east, half)
            stop["polygon"] = [[round(a, 7), round(around(b), 7)] for a, b in some]
        if draw(st.booleans()):
            stop["dwell_s"] = draw(st.sampled_from([0, 60, 300]))
        if draw(st.booleans()):
            due = draw(st.sampled_from([300, 1_000, 3_000, 100_000]))
            stop["arrives_by"] = START + due * SECOND
        stops.append(stop)
    plan: dict[str, Any] = {"schema": "cargotwin.plan.v1"}
    if draw(st.integers(0, 4)):
        plan["stops"] = stops
    if "stops" not in plan or draw(st.booleans()):
        bend = draw(st.sampled_from([0.0, 0.005]))
        middle = [50 + NORTH, around(east + bend)]
        end = [round(50 + NORTH * (count - 1) + 0.001, 7), round(east, 7)]
        plan |= {"route": [[50.0, round(east, 7)], [round(one, 7) for one in middle], end]}
        plan["corridor_m"] = draw(st.sampled_from([100, 400]))
    if draw(st.booleans()):
        plan["accuracy_m"] = draw(st.sampled_from([0, 50, 300]))
    plan["east"] = east
    return plan


def around(east: float) -> float:
    return east - 360 if east > 180 else east


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    policy: dict[str, Any] = {
        **shipments.TINY_POLICY,
        "observation": {"required": ["temperature"], "minimum_coverage": 0.9, "severity": "minor"},
    }
    if draw(st.integers(0, 5)):
        policy["location"] = {"severity": "minor"}
        if draw(st.integers(0, 3)):
            policy["location"]["off_route_delay_s"] = draw(st.sampled_from([0, 90, 200]))
        if draw(st.integers(0, 3)):
            policy["location"]["largest_speed_m_s"] = draw(st.sampled_from([8.0, 30.0, 100.0]))
    if draw(st.booleans()):
        policy["sensors"] = {}
    return policy


def reading(
    moment: int, quantity: str, steps: int, names: tuple[str, str], seq: int | None, quality: int
) -> Record:
    return [1, 1, *names, quantity, steps, moment, 1, seq, quality, None]


@st.composite
def histories(draw: st.DrawFn, east: float) -> list[Record]:
    """Return a way along the stops with stays, jumps and fixes that lack something."""
    found: list[Record] = [shipments.bind(0, name, 60) for name in ("d1", "d2", "d3")]
    moment, north, away = START, 0.0, 0.0
    pace = draw(st.sampled_from([0.0005, 0.002, 0.004]))
    is_odd = draw(st.booleans())
    tellers = draw(st.sampled_from([["d1", "d1", "d1", "d2"], ["d1", "d2"], ["d1", "d2", "d3"]]))
    told_by = st.lists(st.sampled_from(tellers), min_size=1, max_size=3, unique=True)
    does_lie = draw(st.booleans())
    for _ in range(draw(st.sampled_from([1, 8, 30, 60]))):
        moment += draw(st.sampled_from([10, 60, 60, 120] + [1_000] * does_lie)) * SECOND
        north += pace * draw(st.sampled_from([0, 0, 1, 1, 2, -1]))
        away = max(0.0, away + draw(st.sampled_from([0, 0, 0, 0.001, -0.001, 0.004, -0.004])))
        jump = draw(st.sampled_from([0.0] * 8 + [0.2])) if is_odd else 0.0
        device = draw(st.sampled_from(tellers))
        if does_lie:
            # All of some at once, one of which may be elsewhere on the way, or far from it.
            for name in draw(told_by):
                lie = draw(st.sampled_from([0.0, 0.01, 0.02, 0.3])) if name == tellers[0] else 0.0
                aside = draw(st.sampled_from([0.0, 0.0, 0.003])) if name == tellers[0] else 0.0
                latitude = round((50 + abs(north - lie)) * 10_000_000)
                longitude = round(around(east + away + aside) * 10_000_000)
                names = (name, "gps")
                found.append(reading(moment, "latitude", latitude, names, None, 0))
                found.append(reading(moment, "longitude", longitude, names, None, 0))
            continue
        pairs = [("gps", "gps")]
        if is_odd:
            pairs = draw(
                st.sampled_from(
                    [
                        pairs,
                        pairs,
                        [("lat", "lon")],
                        [("gps", "gps"), ("lat", "lon")],
                        [("a", "b"), ("c", "b")],
                        [("a", "a"), ("a", "b")],
                    ]
                )
            )
        for place, (first, second) in enumerate(pairs):
            latitude = round((50 + north + jump + 0.0001 * place) * 10_000_000)
            longitude = round(around(east + away) * 10_000_000)
            quality = draw(st.sampled_from([0] * 12 + [1, 4])) if is_odd else 0
            seq = draw(st.sampled_from([None, None, None, 1, 2])) if is_odd else None
            other = seq if draw(st.integers(0, 9)) else 1
            found.append(reading(moment, "latitude", latitude, (device, first), seq, quality))
            found.append(reading(moment, "longitude", longitude, (device, second), other, 0))
            if is_odd and draw(st.integers(0, 30)) == 0:
                names = (device, first)
                found.append(reading(moment, "latitude", latitude + 1, names, seq, 0))
    minutes = st.integers(0, (moment - START) // (60 * SECOND) + 2)
    milestones = st.sampled_from(["start", "departure", "arrival", "delivery", "close"])
    for name in draw(st.lists(milestones, max_size=draw(st.sampled_from([0, 0, 3])))):
        found += [shipments.milestone(draw(minutes), name)]
    if draw(st.integers(0, 3)) == 0:
        minute = draw(minutes)
        found.append(shipments.detach(minute, "d1"))
        if draw(st.booleans()):
            found.append(shipments.bind(minute + draw(st.integers(0, 3)), "d1", 60))
    return found


@slow_law
@given(
    plans(),
    plans(),
    st.data(),
    policies(),
    st.sampled_from([0, 7, 5_000]),
    st.sampled_from([0, 9, 40, 99]),
)
def test_positions_show_what_the_words_say(
    plan: dict[str, Any],
    another: dict[str, Any],
    data: st.DataObject,
    policy: dict[str, Any],
    later: int,
    cut: int,
) -> None:
    history = [*shipments.begin(policy), *data.draw(histories(plan["east"]))]
    for one in (plan, another)[: data.draw(st.sampled_from([0, 1, 1, 1, 1, 2]))]:
        minute = data.draw(st.sampled_from([0, 0, 0, 5, 15]))
        document = rfc8785.dumps({name: one[name] for name in one if name != "east"})
        history.append([11, 1, shipments.ASSET, document, shipments.at(minute)])
    as_of = max(moment_of(one) for one in history) + later * SECOND
    found = position.follow(history, policy)
    assume(found.doubts.least_mm > TOO_NEAR_MM)
    stated: dict[str, Any] = {
        "location": found.document(as_of),
        "phase": found.phase,
        "impossible": len(found.impossible),
        "rules": found.fired(as_of),
    }
    written = told(history, policy, as_of, cut)
    said = {
        "location": written["location"],
        "phase": written["phase"],
        "impossible": written["sensors"]["counts"].get("impossible_travel", 0),
        "rules": [
            one for one in written["rules_fired"] if one["rule"] in ("off_route", "arrival_overdue")
        ],
    }
    if said["location"] is not None and stated["location"] is not None:
        way = said["location"].pop("travelled_mm")
        pieces = found.fixes + len(found.impossible)
        assert abs(way - stated["location"].pop("travelled_mm")) <= pieces
    over = written["sensors"]["over"]
    listed = [one for one in over if one["kind"] == "impossible_travel"]
    assert all(one in found.impossible for one in listed)
    if len(over) < LISTED:
        assert len(listed) == len(found.impossible)
    event(f"phase: {found.phase}")
    event(f"arrived: {bool(found.last_stop)}")
    event(f"impossible: {bool(found.impossible)}")
    event(f"devices that speak: {len(found.devices)}")
    event(f"alarms: {bool(found.alarms)}")
    assert_same(said, stated)
