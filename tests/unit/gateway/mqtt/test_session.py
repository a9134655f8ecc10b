import pytest

from gateway.mqtt.connecting import Connect, Will, encode_connect
from gateway.mqtt.events import ConnectRequested, Disconnected, Event, Published, Refused
from gateway.mqtt.packets import PINGREQ, PINGRESP, ProtocolVersion
from gateway.mqtt.ports import Publish
from gateway.mqtt.properties import Properties
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.session import NoConnectToAnswer, ServerSession
from gateway.mqtt.settings import ListenerSettings
from gateway.mqtt.subscribing import (
    Subscribe,
    Subscription,
    encode_subscribe,
)
from gateway.mqtt.topics import TopicNames

V3 = ProtocolVersion.V3_1_1
V5 = ProtocolVersion.V5
SETTINGS = ListenerSettings(
    receive_maximum=3, maximum_packet_size=1024, topic_alias_maximum=2, maximum_subscriptions=2
)


def new_session() -> ServerSession:
    return ServerSession(
        SETTINGS,
        may_subscribe=lambda client, topic_filter: topic_filter.startswith(f"to/{client}"),
        new_client_id=lambda: "made-up",
        topic_names=TopicNames(),
    )


def connected(version: ProtocolVersion, properties: Properties | None = None) -> ServerSession:
    session = new_session()
    connect = Connect(version, "dev", keep_alive=60, properties=properties or Properties())
    session.receive_data(encode_connect(connect), 0)
    session.accept()
    session.data_to_send()
    return session


def asked(connect: Connect) -> ServerSession:
    session = new_session()
    session.receive_data(encode_connect(connect), 0)
    return session


def refused_with(events: list[Event]) -> ReasonCode:
    refused = events[-1]
    assert isinstance(refused, Refused)
    return refused.fault.reason_code


def test_session_asks_before_it_accepts_and_reads_on_after() -> None:
    session = new_session()
    connect = Connect(V3, "dev")
    publish = encode_publish("a", b"1", version=V3, qos=1, packet_id=7)
    assert session.receive_data(encode_connect(connect) + publish, 5) == [
        ConnectRequested("dev", connect)
    ]
    assert session.data_to_send() == b""
    expected = Publish("dev", "a", b"1", 7, 1, dup=False, retain=False, received_at=5)
    assert session.accept() == [Published([expected])]
    assert session.data_to_send() == bytes.fromhex("20 02 00 00")


def test_session_accepts_nobody_who_did_not_ask() -> None:
    with pytest.raises(NoConnectToAnswer):
        new_session().accept()


def test_connack_announces_the_limits_to_mqtt_5() -> None:
    session = asked(Connect(V5, "", properties=Properties(session_expiry_interval=60)))
    session.accept()
    # Session expiry 0, assigned id, keep alive 300, receive maximum 3, alias maximum 2,
    # maximum QoS 1, packet size 1024, no subscription ids, no shared subscriptions.
    assert session.data_to_send() == bytes.fromhex(
        "20 26 00 00 23 11 00 00 00 00 12 00 07 6d 61 64 65 2d 75 70 13 01 2c"
        "21 00 03 22 00 02 24 01 27 00 00 04 00 29 00 2a 00"
    )
    assert session.client == "made-up"


@pytest.mark.parametrize(
    ("version", "keep_alive", "timeout_s"),
    [(V5, 60, 90), (V5, 0, 450), (V5, 1000, 450), (V3, 60, 90), (V3, 0, None), (V3, 1000, 1500)],
)
def test_keep_alive_is_tolerated_one_and_a_half_times(
    version: ProtocolVersion, keep_alive: int, timeout_s: float | None
) -> None:
    assert asked(Connect(version, "dev", keep_alive=keep_alive)).keep_alive_timeout_s == timeout_s


def test_messages_of_a_chunk_are_one_event_and_their_pubacks_one_write() -> None:
    session = connected(V3)
    packets = [encode_publish("a", b"%d" % i, version=V3, qos=1, packet_id=i) for i in (1, 2)]
    zero = encode_publish("a", b"0", version=V3)
    (event,) = session.receive_data(b"".join([*packets, PINGREQ, zero]), 0)
    assert isinstance(event, Published)
    assert [publish.payload for publish in event.publishes] == [b"1", b"2", b"0"]
    assert session.data_to_send() == PINGRESP
    session.answer([1, 2], [0, 0x99])
    assert session.data_to_send() == bytes.fromhex("40 02 00 01 40 02 00 02")


