"""Packed assets, folded and judged by the words of SPECIFICATION section 6 and by the fold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import canonical_bytes
from gateway.policies import policy_of
from tests.property.arrivals import law
from tests.unit.twins.maps import circle, document
from tests.vectors.independent import condition as independent
from tests.vectors.independent import packing, shipments
from tests.vectors.independent.history import Record
from tests.vectors.independent.message_pack import pack
from twins.inputs import decode, encode
from twins.packing import folded_inputs
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess, condition_document

HORIZON = 60
ASSETS = ("item", "case", "pallet", "lorry")
POLICY: dict[str, Any] = {
    **shipments.POLICY,
    "custody": {"answer_within_s": 300, "severity": "minor"},
    "boundary": [
        {**one, "phases": ["transit"]} if place % 2 else one
        for place, one in enumerate(shipments.POLICY["boundary"])
    ],
}
PARTIES = ("maker", "carrier", "shop")

assets = st.sampled_from(ASSETS)
devices = st.sampled_from(["d1", "d2"])
minutes = st.integers(0, HORIZON)
moments = minutes.map(shipments.at)
actions = st.sampled_from(["ADD", "ADD", "DELETE"])
packings = st.builds(
    lambda action, pair, moment: [10, 1, action, *pair, moment],
    actions,
    st.sampled_from([("lorry", "pallet"), ("pallet", "case"), ("case", "item"), ("item", "case")]),
    moments,
)
bindings = st.builds(
    lambda action, device, asset, moment, minutes: [
        3,
        1,
        action,
        device,
        asset,
        moment,
        minutes * shipments.MINUTE if action == "ADD" else 0,
    ],
    actions,
    devices,
    assets,
    moments,
    st.sampled_from([5, 10]),
)
calibrated = st.builds(
    lambda device, asset, moment, then: [12, 1, "ADD", device, asset, moment, 300_000_000, then],
    devices,
    assets,
    moments,
    st.sampled_from([1, 2]),
)
milestones = st.builds(
    lambda asset, name, moment: [4, 1, asset, name, moment, ""],
    assets,
    st.sampled_from(["start", "departure", "departure", "arrival", "delivery", "close"]),
    moments,
)
plans = st.builds(
    lambda asset, name, moment: [11, 1, asset, document([circle(name, 50, 8)]), moment],
    assets,
    st.sampled_from(["north", "south"]),
    moments,
)
readings = st.builds(
    lambda device, value, moment: [
        1,
        1,
        device,
        "air",
        "temperature",
        value,
        moment,
        1,
        None,
        0,
        None,
    ],
    devices,
    st.sampled_from([5_000, 7_701, 8_001, 9_000, -501]),
    moments,
)


@st.composite
def statements(draw: st.DrawFn) -> list[Record]:
    """Return one side of a handover, or both."""
    asset, nonce = draw(assets), draw(st.sampled_from(["n1", "n2"]))
    giver, taker = draw(st.sampled_from(PARTIES)), draw(st.sampled_from(PARTIES))
    phase = draw(st.sampled_from(["accepted", "accepted", "refused", "withdrawn", "disputed"]))
    sides = [(draw(minutes), "offered"), (draw(minutes), phase)]
    kept = sides[draw(st.integers(0, 1)) :] if draw(st.booleans()) else sides
    return [_stated(asset, phase, minute, giver, taker, nonce) for minute, phase in kept]


def _stated(asset: str, phase: str, minute: int, giver: str, taker: str, nonce: str) -> Record:
    record = shipments.handover(phase, minute, giver, taker, nonce)
    return [record[0], 1, rfc8785.dumps({**json.loads(record[2]), "asset": asset}), None, None]


@st.composite
def all_logs(draw: st.DrawFn, *, with_plans: bool) -> dict[str, list[Record]]:
    """Return the log of each asset; of readings those that its own bindings bring."""
    found: list[Record] = [
        [10, 1, "ADD", "pallet", "case", shipments.at(draw(st.integers(0, 20)))],
        [10, 1, "ADD", "case", "item", shipments.at(draw(st.integers(0, 20)))],
        [3, 1, "ADD", "d1", "pallet", shipments.at(draw(st.integers(0, 20))), 300_000_000],
    ]
    told = st.one_of(packings, bindings, calibrated, milestones, *[plans] * with_plans)
    found += draw(st.lists(told, max_size=10))
    for both in draw(st.lists(statements(), max_size=3)):
        found += both
    found = [*{pack(one): one for one in found}.values()]
    read = [*{pack(one): one for one in draw(st.lists(readings, max_size=25))}.values()]
    logs: dict[str, list[Record]] = {asset: [] for asset in ASSETS}
    for one in draw(st.permutations(found)):
        logs[packing.subject_of(one)].append(one)
    for asset, log in logs.items():
        log += [one for one in read if packing.is_bound(log, one)]
        holder = draw(st.sampled_from(PARTIES[:2]))
        log.append([7, 1, asset, "", holder, asset, shipments.at(0)])
    return logs


def folded(asset: str, logs: Mapping[str, Sequence[Record]]) -> list[bytes]:
    decoded = {name: [decode(pack(one)) for one in log] for name, log in logs.items()}
    return [encode(one) for one in folded_inputs(asset, decoded)]


@law
@given(all_logs(with_plans=True), assets)
def test_packed_asset_is_folded_from_what_the_rules_say(
    logs: dict[str, list[Record]], asset: str
) -> None:
    assert folded(asset, logs) == [pack(one) for one in packing.folded(asset, logs)]


@law
@given(all_logs(with_plans=False), st.sampled_from(["item", "case"]))
def test_packed_asset_is_judged_as_the_rules_say(logs: dict[str, list[Record]], asset: str) -> None:
    parsed = policy_of(rfc8785.dumps(POLICY))
    as_of = shipments.at(HORIZON + 7)
    twin = advance(AssetTwin(asset), [decode(one) for one in folded(asset, logs)], parsed)
    found = condition_document(assess(twin, parsed, as_of))
    records = packing.folded(asset, logs)
    stated = independent.assess(asset, records, POLICY, parsed.digest.hex(), as_of)
    assert json.loads(canonical_bytes(found)) == stated
