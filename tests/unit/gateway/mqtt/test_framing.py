import pytest

from gateway.mqtt.errors import MalformedPacket, MqttFault
from gateway.mqtt.framing import Framer
from gateway.mqtt.reason_codes import ReasonCode


def packets_of(framer: Framer) -> list[tuple[int, bytes]]:
    return list(iter(framer.next_packet, None))


def framer_with(data: bytes, maximum: int = 1024) -> Framer:
    framer = Framer(maximum)
    framer.append(data)
    return framer


def test_framer_splits_a_chunk_at_once() -> None:
    framer = framer_with(bytes.fromhex("c0 00 40 02 00 01 d0 00"))
    assert packets_of(framer) == [(0xC0, b""), (0x40, b"\0\1"), (0xD0, b"")]
    assert framer.is_empty


def test_framer_waits_for_the_rest_of_a_packet() -> None:
    framer = framer_with(b"\x30\x81")
    assert packets_of(framer) == []
    framer.append(b"\x01" + b"x" * 128)
    assert packets_of(framer) == []
    assert not framer.is_empty
    framer.append(b"y\xc0")
    assert packets_of(framer) == [(0x30, b"x" * 128 + b"y")]
    assert not framer.is_empty


def test_framer_can_be_left_and_taken_up_again() -> None:
    framer = framer_with(bytes.fromhex("c0 00 d0 00"))
    assert framer.next_packet() == (0xC0, b"")
    framer.append(bytes.fromhex("e0 00"))
    assert packets_of(framer) == [(0xD0, b""), (0xE0, b"")]


def test_framer_gives_good_packets_before_it_refuses_a_bad_one() -> None:
    framer = framer_with(bytes.fromhex("c0 00 30 ff ff ff ff"))
    assert framer.next_packet() == (0xC0, b"")
    with pytest.raises(MalformedPacket):
        framer.next_packet()


def test_framer_refuses_a_large_packet_by_its_header_alone() -> None:
    with pytest.raises(MqttFault) as caught:
        packets_of(framer_with(b"\x30\x80\x08"))
    assert caught.value.reason_code is ReasonCode.PACKET_TOO_LARGE


def test_framer_takes_a_packet_of_exactly_the_maximum() -> None:
    assert packets_of(framer_with(b"\x30\x3e" + bytes(62), maximum=64)) == [(0x30, bytes(62))]
    with pytest.raises(MqttFault):
        packets_of(framer_with(b"\x30\x3f", maximum=64))


def test_framer_lets_a_remaining_length_longer_than_needed_through() -> None:
    assert packets_of(framer_with(bytes.fromhex("c0 80 80 00"))) == [(0xC0, b"")]


def test_head_begins_at_the_packet_that_came_last() -> None:
    framer = framer_with(bytes.fromhex("c0 00 40 02 00 01 30"))
    framer.next_packet()
    framer.next_packet()
    assert framer.head(3) == bytes.fromhex("40 02 00")
    framer.drop_given()
    assert framer.head(3) == b"\x30"


def test_framer_lets_go_of_what_was_read_and_knows_its_place_in_the_stream() -> None:
    framer = framer_with(bytes.fromhex("c0 00 40 02 00 01 30"))
    packets_of(framer)
    framer.trim()
    assert framer.data == b"\x30"
    assert framer.offset == 6
    framer.append(b"\x00\xd0")
    assert packets_of(framer) == [(0x30, b"")]
    assert framer.offset == 8


def test_framer_takes_a_large_packet_byte_by_byte_without_reading_it_again() -> None:
    framer = framer_with(b"\x30\xff\xff\x03", maximum=100_000)
    assert framer.next_packet() is None
    for _ in range(65_535):
        assert framer.next_packet() is None
        framer.append(b"x")
    assert framer.next_packet() == (0x30, b"x" * 65_535)


@pytest.mark.parametrize("header", [0x00, 0x36, 0x38, 0x60, 0x81, 0xC1])
def test_framer_refuses_a_first_byte_that_no_packet_has_before_the_rest_comes(header: int) -> None:
    with pytest.raises(MalformedPacket):
        framer_with(bytes((header,))).next_packet()