def test_mqtt_5_is_told_why_a_message_was_refused() -> None:
    session = connected(V5)
    session.receive_data(encode_publish("a", b"x", version=V5, qos=1, packet_id=9), 0)
    session.answer([9], [ReasonCode.PAYLOAD_FORMAT_INVALID])
    assert session.data_to_send() == bytes.fromhex("40 03 00 09 99")


def test_topic_alias_stands_for_the_topic_that_it_came_with() -> None:
    session = connected(V5)
    alias = Properties(topic_alias=2)
    first = encode_publish("a/b", b"1", version=V5, properties=alias)
    second = encode_publish("", b"2", version=V5, properties=alias)
    (event,) = session.receive_data(first + second, 0)
    assert isinstance(event, Published)
    assert [publish.topic for publish in event.publishes] == ["a/b", "a/b"]


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
    "CONNACK": ("20 03 00 00 00", 0x82),
    "AUTH": ("f0 00", 0x82),
    "SUBSCRIBE without a filter": ("82 03 00 0a 00", 0x82),
    "DISCONNECT that begins a session": ("e0 07 00 05 11 00 00 00 01", 0x82),
    "PUBLISH to a wildcard": ("30 06 00 03 61 2f 2b 00", 0x90),
    "PUBLISH with a wildcard as response topic": ("30 08 00 01 61 04 08 00 01 23", 0x90),
    "PUBLISH with topic alias 0": ("30 07 00 01 61 03 23 00 00", 0x94),
    "PUBLISH with topic alias 3": ("30 07 00 01 61 03 23 00 03", 0x94),
    "PUBLISH of 1025 bytes": ("30 fe 07", 0x95),
    "PUBLISH with QoS 2": ("34 06 00 01 61 00 01 00", 0x9B),
    "SUBSCRIBE with an identifier": ("82 09 00 0a 02 0b 01 00 01 61 01", 0xA1),
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


def test_good_messages_before_a_fault_still_count() -> None:
    session = connected(V5)
    good = encode_publish("a", b"1", version=V5)
    published, refused = session.receive_data(good + b"\x00\x07garbage", 0)
    assert isinstance(published, Published)
    assert isinstance(refused, Refused)
    assert refused.head == b"\x00\x07garbage"


def test_fourth_unanswered_message_exceeds_a_receive_maximum_of_three() -> None:
    session = connected(V5)
    packets = [encode_publish("a", b"", version=V5, qos=1, packet_id=i) for i in range(1, 6)]
    session.receive_data(b"".join(packets[:3]), 0)
    session.answer([1], [0])
    assert len(session.receive_data(packets[3], 0)) == 1
    assert refused_with(session.receive_data(packets[4], 0)) == 0x93


