"""One value as a device sends it, and its payload in the own wire format."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .shipment import HandoverStep, Message, Moment

TOPIC_ROOT = "cargotwin/v1"
UNITS = {
    "temperature": "Cel",
    "humidity": "%RH",
    "illuminance": "lx",
    "acceleration": "g",
    "battery": "%",
}
"""Unit that our devices state, per quantity."""

_encode = msgspec.json.Encoder().encode


class Sample(msgspec.Struct, frozen=True):
    """One measured value, rounded as it is sent; `observed_at` is in microseconds UTC."""

    device: str
    sensor: str
    quantity: str
    value: float
    observed_at: int
    seq: int


def readings_message(
    samples: Iterable[Sample], send_at: int, *, is_historical: bool = False
) -> Message:
    """Return one message with all the samples, which are of one device.

    Args:
        samples: At least one.
        send_at: When the device sends them, microseconds UTC.
        is_historical: Whether the device had stored them.
    """
    carried = list(samples)
    device = carried[0].device
    payload = _encode([_reading(sample, is_historical=is_historical) for sample in carried])
    topic = f"{TOPIC_ROOT}/{device}/readings"
    return Message(send_at, device, topic, payload, readings=len(carried))


def _reading(sample: Sample, *, is_historical: bool) -> dict[str, object]:
    reading: dict[str, object] = {
        "sensor": sample.sensor,
        "quantity": sample.quantity,
        "value": sample.value,
        "unit": UNITS[sample.quantity],
        "observed_at_us": sample.observed_at,
        "seq": sample.seq,
    }
    if is_historical:
        reading["quality"] = ["historical"]
    return reading


def handover_message(device: str, asset: str, step: HandoverStep) -> Message:
    """Return the message in which a scanner states a handover."""
    payload = {
        "asset": asset,
        "from": step.from_party,
        "to": step.to_party,
        "phase": step.phase,
        "nonce": step.nonce,
        "place": step.place,
        "seal": step.seal,
        "observed_at_us": step.observed_at,
    }
    return Message(step.observed_at, device, f"{TOPIC_ROOT}/{device}/handover", _encode(payload))


def milestone_message(device: str, asset: str, moment: Moment) -> Message:
    """Return the message in which a scanner states a milestone."""
    payload = {
        "asset": asset,
        "name": moment.name,
        "observed_at_us": moment.observed_at,
        "place": moment.place,
    }
    return Message(moment.observed_at, device, f"{TOPIC_ROOT}/{device}/milestone", _encode(payload))
