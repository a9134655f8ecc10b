"""Where one packet ends and the next begins: fixed header and remaining length (§2.1).

A received chunk is split at once: the cost of MQTT at high rates is wake-ups and system calls per
message, not parsing. While a packet is incomplete nothing is parsed again before the bytes that it
announced are there, so a slow sender of a large packet costs linear time.
"""

from __future__ import annotations

from .errors import MalformedPacket, ProtocolError
from .packets import packet_type
from .reason_codes import ReasonCode

_CONTINUES = 0x80
_LAST_SHIFT = 21


class Framer:
    """Splits the bytes of one direction of a connection into packets.

    `data` and `position` are open, so that the hot path reads runs of PUBLISH packets where they
    lie; whoever does so moves `position` behind them.

    Args:
        maximum_packet_size: Largest packet in bytes, fixed header included (§3.1.2.11.4).

    Attributes:
        maximum: The same; it may be changed between two packets.
        data: Bytes that are joined and ready to be read.
        position: Where the next packet begins in `data`.
    """

    __slots__ = ("_begin", "_incoming", "_trimmed", "_wanted", "data", "maximum", "position")

    def __init__(self, maximum_packet_size: int) -> None:
        self.maximum = maximum_packet_size
        self.data = b""
        self.position = 0
        self._begin = 0  # of the packet that was given last
        self._incoming: bytes | bytearray = (
            b""  # late bytes, not enough to complete the packet in `data`
        )
        self._wanted = 0  # bytes needed before the next packet is complete
        self._trimmed = 0  # bytes before `data` since the connection began

    @property
    def is_empty(self) -> bool:
        """Whether no byte of an incomplete packet is waiting."""
        return self.position == len(self.data) and not self._incoming

    @property
    def size(self) -> int:
        """How many bytes wait."""
        return len(self.data) - self.position + len(self._incoming)

    @property
    def offset(self) -> int:
        """Where the next packet begins, counted from the first byte of the connection."""
        return self._trimmed + self.position

    def append(self, chunk: bytes | memoryview) -> None:
        """Take received bytes; they are copied."""
        left = len(self.data) - self.position
        if left + len(self._incoming) + len(chunk) < self._wanted:
            if not isinstance(self._incoming, bytearray):
                self._incoming = bytearray()
            self._incoming += chunk
            return
        self.data = b"".join((self.data[self.position :], self._incoming, chunk))
        self._incoming = b""
        self._trimmed += self.position
        self._begin = self.position = 0
        self._wanted = 0

    def next_packet(self) -> tuple[int, bytes] | None:
        """Return the first byte and the body of the next packet, None while it is incomplete.

        Raises:
            MalformedPacket: A first byte that no packet has, or a remaining length of more than
                four bytes (§1.5.5).
            ProtocolError: A packet above the maximum, with reason code 0x95.
        """
        data = self.data
        start = self._begin = self.position
        size = len(data)
        if start == size or self._wanted > size - start:
            return None
        packet_type(data[start])
        length, body = self._remaining_length(start)
        if body == 0:
            self._wanted = size - start + 1
            return None
        stop = body + length
        if stop - start > self.maximum:
            problem = f"packet of {stop - start} bytes, allowed are {self.maximum}"
            raise ProtocolError(problem, "3.1.2.11.4", ReasonCode.PACKET_TOO_LARGE)
        if stop > size:
            self._wanted = stop - start
            return None
        self.position = stop
        return data[start], data[body:stop]

    def trim(self) -> None:
        """Let go of bytes that were read: an idle connection must not hold its last chunk."""
        if self.position:
            self.data = self.data[self.position :]
            self._trimmed += self.position
            self._begin = self.position = 0

    def clear(self) -> None:
        """Let go of all bytes: nobody reads on."""
        self._trimmed += len(self.data) + len(self._incoming)
        self.data, self._incoming = b"", b""
        self._begin = self.position = self._wanted = 0

    def head(self, size: int) -> bytes:
        """The first `size` bytes from the packet that came last, to record what was refused."""
        known = self.data[self._begin : self._begin + size]
        return known + bytes(self._incoming[: size - len(known)])

    def drop_given(self) -> None:
        """Let `head` begin after the packet that was given last."""
        self._begin = self.position

    def _remaining_length(self, start: int) -> tuple[int, int]:
        """Decode a remaining length; gives it and where the body begins, 0 while bytes are missing.

        A length longer than needed is let through: it is unambiguous, and 3.1.1 devices
        that reserve room for their header send it.
        """
        data = self.data
        length = 0
        for shift in range(0, _LAST_SHIFT + 1, 7):
            position = start + 1 + shift // 7
            if position >= len(data):
                return 0, 0
            octet = data[position]
            length |= (octet & 0x7F) << shift
            if octet < _CONTINUES:
                return length, position + 1
        problem = "remaining length of more than four bytes"
        raise MalformedPacket(problem, "1.5.5")
