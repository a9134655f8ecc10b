import pytest

from gateway.mqtt.connecting import Connect, encode_connect
from gateway.mqtt.events import (
    ConnectRequested,
    Disconnected,
    Event,
    Published,
    Refused,
    Released,
    SubscriptionsChanged,
)
from gateway.mqtt.packets import PINGREQ, PINGRESP, ProtocolVersion
from gateway.mqtt.ports import Grant, Publish
from gateway.mqtt.properties import Properties
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.session import NoConnectToAnswer, ServerSession
from gateway.mqtt.session_state import SessionState
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
    receive_maximum=3,
    maximum_packet_size=1024,
    topic_alias_maximum=2,
    maximum_subscriptions=2,
    session_expiry_maximum_s=3600,
)
GRANT = Grant("dev", None, ("to/dev/#",))


def new_session() -> ServerSession:
    return ServerSession(
        SETTINGS,
        new_client_id=lambda: "made-up",
        topic_names=TopicNames(),
    )


def connected(
    version: ProtocolVersion,
    properties: Properties | None = None,
    *,
    state: SessionState | None = None,
    grant: Grant = GRANT,
) -> ServerSession:
    session = new_session()
    connect = Connect(version, "dev", keep_alive=60, properties=properties or Properties())
    session.receive_data(encode_connect(connect), 0)
    session.accept(state or new_state(), grant, is_present=False)
    session.data_to_send()
    return session


def new_state(expiry_s: int = 0) -> SessionState:
    state = SessionState("dev", "dev", expiry_s, SETTINGS.outbox_capacity)
    state.is_stored = expiry_s > 0
    return state


def send(state: SessionState, session: ServerSession, topic: str, payload: bytes, qos: int) -> bool:
    """Publish as the listener does: to who has a subscription that matches."""
    granted = state.granted_qos(topic)
    if granted is None:
        return False
    session.publish(topic, payload, min(qos, granted))
    return True


def asked(connect: Connect) -> ServerSession:
    session = new_session()
    session.receive_data(encode_connect(connect), 0)
    return session


def refused_with(events: list[Event]) -> ReasonCode:
    refused = events[-1]
    assert isinstance(refused, Refused)
    return refused.fault.reason_code


def sent(session: ServerSession, *packets: bytes) -> list[Publish]:
    """The messages of a chunk in which nothing else happens."""
    (event,) = session.receive_data(b"".join(packets), 0)
    assert isinstance(event, Published)
    return event.publishes


def test_session_asks_before_it_accepts_and_reads_on_after() -> None:
    session = new_session()
    connect = Connect(V3, "dev")
    publish = encode_publish("a", b"1", version=V3, qos=1, packet_id=7)
    assert session.receive_data(encode_connect(connect) + publish, 5) == [
        ConnectRequested("dev", connect)
    ]
    assert session.data_to_send() == b""
    expected = Publish("dev", "a", b"1", 7, 1, dup=False, retain=False, received_at=5)
    assert session.accept(new_state(), GRANT, is_present=False) == [Published([expected])]
    assert session.data_to_send() == bytes.fromhex("20 02 00 00")


def test_session_accepts_nobody_who_did_not_ask() -> None:
    with pytest.raises(NoConnectToAnswer):
        new_session().accept(new_state(), GRANT, is_present=False)


