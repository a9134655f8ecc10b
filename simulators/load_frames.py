"""MQTT 3.1.1 frames of many devices, encoded once and stamped with time and number as they leave.

A load generator shares its machine with what it loads, so a frame must cost it next to nothing. A
block of frames is encoded before the run, with place holders as long as what they stand for; one
`join` then puts time and number into all of them at once.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

PAYLOAD_BYTES = 120
"""Length of one reading's JSON object."""
PUBACK_BYTES = 4
"""Length of a PUBACK of MQTT 3.1.1 (§3.4)."""
PINGREQ = b"\xc0\0"
"""As long as the PINGRESP that answers it (§3.12, §3.13)."""
ARRAY_STEP_US = 10
"""Time between two readings of one array."""

_CONNECT, _CONNACK, _PUBLISH_QOS_1, _SUBACK, _DISCONNECT = 0x10, 0x20, 0x32, 0x90, 0xE0
_CLEAN_SESSION = 0x02
_STAMP = b'0000000000000000,"seq":0000000000'
"""Stands for time and number, as long as both will be."""
_FIRST_SEQ = 1_000_000_000
_LOWEST_MILLI_CELSIUS = 4_000
_SPAN_MILLI_CELSIUS = 499
"""Sensors of one asset agree, and no two of them say the same: a prime number of values."""


def connect(client_id: str, keep_alive_s: int) -> bytes:
    """Return a CONNECT of MQTT 3.1.1 that asks for a clean session (§3.1)."""
    header = _text("MQTT") + bytes([4, _CLEAN_SESSION]) + struct.pack(">H", keep_alive_s)
    return _frame(_CONNECT, header + _text(client_id))


def connack() -> bytes:
    """Return a CONNACK that accepts, without a session (§3.2)."""
    return _frame(_CONNACK, b"\0\0")


def suback(packet_id: int) -> bytes:
    """Return a SUBACK that grants QoS 1 (§3.9)."""
    return _frame(_SUBACK, struct.pack(">HB", packet_id, 1))


def disconnect() -> bytes:
    """Return a DISCONNECT (§3.14)."""
    return _frame(_DISCONNECT, b"")


def device_name(number: int) -> str:
    """Return the id of a device of the load."""
    return f"load-{number:04d}"


class Block:
    """PUBLISH frames of QoS 1, one of each of some devices, that leave in one piece.

    Args:
        devices: Numbers of the devices.
        first_packet_id: Packet id of the first frame; the others count on from it.
        readings: Readings in one message; more than one makes a JSON array.

    Attributes:
        messages: How many frames it has.
    """

    def __init__(self, devices: Sequence[int], first_packet_id: int, readings: int) -> None:
        self.messages = len(devices)
        self._readings = readings
        frames = b"".join(
            _publish(device, first_packet_id + place, readings)
            for place, device in enumerate(devices)
        )
        # What stays between two stamps; every other piece is left for a stamp.
        self._pieces = [b""] * (2 * self.messages * readings + 1)
        self._pieces[::2] = frames.split(_STAMP)

    def stamped(self, observed_at_us: int, lap: int) -> bytes:
        """Return the frames of one moment.

        Args:
            observed_at_us: Time of the newest reading of each message, microseconds UTC.
            lap: How many messages each device has sent before.
        """
        pieces, count = self._pieces, self._readings
        first_at = observed_at_us - (count - 1) * ARRAY_STEP_US
        for place in range(count):
            number = _FIRST_SEQ + lap * count + place
            stamp = b'%d,"seq":%d' % (first_at + place * ARRAY_STEP_US, number)
            pieces[2 * place + 1 :: 2 * count] = [stamp] * self.messages
        return b"".join(pieces)


def _publish(device: int, packet_id: int, readings: int) -> bytes:
    topic = f"cargotwin/v1/{device_name(device)}/readings"
    variations = range(device + packet_id, device + packet_id + readings)
    payload = b",".join(map(_reading, variations))
    if readings > 1:
        payload = b"[" + payload + b"]"
    return _frame(_PUBLISH_QOS_1, _text(topic) + struct.pack(">H", packet_id) + payload)


def _reading(variation: int) -> bytes:
    milli_celsius = _LOWEST_MILLI_CELSIUS + variation * 7 % _SPAN_MILLI_CELSIUS
    return (
        b'{"sensor":"core","quantity":"temperature","value":%.3f,"unit":"Cel",'
        b'"observed_at_us":%b}' % (milli_celsius / 1000, _STAMP)
    )


def _frame(first: int, body: bytes) -> bytes:
    """Return a packet: its first byte, its length as a variable byte integer (§2.2.3), its body."""
    left, length = len(body), bytearray()
    while True:
        left, digit = divmod(left, 128)
        length.append(digit | (0x80 if left else 0))
        if not left:
            return bytes([first]) + bytes(length) + body


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data
