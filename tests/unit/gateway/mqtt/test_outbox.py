import pytest

from gateway.mqtt.outbox import ClientLimits, Outbox, OutboxFull
from gateway.mqtt.packets import ProtocolVersion

FIRST = bytes.fromhex("32 06 00 01 61 00 01 31")
SECOND = bytes.fromhex("32 06 00 01 61 00 02 32")


def limits(receive_maximum: int = 1, maximum_packet_size: int = 100) -> ClientLimits:
    return ClientLimits(ProtocolVersion.V3_1_1, receive_maximum, maximum_packet_size)


def outbox(receive_maximum: int = 1, maximum_packet_size: int = 100, capacity: int = 2) -> Outbox:
    box = Outbox(capacity)
    assert box.open(limits(receive_maximum, maximum_packet_size)) == b""
    return box


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


def test_outbox_sends_again_with_dup_and_then_what_was_published_meanwhile() -> None:
    box = outbox(receive_maximum=2, capacity=3)
    box.publish("a", b"1", 1)
    box.publish("a", b"2", 1)
    box.acknowledge(1)
    box.close()
    assert box.publish("a", b"3", 1) == b""
    again, new = SECOND[1:], bytes.fromhex("32 06 00 01 61 00 03 33")
    assert box.open(limits(receive_maximum=2)) == b"\x3a" + again + new
    assert len(box) == 2


def test_outbox_sends_again_no_more_at_once_than_the_client_takes() -> None:
    box = outbox(receive_maximum=2)
    box.publish("a", b"1", 1)
    box.publish("a", b"2", 1)
    assert box.open(limits(receive_maximum=1)) == b"\x3a" + FIRST[1:]
    assert box.acknowledge(1) == b"\x3a" + SECOND[1:]


def test_outbox_of_a_client_that_is_away_keeps_the_newest_and_nothing_of_qos_0() -> None:
    box = Outbox(2)
    for number in (1, 2, 3):
        assert box.publish("a", b"%d" % number, 1) == b""
    assert box.publish("a", b"0", 0) == b""
    sent = box.open(limits(receive_maximum=9))
    assert sent == bytes.fromhex("32 06 00 01 61 00 01 32 32 06 00 01 61 00 02 33")
