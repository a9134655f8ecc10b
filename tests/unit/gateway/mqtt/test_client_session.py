import pytest

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


def test_client_asks_for_stored_state_only_once_and_for_nothing_of_its_own() -> None:
    session = connected()
    session.subscribe(["s/#"], 2)
    assert session.data_to_send() == bytes.fromhex("82 09 00 01 00 00 03 73 2f 23 16")


def test_client_marks_stored_state() -> None:
    (event,) = connected().receive_data(encode_publish("a", b"", version=V5, retain=True), 0)
    assert isinstance(event, Published)
    assert event.publishes[0].retain


def test_client_takes_more_of_a_server_than_it_asked_for() -> None:
    # mosquitto frees its quota with PUBREC, so twice as many may be open.
    packets = [encode_publish("a", b"", version=V5, qos=2, packet_id=i) for i in (1, 2, 3)]
    (published,) = connected().receive_data(b"".join(packets), 0)
    assert isinstance(published, Published)
    assert len(published.publishes) == 3


def test_client_reports_suback_and_disconnect() -> None:
    session = connected()
    session.subscribe(["a", "b"], qos=1)
    events = session.receive_data(bytes.fromhex("90 05 00 01 00 01 87 d0 00 e0 01 8b"), 0)
    assert events[0] == SubscriptionsAnswered((1, 0x87))
    assert isinstance(events[1], Disconnected)
    assert events[1].disconnect.reason_code == 0x8B


@pytest.mark.parametrize(
    "packet",
    ["90 04 00 01 00 01", "90 05 00 02 00 01 01", "90 03 00 01 00"],
    ids=["one code for two filters", "of another packet id", "without a code"],
)
def test_client_refuses_a_suback_that_answers_no_subscribe_of_its_own(packet: str) -> None:
    session = connected()
    session.subscribe(["a", "b"], qos=1)
    (event,) = session.receive_data(bytes.fromhex(packet), 0)
    assert isinstance(event, Refused)
    assert event.fault.reason_code is ReasonCode.PROTOCOL_ERROR


def test_client_refuses_what_only_clients_send() -> None:
    (event,) = connected().receive_data(PINGREQ, 0)
    assert isinstance(event, Refused)


def test_client_says_goodbye() -> None:
    session = connected()
    session.ping()
    session.disconnect(ReasonCode.SUCCESS)
    assert session.data_to_send() == PINGREQ + bytes.fromhex("e0 01 00")
