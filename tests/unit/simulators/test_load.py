import math
import socket
import threading
from collections.abc import Iterator

import pytest

from simulators.load import Link, Shape, percentile
from simulators.load_wires import keep_alive

SHAPE = Shape(devices=4, links=1, window=4, block=2)
TWO_PUBACKS = bytes.fromhex("40 02 0001 40 02 0002")


@pytest.fixture
def ends() -> Iterator[tuple[Link, socket.socket]]:
    listener = socket.create_server(("127.0.0.1", 0))
    near = socket.create_connection(listener.getsockname())
    far, _ = listener.accept()
    with listener, near, far:
        far.settimeout(5)
        yield Link(near, range(4), SHAPE), far


def test_link_stops_when_its_window_is_full_and_goes_on_after_the_acknowledgement(
    ends: tuple[Link, socket.socket],
) -> None:
    link, gateway = ends
    while link.has_room:
        link.send()
    assert link.sent == 4
    gateway.sendall(TWO_PUBACKS)
    while link.acknowledged < 2:
        link.take()
    assert link.has_room
    assert sum(count for _, count in link.latencies) == 2


def test_link_counts_a_puback_that_comes_in_pieces_once(
    ends: tuple[Link, socket.socket],
) -> None:
    link, gateway = ends
    link.wire.settimeout(5)
    link.send()
    for piece in (TWO_PUBACKS[:3], TWO_PUBACKS[3:6], TWO_PUBACKS[6:]):
        gateway.sendall(piece)
        link.take()
    assert link.acknowledged == 2


def test_link_whose_peer_has_gone_fails(ends: tuple[Link, socket.socket]) -> None:
    link, gateway = ends
    link.wire.settimeout(5)
    gateway.close()
    with pytest.raises(ConnectionResetError):
        link.take()


def test_percentile_weighs_each_value_by_how_often_it_was_seen() -> None:
    # 98 messages took 1 s, one took 2 s and one 9 s.
    seen = [(9.0, 1), (1.0, 98), (2.0, 1)]
    assert [percentile(seen, share) for share in (0.5, 0.98, 0.99, 1.0)] == [1.0, 1.0, 2.0, 9.0]


def test_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(percentile([], 0.5))


def test_connection_that_says_nothing_pings_until_it_is_stopped() -> None:
    near, far = socket.socketpair()
    with near, far:
        far.settimeout(5)
        stop = threading.Event()
        pinging = threading.Thread(target=keep_alive, args=([near], 0.01, stop))
        pinging.start()
        for _ in range(3):
            assert far.recv(2) == bytes.fromhex("c0 00")  # PINGREQ, §3.12
            far.sendall(bytes.fromhex("d0 00"))  # PINGRESP, §3.13
        stop.set()
        far.sendall(bytes.fromhex("d0 00"))
        pinging.join(5)
        assert not pinging.is_alive()
