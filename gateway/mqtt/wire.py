"""The data types of MQTT 5 §1.5, read from a packet's body and written as bytes."""

from __future__ import annotations

from typing import Final

from twins.verdict.counts import counted

from .errors import MalformedPacket

MAXIMUM_VARIABLE_BYTE_INTEGER: Final = 268_435_455
_MAXIMUM_LENGTH: Final = 65_535
_CONTINUES: Final = 0x80


class FieldTooLong(ValueError):
    """A value of ours does not fit the field that carries it."""

    def __init__(self, size: int, maximum: int) -> None:
        self.size = size
        self.maximum = maximum
        super().__init__(f"{size} does not fit an MQTT field of at most {maximum}")


def encode_varint(value: int) -> bytes:
    """Encode a Variable Byte Integer in the fewest bytes (§1.5.5)."""
    if not 0 <= value <= MAXIMUM_VARIABLE_BYTE_INTEGER:
        raise FieldTooLong(value, MAXIMUM_VARIABLE_BYTE_INTEGER)
    encoded = bytearray()
    while value >= _CONTINUES:
        encoded.append(value & 0x7F | _CONTINUES)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def encode_u16(value: int) -> bytes:
    """Encode a Two Byte Integer (§1.5.2)."""
    return value.to_bytes(2, "big")


def encode_u32(value: int) -> bytes:
    """Encode a Four Byte Integer (§1.5.3)."""
    return value.to_bytes(4, "big")


def encode_binary(value: bytes) -> bytes:
    """Encode Binary Data with its length (§1.5.6)."""
    if len(value) > _MAXIMUM_LENGTH:
        raise FieldTooLong(len(value), _MAXIMUM_LENGTH)
    return len(value).to_bytes(2, "big") + value


def encode_text(value: str) -> bytes:
    """Encode a UTF-8 String with its length (§1.5.4)."""
    return encode_binary(value.encode())


def decode_text(encoded: bytes) -> str:
    """Decode UTF-8 that holds neither a surrogate nor U+0000 (MQTT-1.5.4-1, -2)."""
    try:
        text = encoded.decode()
    except UnicodeDecodeError as error:
        problem = f"text is not UTF-8: {error.reason}"
        raise MalformedPacket(problem, "1.5.4") from error
    if "\0" in text:
        problem = "text contains U+0000"
        raise MalformedPacket(problem, "1.5.4")
    return text


class Reader:
    """A cursor over the body of one packet; reading past the end is a malformed packet."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    @property
    def at_end(self) -> bool:
        """Whether everything was read."""
        return self._position >= len(self._data)

    def take(self, size: int) -> bytes:
        """Read exactly `size` bytes."""
        start = self._position
        stop = start + size
        if stop > len(self._data):
            problem = f"packet ends {counted(stop - len(self._data), 'byte')} too early"
            raise MalformedPacket(problem, "2.1.4")
        self._position = stop
        return self._data[start:stop]

    def rest(self) -> bytes:
        """Read all that is left."""
        return self.take(len(self._data) - self._position)

    def byte(self) -> int:
        """Read one byte."""
        return self.take(1)[0]

    def u16(self) -> int:
        """Read a Two Byte Integer."""
        return int.from_bytes(self.take(2), "big")

    def u32(self) -> int:
        """Read a Four Byte Integer."""
        return int.from_bytes(self.take(4), "big")

    def binary(self) -> bytes:
        """Read Binary Data."""
        return self.take(self.u16())

    def text(self) -> str:
        """Read a UTF-8 String."""
        return decode_text(self.binary())

    def varint(self) -> int:
        """Read a Variable Byte Integer of at most four bytes, minimal (MQTT-1.5.5-1)."""
        value = 0
        for shift in (0, 7, 14, 21):
            octet = self.byte()
            value |= (octet & 0x7F) << shift
            if octet < _CONTINUES:
                if octet == 0 and shift:
                    problem = "variable byte integer is longer than needed"
                    raise MalformedPacket(problem, "1.5.5")
                return value
        problem = "variable byte integer is longer than four bytes"
        raise MalformedPacket(problem, "1.5.5")

    def expect_end(self) -> None:
        """Raise when bytes are left over."""
        if not self.at_end:
            left = counted(len(self._data) - self._position, "byte")
            problem = f"{left} too many in the packet"
            raise MalformedPacket(problem, "2.1.4")
