"""Each malformed packet gets the reason code of the specification (MQTT 5 §4.13 and §2.4)."""

import pytest

from gateway.mqtt.client_session import ClientSession
from gateway.mqtt.connecting import Connect, Will, encode_connect
from gateway.mqtt.events import Refused
from gateway.mqtt.packets import PINGREQ, ProtocolVersion
from gateway.mqtt.properties import Properties
from gateway.mqtt.topics import TopicNames

from .test_session import connected, new_session, refused_with

V3 = ProtocolVersion.V3_1_1
V5 = ProtocolVersion.V5


# Bytes within an MQTT 5 connection, and the reason code of MQTT 5 §2.4 that answers them.
FAULTS_5 = {
    "packet type 0": ("00 00", 0x81),
    "PUBLISH with QoS 3": ("36 06 00 01 61 00 01 00", 0x81),
    "PUBLISH with DUP and QoS 0": ("38 04 00 01 61 00", 0x81),
    "PUBLISH without a topic": ("30 01 00", 0x81),
    "PUBLISH with a topic that is too long": ("30 04 00 09 61 00", 0x81),
    "PUBLISH without its packet id": ("32 04 00 01 61 00", 0x81),
    "PUBLISH without properties": ("30 03 00 01 61", 0x81),
    "PUBLISH with a foreign property": ("30 07 00 01 61 03 13 00 01", 0x81),
    "PUBLISH with a topic that is no UTF-8": ("30 04 00 01 ff 00", 0x81),
    "remaining length of five bytes": ("30 ff ff ff ff 01", 0x81),
    "SUBSCRIBE with wrong flags": ("80 07 00 0a 00 00 01 61 01", 0x81),
    "PINGREQ with flags": ("c1 00", 0x81),
    "SUBSCRIBE to a#": ("82 08 00 0a 00 00 02 61 23 00", 0x81),
    "PUBACK with a byte only": ("40 01 00", 0x81),
    "PUBLISH with packet id 0": ("32 06 00 01 61 00 00 00", 0x82),
    "PUBLISH with a property twice": ("30 08 00 01 61 04 01 00 01 00", 0x82),
    "PUBLISH without topic and alias": ("30 03 00 00 00", 0x82),
    "PUBLISH with an unknown alias": ("30 06 00 00 03 23 00 01", 0x82),
    "PUBLISH with a subscription identifier": ("30 06 00 01 61 02 0b 01", 0x82),
    "second CONNECT": ("10 0d 00 04 4d 51 54 54 05 02 00 00 00 00 00", 0x82),
    "PUBREC": ("50 02 00 01", 0x82),
    "PUBCOMP": ("70 02 00 01", 0x82),
    "CONNACK": ("20 03 00 00 00", 0x82),
    "AUTH": ("f0 00", 0x82),
    "SUBSCRIBE without a filter": ("82 03 00 0a 00", 0x82),
    "DISCONNECT that begins a session": ("e0 07 00 05 11 00 00 00 01", 0x82),
    "PUBLISH to a wildcard": ("30 06 00 03 61 2f 2b 00", 0x90),
    "PUBLISH with a wildcard as response topic": ("30 08 00 01 61 04 08 00 01 23", 0x90),
    "PUBLISH with topic alias 0": ("30 07 00 01 61 03 23 00 00", 0x94),
    "PUBLISH with topic alias 3": ("30 07 00 01 61 03 23 00 03", 0x94),
    "PUBLISH of 1025 bytes": ("30 fe 07", 0x95),
    "SUBSCRIBE with an identifier": ("82 09 00 0a 02 0b 01 00 01 61 01", 0xA1),
    "CONNACK with flags": ("21 03 00 00 00", 0x81),
    "SUBACK": ("90 04 00 01 00 00", 0x82),
    "UNSUBACK": ("b0 04 00 01 00 00", 0x82),
    "PINGRESP": ("d0 00", 0x82),
    "PINGREQ with a body": ("c0 01 00", 0x81),
    "PUBACK with packet id 0": ("40 02 00 00", 0x82),
    "PUBACK with flags": ("42 02 00 01", 0x81),
    "PUBACK with a foreign property": ("40 06 00 01 00 02 01 01", 0x81),
    "PUBACK with bytes behind": ("40 05 00 01 00 00 00", 0x81),
    "PUBREL with flags 0": ("60 02 00 01", 0x81),
    "PUBREL without its packet id": ("62 01 00", 0x81),
    "PUBREL with packet id 0": ("62 02 00 00", 0x82),
    "PUBREL with a foreign property": ("62 06 00 01 00 02 01 01", 0x81),
    "UNSUBSCRIBE with wrong flags": ("a0 06 00 0a 00 00 01 61", 0x81),
    "UNSUBSCRIBE without a filter": ("a2 03 00 0a 00", 0x82),
    "UNSUBSCRIBE with packet id 0": ("a2 06 00 00 00 00 01 61", 0x82),
    "UNSUBSCRIBE cut off": ("a2 06 00 0a 00 00 02 61", 0x81),
    "UNSUBSCRIBE from a#": ("a2 07 00 0a 00 00 02 61 23", 0x81),
    "SUBSCRIBE with packet id 0": ("82 07 00 00 00 00 01 61 01", 0x82),
    "SUBSCRIBE with QoS 3": ("82 07 00 0a 00 00 01 61 03", 0x82),
    "SUBSCRIBE with reserved options": ("82 07 00 0a 00 00 01 61 40", 0x81),
    "SUBSCRIBE with U+0000": ("82 07 00 0a 00 00 01 00 01", 0x81),
    "SUBSCRIBE to an empty filter": ("82 06 00 0a 00 00 00 01", 0x81),
    "SUBSCRIBE without options": ("82 06 00 0a 00 00 01 61", 0x81),
    "DISCONNECT with flags": ("e1 00", 0x81),
    "DISCONNECT with a foreign property": ("e0 05 00 03 21 00 01", 0x81),
    "DISCONNECT with bytes behind": ("e0 03 00 00 00", 0x81),
    "AUTH with flags": ("f1 00", 0x81),
    "PUBLISH of QoS 2 with packet id 0": ("34 06 00 01 61 00 00 00", 0x82),
    "PUBLISH of QoS 2 cut off": ("34 04 00 01 61 00", 0x81),
    "PUBLISH with U+0000 in its topic": ("30 04 00 01 00 00", 0x81),
    "PUBLISH with a surrogate in its topic": ("30 06 00 03 ed a0 80 00", 0x81),
    "PUBLISH with a property length beyond its end": ("30 05 00 01 61 05 01", 0x81),
    "PUBLISH with an unknown property": ("30 06 00 01 61 02 7f 00", 0x81),
    "PUBLISH with a payload format 2": ("30 06 00 01 61 02 01 02", 0x82),
}


