"""Own messages on their way to one client: packet ids, flow control, acknowledgement (§4.9)."""

from __future__ import annotations

from collections import deque
from typing import Final

from twins.errors import TransientFault

from .packets import ProtocolVersion
from .publishing import encode_publish

_LAST_PACKET_ID: Final = 65_535


class OutboxFull(TransientFault):
    """A client does not acknowledge what it subscribed to; it is disconnected with 0x97."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        super().__init__(f"client leaves {capacity} messages unacknowledged; connect it anew")


class Outbox:
    """Messages that wait for the client's receive maximum, and those that wait for its PUBACK.

    Args:
        version: Protocol version of the connection.
        receive_maximum: How many QoS 1 messages the client takes unacknowledged (§3.1.2.11.3).
        maximum_packet_size: Largest packet that the client takes (§3.1.2.11.4).
        capacity: How many QoS 1 messages may be unacknowledged, those that wait included.
    """

    def __init__(
        self,
        version: ProtocolVersion,
        receive_maximum: int,
        maximum_packet_size: int,
        capacity: int,
    ) -> None:
        self._version = version
        self._receive_maximum = receive_maximum
        self._maximum_packet_size = maximum_packet_size
        self._capacity = capacity
        self._in_flight: set[int] = set()
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._last_id = 0

    def publish(self, topic: str, payload: bytes, qos: int) -> bytes:
        """Take a message; gives what can be written now.

        A packet that is too large for the client is left out, as MQTT-3.1.2-25 prescribes.

        Raises:
            OutboxFull: The capacity is used up.
        """
        if qos == 0:
            return self._fitting(encode_publish(topic, payload, version=self._version))
        if len(self._in_flight) + len(self._waiting) >= self._capacity:
            raise OutboxFull(self._capacity)
        self._waiting.append((topic, payload))
        return self._release()

    def acknowledge(self, packet_id: int) -> bytes:
        """Note a PUBACK; gives the messages for which it makes room."""
        self._in_flight.discard(packet_id)
        return self._release()

    def _release(self) -> bytes:
        released = bytearray()
        while self._waiting and len(self._in_flight) < self._receive_maximum:
            topic, payload = self._waiting.popleft()
            packet_id = self._next_id()
            packet = self._fitting(
                encode_publish(topic, payload, version=self._version, qos=1, packet_id=packet_id)
            )
            if packet:
                self._in_flight.add(packet_id)
                released += packet
        return bytes(released)

    def _next_id(self) -> int:
        while True:
            self._last_id = self._last_id % _LAST_PACKET_ID + 1
            if self._last_id not in self._in_flight:
                return self._last_id

    def _fitting(self, packet: bytes) -> bytes:
        return packet if len(packet) <= self._maximum_packet_size else b""
