import pytest

from gateway.mqtt.errors import MalformedPacket
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.wire import FieldTooLong, Reader, decode_text, encode_text, encode_varint

# MQTT 5 table 1-1: the borders of each length of a Variable Byte Integer.
VARINTS = [
    (0, "00"),
    (127, "7f"),
    (128, "80 01"),
    (16_383, "ff 7f"),
    (16_384, "80 80 01"),
    (2_097_151, "ff ff 7f"),
    (2_097_152, "80 80 80 01"),
    (268_435_455, "ff ff ff 7f"),
]


@pytest.mark.parametrize(("value", "encoded"), VARINTS)
def test_varint_is_that_of_table_1_1(value: int, encoded: str) -> None:
    assert encode_varint(value) == bytes.fromhex(encoded)
    assert Reader(bytes.fromhex(encoded)).varint() == value


@pytest.mark.parametrize("value", [-1, 268_435_456])
def test_varint_refuses_a_value_that_does_not_fit(value: int) -> None:
    with pytest.raises(FieldTooLong):
        encode_varint(value)


@pytest.mark.parametrize("encoded", ["80 80 80 80 01", "ff ff ff ff", "80 00", "80"])
def test_varint_refuses_too_long_not_minimal_and_cut_off(encoded: str) -> None:
    with pytest.raises(MalformedPacket) as caught:
        Reader(bytes.fromhex(encoded)).varint()
    assert caught.value.reason_code is ReasonCode.MALFORMED_PACKET


def test_text_is_that_of_figure_1_2() -> None:
    assert encode_text("A\U0002a6d4") == bytes.fromhex("00 05 41 f0 aa 9b 94")


def test_text_keeps_a_byte_order_mark() -> None:
    assert decode_text(b"\xef\xbb\xbf") == "\ufeff"


@pytest.mark.parametrize("encoded", [b"\xed\xa0\x80", b"a\x00b", b"\xc0\x80", b"\xff"])
def test_text_refuses_surrogates_zero_and_broken_utf_8(encoded: bytes) -> None:
    with pytest.raises(MalformedPacket):
        decode_text(encoded)


def test_text_refuses_to_encode_more_than_65535_bytes() -> None:
    with pytest.raises(FieldTooLong):
        encode_text("x" * 65_536)
