"""Sparkplug B messages for tests, written by the protobuf encoding rules and not by our code.

Field numbers and wire types are those of `sparkplug_b.proto`, Sparkplug 3.0 section 6.4.1. That the
bytes are right is checked against the frames of `sparkplug_b.json`, which pysparkplug wrote.
"""

import struct
from collections.abc import Sequence

INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 = range(1, 9)
FLOAT, DOUBLE, BOOLEAN, STRING, DATETIME = range(9, 14)
DATASET, TEMPLATE = 16, 19
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
SENT_MS = 1_486_144_502_122


def varint(value: int) -> bytes:
    digits = []
    while True:
        value, digit = divmod(value, 128)
        digits.append(digit)
        if not value:
            return bytes([digit + 128 for digit in digits[:-1]] + digits[-1:])


def field(number: int, wire_type: int, value: int | bytes) -> bytes:
    tag = varint(number << 3 | wire_type)
    if isinstance(value, int):
        return tag + varint(value)
    return tag + (varint(len(value)) + value if wire_type == LENGTH else value)


def metric(
    name: str | None = None,
    value: bytes = b"",
    *,
    alias: int | None = None,
    timestamp: int | None = SENT_MS,
    datatype: int | None = None,
    historical: bool = False,
    null: bool = False,
    properties: bytes = b"",
) -> bytes:
    parts = [
        b"" if name is None else field(1, LENGTH, name.encode()),
        b"" if alias is None else field(2, VARINT, alias),
        b"" if timestamp is None else field(3, VARINT, timestamp),
        b"" if datatype is None else field(4, VARINT, datatype),
        field(5, VARINT, 1) if historical else b"",
        field(7, VARINT, 1) if null else b"",
        field(9, LENGTH, properties) if properties else b"",
        value,
    ]
    return b"".join(parts)


def int_value(value: int) -> bytes:
    return field(10, VARINT, value)


def long_value(value: int) -> bytes:
    return field(11, VARINT, value)


def float_value(value: float) -> bytes:
    return field(12, FIXED32, struct.pack("<f", value))


def double_value(value: float) -> bytes:
    return field(13, FIXED64, struct.pack("<d", value))


def boolean_value(value: int) -> bytes:
    return field(14, VARINT, value)


def string_value(value: str) -> bytes:
    return field(15, LENGTH, value.encode())


def properties(**values: str | int) -> bytes:
    keys = b"".join(field(1, LENGTH, key.encode()) for key in values)
    return keys + b"".join(field(2, LENGTH, _property(value)) for value in values.values())


def _property(value: str | int) -> bytes:
    if isinstance(value, str):
        return field(1, VARINT, STRING) + field(8, LENGTH, value.encode())
    return field(1, VARINT, INT32) + field(3, VARINT, value)


def payload(
    metrics: Sequence[bytes] = (), seq: int | None = None, timestamp: int | None = SENT_MS
) -> bytes:
    return b"".join(
        [
            b"" if timestamp is None else field(1, VARINT, timestamp),
            *(field(2, LENGTH, one) for one in metrics),
            b"" if seq is None else field(3, VARINT, seq),
        ]
    )


def nbirth(*metrics: bytes, session: int = 0, seq: int | None = 0) -> bytes:
    return payload([session_metric(session), *metrics], seq)


def ndeath(session: int) -> bytes:
    return payload([session_metric(session)])


def session_metric(session: int) -> bytes:
    return metric("bdSeq", long_value(session), datatype=UINT64)
