from gateway.mqtt.client_session import ClientSession
from gateway.mqtt.connecting import Connack, Connect, encode_connect
from gateway.mqtt.events import (
    ConnectionAnswered,
    Disconnected,
    Published,
    Refused,
    SubscriptionsAnswered,
)
from gateway.mqtt.packets import PINGREQ, ProtocolVersion
from gateway.mqtt.properties import Properties
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.topics import TopicNames

V5 = ProtocolVersion.V5
CONNECT = Connect(
    V5, "gw", clean_start=False, keep_alive=30, properties=Properties(receive_maximum=2)
)


def connected(connack: str = "20 03 00 00 00") -> ClientSession:
    session = ClientSession(CONNECT, 1024, TopicNames())
    session.data_to_send()
    session.receive_data(bytes.fromhex(connack), 0)
    return session


def test_client_begins_with_its_connect() -> None:
    assert ClientSession(CONNECT, 1024, TopicNames()).data_to_send() == encode_connect(CONNECT)


def test_client_reports_the_answer_of_the_server() -> None:
    session = ClientSession(CONNECT, 1024, TopicNames())
    (event,) = session.receive_data(bytes.fromhex("20 06 01 00 03 13 00 05"), 0)
    assert event == ConnectionAnswered(
        Connack(0, session_present=True, properties=Properties(server_keep_alive=5))
    )
    assert session.keep_alive_s == 5


def test_client_is_closed_when_it_is_refused() -> None:
    assert connected("20 03 00 87 00").is_closed


def test_client_asks_for_retained_messages_only_when_a_subscription_is_new() -> None:
    session = connected()
    session.subscribe(["s/#"])
    assert session.data_to_send() == bytes.fromhex("82 09 00 01 00 00 03 73 2f 23 11")


def test_client_marks_stored_state() -> None:
    (event,) = connected().receive_data(encode_publish("a", b"", version=V5, retain=True), 0)
    assert isinstance(event, Published)
    assert event.publishes[0].retain


def test_client_refuses_a_server_that_exceeds_its_receive_maximum() -> None:
    packets = [encode_publish("a", b"", version=V5, qos=1, packet_id=i) for i in (1, 2, 3)]
    session = connected()
    _, refused = session.receive_data(b"".join(packets), 0)
    assert isinstance(refused, Refused)
    assert session.data_to_send()[:3:2] == bytes.fromhex("e0 93")


def test_client_reports_suback_and_disconnect() -> None:
    events = connected().receive_data(bytes.fromhex("90 05 00 01 00 01 87 d0 00 e0 01 8b"), 0)
    assert events[0] == SubscriptionsAnswered((1, 0x87))
    assert isinstance(events[1], Disconnected)
    assert events[1].disconnect.reason_code == 0x8B


def test_client_refuses_what_only_clients_send() -> None:
    (event,) = connected().receive_data(PINGREQ, 0)
    assert isinstance(event, Refused)


def test_client_says_goodbye() -> None:
    session = connected()
    session.ping()
    session.disconnect(ReasonCode.SUCCESS)
    assert session.data_to_send() == PINGREQ + bytes.fromhex("e0 01 00")
