"""The Things Stack v3 uplinks: `v3/{application}@{tenant}/devices/{device}/up`.

The server leaves out empty, zero and false fields, so an absent `f_cnt` is 0. The time is the
network's: `settings.time`, else `received_at`. `seq` is the LoRaWAN frame counter.

A field of `decoded_payload` is whatever the device's payload formatter calls it. Only names that
state their unit are read without being asked (`FIELDS`); all others are named in the settings. An
uplink none of whose fields is known, or that was not decoded by the server, is a fault that names
the fields: nothing is dropped in silence. Downlink events, joins and uplinks without an application
payload carry no reading.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from twins.readings import ClockSource

from . import measuring
from .base import Codec, CodecSettings, Decoded, Refusal, shown
from .json_text import JsonObject, as_object, parse_object
from .mapping import at_path
from .mapping_settings import check_quantity_and_unit
from .refusals import InvalidField, InvalidTime, MissingField, NoReading
from .times import Moment, check_window, rfc3339
from .topic_template import TopicTemplate

_TOPIC = TopicTemplate("v3/{application}/devices/{device}/up")


class DecodedField(BaseModel):
    """What a field of `decoded_payload` measures.

    Attributes:
        quantity: The quantity.
        unit: Its unit.
        sensor: Name of the sensor; the field's own where it is empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: str
    unit: str
    sensor: str = ""

    @model_validator(mode="after")
    def _is_measurable(self) -> DecodedField:
        check_quantity_and_unit(self.quantity, self.unit)
        return self


FIELDS: dict[str, DecodedField] = {
    name: DecodedField(quantity=quantity, unit=unit)
    for quantity, unit, names in (
        ("temperature", "°C", ("temperature_c", "temperature_celsius", "temp_c")),
        ("temperature", "°F", ("temperature_f", "temperature_fahrenheit", "temp_f")),
        ("humidity", "%", ("humidity_percent", "relative_humidity_percent")),
        ("illuminance", "lx", ("illuminance_lux", "illuminance_lx", "light_lux")),
        ("pressure", "hPa", ("pressure_hpa",)),
        ("pressure", "Pa", ("pressure_pa",)),
        ("battery", "%", ("battery_percent",)),
    )
    for name in names
}
"""Fields whose names leave no doubt about what they measure and in which unit."""


class ThingsStackSettings(CodecSettings):
    """Settings of the codec `things_stack_v3`.

    Attributes:
        fields: Fields of `decoded_payload`, dotted, and what they measure; they join `FIELDS`.
        location_sources: Sources of `locations` that are measured positions, such as `SOURCE_GPS`;
            none by default, because the usual source is a place typed into the registry.
    """

    fields: dict[str, DecodedField] = Field(default_factory=dict)
    location_sources: tuple[str, ...] = ()


class ThingsStackCodec:
    """Decodes uplinks of The Things Stack v3."""

    name = "things_stack_v3"

    def __init__(self, settings: ThingsStackSettings) -> None:
        self._settings = settings
        self._fields = {**FIELDS, **settings.fields}

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says."""
        decoded = Decoded()
        levels = _TOPIC.match(topic)
        if levels is None:
            return decoded
        try:
            device = measuring.checked_device(levels["device"])
            members = parse_object(payload)
            if "uplink_message" not in members:
                return decoded
            uplink = as_object(members["uplink_message"])
            moment = _moment(members, uplink, received_at)
            check_window(moment.observed_at, received_at, self._settings.future_tolerance)
            seq = measuring.checked_seq(uplink.get("f_cnt", 0))
            values = self._values(uplink)
        except Refusal as refusal:
            decoded.refuse(refusal)
            return decoded
        for path, field, value in values:
            try:
                channel = measuring.Channel(
                    device, field.sensor or path, field.quantity, field.unit
                )
                decoded.add(measuring.reading(channel, value, moment, seq))
            except Refusal as refusal:
                decoded.refuse(refusal, path)
        return decoded

    def _values(self, uplink: JsonObject) -> list[tuple[str, DecodedField, object]]:
        """Return the measured fields with their values."""
        positions = self._positions(uplink)
        if "decoded_payload" not in uplink:
            if uplink.get("frm_payload"):
                field = "decoded_payload"
                raise MissingField(field, "set a payload formatter for the device on the server")
            return positions
        stated = as_object(uplink["decoded_payload"])
        found = [
            (path, field, value)
            for path, field in self._fields.items()
            if (value := stated.get(path, at_path(stated, path))) is not None
        ]
        if stated and not found and not positions:
            names = shown(", ".join(sorted(stated)))
            problem = f"none of the fields {names} is known; say what they measure under fields"
            raise NoReading(problem)
        return found + positions

    def _positions(self, uplink: JsonObject) -> list[tuple[str, DecodedField, object]]:
        if not self._settings.location_sources:
            return []
        positions = []
        for name, location in as_object(uplink.get("locations", {})).items():
            place = as_object(location)
            if place.get("source") not in self._settings.location_sources:
                continue
            for axis in ("latitude", "longitude"):
                field = DecodedField(quantity=axis, unit="°", sensor=name)
                positions.append((f"locations.{name}.{axis}", field, place.get(axis, 0)))
        return positions


def codec(settings: ThingsStackSettings) -> Codec:
    """Return the codec of these settings."""
    return ThingsStackCodec(settings)


def _moment(members: JsonObject, uplink: JsonObject, received_at: int) -> Moment:
    settings = uplink.get("settings", {})
    if not isinstance(settings, dict):
        raise InvalidField("settings", settings, "an object")
    for text in (settings.get("time"), uplink.get("received_at"), members.get("received_at")):
        if text is None:
            continue
        if not isinstance(text, str):
            raise InvalidTime(text, "The Things Stack writes RFC 3339 text")
        return Moment(rfc3339(text), ClockSource.NETWORK)
    return Moment(received_at, ClockSource.GATEWAY)
