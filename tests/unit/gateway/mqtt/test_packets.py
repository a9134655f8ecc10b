"""Packets by the byte examples of the specification's non-normative figures."""

import msgspec
import pytest

from gateway.mqtt.acknowledging import decode_acknowledgement, encode_acknowledgements
from gateway.mqtt.connecting import (
    Connack,
    Connect,
    Disconnect,
    UnsupportedVersion,
    Will,
    decode_connack,
    decode_connect,
    decode_disconnect,
    encode_connack,
    encode_connect,
    encode_disconnect,
)
from gateway.mqtt.errors import MalformedPacket, MqttFault, ProtocolError
from gateway.mqtt.packets import PacketType, ProtocolVersion
from gateway.mqtt.ports import Publish
from gateway.mqtt.properties import MOST_REPEATED, Place, Properties, read_properties
from gateway.mqtt.publish_reader import PublishReader
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.subscribing import (
    Acknowledgement,
    Subscribe,
    Subscription,
    Unsubscribe,
    decode_suback,
    decode_subscribe,
    decode_unsubscribe,
    encode_suback,
    encode_subscribe,
    encode_unsuback,
)
from gateway.mqtt.topics import TopicNames
from gateway.mqtt.wire import Reader, encode_varint

V3 = ProtocolVersion.V3_1_1
V5 = ProtocolVersion.V5
WILL = Will("a/b", b"hi", qos=1)
FIGURE_3_6 = Connect(V3, "dev", keep_alive=10, user_name="u", password=b"p", will=WILL)
PAYLOAD = "00 03 64 65 76 00 03 61 2f 62 00 02 68 69 00 01 75 00 01 70"
PAYLOAD_5 = "00 03 64 65 76 00 00 03 61 2f 62 00 02 68 69 00 01 75 00 01 70"


def test_connect_is_that_of_the_3_1_1_figure_3_6() -> None:
    packet = FIGURE_3_6
    encoded = bytes.fromhex("10 1e 00 04 4d 51 54 54 04 ce 00 0a" + PAYLOAD)
    assert encode_connect(packet) == encoded
    assert decode_connect(encoded[2:]) == packet


def test_connect_is_that_of_the_mqtt_5_figure_3_6() -> None:
    properties = Properties(session_expiry_interval=10)
    packet = msgspec.structs.replace(FIGURE_3_6, version=V5, properties=properties)
    start = "10 25 00 04 4d 51 54 54 05 ce 00 0a 05 11 00 00 00 0a"
    encoded = bytes.fromhex(start + PAYLOAD_5)
    assert encode_connect(packet) == encoded
    assert decode_connect(encoded[2:]) == packet


@pytest.mark.parametrize(
    ("body", "level"), [("00 06 4d 51 49 73 64 70 03", 3), ("00 04 4d 51 54 54 06", 6)]
)
def test_connect_of_another_version_says_which(body: str, level: int) -> None:
    with pytest.raises(UnsupportedVersion) as caught:
        decode_connect(bytes.fromhex(body) + b"\x02\x00\x0a\x00\x03dev")
    assert caught.value.level == level
    assert caught.value.reason_code is ReasonCode.UNSUPPORTED_PROTOCOL_VERSION


@pytest.mark.parametrize(
    "body",
    [
        "00 04 4d 51 54 54 04 03 00 0a 00 01 61",  # reserved flag
        "00 04 4d 51 54 54 04 1e 00 0a 00 01 61",  # will QoS 3
        "00 04 4d 51 54 54 04 2a 00 0a 00 01 61",  # will retain without a will
        "00 04 4d 51 54 54 04 42 00 0a 00 01 61 00 01 70",  # 3.1.1 password without user name
        "00 04 4d 51 54 54 04 02 00 0a 00 01 61 00",  # a byte too many
        "00 04 4d 51 54 54 04 02 00 0a 00 02 61",  # cut off
        "00 04 48 54 54 50 04 02 00 0a 00 01 61",  # another protocol
    ],
)
def test_connect_is_malformed_when_it_contradicts_itself(body: str) -> None:
    with pytest.raises(MqttFault) as caught:
        decode_connect(bytes.fromhex(body))
    assert caught.value.reason_code is ReasonCode.MALFORMED_PACKET


