"""A configurable mapping for JSON devices: where fields stand, and what they measure.

    [[source]]
    filter = "plant/+/+"
    codec = "mapping"
    [source.options]
    topic = "plant/{device}/{sensor}"
    fields = [{path = "data.t", quantity = "temperature", unit = "°F"}]
    time = {path = "at", format = "naive", zone = "Europe/Berlin"}

A payload is one object or an array of objects. A path is dotted; a number in it is an array index,
and `$` alone is the whole element: a payload that is a plain number.
"""

from __future__ import annotations

from collections.abc import Sequence

from twins.readings import ClockSource, Quality

from . import measuring
from .base import Codec, Decoded, Refusal
from .json_text import JsonObject, as_object, parse
from .mapping_settings import FieldSettings, MappingSettings, TimeSettings
from .refusals import InvalidTime, MissingField, NoReading
from .times import EPOCH_UNITS, Moment, admitted, epoch, naive, rfc3339
from .topic_template import TopicTemplate

WHOLE = "$"
"""The path of the whole element."""


class MappingCodec:
    """Decodes JSON as its settings say."""

    name = "mapping"

    def __init__(self, settings: MappingSettings) -> None:
        self._settings = settings
        self._topic = TopicTemplate(settings.topic)
        self._is_plain = all(field.path == WHOLE for field in settings.fields)

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the topic's device, None where the payload names it."""
        return self._topic.device(topic)

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says."""
        decoded = Decoded()
        try:
            levels = self._topic.levels(topic)
            value = parse(payload)
            elements = value if isinstance(value, list) else [value]
            if not elements:
                problem = "the array is empty; send at least one object"
                raise NoReading(problem)
        except Refusal as refusal:
            decoded.refuse(refusal)
            return decoded
        for place, element in enumerate(elements):
            where = f"element {place}" if len(elements) > 1 else ""
            self._element(levels, element, received_at, decoded, where)
        return decoded

    def _element(
        self,
        levels: dict[str, str],
        element: object,
        received_at: int,
        decoded: Decoded,
        where: str,
    ) -> None:
        settings = self._settings
        try:
            members = {} if self._is_plain else as_object(element)
            device = measuring.checked_device(self._device(levels, members))
            moment = moment_of(members, settings.time, received_at)
            moment = admitted(moment, received_at, settings)
            seq = measuring.checked_seq(at_path(members, settings.seq_path))
        except Refusal as refusal:
            decoded.refuse(refusal, where)
            return
        for field in settings.fields:
            found = element if field.path == WHOLE else at_path(members, field.path)
            if field.optional and found is None:
                continue
            try:
                value = _value(found, field)
                channel = _channel(device, levels, members, field)
                decoded.add(measuring.reading(channel, value, moment, seq))
            except Refusal as refusal:
                decoded.refuse(refusal, f"{where} {field.path}".strip())

    def _device(self, levels: dict[str, str], members: JsonObject) -> str:
        path = self._settings.device_path
        if not path:
            return levels["device"]
        value = at_path(members, path)
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise MissingField(path, "it names the device")
        return str(value)


def codec(settings: MappingSettings) -> Codec:
    """Return the codec of these settings."""
    return MappingCodec(settings)


def at_path(value: object, path: str | None) -> object:
    """Return what stands at a dotted path, or None where nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdigit():
            value = _item(value, step)
        else:
            return None
    return value if path else None


def moment_of(members: JsonObject, time: TimeSettings | None, received_at: int) -> Moment:
    """Return when an element was observed.

    Raises:
        MissingField: The settings name a time, and it is absent.
        NaiveTime, InvalidTime: What stands there is no moment.
    """
    if time is None:
        return Moment(received_at, ClockSource.GATEWAY)
    value = at_path(members, time.path)
    if value is None:
        raise MissingField(time.path, "the settings say that the time stands there")
    if time.format in EPOCH_UNITS:
        return Moment(epoch(value, time.format), ClockSource.DEVICE)
    if not isinstance(value, str):
        raise InvalidTime(value, "the settings say that it is text")
    if time.format == "naive" and time.zone:
        observed_at = naive(value, time.zone)
        return Moment(observed_at, ClockSource.DEVICE, Quality.CLOCK_SUSPECT)
    return Moment(rfc3339(value), ClockSource.DEVICE)


def _item(items: Sequence[object], index: str) -> object:
    # A longer index than the list's length has digits cannot be in it, and int() of it is slow.
    if len(index) > len(str(len(items))):
        return None
    return items[int(index)] if int(index) < len(items) else None


def _channel(
    device: str, levels: dict[str, str], members: JsonObject, field: FieldSettings
) -> measuring.Channel:
    stated = at_path(members, field.unit_path) if field.unit_path else field.unit
    return measuring.Channel(
        device,
        field.sensor or levels.get("sensor") or field.quantity,
        field.quantity,
        measuring.unit_text(field.quantity, stated),
    )


def _value(value: object, field: FieldSettings) -> float:
    if value is None:
        raise MissingField(field.path, "send it, or set optional for this field")
    return measuring.number(value) * field.scale
