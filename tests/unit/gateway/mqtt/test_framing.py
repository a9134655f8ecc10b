import pytest

from gateway.mqtt.errors import MalformedPacket, MqttFault
from gateway.mqtt.framing import Framer
from gateway.mqtt.reason_codes import ReasonCode


def framer_with(data: bytes, maximum: int = 1024) -> Framer:
    framer = Framer(maximum)
    framer.append(data)
    return framer


def test_framer_splits_a_chunk_at_once() -> None:
    framer = framer_with(bytes.fromhex("c0 00 40 02 00 01 d0 00"))
    assert list(framer.packets()) == [(0xC0, b""), (0x40, b"\0\1"), (0xD0, b"")]
    assert framer.is_empty


def test_framer_waits_for_the_rest_of_a_packet() -> None:
    framer = framer_with(b"\x30\x81")
    assert list(framer.packets()) == []
    framer.append(b"\x01" + b"x" * 128)
    assert list(framer.packets()) == []
    assert not framer.is_empty
    framer.append(b"y\xc0")
    assert list(framer.packets()) == [(0x30, b"x" * 128 + b"y")]
    assert not framer.is_empty


def test_framer_can_be_left_and_taken_up_again() -> None:
    framer = framer_with(bytes.fromhex("c0 00 d0 00"))
    assert next(framer.packets()) == (0xC0, b"")
    framer.append(bytes.fromhex("e0 00"))
    assert list(framer.packets()) == [(0xD0, b""), (0xE0, b"")]


def test_framer_gives_good_packets_before_it_refuses_a_bad_one() -> None:
    packets = framer_with(bytes.fromhex("c0 00 30 ff ff ff ff")).packets()
    assert next(packets) == (0xC0, b"")
    with pytest.raises(MalformedPacket):
        next(packets)


def test_framer_refuses_a_large_packet_by_its_header_alone() -> None:
    with pytest.raises(MqttFault) as caught:
        list(framer_with(b"\x30\x80\x08").packets())
    assert caught.value.reason_code is ReasonCode.PACKET_TOO_LARGE


def test_framer_takes_a_packet_of_exactly_the_maximum() -> None:
    assert list(framer_with(b"\x30\x3e" + bytes(62), maximum=64).packets()) == [(0x30, bytes(62))]
    with pytest.raises(MqttFault):
        list(framer_with(b"\x30\x3f", maximum=64).packets())


def test_framer_lets_a_remaining_length_longer_than_needed_through() -> None:
    assert list(framer_with(bytes.fromhex("c0 80 80 00")).packets()) == [(0xC0, b"")]


def test_head_begins_at_the_packet_that_came_last() -> None:
    framer = framer_with(bytes.fromhex("c0 00 40 02 00 01 30"))
    list(framer.packets())
    assert framer.head(3) == bytes.fromhex("40 02 00")
    framer.drop_yielded()
    assert framer.head(3) == b"\x30"
