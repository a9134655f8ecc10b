"""CONNECT, CONNACK and DISCONNECT (§3.1, §3.2, §3.14)."""

from __future__ import annotations

import msgspec

from .errors import MalformedPacket, ProtocolError
from .packets import PacketType, ProtocolVersion, encode_packet
from .properties import NO_PROPERTIES, Place, Properties, encode_properties, read_properties
from .reason_codes import ReasonCode
from .topics import decode_topic_name
from .wire import Reader, encode_binary, encode_text, encode_u16

_PROTOCOL_NAMES = {"MQTT", "MQIsdp"}  # the second is MQTT 3.1, known only to be refused
_MAXIMUM_QOS = 2
_V3_1_1_CONNACK_SIZE = 2


class UnsupportedVersion(ProtocolError):
    """A CONNECT asks for a protocol version other than 3.1.1 and 5.

    Attributes:
        level: The protocol level that it asked for.
    """

    def __init__(self, level: int) -> None:
        self.level = level
        super().__init__(
            f"protocol level {level}, spoken are 4 (MQTT 3.1.1) and 5",
            "3.1.2.2",
            ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
        )


class Will(msgspec.Struct, frozen=True):
    """The message that a server publishes when its client is lost (§3.1.2.5)."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    properties: Properties = NO_PROPERTIES


class Connect(msgspec.Struct, frozen=True):
    """A CONNECT packet. `keep_alive` is in seconds, 0 switches it off."""

    version: ProtocolVersion
    client_id: str
    clean_start: bool = True
    keep_alive: int = 0
    user_name: str | None = None
    password: bytes | None = None
    will: Will | None = None
    properties: Properties = NO_PROPERTIES


class Connack(msgspec.Struct, frozen=True):
    """A CONNACK packet; `reason_code` is a return code when the connection is 3.1.1."""

    reason_code: int
    session_present: bool = False
    properties: Properties = NO_PROPERTIES


class Disconnect(msgspec.Struct, frozen=True):
    """A DISCONNECT packet; in 3.1.1 it says nothing."""

    reason_code: int = ReasonCode.SUCCESS
    properties: Properties = NO_PROPERTIES


def encode_connect(packet: Connect) -> bytes:
    """Encode a CONNECT."""
    will = packet.will
    flags = packet.clean_start << 1
    if will is not None:
        flags |= 0x04 | will.qos << 3 | will.retain << 5
    flags |= (packet.password is not None) << 6 | (packet.user_name is not None) << 7
    body = encode_text("MQTT") + bytes((packet.version, flags)) + encode_u16(packet.keep_alive)
    is_v5 = packet.version is ProtocolVersion.V5
    if is_v5:
        body += encode_properties(packet.properties)
    body += encode_text(packet.client_id)
    if will is not None:
        if is_v5:
            body += encode_properties(will.properties)
        body += encode_text(will.topic) + encode_binary(will.payload)
    if packet.user_name is not None:
        body += encode_text(packet.user_name)
    if packet.password is not None:
        body += encode_binary(packet.password)
    return encode_packet(PacketType.CONNECT, body)


def decode_connect(body: bytes) -> Connect:
    """Read a CONNECT.

    Raises:
        UnsupportedVersion: Neither 3.1.1 nor 5.
        MalformedPacket: Another protocol name, reserved bits, or a body of the wrong length.
    """
    reader = Reader(body)
    version = _read_version(reader)
    flags = reader.byte()
    _check_flags(flags, version)
    keep_alive = reader.u16()
    is_v5 = version is ProtocolVersion.V5
    properties = read_properties(reader, Place.CONNECT) if is_v5 else NO_PROPERTIES
    if properties.authentication_data is not None and properties.authentication_method is None:
        problem = "authentication data without a method"
        raise ProtocolError(problem, "3.1.2.11.10")
    client_id = reader.text()
    will = _read_will(reader, flags, version) if flags & 0x04 else None
    user_name = reader.text() if flags & 0x80 else None
    password = reader.binary() if flags & 0x40 else None
    reader.expect_end()
    return Connect(
        version, client_id, bool(flags & 2), keep_alive, user_name, password, will, properties
    )


def claimed_version(body: bytes) -> ProtocolVersion | None:
    """The version that a CONNECT claims, however broken it is behind; it decides how to answer."""
    if body[:6] != b"\x00\x04MQTT" or body[6:7] not in {b"\x04", b"\x05"}:
        return None
    return ProtocolVersion(body[6])


def _read_version(reader: Reader) -> ProtocolVersion:
    name = reader.text()
    if name not in _PROTOCOL_NAMES:
        problem = f"protocol name {name[:20]!r} instead of 'MQTT'"
        raise MalformedPacket(problem, "3.1.2.1")
    level = reader.byte()
    if name == "MQTT" and level in {ProtocolVersion.V3_1_1, ProtocolVersion.V5}:
        return ProtocolVersion(level)
    raise UnsupportedVersion(level)


def _check_flags(flags: int, version: ProtocolVersion) -> None:
    if flags & 0x01:
        problem = "reserved connect flag is set"
        raise MalformedPacket(problem, "3.1.2.3")
    will_qos = flags >> 3 & 3
    if will_qos > _MAXIMUM_QOS or (not flags & 0x04 and flags & 0x38):
        problem = f"will flags of 0x{flags:02X} contradict each other"
        raise MalformedPacket(problem, "3.1.2.6")
    if version is ProtocolVersion.V3_1_1 and flags & 0xC0 == 0x40:  # noqa: PLR2004 -- bits of 3.1.2.9
        problem = "password without a user name in MQTT 3.1.1"
        raise MalformedPacket(problem, "3.1.2.9")


def _read_will(reader: Reader, flags: int, version: ProtocolVersion) -> Will:
    is_v5 = version is ProtocolVersion.V5
    properties = read_properties(reader, Place.WILL) if is_v5 else NO_PROPERTIES
    topic = decode_topic_name(reader.binary())
    return Will(topic, reader.binary(), flags >> 3 & 3, bool(flags & 0x20), properties)


def encode_connack(packet: Connack, version: ProtocolVersion) -> bytes:
    """Encode a CONNACK."""
    body = bytes((packet.session_present, packet.reason_code))
    if version is ProtocolVersion.V5:
        body += encode_properties(packet.properties)
    return encode_packet(PacketType.CONNACK, body)


def decode_connack(body: bytes, version: ProtocolVersion) -> Connack:
    """Read a CONNACK.

    A broker that does not know MQTT 5 answers in the form of 3.1.1, two bytes long; its return code
    1 then is the reason code 0x84.
    """
    reader = Reader(body)
    flags = reader.byte()
    code = reader.byte()
    if flags & 0xFE:
        problem = f"reserved connect acknowledge flags 0x{flags:02X}"
        raise MalformedPacket(problem, "3.2.2.1")
    if version is ProtocolVersion.V5 and len(body) > _V3_1_1_CONNACK_SIZE:
        properties = read_properties(reader, Place.CONNACK)
        reader.expect_end()
        return Connack(code, bool(flags), properties)
    reader.expect_end()
    return Connack(_REASONS_OF_RETURN_CODES.get(code, code), bool(flags))


_REASONS_OF_RETURN_CODES = {
    1: ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
    2: ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
    3: ReasonCode.SERVER_UNAVAILABLE,
    4: ReasonCode.BAD_USER_NAME_OR_PASSWORD,
    5: ReasonCode.NOT_AUTHORIZED,
}


def encode_disconnect(packet: Disconnect, version: ProtocolVersion) -> bytes:
    """Encode a DISCONNECT; 3.1.1 has no place for a reason."""
    if version is ProtocolVersion.V3_1_1:
        return encode_packet(PacketType.DISCONNECT, b"")
    body = bytes((packet.reason_code,))
    if packet.properties != NO_PROPERTIES:
        body += encode_properties(packet.properties)
    return encode_packet(PacketType.DISCONNECT, body)


def decode_disconnect(body: bytes, version: ProtocolVersion) -> Disconnect:
    """Read a DISCONNECT; without a body it is a normal one (§3.14.2.1)."""
    reader = Reader(body)
    code = int(ReasonCode.SUCCESS)
    properties = NO_PROPERTIES
    if version is ProtocolVersion.V5 and not reader.at_end:
        code = reader.byte()
        if not reader.at_end:
            properties = read_properties(reader, Place.DISCONNECT)
    reader.expect_end()
    return Disconnect(code, properties)
