"""What both ends of a connection share: split, read PUBLISH, count what is unanswered, answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

from .connecting import Disconnect, encode_disconnect
from .errors import MalformedPacket, MqttFault, ProtocolError
from .events import Event, Published, Refused
from .framing import Framer
from .packets import PUBLISH_HEADER, PUBLISH_MASK, PacketType, ProtocolVersion, packet_type
from .ports import Publish
from .properties import Properties
from .publishing import PublishReader, encode_pubacks
from .reason_codes import ReasonCode

HEAD_SIZE: Final = 4096
"""Bytes of an offending packet that are kept."""

PACKET_IDS: Final = 65_535
"""How many packet ids there are: the receive maximum of 3.1.1, which names none."""

LARGEST_PACKET: Final = 268_435_460
"""The longest remaining length and its fixed header (§1.5.5): the maximum where none is named."""


class Endpoint(ABC):
    """One end of an MQTT connection without I/O: bytes in, events and bytes out.

    Attributes:
        client: Client id of the connection, empty until it is known.
        version: Protocol version, 5 until the peer says otherwise.
    """

    _first_packet: ClassVar[PacketType]

    def __init__(self, maximum_packet_size: int) -> None:
        self.client = ""
        self.version = ProtocolVersion.V5
        self._framer = Framer(maximum_packet_size)
        self._reader: PublishReader | None = None
        self._receive_maximum = PACKET_IDS
        self._peer_maximum = LARGEST_PACKET
        self._unanswered = 0
        self._received_at = 0
        self._outgoing = bytearray()
        self._is_closed = False
        self._is_waiting = False  # for a decision of the shell

    @property
    def is_closed(self) -> bool:
        """Whether this end neither reads nor writes any more."""
        return self._is_closed

    def receive_data(self, data: bytes, received_at: int) -> list[Event]:
        """Read a chunk.

        Args:
            data: Bytes as they came, cut anywhere.
            received_at: Microseconds UTC, written into each `Publish`.

        Returns:
            What happened, in order. No error is raised: what the peer did wrong is `Refused`.
        """
        if self._is_closed or not data:
            return []
        self._received_at = received_at
        self._framer.append(data)
        if self._is_waiting:
            return []
        if self._reader is None and self._framer.head(1)[0] != self._first_packet << 4:
            problem = f"first packet is no {self._first_packet.name}"
            return [self.fail(ProtocolError(problem, "3.1"))]
        return self._advance()

    def receive_eof(self) -> list[Event]:
        """Note that no more bytes come; a packet cut off in the middle is `Refused`."""
        if self._is_closed or self._framer.is_empty:
            return []
        self._framer.drop_yielded()
        return [self.fail(MalformedPacket("connection ended in the middle of a packet", "2.1.4"))]

    def data_to_send(self) -> bytes:
        """Take the bytes that are to be written now."""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        return data

    def answer(self, packet_ids: Sequence[int], codes: Sequence[int]) -> None:
        """Queue the PUBACKs of a batch, one reason code per packet id."""
        self._unanswered -= len(packet_ids)
        if not self._is_closed:
            self._outgoing += encode_pubacks(packet_ids, codes, self.version)

    def disconnect(self, code: ReasonCode, reason: str | None = None) -> None:
        """Say goodbye and close; a 3.1.1 server can only close (3.1.1 §3.14)."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._may_disconnect:
            packet = self._disconnect_packet(code, reason)
            if reason is not None and len(packet) > self._peer_maximum:
                packet = self._disconnect_packet(code, None)  # MQTT-3.14.2-3
            self._outgoing += packet

    def fail(self, fault: MqttFault) -> Refused:
        """Answer a fault of the peer and close."""
        head = self._framer.head(HEAD_SIZE)
        self._answer_fault(fault)
        self._is_closed = True
        return Refused(fault, head)

    @property
    @abstractmethod
    def _may_disconnect(self) -> bool:
        """Whether a DISCONNECT may be sent now."""

    @abstractmethod
    def _receive_packet(self, kind: PacketType, body: bytes) -> Event | None:
        """Handle a packet other than a PUBLISH within a connection."""

    def _disconnect_packet(self, code: ReasonCode, reason: str | None) -> bytes:
        return encode_disconnect(Disconnect(code, Properties(reason_string=reason)), self.version)

    def _answer_fault(self, fault: MqttFault) -> None:
        self.disconnect(fault.reason_code, str(fault))

    def _advance(self) -> list[Event]:
        """Read on; the loop over PUBLISH is the hot path."""
        events: list[Event] = []
        publishes: list[Publish] = []
        received_at = self._received_at
        try:
            for header, body in self._framer.packets():
                if header & PUBLISH_MASK == PUBLISH_HEADER and self._reader is not None:
                    publish = self._reader.read(header, body, received_at)
                    if publish.qos:
                        self._unanswered += 1
                        if self._unanswered > self._receive_maximum:
                            self._raise_exceeded()
                    if not publishes:
                        events.append(Published(publishes))
                    publishes.append(publish)
                    continue
                event = self._receive_packet(packet_type(header), body)
                if event is not None:
                    events.append(event)
                if self._is_closed or self._is_waiting:
                    break
        except MqttFault as fault:
            events.append(self.fail(fault))
        return events

    def _raise_exceeded(self) -> None:
        problem = f"more than {self._receive_maximum} messages unacknowledged"
        raise ProtocolError(problem, "3.3.4", ReasonCode.RECEIVE_MAXIMUM_EXCEEDED)
