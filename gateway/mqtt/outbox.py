"""Own messages on their way to one client: packet ids, flow control, acknowledgement (§4.4, §4.9).

An outbox belongs to the session, not to the connection: what was not acknowledged is sent again
with DUP on the next one, and what is published meanwhile waits for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from twins.errors import TransientFault

from .packets import ProtocolVersion
from .publishing import encode_publish

_LAST_PACKET_ID: Final = 65_535


class OutboxFull(TransientFault):
    """A client does not acknowledge what it subscribed to; it is disconnected with 0x97."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        super().__init__(f"client leaves {capacity} messages unacknowledged; connect it anew")


class ClientLimits(msgspec.Struct, frozen=True):
    """What the client of a connection takes.

    Attributes:
        version: Protocol version of the connection.
        receive_maximum: How many QoS 1 messages it takes unacknowledged (§3.1.2.11.3).
        maximum_packet_size: Largest packet that it takes (§3.1.2.11.4).
    """

    version: ProtocolVersion
    receive_maximum: int
    maximum_packet_size: int


class _Message(msgspec.Struct):
    """A message of QoS 1; it has a packet id from when it was sent first."""

    topic: str
    payload: bytes
    packet_id: int = 0


class Outbox:
    """Messages that wait for the client's receive maximum, and those that wait for its PUBACK.

    Args:
        capacity: How many QoS 1 messages may be unacknowledged, those that wait included.
    """

    __slots__ = ("_capacity", "_in_flight", "_last_id", "_limits", "_waiting")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._limits: ClientLimits | None = None
        self._in_flight: dict[int, _Message] = {}
        self._waiting: deque[_Message] | None = None  # a deque is large, and most stay empty
        self._last_id = 0

    def __len__(self) -> int:
        return len(self._in_flight) + len(self._waiting or ())

    def open(self, limits: ClientLimits) -> bytes:
        """Begin with a connection; gives what is to be sent again and what waited."""
        self.close()
        self._limits = limits
        return self._release()

    def close(self) -> None:
        """Note that the connection is gone."""
        self._limits = None
        if self._in_flight:
            self._waiting = deque((*self._in_flight.values(), *(self._waiting or ())))
            self._in_flight.clear()

    def publish(self, topic: str, payload: bytes, qos: int) -> bytes:
        """Take a message; gives what can be written now.

        A packet that is too large for the client is left out, as MQTT-3.1.2-25 prescribes. While
        the client is away QoS 0 is left out too, and the oldest message gives way to the newest.

        Raises:
            OutboxFull: The client is connected and the capacity is used up.
        """
        if qos == 0:
            if self._limits is None:
                return b""
            packet = encode_publish(topic, payload, version=self._limits.version)
            return self._fitting(packet, self._limits)
        if self._waiting is None:
            self._waiting = deque()
        if len(self) >= self._capacity:
            if self._limits is not None:
                raise OutboxFull(self._capacity)
            self._waiting.popleft()
        self._waiting.append(_Message(topic, payload))
        return self._release()

    def retain(self, is_wanted: Callable[[str], bool]) -> None:
        """Leave out what waits under a topic that is not wanted."""
        if self._waiting:
            self._waiting = deque(one for one in self._waiting if is_wanted(one.topic))

    def acknowledge(self, packet_id: int) -> bytes:
        """Note a PUBACK; gives the messages for which it makes room."""
        self._in_flight.pop(packet_id, None)
        return self._release()

    def _release(self) -> bytes:
        limits = self._limits
        released = bytearray()
        while self._waiting and limits and len(self._in_flight) < limits.receive_maximum:
            message = self._waiting.popleft()
            is_repeated = message.packet_id != 0
            if not is_repeated:
                message.packet_id = self._next_id()
            packet = encode_publish(
                message.topic,
                message.payload,
                version=limits.version,
                qos=1,
                packet_id=message.packet_id,
                dup=is_repeated,
            )
            if self._fitting(packet, limits):
                self._in_flight[message.packet_id] = message
                released += packet
        return bytes(released)

    def _next_id(self) -> int:
        # Messages that are sent again stand first, so that none of them waits when this is asked.
        while True:
            self._last_id = self._last_id % _LAST_PACKET_ID + 1
            if self._last_id not in self._in_flight:
                return self._last_id

    @staticmethod
    def _fitting(packet: bytes, limits: ClientLimits) -> bytes:
        return packet if len(packet) <= limits.maximum_packet_size else b""