def test_reason_string_is_left_out_for_a_client_that_takes_no_long_packets() -> None:
    session = connected(V5, Properties(maximum_packet_size=20))
    session.receive_data(b"\xc1\x00", 0)
    assert session.data_to_send() == bytes.fromhex("e0 01 81")


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
    "will with QoS 2": (
        encode_connect(Connect(V5, "a", will=Will("w", b"", qos=2))),
        0x9B,
        "20 03 00 9b 00",
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


@pytest.mark.parametrize(
    ("version", "code", "answer"),
    [
        (V5, ReasonCode.QUOTA_EXCEEDED, "20 03 00 97 00"),
        (V3, ReasonCode.QUOTA_EXCEEDED, "20 02 00 03"),
        (V3, ReasonCode.BANNED, ""),
    ],
)
def test_rejection_is_told_in_the_words_of_the_version(
    version: ProtocolVersion, code: ReasonCode, answer: str
) -> None:
    session = asked(Connect(version, "dev"))
    session.reject(code)
    assert session.data_to_send() == bytes.fromhex(answer)
    assert session.is_closed


def test_packet_cut_off_by_the_end_of_the_connection_is_refused() -> None:
    session = connected(V5)
    session.receive_data(b"\xc0\x00\x30\x09\x00", 0)
    (refused,) = session.receive_eof()
    assert isinstance(refused, Refused)
    assert refused.head == b"\x30\x09\x00"


def test_end_between_packets_is_no_fault() -> None:
    assert connected(V5).receive_eof() == []
    assert new_session().receive_eof() == []


def test_disconnect_ends_the_session_with_its_reason() -> None:
    (event,) = connected(V5).receive_data(b"\xe0\x01\x04", 0)
    assert isinstance(event, Disconnected)
    assert event.disconnect.reason_code == ReasonCode.DISCONNECT_WITH_WILL_MESSAGE


def subscribe(session: ServerSession, *subscriptions: Subscription) -> bytes:
    session.receive_data(encode_subscribe(Subscribe(9, subscriptions), session.version), 0)
    return session.data_to_send()


@pytest.mark.parametrize(
    ("version", "suback"),
    [(V5, "90 07 00 09 00 01 01 87 9e"), (V3, "90 06 00 09 01 01 80 80")],
)
def test_subscription_is_granted_up_to_qos_1_and_by_right(
    version: ProtocolVersion, suback: str
) -> None:
    answer = subscribe(
        connected(version),
        Subscription("to/dev/1", 1),
        Subscription("to/dev/2", 2),
        Subscription("to/other", 1),
        Subscription("$share/g/to/dev", 1),
    )
    assert answer == bytes.fromhex(suback)


def test_own_message_goes_to_a_matching_subscription_only() -> None:
    session = connected(V3)
    subscribe(session, Subscription("to/dev/+", 1), Subscription("to/dev/#", 0))
    assert not session.publish("to/other", b"x", 1)
    assert session.publish("to/dev/a", b"x", 1)
    assert session.data_to_send() == bytes.fromhex("32 0d 00 08 74 6f 2f 64 65 76 2f 61 00 01 78")
    assert session.publish("to/dev/a/b", b"x", 1)
    assert session.data_to_send() == bytes.fromhex("30 0d 00 0a 74 6f 2f 64 65 76 2f 61 2f 62 78")


def test_subscription_above_the_maximum_is_refused() -> None:
    wanted = [Subscription(f"to/dev/{number}") for number in range(3)]
    assert subscribe(connected(V5), *wanted) == bytes.fromhex("90 06 00 09 00 00 00 97")


def test_unsubscribe_ends_a_subscription() -> None:
    session = connected(V5)
    subscribe(session, Subscription("to/dev", 1))
    filters = "00 06 74 6f 2f 64 65 76 00 07 74 6f 2f 6e 6f 6e 65"  # to/dev, to/none
    session.receive_data(bytes.fromhex("a2 14 00 04 00" + filters), 0)
    assert session.data_to_send() == bytes.fromhex("b0 05 00 04 00 00 11")
    assert not session.publish("to/dev", b"x", 1)


def test_connect_is_taken_up_to_its_own_limit_and_other_packets_up_to_the_full_one() -> None:
    settings = ListenerSettings(maximum_packet_size=1 << 20)
    session = ServerSession(
        settings,
        may_subscribe=lambda _client, _topic_filter: False,
        new_client_id=lambda: "made-up",
        topic_names=TopicNames(),
    )
    large = encode_publish("t", bytes(500_000), version=V5)
    (event,) = session.receive_data(encode_connect(Connect(V5, "dev")) + large, 0)
    assert isinstance(event, ConnectRequested)
    (taken,) = session.accept()
    assert isinstance(taken, Published)


def test_connect_that_announces_too_much_is_refused_by_its_header() -> None:
    settings = ListenerSettings(maximum_packet_size=1 << 20)
    session = ServerSession(
        settings,
        may_subscribe=lambda _client, _topic_filter: False,
        new_client_id=lambda: "made-up",
        topic_names=TopicNames(),
    )
    # CONNECT of 65,533 bytes behind a header of four: one byte above 65,536 (§1.5.5).
    events = session.receive_data(b"\x10\xfd\xff\x03", 0)
    assert refused_with(events) is ReasonCode.PACKET_TOO_LARGE
    assert session.is_closed
