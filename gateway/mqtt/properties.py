"""Properties of MQTT 5: which there are, of which type, and where they may stand (§2.2.2.2)."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, NamedTuple

import msgspec

from . import wire
from .errors import MalformedPacket, ProtocolError
from .reason_codes import ReasonCode
from .wire import Reader


class Place(Enum):
    """Where a property may stand: a packet type, or the will inside a CONNECT."""

    CONNECT = "CONNECT"
    CONNACK = "CONNACK"
    PUBLISH = "PUBLISH"
    WILL = "will"
    PUBACK = "PUBACK"  # also PUBREC, PUBREL and PUBCOMP
    SUBSCRIBE = "SUBSCRIBE"
    SUBACK = "SUBACK"
    UNSUBSCRIBE = "UNSUBSCRIBE"
    UNSUBACK = "UNSUBACK"
    DISCONNECT = "DISCONNECT"
    AUTH = "AUTH"


class Properties(msgspec.Struct, frozen=True):
    """All properties of one packet; `None` means absent. Intervals are in seconds."""

    payload_format_indicator: int | None = None
    message_expiry_interval: int | None = None
    content_type: str | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    subscription_identifiers: tuple[int, ...] = ()
    session_expiry_interval: int | None = None
    assigned_client_identifier: str | None = None
    server_keep_alive: int | None = None
    authentication_method: str | None = None
    authentication_data: bytes | None = None
    request_problem_information: int | None = None
    will_delay_interval: int | None = None
    request_response_information: int | None = None
    response_information: str | None = None
    server_reference: str | None = None
    reason_string: str | None = None
    receive_maximum: int | None = None
    topic_alias_maximum: int | None = None
    topic_alias: int | None = None
    maximum_qos: int | None = None
    retain_available: int | None = None
    user_properties: tuple[tuple[str, str], ...] = ()
    maximum_packet_size: int | None = None
    wildcard_subscription_available: int | None = None
    subscription_identifier_available: int | None = None
    shared_subscription_available: int | None = None


NO_PROPERTIES: Final = Properties()


class _Kind(NamedTuple):
    """A data type of §1.5: how it is read and written."""

    read: Callable[[Reader], Any]
    write: Callable[[Any], bytes]


def _read_pair(reader: Reader) -> tuple[str, str]:
    return reader.text(), reader.text()


def _write_pair(pair: tuple[str, str]) -> bytes:
    return wire.encode_text(pair[0]) + wire.encode_text(pair[1])


_BYTE: Final = _Kind(Reader.byte, lambda value: bytes((value,)))
_U16: Final = _Kind(Reader.u16, wire.encode_u16)
_U32: Final = _Kind(Reader.u32, wire.encode_u32)
_VARINT: Final = _Kind(Reader.varint, wire.encode_varint)
_TEXT: Final = _Kind(Reader.text, wire.encode_text)
_BINARY: Final = _Kind(Reader.binary, wire.encode_binary)
_PAIR: Final = _Kind(_read_pair, _write_pair)

_P: Final = Place
_MESSAGE: Final = frozenset({_P.PUBLISH, _P.WILL})
_LOGIN: Final = frozenset({_P.CONNECT, _P.CONNACK, _P.AUTH})
_BOTH_ENDS: Final = frozenset({_P.CONNECT, _P.CONNACK})
_CONNECT: Final = frozenset({_P.CONNECT})
_CONNACK: Final = frozenset({_P.CONNACK})
_ANSWERS: Final = frozenset({_P.CONNACK, _P.PUBACK, _P.SUBACK, _P.UNSUBACK, _P.DISCONNECT, _P.AUTH})


class _Definition(NamedTuple):
    """One row of table 2-4."""

    field: str
    kind: _Kind
    places: frozenset[Place]


_DEFINITIONS: Final[dict[int, _Definition]] = {
    0x01: _Definition("payload_format_indicator", _BYTE, _MESSAGE),
    0x02: _Definition("message_expiry_interval", _U32, _MESSAGE),
    0x03: _Definition("content_type", _TEXT, _MESSAGE),
    0x08: _Definition("response_topic", _TEXT, _MESSAGE),
    0x09: _Definition("correlation_data", _BINARY, _MESSAGE),
    0x0B: _Definition("subscription_identifiers", _VARINT, frozenset({_P.PUBLISH, _P.SUBSCRIBE})),
    0x11: _Definition("session_expiry_interval", _U32, _BOTH_ENDS | {_P.DISCONNECT}),
    0x12: _Definition("assigned_client_identifier", _TEXT, _CONNACK),
    0x13: _Definition("server_keep_alive", _U16, _CONNACK),
    0x15: _Definition("authentication_method", _TEXT, _LOGIN),
    0x16: _Definition("authentication_data", _BINARY, _LOGIN),
    0x17: _Definition("request_problem_information", _BYTE, _CONNECT),
    0x18: _Definition("will_delay_interval", _U32, frozenset({_P.WILL})),
    0x19: _Definition("request_response_information", _BYTE, _CONNECT),
    0x1A: _Definition("response_information", _TEXT, _CONNACK),
    0x1C: _Definition("server_reference", _TEXT, frozenset({_P.CONNACK, _P.DISCONNECT})),
    0x1F: _Definition("reason_string", _TEXT, _ANSWERS),
    0x21: _Definition("receive_maximum", _U16, _BOTH_ENDS),
    0x22: _Definition("topic_alias_maximum", _U16, _BOTH_ENDS),
    0x23: _Definition("topic_alias", _U16, frozenset({_P.PUBLISH})),
    0x24: _Definition("maximum_qos", _BYTE, _CONNACK),
    0x25: _Definition("retain_available", _BYTE, _CONNACK),
    0x26: _Definition("user_properties", _PAIR, frozenset(Place)),
    0x27: _Definition("maximum_packet_size", _U32, _BOTH_ENDS),
    0x28: _Definition("wildcard_subscription_available", _BYTE, _CONNACK),
    0x29: _Definition("subscription_identifier_available", _BYTE, _CONNACK),
    0x2A: _Definition("shared_subscription_available", _BYTE, _CONNACK),
}

_NOT_ZERO: Final = frozenset({"receive_maximum", "maximum_packet_size", "subscription_identifiers"})
MOST_REPEATED: Final = 1_000
"""How often one packet may carry a property that may be repeated."""

_REPEATED: Final = frozenset({"user_properties", "subscription_identifiers"})


def read_properties(reader: Reader, place: Place) -> Properties:
    """Read the property length and the properties.

    Raises:
        MalformedPacket: An unknown id, one that may not stand in `place`, or a broken value.
        ProtocolError: A property twice, or a value outside its range.
    """
    size = reader.varint()
    if size == 0:
        return NO_PROPERTIES
    section = Reader(reader.take(size))
    values: dict[str, Any] = {}
    while not section.at_end:
        definition = _definition(section.varint(), place)
        field = definition.field
        value = definition.kind.read(section)
        _check_range(definition, value)
        if field in values and not _may_repeat(field, place):
            problem = f"property {field} stands twice"
            raise ProtocolError(problem, "2.2.2.2")
        if field in _REPEATED:
            _add(values.setdefault(field, []), value, field)
        else:
            values[field] = value
    for field in _REPEATED & values.keys():
        values[field] = tuple(values[field])
    return Properties(**values)


def _add(many: list[object], value: object, field: str) -> None:
    """Take one more of a property that may be repeated.

    Raises:
        ProtocolError: There are more than any device has use for; each costs time.
    """
    if len(many) >= MOST_REPEATED:
        problem = f"more than {MOST_REPEATED} of the property {field}"
        raise ProtocolError(problem, "2.2.2.2", ReasonCode.QUOTA_EXCEEDED)
    many.append(value)


def _definition(identifier: int, place: Place) -> _Definition:
    definition = _DEFINITIONS.get(identifier)
    if definition is None:
        problem = f"no property has the id 0x{identifier:02X}"
        raise MalformedPacket(problem, "2.2.2.2")
    if place not in definition.places:
        problem = f"property {definition.field} may not stand in {place.value}"
        raise MalformedPacket(problem, "2.2.2.2")
    return definition


def _may_repeat(field: str, place: Place) -> bool:
    # A SUBSCRIBE carries one Subscription Identifier, a PUBLISH may carry many (§3.8.2.1.2).
    return field in _REPEATED and (field == "user_properties" or place is Place.PUBLISH)


def _check_range(definition: _Definition, value: object) -> None:
    if definition.kind is _BYTE and value not in {0, 1}:
        problem = f"property {definition.field} is {value}, allowed are 0 and 1"
        raise ProtocolError(problem, "2.2.2.2")
    if value == 0 and definition.field in _NOT_ZERO:
        problem = f"property {definition.field} is 0"
        raise ProtocolError(problem, "2.2.2.2")


def encode_properties(properties: Properties) -> bytes:
    """Encode the property length and the properties, ascending by id."""
    if properties is NO_PROPERTIES:
        return b"\0"
    section = bytearray()
    for identifier, (field, kind, _) in _DEFINITIONS.items():
        value = getattr(properties, field)
        for item in value if field in _REPEATED else () if value is None else (value,):
            section.append(identifier)
            section += kind.write(item)
    return wire.encode_varint(len(section)) + bytes(section)
