"""Packets by hand from MQTT 3.1.1 §3.3 and §3.4."""

import socket
from collections.abc import Iterator

import pytest

from benchmarks.frame_counter import Peer

PUBLISH = bytes.fromhex("32 09 0003 612f62 1234 7878")
"""QoS 1, topic a/b, packet id 0x1234, payload xx."""
LONG_PUBLISH = bytes.fromhex("32 cf01 0003 612f62 0102") + b"x" * 200
"""Remaining length 207 = 0xcf 0x01 as a variable byte integer."""
QOS_0 = bytes.fromhex("30 05 0003 612f62")
PUBACK = bytes.fromhex("40 02 1234")
LONG_PUBACK = bytes.fromhex("40 02 0102")


@pytest.fixture
def wires() -> Iterator[tuple[Peer, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        far.settimeout(5)
        yield Peer(near), far


def test_each_publish_is_answered_and_counted(wires: tuple[Peer, socket.socket]) -> None:
    peer, device = wires
    device.sendall(PUBLISH + QOS_0 + LONG_PUBLISH + PUBLISH)
    assert peer.take()
    assert device.recv(100) == PUBACK + LONG_PUBACK + PUBACK
    assert peer.packets == 3


@pytest.mark.parametrize("cut", range(1, len(LONG_PUBLISH)))
def test_publish_that_comes_in_two_pieces_is_answered_once_it_is_whole(
    wires: tuple[Peer, socket.socket], cut: int
) -> None:
    peer, device = wires
    device.sendall(PUBLISH + LONG_PUBLISH[:cut])
    peer.take()
    device.sendall(LONG_PUBLISH[cut:])
    peer.take()
    assert device.recv(100) == PUBACK + LONG_PUBACK
    assert peer.packets == 2


def test_connect_is_accepted(wires: tuple[Peer, socket.socket]) -> None:
    peer, device = wires
    device.sendall(bytes.fromhex("10 0d 0004 4d515454 04 02 0000 0001 61"))
    peer.take()
    assert device.recv(100) == bytes.fromhex("20 02 00 00")


def test_peer_that_has_gone_is_told(wires: tuple[Peer, socket.socket]) -> None:
    peer, device = wires
    device.close()
    assert not peer.take()
