"""What a session has not read yet: how much that may be, and what becomes of it at the end."""

import pytest

from gateway.mqtt.connecting import Connect, encode_connect
from gateway.mqtt.errors import ProtocolError
from gateway.mqtt.events import Disconnected, Published
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.ports import Grant
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.session import CONNECT_MAXIMUM_SIZE, ServerSession
from gateway.mqtt.session_state import SessionState
from gateway.mqtt.settings import ListenerSettings
from gateway.mqtt.topics import TopicNames

V3 = ProtocolVersion.V3_1_1
V5 = ProtocolVersion.V5
GRANT = Grant("dev", None, ())


def new_session() -> ServerSession:
    return ServerSession(ListenerSettings(), new_client_id=lambda: "x", topic_names=TopicNames())


def accepted() -> ServerSession:
    session = new_session()
    session.receive_data(encode_connect(Connect(V3, "dev")), 0)
    session.accept(SessionState("dev", "dev", 0, 10), GRANT, is_present=False)
    return session


def test_end_of_the_connection_lets_everything_be_read_that_waits() -> None:
    session = accepted()
    session.allowance = 1
    packets = [encode_publish("a", b"%d" % number, version=V3) for number in range(3)]
    (event,) = session.receive_data(b"".join([*packets, b"\xe0\x00"]), 0)
    assert isinstance(event, Published)
    assert len(event.publishes) == 1
    published, disconnected = session.receive_eof()
    assert isinstance(published, Published)
    assert [publish.payload for publish in published.publishes] == [b"1", b"2"]
    assert isinstance(disconnected, Disconnected)


def test_end_of_the_connection_waits_for_a_decision() -> None:
    session = new_session()
    publish = encode_publish("a", b"1", version=V3)
    session.receive_data(encode_connect(Connect(V3, "dev")) + publish, 0)
    assert session.receive_eof() == []
    assert session.is_held
    (event,) = session.accept(SessionState("dev", "dev", 0, 10), GRANT, is_present=False)
    assert isinstance(event, Published)
    assert not session.is_held


def test_what_a_connection_may_leave_unread_before_it_is_accepted_is_bounded() -> None:
    session = new_session()
    assert session.room_bytes == CONNECT_MAXIMUM_SIZE
    connect = encode_connect(Connect(V5, "dev"))
    session.receive_data(connect[:10], 0)
    assert session.room_bytes == CONNECT_MAXIMUM_SIZE - 10
    session.receive_data(connect[10:] + bytes(100), 0)
    assert session.room_bytes == CONNECT_MAXIMUM_SIZE - 100


@pytest.mark.parametrize("is_rejected", [True, False])
def test_closed_session_keeps_no_unread_bytes(is_rejected: bool) -> None:  # noqa: FBT001 -- a case
    session = new_session()
    session.receive_data(encode_connect(Connect(V5, "dev")) + bytes(100), 0)
    if is_rejected:
        session.reject(ReasonCode.NOT_AUTHORIZED)
    else:
        refused = session.fail(ProtocolError("too late", "3.1"))
        assert refused.head.endswith(bytes(100))
    assert session.room_bytes == CONNECT_MAXIMUM_SIZE
