"""PUBLISH (§3.3) and PUBACK (§3.4): the hot path."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, NoReturn

from .errors import MalformedPacket, ProtocolError
from .packets import PacketType, ProtocolVersion
from .ports import Publish
from .properties import NO_PROPERTIES, Place, Properties, encode_properties, read_properties
from .reason_codes import ReasonCode
from .topics import TopicNames, decode_topic_name
from .wire import Reader, encode_text, encode_u16, encode_varint

_PUBACK_SUCCESS: Final = 0x40020000
_QOS_2: Final = 2
_DUP: Final = 0x08
_RETAIN: Final = 0x01
_FLAGS: Final = tuple(
    (flags >> 1 & 3, bool(flags & _DUP), bool(flags & _RETAIN)) for flags in range(16)
)
"""QoS, DUP and RETAIN by the lower four bits of the first byte (§3.3.1)."""


class PublishReader:
    """Reads the PUBLISH packets of one connection.

    Args:
        client: Client id, written into each `Publish`.
        version: Protocol version of the connection.
        topic_names: Topic names known so far.
        topic_alias_maximum: Highest alias that this side allowed (§3.3.2.3.4).
        maximum_qos: Highest QoS that this side allowed (§3.2.2.3.4).
        from_client: Whether the sender is a client, which may not send Subscription Identifiers.
    """

    __slots__ = (
        "_aliases",
        "_client",
        "_from_client",
        "_has_properties",
        "_known_topic",
        "_maximum_alias",
        "_maximum_qos",
        "_topic_names",
    )

    def __init__(
        self,
        client: str,
        version: ProtocolVersion,
        topic_names: TopicNames,
        *,
        topic_alias_maximum: int = 0,
        maximum_qos: int = 1,
        from_client: bool,
    ) -> None:
        self._client = client
        self._has_properties = version is ProtocolVersion.V5
        self._maximum_alias = topic_alias_maximum
        self._maximum_qos = maximum_qos
        self._from_client = from_client
        self._topic_names = topic_names
        self._known_topic = topic_names.find
        self._aliases: dict[int, str] = {}

    def read(self, header: int, body: bytes, received_at: int) -> Publish:
        """Read one PUBLISH from its first byte and its body.

        Raises:
            MalformedPacket: QoS 3, DUP with QoS 0, a body that ends too early, or a property that
                may not stand here.
            ProtocolError: A topic with a wildcard (0x90), a topic alias that is 0 or above the
                maximum (0x94), a QoS above the maximum (0x9B) or packet id 0.
        """
        qos, dup, retain = _FLAGS[header & 0x0F]
        packet_id = None
        alias = 0
        try:
            position = 2 + (body[0] << 8 | body[1])
            encoded_topic = body[2:position]
            if qos:
                packet_id = body[position] << 8 | body[position + 1]
                position += 2
                if packet_id == 0 or qos > self._maximum_qos:
                    self._raise_unacknowledgeable(qos)
            elif dup or position > len(body):
                problem = "DUP with QoS 0" if dup else "PUBLISH ends too early"
                raise MalformedPacket(problem, "3.3.1.1" if dup else "3.3.2")
            if self._has_properties:
                if body[position]:
                    alias, position = self._read_properties(body, position)
                else:
                    position += 1
        except IndexError as error:
            problem = "PUBLISH ends too early"
            raise MalformedPacket(problem, "3.3.2") from error
        topic = None if alias else self._known_topic(encoded_topic)
        return Publish(
            self._client,
            topic or self._resolve(encoded_topic, alias),
            body[position:],
            packet_id,
            qos,
            dup,
            retain,
            received_at,
        )

    def _raise_unacknowledgeable(self, qos: int) -> NoReturn:
        if qos > _QOS_2:
            problem = "QoS 3"
            raise MalformedPacket(problem, "3.3.1.2")
        if qos > self._maximum_qos:
            problem = f"QoS {qos}, allowed is {self._maximum_qos}"
            raise ProtocolError(problem, "3.2.2.3.4", ReasonCode.QOS_NOT_SUPPORTED)
        problem = "packet id 0"
        raise ProtocolError(problem, "2.2.1")

    def _resolve(self, encoded_topic: bytes, alias: int) -> str:
        if encoded_topic and alias:
            self._aliases[alias] = topic = decode_topic_name(encoded_topic)
            return topic
        if encoded_topic:
            return self._topic_names.learn(encoded_topic)
        if not self._has_properties:
            return decode_topic_name(encoded_topic)
        if alias not in self._aliases:
            problem = f"empty topic, and topic alias {alias} stands for none"
            raise ProtocolError(problem, "3.3.2.3.4")
        return self._aliases[alias]

    def _read_properties(self, body: bytes, position: int) -> tuple[int, int]:
        """Give the topic alias, 0 if there is none, and where the payload begins."""
        section = Reader(body[position:])
        properties = read_properties(section, Place.PUBLISH)
        if self._from_client and properties.subscription_identifiers:
            problem = "a client sent a subscription identifier"
            raise ProtocolError(problem, "3.3.4")
        alias = properties.topic_alias
        if alias is not None and not 1 <= alias <= self._maximum_alias:
            problem = f"topic alias {alias}, allowed are 1 to {self._maximum_alias}"
            raise ProtocolError(problem, "3.3.2.3.4", ReasonCode.TOPIC_ALIAS_INVALID)
        if properties.response_topic is not None:
            decode_topic_name(properties.response_topic.encode())
        return alias or 0, len(body) - len(section.rest())


def encode_publish(
    topic: str,
    payload: bytes,
    *,
    version: ProtocolVersion,
    qos: int = 0,
    packet_id: int | None = None,
    dup: bool = False,
    retain: bool = False,
    properties: Properties = NO_PROPERTIES,
) -> bytes:
    """Encode a PUBLISH; `packet_id` is needed with QoS 1 and 2."""
    header = PacketType.PUBLISH << 4 | _DUP * dup | qos << 1 | _RETAIN * retain
    body = encode_text(topic)
    if packet_id is not None:
        body += encode_u16(packet_id)
    if version is ProtocolVersion.V5:
        body += encode_properties(properties)
    return bytes((header,)) + encode_varint(len(body) + len(payload)) + body + payload


def encode_pubacks(
    packet_ids: Sequence[int], codes: Sequence[int], version: ProtocolVersion
) -> bytes:
    """Encode one PUBACK per packet id, joined for a single write.

    The reason code is left out when it is success (§3.4.2.1) and always in 3.1.1, which has none.
    """
    if version is ProtocolVersion.V3_1_1 or not any(codes):
        return struct.pack(
            f">{len(packet_ids)}I", *[_PUBACK_SUCCESS | packet_id for packet_id in packet_ids]
        )
    return b"".join(
        (_PUBACK_SUCCESS | packet_id).to_bytes(4, "big")
        if code == ReasonCode.SUCCESS
        else b"\x40\x03" + packet_id.to_bytes(2, "big") + bytes((code,))
        for packet_id, code in zip(packet_ids, codes, strict=True)
    )


def decode_puback(body: bytes, version: ProtocolVersion) -> tuple[int, int]:
    """Read packet id and reason code of a PUBACK (also PUBREC, PUBREL, PUBCOMP)."""
    reader = Reader(body)
    packet_id = reader.u16()
    code = int(ReasonCode.SUCCESS)
    if version is ProtocolVersion.V5 and not reader.at_end:
        code = reader.byte()
        if not reader.at_end:
            read_properties(reader, Place.PUBACK)
    reader.expect_end()
    return packet_id, code
