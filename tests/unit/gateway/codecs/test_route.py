import pytest
from pydantic import ValidationError

from gateway.codecs.base import Reason
from gateway.codecs.registry import UnknownCodec
from gateway.codecs.route import Route, RoutingTable

from .samples import RECEIVED_AT, at, reasons, values

ROUTES = (
    Route(filter="cargotwin/v1/+/+", codec="cargotwin"),
    Route(filter="tele/+/SENSOR", codec="tasmota"),
    Route(filter="zigbee2mqtt/#", codec="zigbee2mqtt"),
)
READING = b'{"quantity": "temperature", "value": 1, "unit": "K"}'


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("cargotwin/v1/a/readings", "cargotwin"),
        ("tele/a/SENSOR", "tasmota"),
        ("zigbee2mqtt/a/b", "zigbee2mqtt"),
    ],
)
def test_topic_finds_its_codec(topic: str, name: str) -> None:
    table = RoutingTable(ROUTES)
    for codec in (table.route(topic), table.route(topic)):
        assert codec is not None
        assert codec.name == name


@pytest.mark.parametrize("topic", ["tele/a/b/SENSOR", "cargotwin/v1/a", "$SYS/load", ""])
def test_other_topic_finds_none(topic: str) -> None:
    assert RoutingTable(ROUTES).route(topic) is None


def test_topics_of_any_number_find_their_codec() -> None:
    table = RoutingTable(ROUTES)
    for n in range(70_000):
        table.route(f"elsewhere/{n}")
    assert table.route("tele/a/SENSOR") is not None


@pytest.mark.parametrize(
    ("topic", "taken_by"),
    [
        ("a/b/c", "a/b/c"),
        ("a/b/d", "a/b/+"),
        ("a/x/c", "a/+/c"),
        ("a/x/d", "a/#"),
        ("a", "a/#"),
        ("b", "#"),
    ],
)
def test_most_specific_filter_wins_wherever_it_stands(topic: str, taken_by: str) -> None:
    filters = ["#", "a/#", "a/+/c", "a/b/+", "a/b/c"]
    for order in (filters, filters[::-1]):
        table = RoutingTable([Route(filter=one, codec="zigbee2mqtt") for one in order])
        found = table.route_of(topic)
        assert found is not None
        assert found.filter == taken_by


def test_level_that_is_named_further_left_is_the_more_specific() -> None:
    table = RoutingTable([Route(filter=one, codec="zigbee2mqtt") for one in ("a/+/c", "a/b/+")])
    found = table.route_of("a/b/c")
    assert found is not None
    assert found.filter == "a/b/+"


def test_first_of_equal_filters_wins_and_settings_come_before_what_was_confirmed() -> None:
    table = RoutingTable(
        [Route(filter="x/#", codec="tasmota"), Route(filter="x/#", codec="zigbee2mqtt")]
    )
    table.add(Route(filter="x/#", codec="senml"))
    found = table.route_of("x/y")
    assert found is not None
    assert found.codec == "tasmota"


def test_wide_filter_that_was_confirmed_leaves_a_narrow_configured_one_its_topics() -> None:
    narrow = Route(filter="home/fridge/SENSOR", codec="tasmota")
    table = RoutingTable([narrow])
    table.add(Route(filter="home/#", codec="zigbee2mqtt"))
    assert table.route_of("home/fridge/SENSOR") == narrow
    # And a narrow one that was confirmed is not behind a wide one of the settings.
    wide = RoutingTable([Route(filter="home/#", codec="zigbee2mqtt")])
    wide.add(narrow)
    assert wide.route_of("home/fridge/SENSOR") == narrow


def test_topic_without_filter_has_no_route() -> None:
    assert RoutingTable(ROUTES).route_of("elsewhere") is None


def test_table_names_its_filters() -> None:
    assert RoutingTable(ROUTES).filters == ("cargotwin/v1/+/+", "tele/+/SENSOR", "zigbee2mqtt/#")


def test_message_is_decoded_by_its_codec() -> None:
    decoded = RoutingTable().decode("cargotwin/v1/a/readings", READING, RECEIVED_AT)
    assert values(decoded) == [("temperature", "temperature", -272_150)]


def test_message_of_an_unknown_topic_is_a_fault() -> None:
    decoded = RoutingTable().decode("elsewhere", READING, RECEIVED_AT)
    assert reasons(decoded) == [Reason.UNKNOWN_TOPIC]


def test_message_of_a_megabyte_is_a_fault() -> None:
    decoded = RoutingTable().decode("cargotwin/v1/a/readings", b" " * 1_048_576, RECEIVED_AT)
    assert reasons(decoded) == [Reason.PAYLOAD_TOO_LARGE]
    assert "1048576" in decoded.faults[0].detail


def test_route_with_a_misplaced_wildcard_is_refused() -> None:
    with pytest.raises(ValidationError, match="wildcard"):
        Route(filter="a/b+", codec="cargotwin")


def test_route_to_an_unknown_format_is_refused() -> None:
    with pytest.raises(UnknownCodec):
        RoutingTable([Route(filter="a/#", codec="b")])


BERLIN = b'{"Time":"2026-01-31T12:00:00","A":{"Temperature":5},"TempUnit":"C"}'


def test_what_was_said_of_one_topic_holds_for_no_other() -> None:
    table = RoutingTable(())
    said = Route(filter="tele/cellar/SENSOR", codec="tasmota", options={"zone": "Asia/Kolkata"})
    table.add(said)
    own = table.codec_named("tasmota", "tele/cellar/SENSOR")
    other = table.codec_named("tasmota", "tele/attic/SENSOR")
    received_at = at("2026-02-01 00:00:00")
    assert own.decode("tele/cellar/SENSOR", BERLIN, received_at).faults == []
    refused = other.decode("tele/attic/SENSOR", BERLIN, received_at)
    assert [fault.reason for fault in refused.faults] == [Reason.NAIVE_TIME]


def test_format_of_the_settings_is_taken_for_a_topic_without_a_route() -> None:
    table = RoutingTable(
        [Route(filter="tele/+/SENSOR", codec="tasmota", options={"zone": "Europe/Berlin"})]
    )
    found = table.codec_named("tasmota", "hook").decode(
        "tele/x/SENSOR", BERLIN, at("2026-02-01 00:00:00")
    )
    assert found.faults == []
