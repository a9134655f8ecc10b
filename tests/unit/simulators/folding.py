"""Messages folded by the twin, without gateway or broker: what labels are compared with.

The decoding here is a few lines of its own, so that a fault in the gateway's decoder cannot hide a
fault in the simulator.
"""

import json
import tomllib
from pathlib import Path

import rfc8785

from simulators.shipment import Message, Shipment
from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Handover,
    Input,
    Milestone,
    MilestoneName,
    PolicyAssigned,
    event_key,
)
from twins.policy.condition_policy import ConditionPolicy, parse_policy
from twins.readings import QUANTITIES, ClockSource, Quality, Reading
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, assess

POLICIES = Path(__file__).resolve().parents[3] / "config" / "policies"


def policy_of(name: str) -> ConditionPolicy:
    document = tomllib.loads((POLICIES / f"{name}.toml").read_text(encoding="utf-8"))
    return parse_policy(document, b"\0" * 32, name)


def records_in(message: Message) -> list[Input]:
    kind = message.topic.rsplit("/", 1)[1]
    document = json.loads(message.payload)
    if kind == "readings":
        return [_reading(message.device, one) for one in document]
    if kind == "milestone":
        name, at = MilestoneName(document["name"]), document["observed_at_us"]
        return [Milestone(1, document["asset"], name, at, document["place"])]
    statement = {key: document[key] for key in document if key != "observed_at_us"}
    statement |= {"observed_at": document["observed_at_us"], "schema": "cargotwin.handover.v1"}
    return [Handover(1, rfc8785.dumps(statement))]


def _reading(device: str, one: dict) -> Reading:
    assert one["unit"] in {"Cel", "%RH", "lx", "g", "%"}
    return Reading(
        schema=1,
        device=device,
        sensor=one["sensor"],
        quantity=one["quantity"],
        value=round(one["value"] * QUANTITIES[one["quantity"]].scale),
        observed_at=one["observed_at_us"],
        clock_source=ClockSource.DEVICE,
        seq=one["seq"],
        quality=Quality.HISTORICAL if "quality" in one else Quality.GOOD,
    )


def inputs_of(shipment: Shipment) -> list[Input]:
    at, asset = shipment.starts_at, shipment.asset
    founding: list[Input] = [
        Commissioned(1, asset, "", shipment.holder, shipment.title, at),
        PolicyAssigned(1, asset, shipment.policy, b"\0" * 32, at),
        *(
            Binding(1, BindingAction.ADD, device.id, asset, at, device.expected_interval)
            for device in shipment.devices
        ),
    ]
    sent = [record for message in shipment.messages for record in records_in(message)]
    return sorted([*founding, *sent], key=event_key)


def judge(shipment: Shipment) -> tuple[AssetTwin, Condition]:
    policy = policy_of(shipment.policy)
    twin = advance(AssetTwin(shipment.asset), inputs_of(shipment), policy)
    return twin, assess(twin, policy, shipment.ends_at)
