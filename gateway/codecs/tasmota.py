"""Tasmota telemetry: `tele/{device}/SENSOR`, one object per sensor under the sensor's name.

What is read of a sensor: `Temperature` in the payload's `TempUnit` (C or F), `Humidity` in percent,
`Pressure` in `PressureUnit`, `Illuminance` in lux, `Battery` in percent. `DewPoint` and
`SeaPressure` are computed values, accelerations and angles come without a unit: none is a reading.

The time is `Epoch` where it stands, else `Time`. `Time` usually has no offset: then it needs the
device's zone in the settings, or `naive_time = "gateway"` to take the gateway's clock; readings are
marked `CLOCK_SUSPECT` in both cases. STATE, LWT and other telemetry carry no reading.
"""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from twins.readings import ClockSource, Quality

from . import measuring
from .base import Codec, CodecSettings, Decoded, Guess, Refusal
from .json_text import JsonObject, parse_object
from .mapping_settings import check_zone
from .refusals import InvalidTime, NaiveTime
from .times import Moment, admitted, epoch, naive, rfc3339
from .topic_template import TopicTemplate

_TOPIC = "tele/{device}/SENSOR"
# Key of the value -> (quantity, its unit, or the key of the payload that states the unit).
_MEASURED = {
    "Temperature": ("temperature", None, "TempUnit"),
    "Humidity": ("humidity", "%", ""),
    "Pressure": ("pressure", None, "PressureUnit"),
    "Illuminance": ("illuminance", "lx", ""),
    "Battery": ("battery", "%", ""),
}


class TasmotaSettings(CodecSettings):
    """Settings of the codec `tasmota`.

    Attributes:
        topic: Tasmota's FullTopic with its prefix and command, `{device}` in it.
        zone: IANA zone of devices whose `Time` has no offset.
        naive_time: Without a zone: `refuse` such times, or take the `gateway` clock.
    """

    topic: str = _TOPIC
    zone: str | None = None
    naive_time: Literal["refuse", "gateway"] = "refuse"

    _zone = field_validator("zone")(check_zone)

    @field_validator("topic")
    @classmethod
    def _names_device(cls, text: str) -> str:
        if "device" not in TopicTemplate(text).names:
            message = "name the device by {device}"
            raise ValueError(message)
        return text


class TasmotaCodec:
    """Decodes Tasmota's SENSOR telemetry."""

    name = "tasmota"

    def __init__(self, settings: TasmotaSettings) -> None:
        self._settings = settings
        self._topic = TopicTemplate(settings.topic)

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the topic's device, None where it names none."""
        return self._topic.device(topic)

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says; other telemetry than SENSOR carries no reading."""
        decoded = Decoded()
        levels = self._topic.match(topic)
        if levels is None:
            return decoded
        try:
            device = measuring.checked_device(levels["device"])
            members = parse_object(payload)
            sensors = {key: one for key, one in members.items() if isinstance(one, dict)}
            if not any(key in one for one in sensors.values() for key in _MEASURED):
                return decoded
            moment = self._moment(members, received_at)
            moment = admitted(moment, received_at, self._settings)
        except Refusal as refusal:
            decoded.refuse(refusal)
            return decoded
        for sensor, values in sensors.items():
            for key in filter(values.__contains__, _MEASURED):
                try:
                    channel = _channel(device, sensor, key, members)
                    decoded.add(measuring.reading(channel, values[key], moment))
                except Refusal as refusal:
                    decoded.refuse(refusal, f"{sensor}.{key}")
        return decoded

    def _moment(self, members: JsonObject, received_at: int) -> Moment:
        if "Epoch" in members:
            return Moment(epoch(members["Epoch"], "epoch_s"), ClockSource.DEVICE)
        text = members.get("Time")
        if text is None:
            return Moment(received_at, ClockSource.GATEWAY)
        if not isinstance(text, str):
            raise InvalidTime(text, "Tasmota's Time is text")
        try:
            return Moment(rfc3339(text), ClockSource.DEVICE)
        except NaiveTime:
            if self._settings.zone is not None:
                observed_at = naive(text, self._settings.zone)
                return Moment(observed_at, ClockSource.DEVICE, Quality.CLOCK_SUSPECT)
            if self._settings.naive_time == "refuse":
                raise
        return Moment(received_at, ClockSource.GATEWAY, Quality.CLOCK_SUSPECT)


def codec(settings: TasmotaSettings) -> Codec:
    """Return the codec of these settings."""
    return TasmotaCodec(settings)


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Tell whether a message is Tasmota's: SENSOR telemetry with a time and objects of values.

    The device stands behind `tele`, or before it where nothing but SENSOR follows (FullTopic). A
    time without offset needs the device's zone; until a person says it, the gateway's time stands.
    """
    levels = topic.split("/")
    if levels[-1] != "SENSOR" or "tele" not in levels:
        return None
    try:
        members = parse_object(payload)
    except Refusal:
        return None
    if "Time" not in members or not any(isinstance(one, dict) for one in members.values()):
        return None
    tele = levels.index("tele")
    place = tele + 1 if tele + 1 < len(levels) - 1 else tele - 1
    if place < 0:
        return None
    template = "/".join([*levels[:place], "{device}", *levels[place + 1 :]])
    options: dict[str, object] = {} if template == _TOPIC else {"topic": template}
    needs: tuple[str, ...] = ()
    if "Epoch" not in members and _is_naive(members["Time"]):
        options["naive_time"] = "gateway"
        needs = ("zone",)
    return Guess(template.replace("{device}", "+"), options, 98, needs)


def _is_naive(text: object) -> bool:
    try:
        rfc3339(str(text))
    except NaiveTime:
        return True
    except InvalidTime:
        return False
    return False


def _channel(device: str, sensor: str, key: str, members: JsonObject) -> measuring.Channel:
    quantity, unit, unit_key = _MEASURED[key]
    stated = unit if unit is not None else members.get(unit_key)
    return measuring.Channel(device, sensor, quantity, measuring.unit_text(quantity, stated))
