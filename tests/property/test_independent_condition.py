"""Whole conditions under policies with every section, by the fold and by the specification."""

from __future__ import annotations

import random
from typing import Any

import rfc8785
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from gateway.policies import policy_of
from tests.property.arrivals import EXAMPLES
from tests.property.test_independent_position import TOO_NEAR_MM, plans
from tests.property.test_independent_position import histories as ways
from tests.property.test_independent_sensors import TOGETHER, joint_history
from tests.property.test_independent_shock import histories as blows
from tests.property.told import assert_same, slow_law, told
from tests.vectors.independent import condition as independent
from tests.vectors.independent import position, shipments
from tests.vectors.independent.history import Record, moment_of
from tests.vectors.independent.message_pack import pack

SECTIONS: dict[str, dict[str, Any]] = {
    "mean_kinetic_temperature": {
        "limit": 5.0,
        "severity": "minor",
        "window_h": 1,
        "above": 5.5,
    },
    "shelf_life": {
        "model": "q10",
        "q10": 2.5,
        "days": 0.5,
        "reference": 5.0,
        "severity": "major",
        "warn_left": 0.5,
    },
    "core": {"time_constant_s": 1_800},
    "sensors": {**TOGETHER, "accuracy": {"temperature": 0.5}, "battery_low": 20.0},
    "shock": {
        "restitution": 0.5,
        "critical_velocity_m_s": 2.0,
        "critical_acceleration_g": 30.0,
        "severity": "critical",
    },
    "wear": {
        "shock_from": 20.0,
        "shock_full": 7,
        "handling_full": 9,
        "exposure_full_s": 43_200,
        "fatigue_quantity": "temperature",
        "fatigue_cycles": 1e4,
        "fatigue_exponent": 2.0,
    },
    "location": {"severity": "minor", "off_route_delay_s": 90, "largest_speed_m_s": 30.0},
    "custody": {"answer_within_s": 300, "severity": "minor"},
}
OF_CORE = {
    "id": "core",
    "quantity": "temperature",
    "side": "upper",
    "limit": 5.2,
    "hysteresis": 0.1,
    "severity": "major",
    "title": "The product not above 5.2 °C",
    "of": "core",
}


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """Return one with some of the sections and with boundaries near what is read."""
    chosen = {name: one for name, one in SECTIONS.items() if draw(st.integers(0, 3))}
    boundaries = [
        {
            **one,
            "limit": draw(st.sampled_from([4.5, 5.0, 5.5])),
            "delay_s": draw(st.sampled_from([0, 600])),
        }
        if one["quantity"] == "temperature"
        else one
        for one in shipments.POLICY["boundary"]
    ]
    if "core" in chosen:
        boundaries.insert(1, OF_CORE)
    observation = {**shipments.POLICY["observation"]}
    if draw(st.booleans()):
        observation |= {"maximum_hold_s": 600, "maximum_gap_s": 930}
    return {**shipments.POLICY, "observation": observation, **chosen, "boundary": boundaries}


@st.composite
def records(draw: st.DrawFn, east: float) -> list[Record]:
    """Return what sensors, blows and a way leave, each with its own devices' troubles."""
    found = joint_history(draw(st.integers(0, 2**32)))
    random.Random(len(found)).shuffle(found)  # noqa: S311 - an order, no secret
    if draw(st.booleans()):
        found += [one for one in draw(blows()) if one[0] == 1]
    if draw(st.booleans()):
        found += draw(ways(east))
    if draw(st.booleans()):
        minute = draw(st.integers(0, 200))
        found.append(shipments.handover("offered", minute, "maker", "carrier", "n1"))
        found.append(shipments.handover("accepted", minute + 9, "maker", "carrier", "n1"))
    return found


@settings(slow_law, max_examples=max(1, EXAMPLES // 20))
@given(plans(), st.data(), policies(), st.sampled_from([0, 60, 5_000]), st.integers(0, 400))
def test_condition_is_what_the_specification_says(
    plan: dict[str, Any], data: st.DataObject, policy: dict[str, Any], later: int, cut: int
) -> None:
    history = [*shipments.begin(policy), *data.draw(records(plan["east"]))]
    if data.draw(st.booleans()):
        document = rfc8785.dumps({name: plan[name] for name in plan if name != "east"})
        history.append([11, 1, shipments.ASSET, document, shipments.at(0)])
    log = [*{pack(one): one for one in history}.values()]
    as_of = max(moment_of(one) for one in log) + later * 1_000_000
    track = position.follow(log, policy)
    assume(track.doubts.least_mm > TOO_NEAR_MM)
    digest = policy_of(rfc8785.dumps(policy)).digest.hex()
    stated = independent.assess(shipments.ASSET, log, policy, digest, as_of)
    said = told(log, policy, as_of, cut)
    for one in (said, stated):
        if one["location"] is not None:
            # In floats it is not exact.
            one["location"]["travelled_mm"] = None
    for rule in stated["rules_fired"]:
        event(rule["rule"])
    assert_same(said, stated)