def test_connack_announces_the_limits_to_mqtt_5() -> None:
    session = asked(Connect(V5, "", properties=Properties(session_expiry_interval=2**32 - 1)))
    session.accept(new_state(), GRANT, is_present=False)
    # Session expiry 3600 s, assigned id, keep alive 300, receive maximum 3, alias maximum 2,
    # packet size 1024, no subscription ids, no shared subscriptions. A maximum QoS of 2 is not
    # announced (§3.2.2.3.4).
    assert session.data_to_send() == bytes.fromhex(
        "20 24 00 00 21 11 00 00 0e 10 12 00 07 6d 61 64 65 2d 75 70 13 01 2c"
        "21 00 03 22 00 02 27 00 00 04 00 29 00 2a 00"
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
    session.answer(event.publishes, [0, 0x99, 0])
    assert session.data_to_send() == bytes.fromhex("40 02 00 01 40 02 00 02")


def test_mqtt_5_is_told_why_a_message_was_refused() -> None:
    session = connected(V5)
    publishes = sent(session, encode_publish("a", b"x", version=V5, qos=1, packet_id=9))
    session.answer(publishes, [ReasonCode.PAYLOAD_FORMAT_INVALID])
    assert session.data_to_send() == bytes.fromhex("40 03 00 09 99")


def test_topic_alias_stands_for_the_topic_that_it_came_with() -> None:
    session = connected(V5)
    alias = Properties(topic_alias=2)
    first = encode_publish("a/b", b"1", version=V5, properties=alias)
    second = encode_publish("", b"2", version=V5, properties=alias)
    (event,) = session.receive_data(first + second, 0)
    assert isinstance(event, Published)
    assert [publish.topic for publish in event.publishes] == ["a/b", "a/b"]


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
    publishes = sent(session, *packets[:3])
    session.answer(publishes[:1], [0])
    assert len(session.receive_data(packets[3], 0)) == 1
    assert refused_with(session.receive_data(packets[4], 0)) == 0x93


def test_reason_string_is_left_out_for_a_client_that_takes_no_long_packets() -> None:
    session = connected(V5, Properties(maximum_packet_size=20))
    session.receive_data(b"\xc1\x00", 0)
    assert session.data_to_send() == bytes.fromhex("e0 01 81")


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
        Subscription("to/#", 1),
        Subscription("$share/g/to/dev", 1),
    )
    assert answer == bytes.fromhex(suback)


def test_own_message_goes_to_a_matching_subscription_only() -> None:
    state = new_state()
    session = connected(V3, state=state)
    subscribe(session, Subscription("to/dev/+", 1), Subscription("to/dev/#", 0))
    assert not send(state, session, "to/other", b"x", 1)
    assert send(state, session, "to/dev/a", b"x", 1)
    assert session.data_to_send() == bytes.fromhex("32 0d 00 08 74 6f 2f 64 65 76 2f 61 00 01 78")
    assert send(state, session, "to/dev/a/b", b"x", 1)
    assert session.data_to_send() == bytes.fromhex("30 0d 00 0a 74 6f 2f 64 65 76 2f 61 2f 62 78")


def test_subscription_above_the_maximum_is_refused() -> None:
    wanted = [Subscription(f"to/dev/{number}") for number in range(3)]
    assert subscribe(connected(V5), *wanted) == bytes.fromhex("90 06 00 09 00 00 00 97")


def test_unsubscribe_ends_a_subscription() -> None:
    state = new_state()
    session = connected(V5, state=state)
    subscribe(session, Subscription("to/dev", 1))
    filters = "00 06 74 6f 2f 64 65 76 00 07 74 6f 2f 6e 6f 6e 65"  # to/dev, to/none
    session.receive_data(bytes.fromhex("a2 14 00 04 00" + filters), 0)
    assert session.data_to_send() == bytes.fromhex("b0 05 00 04 00 00 11")
    assert state.subscriptions == {}


def test_connect_is_taken_up_to_its_own_limit_and_other_packets_up_to_the_full_one() -> None:
    settings = ListenerSettings(maximum_packet_size=1 << 20)
    session = ServerSession(
        settings,
        new_client_id=lambda: "made-up",
        topic_names=TopicNames(),
    )
    large = encode_publish("t", bytes(500_000), version=V5)
    (event,) = session.receive_data(encode_connect(Connect(V5, "dev")) + large, 0)
    assert isinstance(event, ConnectRequested)
    (taken,) = session.accept(new_state(), GRANT, is_present=False)
    assert isinstance(taken, Published)


def test_connect_that_announces_too_much_is_refused_by_its_header() -> None:
    settings = ListenerSettings(maximum_packet_size=1 << 20)
    session = ServerSession(
        settings,
        new_client_id=lambda: "made-up",
        topic_names=TopicNames(),
    )
    # CONNECT of 65,533 bytes behind a header of four: one byte above 65,536 (§1.5.5).
    events = session.receive_data(b"\x10\xfd\xff\x03", 0)
    assert refused_with(events) is ReasonCode.PACKET_TOO_LARGE
    assert session.is_closed


