"""The topic under which a webhook's payload is decoded: stated by its sender, or by its payload.

A format that reads the device from the topic needs one that names the device. The two LoRaWAN
network servers state the device in the payload as well, so that their webhooks need nothing else:
The Things Stack in `end_device_ids`, ChirpStack in `deviceInfo`, with the event in `?event=` (The
Things Stack documentation, "Webhooks"; ChirpStack documentation, "HTTP integration").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gateway.codecs.measuring import checked_device
from gateway.codecs.refusals import InvalidName
from gateway.codecs.registry import FORMATS
from gateway.mqtt.errors import MalformedPacket
from gateway.mqtt.topics import check_topic_filter

from .problems import InvalidParameter, Problem

_DEVICE = "device"
_WILDCARDS = frozenset("+#")

Query = Mapping[str, str]
JsonObject = Mapping[str, Any]


def topic_of(codec: str, query: Query, body: bytes) -> str:
    """Return the topic under which a payload is decoded.

    Args:
        codec: Name of the format.
        query: `topic`, or `device` for the device's usual topic, or `event` of ChirpStack.
        body: The payload.

    Raises:
        Problem: Nothing states which device sent it.
    """
    if "topic" in query:
        return _checked(query["topic"])
    levels = FORMATS[codec].sample_topic.split("/")
    if codec in _BY_PAYLOAD:
        found = _object(body)
        if found is None:
            # No topic makes this readable: the format says what is wrong, and it is kept.
            return "/".join(levels)
        topic = _BY_PAYLOAD[codec](query, found)
        if not topic:
            raise _needed(codec)
        return _checked(topic)
    if "device" in query and _DEVICE in levels:
        device = _checked_device(query["device"])
        return "/".join(device if level == _DEVICE else level for level in levels)
    if levels == [""] or _DEVICE in levels:
        raise _needed(codec)
    return "/".join(levels)


def _of_things_stack(_query: Query, found: JsonObject) -> str:
    ids = _member(found, "end_device_ids")
    application = _text(_member(ids, "application_ids"), "application_id") or "application"
    device = _text(ids, "device_id")
    return f"v3/{application}/devices/{device}/up" if device else ""


def _of_chirpstack(query: Query, found: JsonObject) -> str:
    info = _member(found, "deviceInfo")
    application, device = _text(info, "applicationId") or "application", _text(info, "devEui")
    # Of all events an uplink alone tells how it was received.
    event = query.get("event") or ("up" if "rxInfo" in found else "")
    return f"application/{application}/device/{device}/event/{event}" if device and event else ""


_BY_PAYLOAD: dict[str, Callable[[Query, JsonObject], str]] = {
    "things_stack_v3": _of_things_stack,
    "chirpstack_v4": _of_chirpstack,
}


def _checked(topic: str) -> str:
    allowed = "a topic name of up to 65535 bytes without wildcards (MQTT 5 section 4.7)"
    try:
        check_topic_filter(topic)
    except MalformedPacket as error:
        raise InvalidParameter("topic", topic, allowed) from error
    if _WILDCARDS & set(topic):
        raise InvalidParameter("topic", topic, allowed)
    return topic


def _checked_device(text: str) -> str:
    try:
        return checked_device(text)
    except InvalidName as error:
        raise InvalidParameter("device", text, f"a device's id: {error}") from error


def _object(body: bytes) -> JsonObject | None:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _member(found: JsonObject, name: str) -> JsonObject:
    member = found.get(name)
    return member if isinstance(member, dict) else {}


def _text(found: JsonObject, name: str) -> str:
    member = found.get(name)
    return member if isinstance(member, str) else ""


def _needed(codec: str) -> Problem:
    return Problem(
        400,
        "Topic needed",
        f"Nothing tells which device sent this {codec} message. Add ?topic= with the topic that it "
        "would have over MQTT, or ?device= with the device's id.",
    )
