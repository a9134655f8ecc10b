"""The Protocol Buffers messages of Sparkplug B, read strictly and without recursion.

Wire format: protobuf.dev/programming-guides/encoding. Schema: `sparkplug_b.proto`, Sparkplug 3.0
section 6.4.1. Unknown fields and the insides of data sets and templates are stepped over by their
length; groups, which proto2 has and Sparkplug does not use, are refused. A field that stands twice
counts as it stands last, as protobuf says, but a metric with two values is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import msgspec

from .refusals import MalformedProtobuf

LARGEST_METRICS = 20_000
"""Most metrics of one message; a message of 256 KiB with names and times has fewer."""

# A tag is (field number << 3 | wire type); names are those of sparkplug_b.proto.
_PAYLOAD_TIMESTAMP, _PAYLOAD_METRICS, _PAYLOAD_SEQ, _PAYLOAD_UUID = 0x08, 0x12, 0x18, 0x22
_NAME, _ALIAS, _TIMESTAMP, _DATATYPE = 0x0A, 0x10, 0x18, 0x20
_IS_HISTORICAL, _IS_NULL, _PROPERTIES = 0x28, 0x38, 0x4A
_KEYS, _VALUES = 0x0A, 0x12
_PROPERTY_INT, _PROPERTY_LONG, _PROPERTY_STRING = 0x18, 0x20, 0x42

INT_VALUE, LONG_VALUE, FLOAT_VALUE, DOUBLE_VALUE, BOOLEAN_VALUE = 0x50, 0x58, 0x65, 0x69, 0x70
STRING_VALUE, BYTES_VALUE, DATASET_VALUE, TEMPLATE_VALUE = 0x7A, 0x82, 0x8A, 0x92
_EXTENSION_VALUE = 0x9A
_VALUE_TAGS = frozenset(
    {
        INT_VALUE,
        LONG_VALUE,
        FLOAT_VALUE,
        DOUBLE_VALUE,
        BOOLEAN_VALUE,
        STRING_VALUE,
        BYTES_VALUE,
        DATASET_VALUE,
        TEMPLATE_VALUE,
        _EXTENSION_VALUE,
    }
)

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_LED_BY_VARINT = (_VARINT, _BYTES)
_WIRE_TYPE = 7
_FIELD_0 = frozenset(range(8))
_CONTINUED = 0x80
_LONGEST_SHIFT = 63
_COMPRESSED = b"SPBV1.0_COMPRESSED"
_float = struct.Struct("<f")
_double = struct.Struct("<d")
_CUT = "it ends within a field"
_NOTHING: Mapping[int, list[bytes]] = {}

Fields = dict[int, Any]
"""Values by tag; the wire type in the tag decides whether it is an int, bytes or a float."""


class Payload(msgspec.Struct, gc=False):
    """One message.

    Attributes:
        timestamp: When it was sent, milliseconds since 1970 UTC.
        seq: Its number, 0 to 255.
        metrics: The bytes of each metric, for `read_metric`.
    """

    timestamp: int | None
    seq: int | None
    metrics: list[bytes]


class Metric(msgspec.Struct, gc=False):
    """One metric, as it was sent.

    Attributes:
        name: Its name; None where only the alias was sent.
        alias: The number that stands for the name.
        timestamp: When its value was taken, milliseconds since 1970 UTC.
        datatype: The `DataType` of the schema, 0 where it was not sent.
        is_historical: The value was stored and sent later.
        is_null: There is no value.
        kind: Which member of `value` was sent, such as `FLOAT_VALUE`; 0 for none.
        value: Integers as unsigned, texts and bytes not decoded.
        properties: The bytes of its property set, for `read_properties`.
    """

    name: str | None
    alias: int | None
    timestamp: int | None
    datatype: int
    is_historical: bool
    is_null: bool
    kind: int
    value: int | float | bytes | None
    properties: bytes | None


def read_payload(data: bytes) -> Payload:
    """Return a message.

    Raises:
        MalformedProtobuf: The bytes are none, or more than `LARGEST_METRICS` metrics.
    """
    metrics: list[bytes] = []
    found = _fields(data, {_PAYLOAD_METRICS: metrics})
    if found.get(_PAYLOAD_UUID) == _COMPRESSED:
        raise MalformedProtobuf("it is compressed; switch the compression of payloads off")
    if len(metrics) > LARGEST_METRICS:
        raise MalformedProtobuf(
            f"it has {len(metrics)} metrics, at most {LARGEST_METRICS} are read"
        )
    return Payload(found.get(_PAYLOAD_TIMESTAMP), found.get(_PAYLOAD_SEQ), metrics)


def read_metric(data: bytes) -> Metric:
    """Return a metric.

    Raises:
        MalformedProtobuf: The bytes are none.
    """
    found = _fields(data, _NOTHING)
    kinds = [tag for tag in found if tag in _VALUE_TAGS]
    if len(kinds) > 1:
        raise MalformedProtobuf("a metric has more than one value")
    kind = kinds[0] if kinds else 0
    get = found.get
    name = get(_NAME)
    return Metric(
        # An empty name is none: some encoders write every field.
        _text(name) if name else None,
        get(_ALIAS),
        get(_TIMESTAMP),
        get(_DATATYPE, 0),
        bool(get(_IS_HISTORICAL)),
        bool(get(_IS_NULL)),
        kind,
        get(kind),
        get(_PROPERTIES),
    )


def read_properties(data: bytes) -> dict[str, str | int | None]:
    """Return the texts and integers of a property set by their keys, None for other values.

    Raises:
        MalformedProtobuf: The bytes are none, or keys and values are not of equal number.
    """
    keys: list[bytes] = []
    values: list[bytes] = []
    _fields(data, {_KEYS: keys, _VALUES: values})
    if len(keys) != len(values):
        raise MalformedProtobuf(f"a property set has {len(keys)} keys and {len(values)} values")
    return {_text(key): _property(value) for key, value in zip(keys, values, strict=True)}


def rebirth_command(timestamp: int) -> bytes:
    """Return the NCMD payload that asks a node for its BIRTHs (Sparkplug 3.0 section 6.4.23).

    Args:
        timestamp: Milliseconds since 1970 UTC.
    """
    name = b"Node Control/Rebirth"
    boolean = 11
    metric = bytes([_NAME, len(name), *name, _DATATYPE, boolean, BOOLEAN_VALUE, 1])
    sent = bytes([_PAYLOAD_TIMESTAMP, *_varint(timestamp)])
    return sent + bytes([_PAYLOAD_METRICS, len(metric), *metric])


def _fields(data: bytes, repeated: Mapping[int, list[bytes]]) -> Fields:
    """Return the last value of each field by its tag; repeated ones are put into their lists."""
    found: Fields = {}
    at, end = 0, len(data)
    try:
        while at < end:
            tag = data[at]
            at += 1
            if tag >= _CONTINUED:
                tag, at = _read_varint(data, at - 1)
            wire_type = tag & _WIRE_TYPE
            if wire_type in _LED_BY_VARINT:
                number = data[at]
                at += 1
                if number >= _CONTINUED:
                    number, at = _read_varint(data, at - 1)
                if wire_type == _VARINT:
                    found[tag] = number
                    continue
                start, at = at, at + number
                if at > end:
                    raise MalformedProtobuf(_CUT)
                if tag in repeated:
                    repeated[tag].append(data[start:at])
                else:
                    found[tag] = data[start:at]
            else:
                found[tag], at = _floating(data, at, wire_type)
    except (IndexError, struct.error) as error:
        raise MalformedProtobuf(_CUT) from error
    if not _FIELD_0.isdisjoint(found):
        raise MalformedProtobuf("fields are numbered from 1")
    return found


def _floating(data: bytes, at: int, wire_type: int) -> tuple[float, int]:
    """Return a value of fixed width, all of which are floating in this schema, and its end."""
    if wire_type == _FIXED_32:
        return _float.unpack_from(data, at)[0], at + 4
    if wire_type == _FIXED_64:
        return _double.unpack_from(data, at)[0], at + 8
    raise MalformedProtobuf(f"wire type {wire_type} is a group or unknown")


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a varint and where it ends."""
    value = shift = 0
    while (byte := data[at]) >= _CONTINUED:
        value |= (byte - _CONTINUED) << shift
        shift += 7
        at += 1
        if shift > _LONGEST_SHIFT:
            raise MalformedProtobuf("a varint is longer than 64 bits")
    value |= byte << shift
    if value >> 64:
        raise MalformedProtobuf("a varint is longer than 64 bits")
    return value, at + 1


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= _CONTINUED:
        encoded.append(value & 0x7F | _CONTINUED)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedProtobuf(f"the text {data[:40]!r} is not UTF-8") from error


def _property(data: bytes) -> str | int | None:
    found = _fields(data, _NOTHING)
    if _PROPERTY_STRING in found:
        return _text(found[_PROPERTY_STRING])
    integer: int | None = found.get(_PROPERTY_INT, found.get(_PROPERTY_LONG))
    return integer
