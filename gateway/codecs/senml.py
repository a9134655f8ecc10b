"""SenML JSON (RFC 8428): an array of records, with base values that hold for those that follow.

The unit says what is measured (`senml_units`). Values in units of other things, texts, data, sums,
and truth values that the settings do not name carry no reading; a value without unit is a fault.

A time below 2^28 seconds counts from now (section 4.5.3): such a device has no clock of its own,
and the time is the gateway's. A name begins with the device, `urn:dev:` and two parts (RFC 9039),
and goes on with the sensor; where names are others, the settings say where the device stands.
"""

from __future__ import annotations

import re

import msgspec
from pydantic import Field, field_validator, model_validator

from twins.readings import ClockSource

from . import measuring
from .base import Codec, CodecSettings, Decoded, Refusal, shown
from .decimals import epoch_seconds, total
from .json_text import JsonObject, as_object, parse
from .mapping_settings import check_quantity_and_unit
from .refusals import InvalidField, InvalidName, MissingField
from .senml_units import quantity_of
from .times import Moment, admitted
from .topic_template import TopicTemplate

VALUES = ("v", "vs", "vb", "vd")
"""Labels of which a record has one at most (section 4.2)."""

# Version 10 is RFC 8428's; RFC 9100 counts 2^4 for the use of secondary units on top of it.
_VERSION, _VERSION_WITH_SECONDARY_UNITS = 10, 26
_FIRST_ABSOLUTE_TIME = 2**28 * 1_000_000
_DEVICE_NAME = re.compile(r"(urn:dev:[a-z][a-z0-9]*:[^:_/]+)(?:[:_/](.*))?")


class SenmlSettings(CodecSettings):
    """Settings of the codec `senml`.

    Attributes:
        name: Template of full names, such as `plant:{device}:{sensor}`; empty for `urn:dev:` names.
        topic: Topic template with `{device}` in it, where the topic names the device; else empty.
        quantities: Sensors whose unit leaves open what they measure, and what that is.
        contacts: Sensors of doors that send truth values, and the value that means closed.
    """

    name: str = ""
    topic: str = ""
    quantities: dict[str, str] = Field(default_factory=dict)
    contacts: dict[str, bool] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _name_the_device(self) -> SenmlSettings:
        of_name, of_topic = TopicTemplate(self.name).names, TopicTemplate(self.topic).names
        if (self.topic and "device" not in of_topic) or (
            self.name and "device" not in of_name + of_topic
        ):
            message = "name the device by {device}"
            raise ValueError(message)
        return self

    @field_validator("quantities")
    @classmethod
    def _are_known(cls, quantities: dict[str, str]) -> dict[str, str]:
        for quantity in quantities.values():
            check_quantity_and_unit(quantity, None)
        return quantities


class _Base(msgspec.Struct):
    """The base values that hold at a record (section 4.1)."""

    name: str = ""
    time: object = 0
    unit: str | None = None
    value: object = None

    def take(self, record: JsonObject) -> None:
        """Let a record set them anew.

        Raises:
            Refusal: One is of a wrong type.
        """
        self.name = _text(record, "bn", self.name) or ""
        self.unit = _text(record, "bu", self.unit)
        if "bt" in record:
            epoch_seconds(record["bt"])
            self.time = record["bt"]
        if "bv" in record:
            total(record["bv"])
            self.value = record["bv"]


