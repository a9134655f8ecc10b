"""What one Python process can take off the wire at most: `python -m benchmarks.frame_counter`.

It prints its port, accepts connections, answers CONNECT, finds the bounds of every packet by its
fixed header and variable byte integer (MQTT 3.1.1 §2.2), and answers each PUBLISH of QoS 1 with its
PUBACK. It reads no topic's text and no payload, keeps nothing, and checks nothing else: whatever a
gateway does beyond this is the gateway's own cost.
"""

from __future__ import annotations

import selectors
import socket

from simulators.load_frames import connack

LOOPBACK = "127.0.0.1"
_READ_BYTES = 1 << 18
_BACKLOG = 128
_CONNECT, _PUBLISH_QOS_1 = 0x10, 0x32
_CONTINUED = 0x80
"""The bit that says that another byte of the length follows."""
_PUBACK = b"\x40\x02"


class Peer:
    """One connection, and the beginning of a packet that has not all come."""

    def __init__(self, wire: socket.socket) -> None:
        self.wire = wire
        self.packets = 0
        self._rest = b""

    def take(self) -> bool:
        """Answer the packets that have come; False when the peer has gone."""
        data = self.wire.recv(_READ_BYTES)
        if not data:
            return False
        answers, self._rest = self._answers(self._rest + data)
        if answers:
            self.wire.sendall(answers)
        return True

    def _answers(self, data: bytes) -> tuple[bytes, bytes]:
        """Return the answers to the packets that are whole, and the bytes after them."""
        packet_ids: list[bytes] = []
        place, end = 0, len(data)
        while place + 2 <= end:
            body, length = place + 2, data[place + 1]
            if length >= _CONTINUED:
                bounds = _long_length(data, place + 1)
                if bounds is None:
                    break
                length, body = bounds
            after = body + length
            if after > end:
                break
            kind = data[place]
            if kind == _PUBLISH_QOS_1:
                topic_end = body + 2 + (data[body] << 8 | data[body + 1])
                packet_ids.append(data[topic_end : topic_end + 2])
            elif kind == _CONNECT:
                self.wire.sendall(connack())
            place = after
        self.packets += len(packet_ids)
        return _pubacks(packet_ids), data[place:]


def _long_length(data: bytes, place: int) -> tuple[int, int] | None:
    """Return a remaining length of several bytes and where the body begins; None if it is cut."""
    length = 0
    for shift in range(4):
        if place + shift == len(data):
            return None
        digit = data[place + shift]
        length |= (digit & 0x7F) << 7 * shift
        if digit < _CONTINUED:
            return length, place + shift + 1
    raise ValueError(data[place : place + 4].hex())


def _pubacks(packet_ids: list[bytes]) -> bytes:
    return _PUBACK + _PUBACK.join(packet_ids) if packet_ids else b""


def main() -> None:
    """Count until the process is ended."""
    selector = selectors.DefaultSelector()
    server = socket.create_server((LOOPBACK, 0), backlog=_BACKLOG)
    print(server.getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads this
    selector.register(server, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            peer: Peer | None = key.data
            if peer is None:
                wire, _ = server.accept()
                selector.register(wire, selectors.EVENT_READ, Peer(wire))
            elif not peer.take():
                selector.unregister(peer.wire)
                peer.wire.close()


if __name__ == "__main__":
    main()
