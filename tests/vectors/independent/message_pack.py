"""msgpack in its shortest form, for what records hold (SPECIFICATION section 2)."""

import struct
from collections.abc import Sequence


class Packed(bytes):
    """Bytes that are msgpack already and stand in place."""


def pack(value: object) -> bytes:
    match value:
        case Packed():
            found = bytes(value)
        case None:
            found = b"\xc0"
        case bool():
            found = b"\xc3" if value else b"\xc2"
        case int():
            found = _integer(value)
        case str():
            found = _text(value.encode())
        case bytes():
            found = _sized(len(value), (0xC4, 0xC5, 0xC6)) + value
        case list() | tuple():
            found = _array(value)
        case _:
            raise TypeError(value)
    return found


def _integer(value: int) -> bytes:
    if -32 <= value < 128:
        return struct.pack("b" if value < 0 else "B", value)
    forms = "BHIQ" if value >= 0 else "bhiq"
    first = 0xCC if value >= 0 else 0xD0
    for place, form in enumerate(forms):
        try:
            return bytes((first + place,)) + struct.pack(">" + form, value)
        except struct.error:
            continue
    raise OverflowError(value)


def _text(data: bytes) -> bytes:
    if len(data) < 32:
        return bytes((0xA0 | len(data),)) + data
    return _sized(len(data), (0xD9, 0xDA, 0xDB)) + data


def _array(values: Sequence[object]) -> bytes:
    head = bytes((0x90 | len(values),)) if len(values) < 16 else b"\xdc" + _u16(len(values))
    return head + b"".join(pack(one) for one in values)


def _sized(length: int, codes: tuple[int, int, int]) -> bytes:
    for code, form in zip(codes, ("B", ">H", ">I"), strict=True):
        try:
            return bytes((code,)) + struct.pack(form, length)
        except struct.error:
            continue
    raise OverflowError(length)


def _u16(number: int) -> bytes:
    return struct.pack(">H", number)