def test_qos_2_is_received_and_completed_and_only_then_released() -> None:
    session = connected(V5)
    publishes = sent(session, encode_publish("a", b"x", version=V5, qos=2, packet_id=9))
    assert publishes[0].qos == 2
    session.answer(publishes, [0])
    assert session.data_to_send() == bytes.fromhex("50 02 00 09")
    assert session.receive_data(bytes.fromhex("62 02 00 09"), 0) == [Released([9])]
    assert session.data_to_send() == b""
    session.answer_releases([9], [0])
    assert session.data_to_send() == bytes.fromhex("70 02 00 09")


def test_message_of_qos_2_that_is_sent_again_is_answered_again() -> None:
    session = connected(V3)
    first = encode_publish("a", b"x", version=V3, qos=2, packet_id=9)
    again = encode_publish("a", b"x", version=V3, qos=2, packet_id=9, dup=True)
    publishes = sent(session, first, again)
    assert [publish.dup for publish in publishes] == [False, True]
    session.answer(publishes, [0, 0])
    assert session.data_to_send() == bytes.fromhex("50 02 00 09 50 02 00 09")


def test_release_of_an_unknown_id_is_told_so_in_mqtt_5() -> None:
    session = connected(V5)
    session.receive_data(bytes.fromhex("62 03 00 09 92"), 0)
    session.answer_releases([9], [ReasonCode.PACKET_IDENTIFIER_NOT_FOUND])
    assert session.data_to_send() == bytes.fromhex("70 03 00 09 92")


def test_id_that_this_connection_opened_is_never_unknown() -> None:
    session = connected(V5)
    publishes = sent(session, encode_publish("a", b"x", version=V5, qos=2, packet_id=9))
    session.answer(publishes, [0])
    session.receive_data(bytes.fromhex("62 02 00 09"), 0)
    session.data_to_send()
    session.answer_releases([9], [ReasonCode.PACKET_IDENTIFIER_NOT_FOUND])
    assert session.data_to_send() == bytes.fromhex("70 02 00 09")


def test_release_that_is_repeated_before_its_answer_is_answered_once() -> None:
    session = connected(V5)
    assert session.receive_data(bytes.fromhex("62 02 00 09 62 02 00 09"), 0) == [Released([9])]


def test_refused_message_of_qos_2_frees_its_place_in_the_window() -> None:
    session = connected(V5)
    packets = [encode_publish("a", b"", version=V5, qos=2, packet_id=i) for i in (1, 2, 3, 4)]
    publishes = sent(session, *packets[:3])
    codes = [ReasonCode.PAYLOAD_FORMAT_INVALID, 0, 0]
    assert session.refused_ids(publishes, codes) == [1]
    session.answer(publishes, codes)
    assert session.data_to_send() == bytes.fromhex("50 03 00 01 99 50 02 00 02 50 02 00 03")
    assert len(sent(session, packets[3])) == 1
    assert refused_with(session.receive_data(packets[0], 0)) == 0x93


def test_refused_message_of_qos_2_goes_on_to_its_release_in_3_1_1() -> None:
    session = connected(V3)
    publishes = sent(session, encode_publish("a", b"", version=V3, qos=2, packet_id=1))
    assert session.refused_ids(publishes, [0x99]) == []


def test_acknowledgements_of_each_kind_keep_the_order_of_the_messages() -> None:
    session = connected(V5)
    packets = [encode_publish("a", b"", version=V5, qos=qos, packet_id=10 + qos) for qos in (2, 1)]
    session.answer(sent(session, *packets, encode_publish("a", b"", version=V5)), [0, 0, 0])
    assert session.data_to_send() == bytes.fromhex("40 02 00 0b 50 02 00 0c")


def test_release_and_new_use_of_one_id_in_a_chunk_keep_their_order() -> None:
    session = connected(V3)
    first, second = (
        encode_publish("a", payload, version=V3, qos=2, packet_id=9) for payload in (b"1", b"2")
    )
    release = bytes.fromhex("62 02 00 09")
    events = session.receive_data(first + release + second, 0)
    assert [type(event) for event in events] == [Published, Released, Published]


def test_messages_without_a_right_are_marked_and_others_are_not() -> None:
    session = connected(V3, grant=Grant("dev", ("own/+",), ()))
    packets = [encode_publish(t, b"", version=V3) for t in ("own/a", "foreign", "own/a", "own/b/c")]
    for _ in range(2):
        permitted = [publish.is_permitted for publish in sent(session, *packets)]
        assert permitted == [True, False, True, False]


