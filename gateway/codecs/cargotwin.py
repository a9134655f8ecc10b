"""Cargotwin's own JSON format: `cargotwin/v1/{device}/readings`, `…/handover`, `…/milestone`.

Each payload is one object or an array of them. A reading:

    {"quantity": "temperature", "value": 4.2, "unit": "°C", "observed_at": "2026-01-31T12:00:00Z"}

`quantity`, `value` and `unit` are required. `sensor` is the quantity's name where it is absent.
The device's time is `observed_at` (RFC 3339 with offset) or `observed_at_us` (integer epoch
microseconds); without both the gateway's time is taken and said so. `seq` is the device's own
counter. `quality` may be `["historical"]`. Unknown keys are ignored, `signature` is reserved.

Well-formed readings take a typed path. A payload that is not what it expects falls to a slow path
that reads the JSON value by value and says of each element what is wrong with it.
"""

from __future__ import annotations

import functools
from typing import Literal

import msgspec

from twins.readings import ClockSource, Quality, Reading

from . import measuring, statements, units
from .base import Codec, CodecSettings, Decoded, IsKnown, Refusal, ShortWay
from .json_text import JsonObject, as_object, parse
from .refusals import (
    InvalidField,
    MissingField,
    NoReading,
    ReservedField,
    UnknownQuantity,
    UnknownTopic,
)
from .swift_readings import ReadingMessage, SwiftReadings, series_of
from .times import Moment, admitted, check_window, epoch, rfc3339
from .topic_template import TopicTemplate

_TOPIC = TopicTemplate("cargotwin/v1/{device}/{kind}")
_REMEDY = "publish to cargotwin/v1/{device}/readings, /handover or /milestone"
_HISTORICAL = "historical"
_DEVICE = int(ClockSource.DEVICE)
_GATEWAY = int(ClockSource.GATEWAY)
_IMPLAUSIBLE = int(Quality.IMPLAUSIBLE)
_IS_HISTORICAL = int(Quality.HISTORICAL)


