"""Control packets: their types, the fixed header, and those that carry almost nothing.

The packets with content have modules of their own: `connecting`, `publishing`, `subscribing`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from .errors import MalformedPacket
from .wire import encode_varint


class PacketType(IntEnum):
    """The upper four bits of the first byte (§2.1.2)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14
    AUTH = 15


class ProtocolVersion(IntEnum):
    """The protocol level in a CONNECT (§3.1.2.2)."""

    V3_1_1 = 4
    V5 = 5


PINGREQ: Final = b"\xc0\x00"
PINGRESP: Final = b"\xd0\x00"

PUBLISH_HEADERS: Final = frozenset({0x30, 0x31, *range(0x32, 0x36), *range(0x3A, 0x3E)})
"""First bytes of PUBLISH: no QoS 3 (MQTT-3.3.1-4) and no DUP with QoS 0 (MQTT-3.3.1-2)."""

_FLAGS: Final[dict[PacketType, int]] = {
    PacketType.PUBREL: 2,
    PacketType.SUBSCRIBE: 2,
    PacketType.UNSUBSCRIBE: 2,
}


def encode_packet(packet_type: PacketType, body: bytes) -> bytes:
    """Put the fixed header before a body, with the flags that §2.1.3 prescribes."""
    header = packet_type << 4 | _FLAGS.get(packet_type, 0)
    return bytes((header,)) + encode_varint(len(body)) + body


def packet_type(header: int) -> PacketType:
    """Read the type of a packet from its first byte.

    Raises:
        MalformedPacket: Type 0, reserved flags that differ from table 2-2 (MQTT-2.1.3-1), a PUBLISH
            with QoS 3, or one with DUP and QoS 0.
    """
    if header < 0x10:  # noqa: PLR2004 -- type 0 of table 2-1
        problem = "packet type 0 is forbidden"
        raise MalformedPacket(problem, "2.1.2")
    kind = PacketType(header >> 4)
    if kind is PacketType.PUBLISH:
        _check_publish(header)
    elif header & 0x0F != _FLAGS.get(kind, 0):
        problem = f"{kind.name} with flags 0x{header & 0x0F:X}"
        raise MalformedPacket(problem, "2.1.3")
    return kind


def _check_publish(header: int) -> None:
    if header not in PUBLISH_HEADERS:
        is_qos_3 = header & 0x06 == 0x06  # noqa: PLR2004 -- both bits of figure 3-8
        problem = "QoS 3" if is_qos_3 else "DUP with QoS 0"
        raise MalformedPacket(problem, "3.3.1.2" if is_qos_3 else "3.3.1.1")
