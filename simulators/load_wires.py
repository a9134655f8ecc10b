"""Connections for a load: as a device that connects, and as a broker that somebody connects to."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Sequence

from . import load_frames

LOOPBACK = "127.0.0.1"
_CONNECT_S = 10.0


def connect(host: str, port: int, client_id: str, keep_alive_s: int = 0) -> socket.socket:
    """Return a socket on which a CONNECT was accepted."""
    wire = socket.create_connection((host, port), timeout=_CONNECT_S)
    wire.sendall(load_frames.connect(client_id, keep_alive_s))
    answer = _exactly(wire, len(load_frames.connack()))
    if answer != load_frames.connack():
        raise ConnectionRefusedError(answer.hex())
    return wire


def keep_alive(wires: Sequence[socket.socket], every_s: float, stop: threading.Event) -> None:
    """Ping on connections that say nothing else, until `stop`.

    A server may cut off who is silent, also one that asked for no keep alive (MQTT 5 §3.1.2.10).
    """
    while not stop.wait(every_s):
        for wire in wires:
            wire.sendall(load_frames.PINGREQ)
        for wire in wires:
            _exactly(wire, len(load_frames.PINGREQ))


def accept(told: Callable[[int], None]) -> socket.socket:
    """Return the socket of the first client that connects and subscribes.

    Args:
        told: Called with the port as soon as it is open.
    """
    with socket.create_server((LOOPBACK, 0)) as server:
        told(server.getsockname()[1])
        wire, _ = server.accept()
    _packet(wire)
    wire.sendall(load_frames.connack())
    subscribe = _packet(wire)
    (packet_id,) = struct.unpack_from(">H", subscribe)
    wire.sendall(load_frames.suback(packet_id))
    return wire


def _packet(wire: socket.socket) -> bytes:
    """Return the body of a packet whose length has one byte; handshakes of ours have."""
    _, length = _exactly(wire, 2)
    return _exactly(wire, length)


def _exactly(wire: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = wire.recv(length - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data