def test_right_is_asked_for_the_topic_of_an_alias() -> None:
    session = connected(V5, grant=Grant("dev", ("own",), ()))
    alias = Properties(topic_alias=1)
    packets = [
        encode_publish(topic, b"", version=V5, properties=alias) for topic in ("foreign", "")
    ]
    assert [publish.is_permitted for publish in sent(session, *packets)] == [False, False]


def test_allowance_holds_back_what_exceeds_it() -> None:
    session = connected(V3)
    session.allowance = 2
    packets = [encode_publish("a", b"%d" % number, version=V3) for number in range(3)]
    assert len(sent(session, *packets)) == 2
    assert session.is_throttled
    assert session.read_on() == []
    session.allowance = 1
    (event,) = session.read_on()
    assert isinstance(event, Published)
    assert event.publishes[0].payload == b"2"
    assert not session.is_throttled


@pytest.mark.parametrize(
    ("connect", "expiry_s"),
    [
        (Connect(V5, "dev"), 0),
        (Connect(V5, "dev", properties=Properties(session_expiry_interval=60)), 60),
        (Connect(V5, "dev", properties=Properties(session_expiry_interval=2**32 - 1)), 3600),
        (Connect(V3, "dev", clean_start=True), 0),
        (Connect(V3, "dev", clean_start=False), 3600),
    ],
)
def test_session_outlives_its_connection_as_asked_within_the_maximum(
    connect: Connect, expiry_s: int
) -> None:
    assert asked(connect).expiry_s == expiry_s


@pytest.mark.parametrize(("version", "answer"), [(V5, "20 03 01 00"), (V3, "20 02 01 00")])
def test_connack_says_that_the_session_was_there(version: ProtocolVersion, answer: str) -> None:
    session = asked(Connect(version, "dev", clean_start=False))
    session.accept(new_state(), GRANT, is_present=True)
    connack = session.data_to_send()
    assert connack[:1] + connack[2:4] == bytes.fromhex(answer)[:1] + bytes.fromhex(answer)[2:4]


def test_session_taken_up_again_sends_again_what_was_not_acknowledged() -> None:
    state = new_state(60)
    state.subscriptions["to/dev"] = 1
    session = connected(V3, state=state)
    assert send(state, session, "to/dev", b"x", 1)
    assert session.data_to_send() == bytes.fromhex("32 0b 00 06 74 6f 2f 64 65 76 00 01 78")
    again = asked(Connect(V3, "dev", clean_start=False))
    again.accept(state, GRANT, is_present=True)
    dup = bytes.fromhex("3a 0b 00 06 74 6f 2f 64 65 76 00 01 78")
    assert again.data_to_send() == bytes.fromhex("20 02 01 00") + dup


def test_suback_of_a_kept_session_waits_until_the_change_is_durable() -> None:
    state = new_state(60)
    session = connected(V3, state=state)
    packet = encode_subscribe(Subscribe(9, (Subscription("to/dev/a", 1),)), V3)
    assert session.receive_data(packet + PINGREQ, 0) == [SubscriptionsChanged()]
    assert session.data_to_send() == b""
    assert session.confirm() == []
    assert session.data_to_send() == bytes.fromhex("90 03 00 09 01") + PINGRESP
    assert session.receive_data(packet, 0) == []  # which changes nothing
    assert session.data_to_send() == bytes.fromhex("90 03 00 09 01")


@pytest.mark.parametrize(("interval", "expiry_s"), [("00 00 00 00", 0), ("ff ff ff ff", 3600)])
def test_disconnect_may_change_the_expiry_of_a_session(interval: str, expiry_s: int) -> None:
    state = new_state(60)
    session = connected(V5, Properties(session_expiry_interval=60), state=state)
    session.receive_data(bytes.fromhex("e0 07 00 05 11" + interval), 0)
    assert state.expiry_s == expiry_s


def test_incomplete_packet_is_known_by_its_place() -> None:
    session = connected(V3)
    assert session.incomplete_since is None
    session.receive_data(PINGREQ + b"\x30", 0)
    place = session.incomplete_since
    session.receive_data(b"\x04", 0)
    assert session.incomplete_since == place
    session.receive_data(b"\x00\x01\x61\x31\x30", 0)
    assert session.incomplete_since not in {None, place}
