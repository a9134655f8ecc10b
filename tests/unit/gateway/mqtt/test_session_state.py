import pytest

from gateway.mqtt.outbox import ClientLimits
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.ports import Grant
from gateway.mqtt.session_state import SessionState, principal_of, session_name


@pytest.mark.parametrize(
    ("principal", "client_id", "name"),
    [
        ("", "dev", "dev"),
        ("dev", "dev", "dev"),
        ("anna", "dev", "anna/dev"),
        ("a/b", "c", "a%2Fb/c"),
        ("a/b", "a/b", "a%2Fb/a/b"),
        ("a%2Fb", "c", "a%252Fb/c"),
    ],
)
def test_session_is_named_by_its_client_and_where_it_has_another_name_its_principal(
    principal: str, client_id: str, name: str
) -> None:
    assert session_name(principal, client_id) == name


def test_narrowed_session_loses_subscriptions_and_what_waits_for_them() -> None:
    state = SessionState("dev", "dev", 60, 10)
    state.subscriptions = {"a/#": 1, "b": 1}
    for topic in ("a/1", "b"):
        state.outbox.publish(topic, b"x", 1)
    assert not state.narrow(Grant("dev", None, ("#",)))
    assert state.narrow(Grant("dev", None, ("b", "a/1")))
    assert state.subscriptions == {"b": 1}
    limits = ClientLimits(ProtocolVersion.V3_1_1, 10, 1000)
    assert state.outbox.open(limits) == bytes.fromhex("32 06 00 01 62 00 01 78")


@pytest.mark.parametrize("principal", ["a", "a/b", "a%b", "a%2Fb", "%25", "/", "ä"])
@pytest.mark.parametrize("client_id", ["a", "a/b", "c/d/e", "%2F", "a%b"])
def test_principal_of_a_session_is_told_from_its_name(principal: str, client_id: str) -> None:
    assert principal_of(session_name(principal, client_id)) == principal
