"""Where one packet ends and the next begins: fixed header and remaining length (§2.1).

A received chunk is split at once: the cost of MQTT at high rates is wake-ups and system calls per
message, not parsing. While a packet is incomplete nothing is parsed again before the bytes that it
announced are there, so a slow sender of a large packet costs linear time.
"""

from __future__ import annotations

from collections.abc import Iterator

from .errors import MalformedPacket, ProtocolError
from .reason_codes import ReasonCode

_CONTINUES = 0x80
_LAST_SHIFT = 21


class Framer:
    """Splits the bytes of one direction of a connection into packets.

    Args:
        maximum_packet_size: Largest packet in bytes, fixed header included (§3.1.2.11.4).

    Attributes:
        maximum: The same; it may be changed between two calls of `packets`.
    """

    __slots__ = ("_data", "_incoming", "_start", "_stop", "_wanted", "maximum")

    def __init__(self, maximum_packet_size: int) -> None:
        self.maximum = maximum_packet_size
        self._data = b""
        self._incoming = bytearray()
        self._start = 0  # of the packet yielded last
        self._stop = 0  # end of the packet yielded last
        self._wanted = 0  # bytes needed before the next packet is complete

    def append(self, chunk: bytes) -> None:
        """Take received bytes; `packets` yields what they complete."""
        if self._stop == len(self._data) and not self._incoming:
            self._data = chunk
            self._start = self._stop = 0
        else:
            self._incoming += chunk

    def packets(self) -> Iterator[tuple[int, bytes]]:
        """Yield the first byte and the body of each complete packet.

        The iteration may be left and taken up again later.

        Raises:
            MalformedPacket: A remaining length of more than four bytes (§1.5.5).
            ProtocolError: A packet above the maximum, with reason code 0x95.
        """
        if not self._join():
            return
        data = self._data
        size = len(data)
        maximum = self.maximum
        start = self._stop
        while size - start >= 2:  # noqa: PLR2004 -- the shortest fixed header
            length = data[start + 1]
            body = start + 2
            if length >= _CONTINUES:
                # Two bytes hold most telemetry; they are read here, because this loop is hot.
                if body < size and data[body] < _CONTINUES:
                    length += (data[body] - 1) * _CONTINUES
                    body += 1
                else:
                    length, body = self._long_length(start)
            stop = body + length
            if stop - start > maximum:
                self._start = start
                problem = f"packet of {stop - start} bytes, allowed are {maximum}"
                raise ProtocolError(problem, "3.1.2.11.4", ReasonCode.PACKET_TOO_LARGE)
            if stop > size:
                self._wanted = stop - start
                return
            self._start = start
            self._stop = stop
            yield data[start], data[body:stop]
            start = stop
        self._wanted = size - start + 1

    def head(self, size: int) -> bytes:
        """The first `size` bytes from the packet that came last, to record what was refused."""
        known = self._data[self._start : self._start + size]
        return known + bytes(self._incoming[: size - len(known)])

    @property
    def is_empty(self) -> bool:
        """Whether no byte of an incomplete packet is waiting."""
        return self._stop == len(self._data) and not self._incoming

    def drop_yielded(self) -> None:
        """Let `head` begin after the packet yielded last."""
        self._start = self._stop

    def _join(self) -> bool:
        """Put late bytes behind the incomplete packet, once there are enough of them."""
        if self._incoming:
            if len(self._data) - self._stop + len(self._incoming) < self._wanted:
                return False
            self._data = self._data[self._stop :] + self._incoming
            self._incoming = bytearray()
            self._start = self._stop = 0
        self._wanted = 0
        return True

    def _long_length(self, start: int) -> tuple[int, int]:
        """Decode a remaining length of several bytes; gives it and where the body begins.

        A length longer than needed is let through: it is unambiguous, and 3.1.1 devices
        that reserve room for their header send it.
        """
        data = self._data
        length = 0
        for shift in range(0, _LAST_SHIFT + 1, 7):
            position = start + 1 + shift // 7
            if position >= len(data):
                return 0, len(data) + 1
            octet = data[position]
            length |= (octet & 0x7F) << shift
            if octet < _CONTINUES:
                return length, position + 1
        self._start = start
        problem = "remaining length of more than four bytes"
        raise MalformedPacket(problem, "1.5.5")
