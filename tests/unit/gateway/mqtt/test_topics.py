import pytest

from gateway.mqtt.errors import MalformedPacket, MqttFault
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.topics import (
    TopicNames,
    check_topic_filter,
    covers,
    decode_topic_name,
    matches,
)

# Examples of MQTT 5 §4.7.1.2, §4.7.1.3, §4.7.2 and §4.7.3.
MATCHING = [
    ("sport/tennis/player1/#", "sport/tennis/player1"),
    ("sport/tennis/player1/#", "sport/tennis/player1/ranking"),
    ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"),
    ("sport/#", "sport"),
    ("#", "sport/tennis"),
    ("sport/tennis/+", "sport/tennis/player1"),
    ("sport/+", "sport/"),
    ("+/+", "/finance"),
    ("/+", "/finance"),
    ("$SYS/#", "$SYS/monitor/Clients"),
    ("$SYS/monitor/+", "$SYS/monitor/Clients"),
    ("Accounts payable", "Accounts payable"),
]
NOT_MATCHING = [
    ("sport/tennis/+", "sport/tennis/player1/ranking"),
    ("sport/+", "sport"),
    ("+", "/finance"),
    ("#", "$SYS/monitor/Clients"),
    ("+/monitor/Clients", "$SYS/monitor/Clients"),
    ("ACCOUNTS", "Accounts"),
    ("/finance", "finance"),
]


@pytest.mark.parametrize(("topic_filter", "topic"), MATCHING)
def test_filter_matches_as_in_the_specification(topic_filter: str, topic: str) -> None:
    assert matches(topic_filter, topic)


@pytest.mark.parametrize(("topic_filter", "topic"), NOT_MATCHING)
def test_filter_does_not_match_as_in_the_specification(topic_filter: str, topic: str) -> None:
    assert not matches(topic_filter, topic)


@pytest.mark.parametrize(
    "topic_filter", ["#", "+", "sport/tennis/#", "+/tennis/#", "sport/+/player1", "/", "//"]
)
def test_filter_is_accepted_where_the_specification_calls_it_valid(topic_filter: str) -> None:
    check_topic_filter(topic_filter)


@pytest.mark.parametrize("topic_filter", ["", "sport/tennis#", "sport/tennis/#/ranking", "sport+"])
def test_filter_is_refused_where_the_specification_calls_it_invalid(topic_filter: str) -> None:
    with pytest.raises(MalformedPacket):
        check_topic_filter(topic_filter)


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        (b"a/+/b", ReasonCode.TOPIC_NAME_INVALID),
        (b"a/#", ReasonCode.TOPIC_NAME_INVALID),
        (b"", ReasonCode.MALFORMED_PACKET),
        (b"\xff", ReasonCode.MALFORMED_PACKET),
    ],
)
def test_topic_name_is_refused_with_its_reason_code(encoded: bytes, code: ReasonCode) -> None:
    with pytest.raises(MqttFault) as caught:
        decode_topic_name(encoded)
    assert caught.value.reason_code is code


def test_topic_names_are_remembered_in_a_bounded_number() -> None:
    names = TopicNames()
    assert names.find(b"\0\3s/1") is None
    assert names.learn(b"s/1") == "s/1"
    assert names.find(b"\0\3s/1") == "s/1"
    for number in range(65_536):
        names.learn(b"t/%d" % number)
    assert names.find(b"\0\3s/1") is None
    assert names.find(b"\0\7t/65535") == "t/65535"


def test_topic_names_do_not_remember_what_is_long_or_broken() -> None:
    names = TopicNames()
    names.learn(b"x" * 257)
    assert names.find(b"\1\1" + b"x" * 257) is None
    with pytest.raises(MqttFault):
        names.learn(b"a/#")
    assert names.find(b"\0\3a/#") is None


# By §4.7: a filter covers another where no topic name can match the other one alone.
@pytest.mark.parametrize(
    ("wide", "narrow", "is_covered"),
    [
        ("#", "a/b", True),
        ("#", "a/#", True),
        ("#", "#", True),
        ("a/#", "a", True),
        ("a/#", "a/+/c", True),
        ("a/+", "a/b", True),
        ("a/+", "a/+", True),
        ("a/b", "a/b", True),
        ("+/b", "a/b", True),
        ("a/+", "a/#", False),
        ("a/b", "a/+", False),
        ("a/+", "a", False),
        ("a/+", "a/b/c", False),
        ("a/b", "a", False),
        ("a/#", "#", False),
        ("+", "#", False),
        ("a/#", "b", False),
        ("#", "$SYS/#", False),
        ("+/x", "$SYS/x", False),
        ("$SYS/#", "$SYS/x", True),
    ],
)
def test_filter_covers_what_no_other_topic_can_match(
    wide: str, narrow: str, *, is_covered: bool
) -> None:
    assert covers(wide, narrow) is is_covered
