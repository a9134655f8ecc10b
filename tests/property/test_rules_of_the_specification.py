"""Shipments with many sensors, judged by the fold and by the rules of SPECIFICATION section 9.

The rules are those of `tests/vectors/independent`, which works with whole histories and intervals.
"""

from __future__ import annotations

import json
from typing import Any

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import canonical_bytes
from gateway.policies import policy_of
from tests.property.arrivals import law
from tests.vectors.independent import condition as independent
from tests.vectors.independent import shipments
from tests.vectors.independent.history import Record
from tests.vectors.independent.message_pack import pack
from twins.bindings import folded_inputs
from twins.inputs import decode
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess, condition_document

HORIZON = 60
OBSERVATION: dict[str, Any] = shipments.POLICY["observation"]
BOUNDARIES: list[dict[str, Any]] = shipments.POLICY["boundary"]
AT_ONCE = [{**one, "delay_s": 0, "hysteresis": 0.0, "mode": "single"} for one in BOUNDARIES]
IN_PHASES = [
    {**one, "phases": ["transit", "origin"] if place % 2 else ["transit"]}
    for place, one in enumerate(BOUNDARIES)
]
POLICIES = [
    shipments.POLICY,
    {**shipments.POLICY, "observation": {**OBSERVATION, "maximum_hold_s": 240}},
    {**shipments.POLICY, "observation": {**OBSERVATION, "maximum_gap_s": 930}},
    {**shipments.POLICY, "boundary": AT_ONCE},
    {
        **shipments.POLICY,
        "observation": {**OBSERVATION, "ignore_first_s": 1200},
        "custody": {"answer_within_s": 300, "severity": "minor"},
        "boundary": IN_PHASES,
    },
]
VALUES = {
    "temperature": [-501, -500, 7_500, 7_700, 7_701, 8_000, 8_001, 9_000],
    "illuminance": [0, 50_000, 50_001],
    "acceleration": [19_999, 20_000, 40_000, 40_001],
}
# Temperatures above all: only several sensors of one quantity wait for each other.
MEASURED = st.sampled_from(
    [
        (name, value)
        for name, values in VALUES.items()
        for value in values * (4 if name == "temperature" else 1)
    ]
)
DOUBTS = st.sampled_from([(1, 0)] * 5 + [(1, 1), (1, 4), (1, 8), (3, 0)])
"""Clock source and quality."""

devices = st.sampled_from(["d1", "d2", "d3"])
minutes = st.integers(0, HORIZON)
parties = st.sampled_from(["maker", "carrier", "shop"])


@st.composite
def readings(draw: st.DrawFn) -> Record:
    quantity, value = draw(MEASURED)
    clock_source, quality = draw(DOUBTS)
    device, sensor = draw(devices), draw(st.sampled_from(["a", "a", "b"]))
    seq = draw(st.sampled_from([None, None, 0, 1]))
    moment = shipments.at(draw(minutes))
    return [1, 1, device, sensor, quantity, value, moment, clock_source, seq, quality, None]


bindings = st.one_of(
    st.builds(shipments.bind, minutes, devices, st.sampled_from([60, 300, 601])),
    st.builds(shipments.detach, minutes, devices),
)
handovers = st.builds(
    shipments.handover,
    st.sampled_from(["offered", "offered", "accepted", "refused", "withdrawn", "disputed"]),
    minutes,
    parties,
    parties,
    st.sampled_from(["n1", "n2"]),
)
milestones = st.builds(
    shipments.milestone,
    minutes,
    st.sampled_from(["start", "departure", "departure", "arrival", "delivery", "close"]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """Return what is recorded of one asset, in the order in which it comes."""
    begun = [shipments.bind(draw(st.integers(0, 5)), name, 300) for name in ("d1", "d2", "d3")]
    parts = [
        *draw(st.lists(readings(), max_size=30)),
        *draw(st.lists(bindings, max_size=4)),
        *draw(st.lists(handovers, max_size=4)),
        *draw(st.lists(milestones, max_size=3)),
        *begun[: draw(st.integers(1, 3))],
    ]
    return draw(st.permutations(parts))


@law
@given(histories(), st.sampled_from(POLICIES), st.sampled_from([0, 7, 500]), st.integers(0, 40))
def test_fold_says_what_the_rules_say(
    history: list[Record], policy: dict[str, Any], later: int, cut: int
) -> None:
    records = [*shipments.begin(policy), *history]
    log = [*{pack(one): one for one in records}.values()]
    as_of = shipments.at(HORIZON + later)
    parsed = policy_of(rfc8785.dumps(policy))
    inputs = [*folded_inputs(decode(pack(one)) for one in log)]
    twin = advance(AssetTwin(shipments.ASSET), inputs[:cut], parsed)
    found = assess(advance(twin, inputs[cut:], parsed), parsed, as_of)
    stated = independent.assess(shipments.ASSET, log, policy, parsed.digest.hex(), as_of)
    assert json.loads(canonical_bytes(condition_document(found))) == stated
