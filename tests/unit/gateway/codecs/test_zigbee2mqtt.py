import json

import pytest

from gateway.codecs.base import Decoded, Reason
from gateway.codecs.registry import codec_named

from .samples import GATEWAY, NETWORK, RECEIVED_AT, at, payload, readings, reasons, values


def decode(
    data: bytes | dict[str, object], topic: str = "zigbee2mqtt/fridge-1", **options: object
) -> Decoded:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return codec_named("zigbee2mqtt", options).decode(topic, data, RECEIVED_AT)


def test_published_climate_sample_is_decoded() -> None:
    decoded = decode(payload("zigbee2mqtt", 0))
    assert values(decoded) == [
        ("temperature", "temperature", 27_340),
        ("humidity", "humidity", 44_720),
    ]
    assert {one.device for one in readings(decoded)} == {"fridge-1"}
    assert {one.clock_source for one in readings(decoded)} == {GATEWAY}
    assert decoded.needs_publish_identity


def test_published_occupancy_sample_carries_no_reading() -> None:
    assert decode(payload("zigbee2mqtt", 1)) == Decoded()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"pressure": 1013.2}, ("pressure", "pressure", 101_320)),
        ({"battery": 87}, ("battery", "battery", 87_000)),
        ({"contact": True}, ("contact", "contact", 1)),
        ({"contact": False}, ("contact", "contact", 0)),
        ({"illuminance": 12}, ("illuminance", "illuminance", 12_000)),
        ({"illuminance": 20_794, "illuminance_lux": 120}, ("illuminance", "illuminance", 120_000)),
    ],
)
def test_feature_is_read_in_its_documented_unit(
    message: dict[str, object], expected: tuple[str, str, int]
) -> None:
    assert values(decode(message)) == [expected]


@pytest.mark.parametrize("last_seen", ["2026-01-31T13:00:00+01:00", 1_769_860_800_000])
def test_last_seen_is_a_network_time(last_seen: object) -> None:
    first = readings(decode({"temperature": 1, "last_seen": last_seen}))[0]
    assert (first.observed_at, first.clock_source) == (at("2026-01-31 12:00:00"), NETWORK)


def test_value_that_is_not_known_yet_carries_no_reading() -> None:
    assert values(decode({"temperature": None, "humidity": 50})) == [
        ("humidity", "humidity", 50_000)
    ]


@pytest.mark.parametrize(
    "topic",
    [
        "zigbee2mqtt/bridge/state",
        "zigbee2mqtt/bridge/devices",
        "zigbee2mqtt/fridge-1/availability",
        "zigbee2mqtt/fridge-1/set",
        "elsewhere/fridge-1",
    ],
)
def test_message_of_the_bridge_carries_no_reading(topic: str) -> None:
    assert decode(b"online", topic) == Decoded()


def test_other_base_topic_is_taken_by_setting() -> None:
    decoded = decode({"temperature": 1}, "site-a/z2m/fridge-1", base_topic="site-a/z2m")
    assert readings(decoded)[0].device == "fridge-1"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"temperature": True}, Reason.NOT_A_NUMBER),
        ({"temperature": "27"}, Reason.NOT_A_NUMBER),
        ({"contact": 1}, Reason.INVALID_FIELD),
        ({"temperature": 1, "last_seen": "2026-01-31T12:00:00"}, Reason.NAIVE_TIME),
        ({"temperature": 1, "last_seen": []}, Reason.INVALID_TIME),
        ([1], Reason.NOT_AN_OBJECT),
    ],
)
def test_bad_message_is_a_named_fault(message: dict[str, object], reason: Reason) -> None:
    assert reasons(decode(message)) == [reason]


def test_friendly_name_that_is_no_id_is_a_fault_that_says_where_to_rename() -> None:
    decoded = decode({"temperature": 1}, "zigbee2mqtt/cold store/door")
    assert reasons(decoded) == [Reason.INVALID_IDENTIFIER]
    assert "friendly_name" in decoded.faults[0].detail