class CargotwinCodec:
    """Decodes Cargotwin's own JSON format."""

    name = "cargotwin"

    def __init__(self, settings: CodecSettings) -> None:
        self._settings = settings
        self._decoder = msgspec.json.Decoder(ReadingMessage | list[ReadingMessage])
        self._swift = SwiftReadings(self._decoder.decode, settings.future_tolerance)

    def swift(self, topic: str, is_known: IsKnown) -> ShortWay | None:
        """Return the short way for a topic's readings, None where there is none."""
        try:
            device, kind = _addressed(topic)
        except Refusal:
            return None
        if kind != "readings":
            return None
        return self._swift.of(device, is_known)

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the topic's device, None where it names none."""
        try:
            return _addressed(topic)[0]
        except Refusal:
            return None

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says."""
        decoded = Decoded()
        try:
            device, kind = _addressed(topic)
            if kind == "readings":
                self._readings(device, payload, received_at, decoded)
            else:
                self._statements(kind, payload, received_at, decoded)
        except Refusal as refusal:
            decoded.refuse(refusal)
        return decoded

    def _readings(self, device: str, payload: bytes, received_at: int, decoded: Decoded) -> None:
        try:
            found = self._decoder.decode(payload)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            self._explained(device, payload, received_at, decoded)
            return
        messages = found if type(found) is list else [found]
        if payload.count(b'"') != _quotation_marks(messages):
            self._explained(device, payload, received_at, decoded)
            return
        if not messages:
            problem = "the array is empty; send at least one reading"
            raise NoReading(problem)
        for place, message in enumerate(messages):
            try:
                decoded.add(_reading(device, message, received_at, self._settings))
            except Refusal as refusal:
                decoded.refuse(refusal, _where(messages, place))

    def _explained(self, device: str, payload: bytes, received_at: int, decoded: Decoded) -> None:
        """Decode value by value, naming what is wrong."""
        elements = _elements(payload)
        for place, element in enumerate(elements):
            try:
                message = _message(as_object(element))
                decoded.add(_reading(device, message, received_at, self._settings))
            except Refusal as refusal:
                decoded.refuse(refusal, _where(elements, place))

    def _statements(self, kind: str, payload: bytes, received_at: int, decoded: Decoded) -> None:
        state = statements.STATEMENTS[kind]
        elements = _elements(payload)
        for place, element in enumerate(elements):
            try:
                record, observed_at = state(as_object(element))
                check_window(observed_at, received_at, self._settings.future_tolerance)
                decoded.records.append(record)
            except Refusal as refusal:
                decoded.refuse(refusal, _where(elements, place))


def codec(settings: CodecSettings) -> Codec:
    """Return the codec of these settings."""
    return CargotwinCodec(settings)


@functools.lru_cache(maxsize=65_536)
def _addressed(topic: str) -> tuple[str, str]:
    found = _TOPIC.match(topic)
    if found is None or found["kind"] not in {"readings", *statements.STATEMENTS}:
        raise UnknownTopic(topic, _REMEDY)
    return measuring.checked_device(found["device"]), found["kind"]


def _reading(
    device: str, message: ReadingMessage, received_at: int, settings: CodecSettings
) -> Reading:
    # The plain case of each rule is tested in place: calls and enum look-ups would double the cost
    # of a reading. What fails the test goes to the rule itself, which says why.
    sensor, conversion = series_of(message.sensor, message.quantity, message.unit)
    steps = conversion.steps(message.value)
    observed_at, clock_source = received_at, _GATEWAY
    if message.observed_at_us is not None:
        observed_at, clock_source = message.observed_at_us, _DEVICE
        if not -units.LARGEST_STEPS <= observed_at <= units.LARGEST_STEPS:
            epoch(observed_at, "epoch_us")
    elif message.observed_at is not None:
        observed_at, clock_source = rfc3339(message.observed_at), _DEVICE
    quality = 0
    if observed_at - received_at > settings.future_tolerance:
        moment = Moment(observed_at, ClockSource.DEVICE)
        observed_at, clock_source, quality = msgspec.structs.astuple(
            admitted(moment, received_at, settings)
        )
    seq = message.seq
    if seq is not None and not 0 <= seq <= measuring.LARGEST_SEQ:
        measuring.checked_seq(seq)
    if not conversion.lowest <= steps <= conversion.highest:
        quality |= _IMPLAUSIBLE
    if message.quality:
        quality |= _IS_HISTORICAL
    quantity = message.quantity
    return Reading(1, device, sensor, quantity, steps, observed_at, clock_source, seq, quality)


def _quotation_marks(messages: list[ReadingMessage]) -> int:
    """Return how many quotation marks a payload holds that says these messages and nothing more.

    A JSON string has two unless it escapes one. A payload with more of them than its fields explain
    has unknown keys, escapes, or a key twice, of which the typed decoder would keep the last.
    """
    marks = 0
    for message in messages:
        marks += 10
        if message.sensor is not None:
            marks += 4
        if message.observed_at is not None:
            marks += 4
        if message.observed_at_us is not None:
            marks += 2
        if message.seq is not None:
            marks += 2
        if message.quality is not None:
            marks += 2 + 2 * len(message.quality)
    return marks


def _elements(payload: bytes) -> list[object]:
    value = parse(payload)
    elements = value if isinstance(value, list) else [value]
    if not elements:
        problem = "the array is empty; send at least one element"
        raise NoReading(problem)
    return elements


def _where(elements: list[ReadingMessage] | list[object], place: int) -> str:
    return f"element {place}" if len(elements) > 1 else ""


def _message(element: JsonObject) -> ReadingMessage:
    """Return the message that an element holds; its value, unit and times are judged later."""
    if "signature" in element:
        field = "signature"
        raise ReservedField(field)
    quantity = element.get("quantity")
    if quantity is None:
        field = "quantity"
        raise MissingField(field)
    if not isinstance(quantity, str) or quantity not in units.UNITS:
        raise UnknownQuantity(quantity, ", ".join(units.UNITS))
    if "value" not in element:
        field = "value"
        raise MissingField(field)
    return ReadingMessage(
        quantity,
        measuring.number(element["value"]),
        measuring.unit_text(quantity, element.get("unit")),
        statements.optional_text(element, "sensor"),
        statements.optional_text(element, "observed_at"),
        _microseconds(element),
        measuring.checked_seq(element.get("seq")),
        _quality(element),
    )


def _microseconds(element: JsonObject) -> int | None:
    value = element.get("observed_at_us")
    return None if value is None else epoch(value, "epoch_us")


def _quality(element: JsonObject) -> list[Literal["historical"]] | None:
    value = element.get("quality")
    if value is None:
        return None
    if not isinstance(value, list) or any(one != _HISTORICAL for one in value):
        raise InvalidField("quality", value, f'a list that may hold "{_HISTORICAL}"')
    return ["historical"] if value else []
