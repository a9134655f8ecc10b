"""What both ends of a connection share: split, read PUBLISH, count what is unanswered, answer."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

from .acknowledging import decode_acknowledgement, encode_acknowledgements
from .connecting import Disconnect, encode_disconnect
from .errors import MalformedPacket, MqttFault, ProtocolError
from .events import Event, Published, Refused, Released
from .framing import Framer
from .packets import PUBLISH_HEADERS, PacketType, ProtocolVersion, packet_type
from .ports import Publish
from .properties import Properties
from .publish_reader import LONGEST_SHORT_PACKET, PublishReader
from .reason_codes import ReasonCode

HEAD_SIZE: Final = 4096
"""Bytes of an offending packet that are kept."""

PACKET_IDS: Final = 65_535
"""How many packet ids there are: the receive maximum of 3.1.1, which names none."""

LARGEST_PACKET: Final = 268_435_460
"""The longest remaining length and its fixed header (§1.5.5): the maximum where none is named."""

_QOS_2: Final = 2


class _Chunk:
    """What one chunk of bytes says: its messages together, its releases together.

    Both stay one event each, for the sake of speed, unless one packet id occurs in both: then
    their order counts.
    """

    __slots__ = ("events", "fresh", "publishes", "released")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.publishes: list[Publish] = []
        self.released: list[int] = []
        self.fresh: set[int] = set()  # packet ids of QoS 2 in `publishes`

    def add(self, publishes: list[Publish]) -> None:
        if self.publishes:
            self.publishes += publishes
        else:
            self.publishes = publishes
            self.events.append(Published(publishes))

    def release(self, packet_id: int) -> None:
        if packet_id in self.fresh:
            self.split()
        if not self.released:
            self.events.append(Released(self.released))
        self.released.append(packet_id)

    def split(self) -> None:
        self.publishes, self.released, self.fresh = [], [], set()


class Endpoint(ABC):
    """One end of an MQTT connection without I/O: bytes in, events and bytes out.

    Attributes:
        client: Client id of the connection, empty until it is known.
        version: Protocol version, 5 until the peer says otherwise.
        allowance: Messages that may still be read; the shell raises it where a rate is limited.
    """

    _first_packet: ClassVar[PacketType]

    def __init__(self, maximum_packet_size: int) -> None:
        self.client = ""
        self.version = ProtocolVersion.V5
        self.allowance = sys.maxsize
        self._framer = Framer(maximum_packet_size)
        self._reader: PublishReader | None = None
        self._receive_maximum = PACKET_IDS
        self._peer_maximum = LARGEST_PACKET
        self._unanswered = 0  # of QoS 1
        self._has_qos_2 = False  # whether a message of QoS 2 ever came
        self._open_ids: set[int] = set()  # of QoS 2, until PUBCOMP or a PUBREC that refuses
        self._releasing: set[int] = set()
        self._received_at = 0
        self._outgoing = bytearray()
        self._is_closed = False
        self._is_waiting = False  # for a decision of the shell

    @property
    def is_closed(self) -> bool:
        """Whether this end neither reads nor writes any more."""
        return self._is_closed

    @property
    def is_throttled(self) -> bool:
        """Whether bytes wait because the allowance is used up; `read_on` takes them up."""
        return self.allowance <= 0 and not self._is_closed and not self._framer.is_empty

    @property
    def is_held(self) -> bool:
        """Whether bytes wait for a decision of the shell, which takes them up."""
        return self._is_waiting and not self._is_closed and not self._framer.is_empty

    @property
    def incomplete_since(self) -> int | None:
        """Which incomplete packet waits for its rest, by its place in the stream."""
        return None if self._framer.is_empty else self._framer.offset

    def receive_data(self, data: bytes | memoryview, received_at: int) -> list[Event]:
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

    def read_on(self) -> list[Event]:
        """Read what waits, after the allowance was raised."""
        return [] if self._is_closed or self._is_waiting else self._advance()

    def receive_eof(self) -> list[Event]:
        """Read what waits, since no more bytes come; a packet cut off in the middle is `Refused`.

        A rate limits the bytes to come, of which there are none. What waits for a decision of the
        shell is read after it.
        """
        self.allowance = sys.maxsize
        events = self.read_on()
        if self._is_closed or self._is_waiting or self._framer.is_empty:
            return events
        self._framer.drop_given()
        fault = MalformedPacket("connection ended in the middle of a packet", "2.1.4")
        return [*events, self.fail(fault)]

    def data_to_send(self) -> bytes:
        """Take the bytes that are to be written now."""
        if not self._outgoing:
            return b""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        return data

    def refused_ids(self, publishes: Sequence[Publish], codes: Sequence[int]) -> list[int]:
        """Return packet ids of QoS 2 whose exchange ends with its PUBREC, being refused (§4.3.3).

        The client may use them anew as soon as it is answered, so that they must be closed before.
        """
        if not self._open_ids or self.version is ProtocolVersion.V3_1_1:
            return []
        return [
            publish.packet_id
            for publish, code in zip(publishes, codes, strict=True)
            if code >= ReasonCode.UNSPECIFIED_ERROR
            and publish.qos == _QOS_2
            and publish.packet_id is not None
        ]

    def answer(self, publishes: Sequence[Publish], codes: Sequence[int]) -> None:
        """Queue the PUBACKs and PUBRECs of a batch, one reason code per message."""
        packet_ids = [publish.packet_id for publish in publishes if publish.packet_id]
        if self._has_qos_2:
            self._answer_qos_2(publishes, codes)
            return
        if len(packet_ids) < len(publishes):
            pairs = zip(publishes, codes, strict=True)
            codes = [code for publish, code in pairs if publish.packet_id]
        self._unanswered -= len(packet_ids)
        self._acknowledge(PacketType.PUBACK, packet_ids, codes)

    def answer_releases(self, packet_ids: Sequence[int], codes: Sequence[int]) -> None:
        """Queue PUBCOMPs; an id that this connection opened is never unknown to it."""
        codes = [
            ReasonCode.SUCCESS if packet_id in self._open_ids else code
            for packet_id, code in zip(packet_ids, codes, strict=True)
        ]
        self._open_ids.difference_update(packet_ids)
        self._releasing.difference_update(packet_ids)
        self._acknowledge(PacketType.PUBCOMP, packet_ids, codes)

    def disconnect(self, code: ReasonCode, reason: str | None = None) -> None:
        """Say goodbye and close; a 3.1.1 server can only close (3.1.1 §3.14)."""
        if self._is_closed:
            return
        self._close()
        if self._may_disconnect:
            packet = self._disconnect_packet(code, reason)
            if reason is not None and len(packet) > self._peer_maximum:
                packet = self._disconnect_packet(code, None)  # MQTT-3.14.2-3
            self._outgoing += packet

    def fail(self, fault: MqttFault) -> Refused:
        """Answer a fault of the peer and close."""
        head = self._framer.head(HEAD_SIZE)
        self._answer_fault(fault)
        self._close()
        return Refused(fault, head)

    def _close(self) -> None:
        """Read no more, and keep nothing that was not read."""
        self._is_closed = True
        self._framer.clear()

    @property
    @abstractmethod
    def _may_disconnect(self) -> bool:
        """Whether a DISCONNECT may be sent now."""

    @abstractmethod
    def _receive_packet(self, kind: PacketType, body: bytes) -> Event | None:
        """Handle a packet of one kind of endpoint."""

    def _disconnect_packet(self, code: ReasonCode, reason: str | None) -> bytes:
        return encode_disconnect(Disconnect(code, Properties(reason_string=reason)), self.version)

    def _answer_fault(self, fault: MqttFault) -> None:
        self.disconnect(fault.reason_code, str(fault))

    @staticmethod
    def _expect_no_body(kind: PacketType, body: bytes) -> None:
        if body:
            problem = f"{kind.name} with a body of {len(body)} bytes"
            raise MalformedPacket(problem, "3.12")

    def _acknowledge(
        self, kind: PacketType, packet_ids: Sequence[int], codes: Sequence[int]
    ) -> None:
        if packet_ids and not self._is_closed:
            self._outgoing += encode_acknowledgements(kind, packet_ids, codes, self.version)

    def _answer_qos_2(self, publishes: Sequence[Publish], codes: Sequence[int]) -> None:
        answered = list(zip(publishes, codes, strict=True))
        for qos, kind in ((1, PacketType.PUBACK), (_QOS_2, PacketType.PUBREC)):
            of_kind = [(one.packet_id, code) for one, code in answered if one.qos == qos]
            pairs = [(packet_id, code) for packet_id, code in of_kind if packet_id]
            self._acknowledge(kind, [one for one, _ in pairs], [code for _, code in pairs])
            if qos == 1:
                self._unanswered -= len(pairs)
        self._open_ids.difference_update(self.refused_ids(publishes, codes))

    def _advance(self) -> list[Event]:
        """Read on, as far as bytes, decisions and the allowance go."""
        chunk = _Chunk()
        try:
            while not self._is_closed and not self._is_waiting and self.allowance > 0:
                if self._reader is not None:
                    self._read_run(self._reader, chunk)
                    if self.allowance <= 0:
                        break
                packet = self._framer.next_packet()
                if packet is None:
                    break
                self._read_packet(*packet, chunk)
        except MqttFault as fault:
            chunk.events.append(self.fail(fault))
        self._framer.trim()
        return chunk.events

    def _read_run(self, reader: PublishReader, chunk: _Chunk) -> None:
        """Read what the hot path takes: as a rule a whole chunk at once."""
        framer = self._framer
        if framer.maximum < LONGEST_SHORT_PACKET:
            return
        window = self._receive_maximum - self._unanswered - len(self._open_ids)
        publishes: list[Publish] = []
        framer.position = reader.read_run(
            framer.data, framer.position, min(window, self.allowance), self._received_at, publishes
        )
        if publishes:
            self._take(publishes, chunk)

    def _read_packet(self, header: int, body: bytes, chunk: _Chunk) -> None:
        if header in PUBLISH_HEADERS and self._reader is not None:
            publish = self._reader.read(header, body, self._received_at)
            self._check_window(publish)
            self._take([publish], chunk)
            return
        kind = packet_type(header)
        if kind is PacketType.PUBREL and self._reader is not None:
            packet_id, _ = decode_acknowledgement(body, self.version)
            if packet_id not in self._releasing:
                self._releasing.add(packet_id)
                chunk.release(packet_id)
            return
        event = self._receive_packet(kind, body)
        if event is not None:
            chunk.events.append(event)

    def _take(self, publishes: list[Publish], chunk: _Chunk) -> None:
        """Count messages of one QoS and add them to the chunk's."""
        self.allowance -= len(publishes)
        qos = publishes[0].qos
        if qos == 1:
            self._unanswered += len(publishes)
        elif qos == _QOS_2:
            packet_ids = {publish.packet_id for publish in publishes if publish.packet_id}
            self._open_ids |= packet_ids
            self._has_qos_2 = True
            if not packet_ids.isdisjoint(chunk.released):
                chunk.split()
            chunk.fresh |= packet_ids
        chunk.add(publishes)

    def _check_window(self, publish: Publish) -> None:
        """Keep the peer within its receive maximum; a message sent again counts once (§4.9)."""
        if publish.qos and publish.packet_id not in self._open_ids:
            unanswered = self._unanswered + len(self._open_ids)
            if unanswered >= self._receive_maximum:
                problem = f"more than {self._receive_maximum} messages unacknowledged"
                raise ProtocolError(problem, "3.3.4", ReasonCode.RECEIVE_MAXIMUM_EXCEEDED)