def test_connack_has_properties_in_mqtt_5_only() -> None:
    announced = Connack(0, properties=Properties(receive_maximum=20))
    assert encode_connack(announced, V5) == bytes.fromhex("20 06 00 00 03 21 00 14")
    assert encode_connack(Connack(5), V3) == bytes.fromhex("20 02 00 05")
    assert decode_connack(bytes.fromhex("00 00 03 21 00 14"), V5) == announced


def test_connack_of_an_old_broker_is_understood_by_an_mqtt_5_client() -> None:
    connack = decode_connack(bytes.fromhex("00 01"), V5)
    assert connack.reason_code == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION


def test_publish_is_that_of_the_figure_in_3_3_2() -> None:
    encoded = encode_publish("a/b", b"", version=V5, qos=1, packet_id=10)
    assert encoded == bytes.fromhex("32 08 00 03 61 2f 62 00 0a 00")
    reader = PublishReader("dev", V5, TopicNames(), from_client=True)
    expected = Publish("dev", "a/b", b"", 10, 1, dup=False, retain=False, received_at=7)
    assert reader.read(0x32, encoded[2:], 7) == expected


def test_publish_flags_are_the_lower_bits_of_the_first_byte() -> None:
    reader = PublishReader("dev", V3, TopicNames(), from_client=True)
    publish = reader.read(0x3B, bytes.fromhex("00 01 61 00 01 70"), 0)
    assert (publish.dup, publish.qos, publish.retain) == (True, 1, True)
    assert encode_publish("a", b"p", version=V3, qos=1, packet_id=1, dup=True, retain=True) == (
        bytes.fromhex("3b 06 00 01 61 00 01 70")
    )


def test_publish_of_qos_2_is_read() -> None:
    reader = PublishReader("dev", V3, TopicNames(), from_client=True)
    assert reader.read(0x34, bytes.fromhex("00 01 61 00 09"), 0).qos == 2


# First bytes by table 2-1 and 2-2; the code is left out when it is success (§3.4.2.1).
@pytest.mark.parametrize(
    ("kind", "codes", "version", "encoded"),
    [
        (PacketType.PUBACK, [0, 0], V5, "40 02 00 01 40 02 01 02"),
        (PacketType.PUBACK, [0x99, 0], V5, "40 03 00 01 99 40 02 01 02"),
        (PacketType.PUBACK, [0x10, 0x10], V5, "40 03 00 01 10 40 03 01 02 10"),
        (PacketType.PUBACK, [0x99, 0], V3, "40 02 00 01 40 02 01 02"),
        (PacketType.PUBREC, [0, 0x87], V5, "50 02 00 01 50 03 01 02 87"),
        (PacketType.PUBREC, [0, 0x87], V3, "50 02 00 01 50 02 01 02"),
        (PacketType.PUBCOMP, [0x92, 0], V5, "70 03 00 01 92 70 02 01 02"),
    ],
)
def test_acknowledgements_of_a_batch_are_joined(
    kind: PacketType, codes: list[int], version: ProtocolVersion, encoded: str
) -> None:
    assert encode_acknowledgements(kind, [1, 258], codes, version) == bytes.fromhex(encoded)


@pytest.mark.parametrize(
    ("body", "answer"),
    [("01 02", (258, 0)), ("01 02 10", (258, 0x10)), ("01 02 99 04 1f 00 01 61", (258, 0x99))],
)
def test_acknowledgement_is_read_in_each_of_its_lengths(body: str, answer: tuple[int, int]) -> None:
    assert decode_acknowledgement(bytes.fromhex(body), V5) == answer


def test_subscribe_is_that_of_the_figure_in_3_8_3() -> None:
    packet = Subscribe(10, (Subscription("a/b", 1), Subscription("c/d", 2)))
    filters = "00 03 61 2f 62 01 00 03 63 2f 64 02"
    assert encode_subscribe(packet, V5) == bytes.fromhex("82 0f 00 0a 00" + filters)
    assert encode_subscribe(packet, V3) == bytes.fromhex("82 0e 00 0a" + filters)
    assert decode_subscribe(bytes.fromhex("00 0a 00" + filters), V5) == packet
    assert decode_subscribe(bytes.fromhex("00 0a" + filters), V3) == packet