@pytest.mark.parametrize("name", FAULTS_5)
def test_fault_is_answered_with_its_reason_code(name: str) -> None:
    encoded, code = FAULTS_5[name]
    session = connected(V5)
    assert refused_with(session.receive_data(bytes.fromhex(encoded), 0)) == code
    answer = session.data_to_send()
    assert answer[0] == 0xE0
    assert answer[2] == code
    assert session.receive_data(PINGREQ, 0) == []


def test_fault_of_a_3_1_1_client_only_closes() -> None:
    session = connected(V3)
    assert refused_with(session.receive_data(bytes.fromhex("30 04 00 02 61 2b"), 0)) == 0x90
    assert session.is_closed
    assert session.data_to_send() == b""


# First bytes of a connection, the reason code, and the answer.
FAULTS_BEFORE_CONNECT = {
    "HTTP": (b"GET / HTTP/1.1\r\n\r\n", 0x82, ""),
    "TLS": (b"\x16\x03\x01\x02\x00\x01", 0x82, ""),
    "PUBLISH": (bytes.fromhex("30 03 00 01 61"), 0x82, ""),
    "MQTT 3.1": (
        bytes.fromhex("10 0f 00 06 4d 51 49 73 64 70 03 02 00 0a 00 01 61"),
        0x84,
        "20 02 00 01",
    ),
    "MQTT 6": (
        bytes.fromhex("10 0e 00 04 4d 51 54 54 06 02 00 0a 00 00 01 61"),
        0x84,
        "20 03 00 84 00",
    ),
    "bridge of mosquitto": (
        bytes.fromhex("10 0d 00 04 4d 51 54 54 84 02 00 0a 00 01 61"),
        0x84,
        "20 02 00 01",
    ),
    "broken MQTT 5": (
        bytes.fromhex("10 0e 00 04 4d 51 54 54 05 03 00 0a 00 00 01 61"),
        0x81,
        "20 03 00 81 00",
    ),
    "broken MQTT 3.1.1": (
        bytes.fromhex("10 0d 00 04 4d 51 54 54 04 03 00 0a 00 01 61"),
        0x81,
        "",
    ),
    "authentication method": (
        encode_connect(Connect(V5, "a", properties=Properties(authentication_method="x"))),
        0x8C,
        "20 03 00 8c 00",
    ),
    "will to a wildcard": (
        encode_connect(Connect(V5, "a", will=Will("w/#", b""))),
        0x90,
        "20 03 00 90 00",
    ),
    "no id, but a session to keep": (
        encode_connect(Connect(V3, "", clean_start=False)),
        0x85,
        "20 02 00 02",
    ),
}


