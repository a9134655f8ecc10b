import math
import struct

import pytest

from gateway.codecs.base import Refusal
from gateway.codecs.sparkplug.protobuf import (
    BOOLEAN_VALUE,
    DOUBLE_VALUE,
    FLOAT_VALUE,
    INT_VALUE,
    LONG_VALUE,
    STRING_VALUE,
)
from gateway.codecs.sparkplug.values import number, shortest_decimal

from .sparkplug_messages import (
    BOOLEAN,
    DATETIME,
    DOUBLE,
    FLOAT,
    INT8,
    INT16,
    INT32,
    INT64,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
)


def as_float32(value: float) -> float:
    single: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return single


@pytest.mark.parametrize(
    ("datatype", "kind", "value", "meant"),
    [
        # Two's complement of the type's own width.
        (INT8, INT_VALUE, 0x7F, 127),
        (INT8, INT_VALUE, 0x80, -128),
        (INT8, INT_VALUE, 0xFF, -1),
        (INT16, INT_VALUE, 0xFF9C, -100),
        (INT32, INT_VALUE, 0x7FFFFFFF, 2147483647),
        (INT32, INT_VALUE, 0x80000000, -2147483648),
        (INT64, LONG_VALUE, 0xFFFFFFFFFFFFFF9C, -100),
        (INT64, LONG_VALUE, 3000, 3000),
        (INT64, LONG_VALUE, 0xFFFFFF9C, 4294967196),
        (INT64, LONG_VALUE, 0x7FFFFFFFFFFFFFFF, 9223372036854775807),
        # The sign extended to the field, and to a varint of ten bytes.
        (INT8, INT_VALUE, 0xFFFFFF80, -128),
        (INT16, INT_VALUE, 0xFFFFFF9C, -100),
        (INT16, INT_VALUE, 0xFFFFFFFFFFFFFF9C, -100),
        (INT32, INT_VALUE, 0xFFFFFFFFFFFFFF9C, -100),
        (INT32, LONG_VALUE, 0xFFFFFFFFFFFFFF9C, -100),
        (INT64, INT_VALUE, 0xFFFFFFFFFFFFFF9C, -100),
        (INT64, INT_VALUE, 0x7FFFFFFF, 2147483647),
        (UINT8, INT_VALUE, 0xFF, 255),
        (UINT16, INT_VALUE, 0xFFFF, 65535),
        (UINT32, INT_VALUE, 0xFFFFFFFF, 4294967295),
        (UINT32, LONG_VALUE, 0xFFFFFFFF, 4294967295),
        (UINT64, LONG_VALUE, 2**64 - 1, 18446744073709551615),
        (DOUBLE, DOUBLE_VALUE, -0.1, -0.1),
        (FLOAT, DOUBLE_VALUE, 4.2, 4.2),
        (DOUBLE, FLOAT_VALUE, as_float32(4.2), 4.2),
    ],
)
def test_value_means_the_number_of_its_data_type(
    datatype: int, kind: int, value: float, meant: float
) -> None:
    assert number(datatype, kind, value) == meant


@pytest.mark.parametrize(
    ("datatype", "kind", "value"),
    [
        (INT8, INT_VALUE, 0x100),
        (INT8, INT_VALUE, 0xFFFFFF7F),
        (INT16, INT_VALUE, 0x10000),
        (INT32, LONG_VALUE, 0x100000000),
        # 32 bits for an Int64: 4294967196, or -100 cut to the field.
        (INT64, INT_VALUE, 0xFFFFFF9C),
        (UINT8, INT_VALUE, 0x100),
        (UINT32, LONG_VALUE, 0x100000000),
        (INT16, FLOAT_VALUE, 1.0),
        (FLOAT, INT_VALUE, 1),
        (FLOAT, BOOLEAN_VALUE, 1),
        (FLOAT, 0, None),
        (BOOLEAN, BOOLEAN_VALUE, 1),
        (DATETIME, LONG_VALUE, 1),
        (STRING, STRING_VALUE, b"4.2"),
    ],
)
def test_value_that_is_none_of_its_data_type_is_refused(
    datatype: int, kind: int, value: float | bytes | None
) -> None:
    with pytest.raises(Refusal):
        number(datatype, kind, value)


@pytest.mark.parametrize(
    "written",
    [4.2, -18.3, 0.1, 21.7, 52.52, 100.0, 0.0, 1e-7, 16777216.0, 3.4028235e38, 1.1754944e-38],
)
def test_float32_is_the_decimal_that_was_written(written: float) -> None:
    # Each has at most 8 digits and is the shortest of its float32 (numpy.float32 prints them so).
    assert shortest_decimal(as_float32(written)) == written


def test_float32_keeps_what_is_no_number() -> None:
    assert math.isnan(shortest_decimal(math.nan))
    assert shortest_decimal(-math.inf) == -math.inf