class SenmlCodec:
    """Decodes SenML packs."""

    name = "senml"

    def __init__(self, settings: SenmlSettings) -> None:
        self._settings = settings
        self._name = TopicTemplate(settings.name) if settings.name else None
        self._topic = TopicTemplate(settings.topic) if settings.topic else None

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the topic's device, None where the records name it."""
        return None if self._topic is None else self._topic.device(topic)

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says."""
        decoded = Decoded()
        try:
            levels = self._topic.levels(topic) if self._topic else {}
            records = pack(payload)
        except Refusal as refusal:
            decoded.refuse(refusal)
            return decoded
        base = _Base()
        for place, record in enumerate(records):
            where = f"record {place}" if len(records) > 1 else ""
            try:
                base.take(record)
            except Refusal as refusal:
                # What follows hangs on this base value: to go on would be to guess.
                decoded.refuse(refusal, where)
                return decoded
            try:
                self._record(levels, base, record, received_at, decoded)
            except Refusal as refusal:
                decoded.refuse(refusal, where)
        return decoded

    def _record(
        self,
        levels: dict[str, str],
        base: _Base,
        record: JsonObject,
        received_at: int,
        decoded: Decoded,
    ) -> None:
        labels = [label for label in VALUES if label in record]
        if len(labels) > 1:
            raise InvalidField("a record's value", labels, "one of " + ", ".join(VALUES))
        if not labels or labels[0] not in {"v", "vb"}:
            return
        name = base.name + (_text(record, "n", "") or "")
        device, sensor = self._identified(levels, name)
        found = self._measured(sensor, labels[0], base, record)
        if found is None:
            return
        if not device:
            raise InvalidName(
                f"the name {shown(name)} does not say which part is the device; send names such "
                "as urn:dev:mac:0024befffe804ff1:temp (RFC 9039), or set name or topic in the route"
            )
        quantity, unit, value = found
        moment = _moment(epoch_seconds(base.time, record.get("t", 0)), received_at)
        moment = admitted(moment, received_at, self._settings)
        channel = measuring.Channel(
            measuring.checked_device(device), sensor or quantity, quantity, unit
        )
        decoded.add(measuring.reading(channel, value, moment))

    def _identified(self, levels: dict[str, str], name: str) -> tuple[str, str]:
        """Return device and sensor, each empty where nothing names it."""
        if not name:
            field = "n"
            raise MissingField(field, "a record is named by bn and n")
        standard = _DEVICE_NAME.fullmatch(name)
        if self._name is not None:
            found = self._name.match(name)
            if found is None:
                problem = f"the name {shown(name)} is none of {self._name.text}"
                raise InvalidName(problem)
        elif standard is not None:
            found = {"device": standard[1], "sensor": standard[2] or ""}
        else:
            found = {"sensor": name}
        parts = {**found, **levels}
        # A sensor's name holds no slash.
        return parts.get("device", ""), parts.get("sensor", "").strip("/").replace("/", ".")

    def _measured(
        self, sensor: str, label: str, base: _Base, record: JsonObject
    ) -> tuple[str, str, float] | None:
        """Return quantity, unit and value, or None where the record measures nothing of ours."""
        if label == "vb":
            closed = self._settings.contacts.get(sensor)
            if closed is None:
                return None
            if not isinstance(record["vb"], bool):
                raise InvalidField("vb", record["vb"], "true or false")
            return "contact", "1", int(record["vb"] is closed)
        unit = _text(record, "u", base.unit)
        quantity = self._settings.quantities.get(sensor) or quantity_of(sensor, unit)
        if quantity is None:
            return None
        value = record["v"]
        amount = measuring.number(value) if base.value is None else float(total(base.value, value))
        return quantity, unit or "", amount


def codec(settings: SenmlSettings) -> Codec:
    """Return the codec of these settings."""
    return SenmlCodec(settings)


def pack(payload: bytes) -> list[JsonObject]:
    """Return the records of a pack, whose version and labels are understood.

    Raises:
        Refusal: It is no pack, of a later version, or holds a label that must be understood
            (section 4.4) and is not.
    """
    value = parse(payload)
    if not isinstance(value, list):
        raise InvalidField("the pack", value, "a JSON array of SenML records (RFC 8428)")
    records = [as_object(record) for record in value]
    for record in records:
        version = record.get("bver", _VERSION)
        if not _is_known_version(version):
            raise InvalidField(
                "bver", version, f"1 to {_VERSION}, or {_VERSION_WITH_SECONDARY_UNITS}"
            )
        for label in record:
            if label.endswith("_"):
                raise InvalidField(
                    "a label", label, "one of RFC 8428: an ending _ says understand me"
                )
    return records


def _is_known_version(version: object) -> bool:
    if not isinstance(version, int | float) or isinstance(version, bool):
        return False
    return version in range(1, _VERSION + 1) or version == _VERSION_WITH_SECONDARY_UNITS


def _text(record: JsonObject, label: str, default: object) -> str | None:
    value = record.get(label, default)
    if value is not None and not isinstance(value, str):
        raise InvalidField(label, value, "text")
    return value


def _moment(seconds_us: int, received_at: int) -> Moment:
    if seconds_us < _FIRST_ABSOLUTE_TIME:
        return Moment(received_at + seconds_us, ClockSource.GATEWAY)
    return Moment(seconds_us, ClockSource.DEVICE)
