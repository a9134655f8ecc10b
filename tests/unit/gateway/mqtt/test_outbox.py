import pytest

from gateway.mqtt.outbox import Outbox, OutboxFull
from gateway.mqtt.packets import ProtocolVersion

FIRST = bytes.fromhex("32 06 00 01 61 00 01 31")
SECOND = bytes.fromhex("32 06 00 01 61 00 02 32")


def outbox(receive_maximum: int = 1, maximum_packet_size: int = 100, capacity: int = 2) -> Outbox:
    return Outbox(ProtocolVersion.V3_1_1, receive_maximum, maximum_packet_size, capacity)


def test_outbox_holds_back_what_exceeds_the_receive_maximum() -> None:
    box = outbox()
    assert box.publish("a", b"1", 1) == FIRST
    assert box.publish("a", b"2", 1) == b""
    assert box.acknowledge(99) == b""
    assert box.acknowledge(1) == SECOND


def test_outbox_lets_qos_0_pass_the_waiting() -> None:
    box = outbox()
    box.publish("a", b"1", 1)
    assert box.publish("a", b"2", 0) == bytes.fromhex("30 04 00 01 61 32")


def test_outbox_refuses_more_than_its_capacity() -> None:
    box = outbox()
    box.publish("a", b"1", 1)
    box.publish("a", b"2", 1)
    with pytest.raises(OutboxFull):
        box.publish("a", b"3", 1)


def test_outbox_leaves_out_a_packet_that_the_client_does_not_take() -> None:
    box = outbox(maximum_packet_size=7)
    assert box.publish("a", b"1", 1) == b""
    assert box.publish("a", b"1", 0) == bytes.fromhex("30 04 00 01 61 31")


def test_outbox_skips_packet_ids_in_flight_when_it_begins_again() -> None:
    box = outbox(receive_maximum=2)
    box.publish("a", b"1", 1)
    for packet_id in range(2, 65_536):
        box.publish("a", b"", 1)
        box.acknowledge(packet_id)
    assert box.publish("a", b"2", 1) == SECOND
