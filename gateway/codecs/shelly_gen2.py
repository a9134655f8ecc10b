"""Shelly devices of the second generation and later, over MQTT.

Source: shelly-api-docs.shelly.cloud, "Gen2+ Device API". Two ways, which the device's settings
switch on one by one; take one of them, or each change is read twice:

- `{device}/events/rpc`: NotifyStatus and NotifyFullStatus with the components that changed. The
  time is the device's (`params.ts`, epoch seconds with a fraction); a clock that was not set since
  the device woke up leaves the time of arrival.
- `{device}/status/{component}:{id}`: the status of one component, without any time.

What is read: `temperature` (`tC`), `humidity` (`rh`), `illuminance` (`lux`) and the battery of
`devicepower` (`battery.percent`). The sensor is the component with its id, such as `temperature:0`.
Null means that the component has not measured yet and is no reading; a component that reports
errors is a fault. A temperature inside another component is that of the device, not of its
surroundings.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field, field_validator

from twins.readings import ClockSource

from . import measuring, unset_clock
from .base import Codec, CodecSettings, Decoded, Guess, Refusal, shown
from .decimals import epoch_seconds
from .json_text import JsonObject, as_object, parse_object
from .mapping import at_path
from .refusals import InvalidField, NoReading
from .times import Moment, admitted
from .topic_template import TopicTemplate


class _Component(NamedTuple):
    path: str
    quantity: str
    unit: str


_COMPONENTS = {
    "temperature": _Component("tC", "temperature", "°C"),
    "humidity": _Component("rh", "humidity", "%"),
    "illuminance": _Component("lux", "illuminance", "lx"),
    "devicepower": _Component("battery.percent", "battery", "%"),
}
_NOTIFICATIONS = ("NotifyStatus", "NotifyFullStatus")
_STATUS = "/status/"
_EVENTS = "/events/rpc"


class ShellySettings(CodecSettings):
    """Settings of the codec `shelly_gen2`.

    Attributes:
        topic_prefix: The device's setting "MQTT prefix", `{device}` in it.
    """

    topic_prefix: str = Field(default="{device}", min_length=1)

    @field_validator("topic_prefix")
    @classmethod
    def _names_device(cls, text: str) -> str:
        if "device" not in TopicTemplate(text).names:
            message = "name the device by {device}"
            raise ValueError(message)
        return text


class ShellyCodec:
    """Decodes what Shelly devices tell of their components."""

    name = "shelly_gen2"

    def __init__(self, settings: ShellySettings) -> None:
        self._settings = settings
        self._status = TopicTemplate(settings.topic_prefix + _STATUS + "{component}")
        self._events = TopicTemplate(settings.topic_prefix + _EVENTS)

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the topic's device, None where it names none."""
        return self._status.device(topic) or self._events.device(topic)

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says; other topics of the device carry no reading."""
        decoded = Decoded()
        status, events = self._status.match(topic), self._events.match(topic)
        try:
            if status is not None and _component(status["component"]) is not None:
                components: JsonObject = {status["component"]: parse_object(payload)}
                moment = Moment(received_at, ClockSource.GATEWAY)
                self._add(status["device"], components, moment, decoded)
            elif events is not None:
                components = _notified(parse_object(payload))
                if any(map(_component, components)):
                    moment = _moment(components, received_at)
                    moment = admitted(moment, received_at, self._settings)
                    self._add(events["device"], components, moment, decoded)
        except Refusal as refusal:
            decoded.refuse(refusal)
        return decoded

    @staticmethod
    def _add(device: str, components: JsonObject, moment: Moment, decoded: Decoded) -> None:
        device = measuring.checked_device(device)
        for sensor, status in components.items():
            component = _component(sensor)
            if component is None:
                continue
            try:
                value = _value(component, as_object(status))
                if value is not None:
                    channel = measuring.Channel(device, sensor, component.quantity, component.unit)
                    decoded.add(measuring.reading(channel, value, moment))
            except Refusal as refusal:
                decoded.refuse(refusal, sensor)


def codec(settings: ShellySettings) -> Codec:
    """Return the codec of these settings."""
    return ShellyCodec(settings)


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Tell whether a Shelly sent a message: by its topic, and a status or a notification in it."""
    try:
        members = parse_object(payload)
    except Refusal:
        return None
    prefix, is_status, component = topic.rpartition(_STATUS)
    if is_status:
        kind, colon, number = component.partition(":")
        index = members.get("id")
        is_shelly = bool(colon) and type(index) is int and str(index) == number
        certainty = 95 if kind in _COMPONENTS else 80
        filter_end = "status/+"
    else:
        prefix = topic.removesuffix(_EVENTS)
        is_shelly = prefix != topic and str(members.get("method")).startswith("Notify")
        certainty = 98
        filter_end = "events/rpc"
    *before, device = prefix.split("/")
    if not is_shelly or not device:
        return None
    options: dict[str, object] = {"topic_prefix": "/".join([*before, "{device}"])} if before else {}
    return Guess("/".join([*before, "+", filter_end]), options, certainty)


def _component(name: str) -> _Component | None:
    kind, _, number = name.partition(":")
    return _COMPONENTS.get(kind) if number.isascii() and number.isdigit() else None


def _notified(message: JsonObject) -> JsonObject:
    """Return the members of a notification of status; any other message has none."""
    if message.get("method") not in _NOTIFICATIONS:
        return {}
    return as_object(message.get("params"))


def _moment(notified: JsonObject, received_at: int) -> Moment:
    stated = notified.get("ts")
    if stated is None:
        return unset_clock.moment(0, ClockSource.DEVICE, received_at)
    return unset_clock.moment(epoch_seconds(stated), ClockSource.DEVICE, received_at)


def _value(component: _Component, status: JsonObject) -> object:
    errors = status.get("errors")
    if errors is not None and not isinstance(errors, list):
        raise InvalidField("errors", errors, "a list")
    if errors:
        problem = f"the device reports the errors {shown(errors)}; see to its sensor"
        raise NoReading(problem)
    return at_path(status, component.path)