@pytest.mark.parametrize("name", FAULTS_BEFORE_CONNECT)
def test_first_packet_is_refused_with_its_answer(name: str) -> None:
    data, code, answer = FAULTS_BEFORE_CONNECT[name]
    session = new_session()
    assert refused_with(session.receive_data(data, 0)) == code
    assert session.data_to_send() == bytes.fromhex(answer)


# What is malformed in 3.1.1 where it is not in MQTT 5; the codes are those written to quarantine.
FAULTS_3 = {
    "PUBLISH without a topic": ("30 02 00 00", 0x81),
    "PUBREL with a reason code": ("62 03 00 01 00", 0x81),
    "PUBACK with a reason code": ("40 03 00 01 00", 0x81),
    "DISCONNECT with a reason code": ("e0 01 00", 0x81),
    "SUBSCRIBE with options of MQTT 5": ("82 06 00 0a 00 01 61 05", 0x81),
    "AUTH": ("f0 00", 0x82),
    "packet type 0": ("00 00", 0x81),
    "second CONNECT": ("10 0d 00 04 4d 51 54 54 04 02 00 00 00 01 61", 0x82),
}


@pytest.mark.parametrize("name", FAULTS_3)
def test_fault_of_3_1_1_closes_without_an_answer(name: str) -> None:
    encoded, code = FAULTS_3[name]
    session = connected(V3)
    assert refused_with(session.receive_data(bytes.fromhex(encoded), 0)) == code
    assert session.is_closed
    assert session.data_to_send() == b""


# What a server may not send, by packet, and the reason code that it is told.
FAULTS_OF_A_SERVER = {
    "CONNECT": ("10 0d 00 04 4d 51 54 54 05 02 00 00 00 00 00", 0x82),
    "second CONNACK": ("20 03 00 00 00", 0x82),
    "PUBLISH with QoS 3": ("36 06 00 01 61 00 01 00", 0x81),
    "PUBLISH with a topic alias that was not offered": ("30 07 00 01 61 03 23 00 01", 0x94),
    "PUBREL with flags 0": ("60 02 00 01", 0x81),
    "PUBACK": ("40 02 00 01", 0x82),
    "PUBREC": ("50 02 00 01", 0x82),
    "PUBCOMP": ("70 02 00 01", 0x82),
    "SUBSCRIBE": ("82 07 00 0a 00 00 01 61 01", 0x82),
    "UNSUBSCRIBE": ("a2 06 00 0a 00 00 01 61", 0x82),
    "SUBACK with a foreign property": ("90 07 00 01 03 21 00 01 00", 0x81),
    "PINGREQ": ("c0 00", 0x82),
    "PINGRESP with a body": ("d0 01 00", 0x81),
    "AUTH": ("f0 00", 0x82),
}


@pytest.mark.parametrize("name", FAULTS_OF_A_SERVER)
def test_fault_of_a_server_is_answered_with_its_reason_code(name: str) -> None:
    encoded, code = FAULTS_OF_A_SERVER[name]
    session = ClientSession(Connect(V5, "gw"), 1024, TopicNames())
    session.receive_data(bytes.fromhex("20 03 00 00 00"), 0)
    session.data_to_send()
    (refused,) = session.receive_data(bytes.fromhex(encoded), 0)
    assert isinstance(refused, Refused)
    assert refused.fault.reason_code == code
    assert session.data_to_send()[:3:2] == bytes((0xE0, code))


FULL_CONNECT = Connect(
    V5,
    "dev",
    keep_alive=60,
    user_name="u",
    password=b"p",
    will=Will("w", b"lost", 2, properties=Properties(will_delay_interval=5)),
    properties=Properties(session_expiry_interval=60, receive_maximum=9),
)


@pytest.mark.parametrize("version", [V3, V5])
def test_connect_cut_off_at_any_place_is_malformed(version: ProtocolVersion) -> None:
    body = encode_connect(FULL_CONNECT)[2:]
    if version is V3:
        body = encode_connect(Connect(V3, "dev", user_name="u", password=b"p"))[2:]
    for size in range(len(body)):
        session = new_session()
        events = session.receive_data(bytes((0x10, size)) + body[:size], 0)
        assert refused_with(events) == 0x81, size
        assert session.is_closed
        is_version_known = version is V5 and size > 6
        assert session.data_to_send() == (b"\x20\x03\0\x81\0" if is_version_known else b""), size
