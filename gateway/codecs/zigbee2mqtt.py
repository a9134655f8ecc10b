"""Zigbee2MQTT: `zigbee2mqtt/{friendly_name}`, one object of the device's state.

Units are those that Zigbee2MQTT documents for its exposed features: °C, %, lx, hPa; `contact` is
true while it is closed. With `illuminance_lux` present, `illuminance` is the raw number of releases
before 2.0 and is left out. The time is `last_seen` where Zigbee2MQTT is set to add it (the
coordinator's clock, so a network time), else the gateway's.

Messages of the bridge, availability, requests, and states without a measurement (occupancy, link
quality, a value that is still null) carry no reading.
"""

from __future__ import annotations

from pydantic import Field

from twins.readings import ClockSource

from . import measuring
from .base import Codec, CodecSettings, Decoded, Guess, Refusal
from .json_text import JsonObject, parse_object
from .refusals import InvalidField, InvalidName, InvalidTime
from .times import Moment, admitted, epoch, rfc3339

_MEASURED = {
    "temperature": ("temperature", "°C"),
    "humidity": ("humidity", "%"),
    "illuminance": ("illuminance", "lx"),
    "illuminance_lux": ("illuminance", "lx"),
    "pressure": ("pressure", "hPa"),
    "battery": ("battery", "%"),
    "contact": ("contact", "1"),
}
_BASE_TOPIC = "zigbee2mqtt"
_NO_STATE = ("/availability", "/get", "/set")


class Zigbee2mqttSettings(CodecSettings):
    """Settings of the codec `zigbee2mqtt`.

    Attributes:
        base_topic: Zigbee2MQTT's `base_topic`.
    """

    base_topic: str = Field(default=_BASE_TOPIC, min_length=1)


class Zigbee2mqttCodec:
    """Decodes the states that Zigbee2MQTT publishes."""

    name = "zigbee2mqtt"

    def __init__(self, settings: Zigbee2mqttSettings) -> None:
        self._settings = settings
        self._prefix = settings.base_topic + "/"

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the topic's device, None where it names none."""
        return self._name(topic) or None

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says."""
        decoded = Decoded()
        name = self._name(topic)
        if not name:
            return decoded
        try:
            members = parse_object(payload)
            measured = _measured(members)
            if not measured:
                return decoded
            device = _device(name)
            moment = _moment(members, received_at)
            moment = admitted(moment, received_at, self._settings)
        except Refusal as refusal:
            decoded.refuse(refusal)
            return decoded
        for key, value in measured.items():
            quantity, unit = _MEASURED[key]
            try:
                number = _closed(value) if key == "contact" else value
                channel = measuring.Channel(device, quantity, quantity, unit)
                decoded.add(measuring.reading(channel, number, moment))
            except Refusal as refusal:
                decoded.refuse(refusal, key)
        return decoded

    def _name(self, topic: str) -> str:
        """Return the friendly name of a topic of states, empty where it is another one."""
        name = topic.removeprefix(self._prefix)
        is_state = name != topic and not name.startswith("bridge/") and not name.endswith(_NO_STATE)
        return name if is_state else ""


def codec(settings: Zigbee2mqttSettings) -> Codec:
    """Return the codec of these settings."""
    return Zigbee2mqttCodec(settings)


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Tell whether a message is Zigbee2MQTT's: an object under its base topic.

    Under another base topic the `linkquality`, which it adds to every state, gives it away.
    """
    base, _, _ = topic.rpartition("/")
    is_default = topic.startswith(_BASE_TOPIC + "/")
    try:
        members = parse_object(payload)
    except Refusal:
        return None
    if is_default:
        is_plain = any(key in members for key in (*_MEASURED, "linkquality", "last_seen"))
        return Guess(f"{_BASE_TOPIC}/#", {}, 98 if is_plain else 90)
    if not base or "linkquality" not in members:
        return None
    return Guess(f"{base}/#", {"base_topic": base}, 70)


def _measured(members: JsonObject) -> JsonObject:
    measured = {key: members[key] for key in _MEASURED if members.get(key) is not None}
    if "illuminance_lux" in measured:
        measured.pop("illuminance", None)
    return measured


def _device(name: str) -> str:
    try:
        return measuring.checked_device(name)
    except InvalidName as error:
        problem = f"{error}; rename the device in Zigbee2MQTT (friendly_name)"
        raise InvalidName(problem) from error


def _moment(members: JsonObject, received_at: int) -> Moment:
    value = members.get("last_seen")
    if value is None:
        return Moment(received_at, ClockSource.GATEWAY)
    if isinstance(value, int):
        return Moment(epoch(value, "epoch_ms"), ClockSource.NETWORK)
    if not isinstance(value, str):
        raise InvalidTime(value, "last_seen is text or epoch milliseconds")
    return Moment(rfc3339(value), ClockSource.NETWORK)


def _closed(value: object) -> int:
    if not isinstance(value, bool):
        raise InvalidField("contact", value, "true (closed) or false (open)")
    return int(value)
