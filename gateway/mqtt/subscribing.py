"""SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (§3.8 to §3.11)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from .errors import MalformedPacket, ProtocolError
from .packets import PacketType, ProtocolVersion, encode_packet
from .properties import NO_PROPERTIES, Place, Properties, encode_properties, read_properties
from .reason_codes import SUBACK_FAILURE_3_1_1
from .topics import SHARED_PREFIX, check_topic_filter
from .wire import Reader, encode_text, encode_u16

_MAXIMUM_QOS = 2
_MAXIMUM_RETAIN_HANDLING = 2
_SUBACK_CODES = frozenset(
    (0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2)  # table 3-8
)
_SUBACK_CODES_3_1_1 = frozenset((0x00, 0x01, 0x02, SUBACK_FAILURE_3_1_1))


class Subscription(msgspec.Struct, frozen=True):
    """One topic filter with its subscription options (§3.8.3.1)."""

    topic_filter: str
    qos: int = 0
    no_local: bool = False
    retain_as_published: bool = False
    retain_handling: int = 0

    @property
    def is_shared(self) -> bool:
        """Whether several sessions share its messages (§4.8.2)."""
        return self.topic_filter.startswith(SHARED_PREFIX)


class Subscribe(msgspec.Struct, frozen=True):
    """A SUBSCRIBE packet."""

    packet_id: int
    subscriptions: tuple[Subscription, ...]
    properties: Properties = NO_PROPERTIES


class Unsubscribe(msgspec.Struct, frozen=True):
    """An UNSUBSCRIBE packet."""

    packet_id: int
    topic_filters: tuple[str, ...]
    properties: Properties = NO_PROPERTIES


class Acknowledgement(msgspec.Struct, frozen=True):
    """A SUBACK or UNSUBACK: one reason code per topic filter (3.1.1 UNSUBACK has none)."""

    packet_id: int
    reason_codes: tuple[int, ...]
    properties: Properties = NO_PROPERTIES


def encode_subscribe(packet: Subscribe, version: ProtocolVersion) -> bytes:
    """Encode a SUBSCRIBE; 3.1.1 knows of the options only the QoS."""
    body = _start(packet.packet_id, packet.properties, version)
    for subscription in packet.subscriptions:
        options = subscription.qos
        if version is ProtocolVersion.V5:
            options |= subscription.no_local << 2 | subscription.retain_as_published << 3
            options |= subscription.retain_handling << 4
        body += encode_text(subscription.topic_filter) + bytes((options,))
    return encode_packet(PacketType.SUBSCRIBE, body)


def decode_subscribe(body: bytes, version: ProtocolVersion) -> Subscribe:
    """Read a SUBSCRIBE."""
    reader = Reader(body)
    packet_id, properties = _read_start(reader, version, Place.SUBSCRIBE)
    subscriptions = []
    while not reader.at_end:
        topic_filter = _read_filter(reader)
        subscriptions.append(_subscription(topic_filter, reader.byte(), version))
    if not subscriptions:
        problem = "SUBSCRIBE without a topic filter"
        raise ProtocolError(problem, "3.8.3")
    return Subscribe(packet_id, tuple(subscriptions), properties)


def _subscription(topic_filter: str, options: int, version: ProtocolVersion) -> Subscription:
    qos = options & 3
    retain_handling = options >> 4 & 3
    reserved = options & (0xC0 if version is ProtocolVersion.V5 else 0xFC)
    if reserved:
        problem = f"reserved bits in the subscription options 0x{options:02X}"
        raise MalformedPacket(problem, "3.8.3.1")
    if qos > _MAXIMUM_QOS or retain_handling > _MAXIMUM_RETAIN_HANDLING:
        problem = f"subscription options 0x{options:02X}"
        raise ProtocolError(problem, "3.8.3.1")
    subscription = Subscription(
        topic_filter, qos, bool(options & 0x04), bool(options & 0x08), retain_handling
    )
    if subscription.no_local and subscription.is_shared:
        problem = "no local on a shared subscription"
        raise ProtocolError(problem, "3.8.3.1")
    return subscription


def decode_unsubscribe(body: bytes, version: ProtocolVersion) -> Unsubscribe:
    """Read an UNSUBSCRIBE."""
    reader = Reader(body)
    packet_id, properties = _read_start(reader, version, Place.UNSUBSCRIBE)
    filters = []
    while not reader.at_end:
        filters.append(_read_filter(reader))
    if not filters:
        problem = "UNSUBSCRIBE without a topic filter"
        raise ProtocolError(problem, "3.10.3")
    return Unsubscribe(packet_id, tuple(filters), properties)


def encode_suback(packet_id: int, codes: Sequence[int], version: ProtocolVersion) -> bytes:
    """Encode a SUBACK; the caller gives 3.1.1 only codes that it knows."""
    body = _start(packet_id, NO_PROPERTIES, version) + bytes(codes)
    return encode_packet(PacketType.SUBACK, body)


def encode_unsuback(packet_id: int, codes: Sequence[int], version: ProtocolVersion) -> bytes:
    """Encode an UNSUBACK; that of 3.1.1 has no codes (3.1.1 §3.11)."""
    body = _start(packet_id, NO_PROPERTIES, version)
    if version is ProtocolVersion.V5:
        body += bytes(codes)
    return encode_packet(PacketType.UNSUBACK, body)


def decode_suback(body: bytes, version: ProtocolVersion) -> Acknowledgement:
    """Read a SUBACK.

    Raises:
        MalformedPacket: A code that is none of a SUBACK (§3.9.3).
    """
    reader = Reader(body)
    packet_id, properties = _read_start(reader, version, Place.SUBACK)
    codes = tuple(reader.rest())
    allowed = _SUBACK_CODES if version is ProtocolVersion.V5 else _SUBACK_CODES_3_1_1
    for code in codes:
        if code not in allowed:
            problem = f"SUBACK with the reserved code 0x{code:02X}"
            raise MalformedPacket(problem, "3.9.3")
    return Acknowledgement(packet_id, codes, properties)


def _start(packet_id: int, properties: Properties, version: ProtocolVersion) -> bytes:
    if version is ProtocolVersion.V5:
        return encode_u16(packet_id) + encode_properties(properties)
    return encode_u16(packet_id)


def _read_start(reader: Reader, version: ProtocolVersion, place: Place) -> tuple[int, Properties]:
    packet_id = reader.u16()
    if packet_id == 0:
        problem = "packet id 0"
        raise ProtocolError(problem, "2.2.1")
    if version is ProtocolVersion.V5:
        return packet_id, read_properties(reader, place)
    return packet_id, NO_PROPERTIES


def _read_filter(reader: Reader) -> str:
    topic_filter = reader.text()
    check_topic_filter(topic_filter)
    return topic_filter
