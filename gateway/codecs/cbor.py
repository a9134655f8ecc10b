"""The part of CBOR (RFC 8949) that a COSE envelope is made of, read strictly.

Integers, byte strings, text, arrays, maps, tags and null; lengths are definite, keys of a map are
integers or text and stand once, and nothing follows. All else is no envelope of ours.
"""

from __future__ import annotations

from typing import Final

import msgspec

from twins.verdict.counts import counted

_DEEPEST: Final = 16
_LONGEST: Final = 256
"""Most elements of one array or map: headers have a handful."""

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_NULL: Final = 22
_ONE_BYTE: Final = 24
_WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}


class InvalidCbor(Exception):
    """The bytes are not of the subset."""


class Tagged(msgspec.Struct, frozen=True):
    """A value with its tag (RFC 8949 section 3.4)."""

    tag: int
    value: object


def parse_cbor(data: bytes) -> object:
    """Return the one value that the bytes hold.

    Raises:
        InvalidCbor: They hold none, more than one, or what does not belong to the subset.
    """
    reader = _Reader(data)
    value = reader.value(0)
    if reader.place != len(data):
        message = counted(len(data) - reader.place, "byte follows", "bytes follow")
        raise InvalidCbor(message)
    return value


def byte_string(content: bytes) -> bytes:
    """Return the shortest encoding of a byte string (RFC 8949 section 4.1)."""
    length = len(content)
    if length < _ONE_BYTE:
        return bytes([_BYTES << 5 | length]) + content
    width = next(one for one in (1, 2, 4, 8) if length < 1 << 8 * one)
    kind = _BYTES << 5 | _ONE_BYTE + width.bit_length() - 1
    return bytes([kind]) + length.to_bytes(width, "big") + content


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def value(self, depth: int) -> object:
        if depth > _DEEPEST:
            message = f"nested deeper than {_DEEPEST} levels"
            raise InvalidCbor(message)
        initial = self._take(1)[0]
        major, information = initial >> 5, initial & 31
        if major == _SIMPLE:
            if information == _NULL:
                return None
            message = f"0x{initial:02x} at byte {self.place - 1} is neither number, text nor null"
            raise InvalidCbor(message)
        return self._content(major, self._argument(information), depth)

    def _content(self, major: int, argument: int, depth: int) -> object:
        """Return what follows an initial byte and its argument (RFC 8949 section 3.1)."""
        if major in (_BYTES, _TEXT):
            taken = self._take(argument)
            return taken if major == _BYTES else _text(taken)
        if major == _ARRAY:
            return [self.value(depth + 1) for _ in range(_bounded(argument))]
        if major == _MAP:
            return self._map(_bounded(argument), depth)
        if major == _TAG:
            return Tagged(argument, self.value(depth + 1))
        return argument if major == _UNSIGNED else -1 - argument

    def _argument(self, information: int) -> int:
        if information < _ONE_BYTE:
            return information
        width = _WIDTHS.get(information)
        if width is None:
            message = f"a length at byte {self.place - 1} is not definite"
            raise InvalidCbor(message)
        return int.from_bytes(self._take(width), "big")

    def _take(self, count: int) -> bytes:
        end = self.place + count
        if end > len(self._data):
            message = f"it ends at byte {len(self._data)}, where {end} are needed"
            raise InvalidCbor(message)
        taken = self._data[self.place : end]
        self.place = end
        return taken

    def _map(self, count: int, depth: int) -> dict[int | str, object]:
        found: dict[int | str, object] = {}
        for _ in range(count):
            key = self.value(depth + 1)
            if not isinstance(key, int | str):
                message = "a key of a map is neither integer nor text"
                raise InvalidCbor(message)
            if key in found:
                message = f"the key {key!r} stands twice in one map"
                raise InvalidCbor(message)
            found[key] = self.value(depth + 1)
        return found


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = "a text is not UTF-8"
        raise InvalidCbor(message) from error


def _bounded(count: int) -> int:
    if count > _LONGEST:
        message = f"an array or a map of {count} elements, at most {_LONGEST} are read"
        raise InvalidCbor(message)
    return count
