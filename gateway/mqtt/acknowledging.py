"""PUBACK, PUBREC, PUBREL and PUBCOMP (§3.4 to §3.7), which all have one shape."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Sequence
from typing import Final

from .errors import ProtocolError
from .packets import PacketType, ProtocolVersion
from .properties import Place, read_properties
from .reason_codes import ReasonCode
from .wire import Reader

_FIRST_BYTES: Final = {
    PacketType.PUBACK: 0x40,
    PacketType.PUBREC: 0x50,
    PacketType.PUBCOMP: 0x70,
}
_LENGTH: Final = 2
_LENGTH_WITH_CODE: Final = 3


def encode_acknowledgements(
    kind: PacketType, packet_ids: Sequence[int], codes: Collection[int], version: ProtocolVersion
) -> bytes:
    """Encode one packet per packet id, joined for a single write.

    The reason code is left out when it is success (§3.4.2.1) and always in 3.1.1, which has none.
    """
    if version is ProtocolVersion.V3_1_1:
        return _alike(kind, packet_ids, ReasonCode.SUCCESS)
    different = set(codes)
    if len(different) == 1:
        return _alike(kind, packet_ids, different.pop())
    first = _FIRST_BYTES[kind]
    plain = bytes((first, _LENGTH))
    with_code = bytes((first, _LENGTH_WITH_CODE))
    return b"".join(
        plain + packet_id.to_bytes(2, "big")
        if code == ReasonCode.SUCCESS
        else with_code + packet_id.to_bytes(2, "big") + bytes((code,))
        for packet_id, code in zip(packet_ids, codes, strict=True)
    )


def _alike(kind: PacketType, packet_ids: Sequence[int], code: int) -> bytes:
    """Encode packets that all have one reason code: copies of one, with the ids laid over."""
    first = _FIRST_BYTES[kind]
    if code == ReasonCode.SUCCESS:
        packet = bytes((first, _LENGTH, 0, 0))
    else:
        packet = bytes((first, _LENGTH_WITH_CODE, 0, 0, code))
    if len(packet_ids) == 1:
        return packet[:2] + packet_ids[0].to_bytes(2, "big") + packet[4:]
    ids = array("H", packet_ids)
    if sys.byteorder == "little":
        ids.byteswap()
    octets = ids.tobytes()
    encoded = bytearray(packet * len(packet_ids))
    encoded[2 :: len(packet)] = octets[0::2]
    encoded[3 :: len(packet)] = octets[1::2]
    return bytes(encoded)


def decode_acknowledgement(body: bytes, version: ProtocolVersion) -> tuple[int, int]:
    """Read packet id and reason code of any of the four.

    Raises:
        MalformedPacket: The body is too short or too long.
        ProtocolError: Packet id 0 (MQTT-2.2.1-3).
    """
    reader = Reader(body)
    packet_id = reader.u16()
    code = int(ReasonCode.SUCCESS)
    if version is ProtocolVersion.V5 and not reader.at_end:
        code = reader.byte()
        if not reader.at_end:
            read_properties(reader, Place.PUBACK)
    reader.expect_end()
    if packet_id == 0:
        problem = "packet id 0"
        raise ProtocolError(problem, "2.2.1")
    return packet_id, code
