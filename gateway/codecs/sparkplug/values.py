"""From a metric's value on the wire to the number that it means (Sparkplug 3.0 section 6.4.17)."""

from __future__ import annotations

import enum
import functools
import math
import struct

from gateway.codecs.refusals import InvalidField, NotANumber

from .protobuf import BOOLEAN_VALUE, DOUBLE_VALUE, FLOAT_VALUE, INT_VALUE, LONG_VALUE

_single = struct.Struct("<f")
_INT_BITS, _LONG_BITS = 32, 64
# A decimal of 6 digits survives a float32, and 9 digits tell every float32 apart (IEEE 754-2019
# section 5.12.2).
_KEPT_DIGITS, _TELLING_DIGITS = 6, 9


class DataType(enum.IntEnum):
    """Types of metrics that can be a measurement; all others are numbers here without a name."""

    UNKNOWN = 0
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    TEMPLATE = 19


_SIGNED_BITS: dict[int, int] = {
    DataType.INT8: 8,
    DataType.INT16: 16,
    DataType.INT32: 32,
    DataType.INT64: 64,
}
_UNSIGNED_BITS: dict[int, int] = {
    DataType.UINT8: 8,
    DataType.UINT16: 16,
    DataType.UINT32: 32,
    DataType.UINT64: 64,
}
_FLOATING = frozenset((int(DataType.FLOAT), int(DataType.DOUBLE)))
NUMERIC = _SIGNED_BITS.keys() | _UNSIGNED_BITS.keys() | _FLOATING
"""Data types whose values are numbers."""

_EVIDENT = {
    FLOAT_VALUE: DataType.FLOAT.value,
    DOUBLE_VALUE: DataType.DOUBLE.value,
    BOOLEAN_VALUE: DataType.BOOLEAN.value,
}


def evident_type(kind: int) -> int:
    """Return the data type that a member of `value` shows by itself.

    `UNKNOWN` for integers, which are signed or not by their data type alone, and for all else.
    """
    return _EVIDENT.get(kind, DataType.UNKNOWN.value)


def number(datatype: int, kind: int, value: object) -> float:
    """Return the number that a metric states.

    Args:
        datatype: A `DataType` of a number.
        kind: Which member of `value` was sent.
        value: As `read_metric` gives it.

    Raises:
        NotANumber: The data type has no numbers.
        InvalidField: The value is absent, of another kind, or beyond its data type.
    """
    if kind == FLOAT_VALUE and datatype in _FLOATING and isinstance(value, float):
        return shortest_decimal(value)
    if kind == DOUBLE_VALUE and datatype in _FLOATING and isinstance(value, float):
        return value
    if kind in (INT_VALUE, LONG_VALUE) and isinstance(value, int):
        sent_bits = _INT_BITS if kind == INT_VALUE else _LONG_BITS
        if datatype in _SIGNED_BITS:
            return _signed(value, _SIGNED_BITS[datatype], sent_bits)
        if datatype in _UNSIGNED_BITS:
            return _unsigned(value, _UNSIGNED_BITS[datatype])
    if datatype not in NUMERIC:
        raise NotANumber(value)
    raise InvalidField("value", value, f"a value of {DataType(datatype).name}")


@functools.lru_cache(maxsize=65_536)
def shortest_decimal(single: float) -> float:
    """Return the double of the shortest decimal that is this float32: 4.2, not 4.199999809….

    The device wrote 4.2, and float32 has no such number. The decimal has the fewest of 6 to 9
    significant digits, correctly rounded, whose nearest float32 is the one that was sent.
    """
    if not math.isfinite(single):
        return single
    for digits in range(_KEPT_DIGITS, _TELLING_DIGITS):
        decimal = float(f"{single:.{digits}g}")
        if _single.unpack(_single.pack(decimal))[0] == single:
            return decimal
    return float(f"{single:.{_TELLING_DIGITS}g}")


def _signed(value: int, bits: int, sent_bits: int) -> int:
    """Return a number sent in two's complement of its own width, or of a wider field.

    The schema's fields are unsigned; encoders differ in how far they extend the sign: -1 of Int8
    comes as 0xFF, as 0xFFFFFFFF, and, where a 32-bit field is written as a long varint, as 2^64-1.
    """
    if sent_bits < bits and 1 << (sent_bits - 1) <= value < 1 << sent_bits:
        # A large number, or a negative one cut to the field: both are possible.
        raise InvalidField("value", value, f"a field of {bits} bits for such a type")
    half = 1 << (bits - 1)
    for width in (bits, _INT_BITS, _LONG_BITS):
        beyond = 1 << width
        if width >= bits and beyond - half <= value < beyond:
            return value - beyond
    if value >= half:
        raise InvalidField("value", value, f"a signed integer of {bits} bits")
    return value


def _unsigned(value: int, bits: int) -> int:
    if value >> bits:
        raise InvalidField("value", value, f"an unsigned integer of {bits} bits")
    return value
