"""Writing PUBLISH (§3.3)."""

from __future__ import annotations

from typing import Final

from .packets import PacketType, ProtocolVersion
from .properties import NO_PROPERTIES, Properties, encode_properties
from .wire import encode_text, encode_u16, encode_varint

_DUP: Final = 0x08
_RETAIN: Final = 0x01


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