def test_subscription_options_are_those_of_figure_3_19() -> None:
    body = bytes.fromhex("00 0a 00 00 01 61 2d")
    wanted = Subscription("a", 1, no_local=True, retain_as_published=True, retain_handling=2)
    assert decode_subscribe(body, V5).subscriptions == (wanted,)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("00 0a 00", ReasonCode.PROTOCOL_ERROR),  # no filter
        ("00 00 00 00 01 61 01", ReasonCode.PROTOCOL_ERROR),  # packet id 0
        ("00 0a 00 00 01 61 03", ReasonCode.PROTOCOL_ERROR),  # QoS 3
        ("00 0a 00 00 01 61 31", ReasonCode.PROTOCOL_ERROR),  # retain handling 3
        ("00 0a 00 00 01 61 41", ReasonCode.MALFORMED_PACKET),  # reserved bit
        ("00 0a 00 00 03 61 23 62 00", ReasonCode.MALFORMED_PACKET),  # a#b
        ("00 0a 00 00 01 61", ReasonCode.MALFORMED_PACKET),  # without options
    ],
)
def test_subscribe_is_refused_with_its_reason_code(body: str, code: ReasonCode) -> None:
    with pytest.raises(MqttFault) as caught:
        decode_subscribe(bytes.fromhex(body), V5)
    assert caught.value.reason_code is code


def test_unsubscribe_is_that_of_the_figure_in_3_10_3() -> None:
    packet = Unsubscribe(10, ("a/b", "c/d"))
    filters = "00 03 61 2f 62 00 03 63 2f 64"
    assert decode_unsubscribe(bytes.fromhex("00 0a 00" + filters), V5) == packet


def test_suback_and_unsuback_carry_codes_except_a_3_1_1_unsuback() -> None:
    assert encode_suback(10, [1, 0x87], V5) == bytes.fromhex("90 05 00 0a 00 01 87")
    assert encode_unsuback(10, [0, 0x11], V5) == bytes.fromhex("b0 05 00 0a 00 00 11")
    assert encode_unsuback(10, [0, 0x11], V3) == bytes.fromhex("b0 02 00 0a")
    assert decode_suback(bytes.fromhex("00 0a 01 80"), V3) == Acknowledgement(10, (1, 0x80))


@pytest.mark.parametrize(
    ("body", "packet"),
    [
        ("", Disconnect()),
        ("8e", Disconnect(0x8E)),
        ("8b 04 1f 00 01 61", Disconnect(0x8B, Properties(reason_string="a"))),
    ],
)
def test_disconnect_is_read_in_each_of_its_lengths(body: str, packet: Disconnect) -> None:
    assert decode_disconnect(bytes.fromhex(body), V5) == packet


def test_disconnect_says_nothing_in_3_1_1() -> None:
    assert encode_disconnect(Disconnect(0x8E), V3) == bytes.fromhex("e0 00")
    assert encode_disconnect(Disconnect(0x8E), V5) == bytes.fromhex("e0 01 8e")


def test_properties_that_may_be_repeated_are_bounded_and_cost_linear_time() -> None:
    # An empty pair of texts is 5 bytes: 0x26 and two lengths of 0.
    pairs = b"\x26\0\0\0\0" * MOST_REPEATED
    found = read_properties(Reader(encode_varint(len(pairs)) + pairs), Place.PUBLISH)
    assert found.user_properties == (("", ""),) * MOST_REPEATED
    many = pairs + b"\x26\0\0\0\0"
    with pytest.raises(ProtocolError) as caught:
        read_properties(Reader(encode_varint(len(many)) + many), Place.PUBLISH)
    assert caught.value.reason_code is ReasonCode.QUOTA_EXCEEDED


@pytest.mark.parametrize(
    ("version", "codes"),
    [
        (ProtocolVersion.V3_1_1, b"\x74"),
        (ProtocolVersion.V3_1_1, b"\x87"),
        (ProtocolVersion.V5, b"\x74"),
        (ProtocolVersion.V5, b"\x03"),
    ],
)
def test_suback_with_a_reserved_code_is_malformed(version: ProtocolVersion, codes: bytes) -> None:
    properties = b"\0" if version is ProtocolVersion.V5 else b""
    with pytest.raises(MalformedPacket, match="reserved code"):
        decode_suback(b"\0\1" + properties + codes, version)
