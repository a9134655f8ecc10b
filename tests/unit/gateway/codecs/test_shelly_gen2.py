import json

import pytest

from gateway.codecs.base import Decoded, Reason
from gateway.codecs.registry import InvalidCodecOption, codec_named
from twins.readings import Quality

from .samples import DEVICE, GATEWAY, RECEIVED_AT, payload, readings, reasons, values

TEMPERATURE, DEVICE_POWER, WIFI = range(3)
DEVICE_ID = "shellyhtg3-84fce6123456"


def decode(data: object, topic: str, **options: object) -> Decoded:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return codec_named("shelly_gen2", options).decode(topic, data, RECEIVED_AT)


def status(component: str, data: object) -> Decoded:
    return decode(data, f"{DEVICE_ID}/status/{component}")


def notified(params: object, method: str = "NotifyFullStatus") -> Decoded:
    message = {"src": DEVICE_ID, "dst": f"{DEVICE_ID}/events", "method": method, "params": params}
    return decode(message, f"{DEVICE_ID}/events/rpc")


# The members that the API documentation of Gen2+ gives to NotifyFullStatus of an H&T.
FULL: dict[str, object] = {
    "ts": 1769860800.43,
    "ble": {},
    "devicepower:0": {"id": 0, "battery": {"V": 5.46, "percent": 73}, "external": {}},
    "humidity:0": {"id": 0, "rh": 42.2},
    "sys": {"mac": "84FCE6123456", "time": "12:00", "unixtime": 1769860800, "uptime": 3},
    "temperature:0": {"id": 0, "tC": 19.8, "tF": 67.6},
    "wifi": {"rssi": -47},
}


@pytest.mark.parametrize(
    ("place", "component", "expected"),
    [
        (TEMPERATURE, "temperature:0", [("temperature:0", "temperature", 20_100)]),
        (DEVICE_POWER, "devicepower:0", [("devicepower:0", "battery", 73_000)]),
        (WIFI, "wifi", []),
    ],
)
def test_published_status_is_decoded(
    place: int, component: str, expected: list[tuple[str, str, int]]
) -> None:
    decoded = status(component, payload("shelly_ht_gen3", place))
    assert values(decoded) == expected
    assert not decoded.faults
    assert all(
        (r.device, r.observed_at, r.clock_source) == (DEVICE_ID, RECEIVED_AT, GATEWAY)
        for r in readings(decoded)
    )


def test_full_notification_gives_every_component_at_the_devices_time() -> None:
    decoded = notified(FULL)
    assert sorted(values(decoded)) == [
        ("devicepower:0", "battery", 73_000),
        ("humidity:0", "humidity", 42_200),
        ("temperature:0", "temperature", 19_800),
    ]
    assert {(r.observed_at, r.clock_source, r.quality) for r in readings(decoded)} == {
        (1_769_860_800_430_000, DEVICE, Quality.GOOD)
    }


def test_partial_notification_gives_what_changed() -> None:
    decoded = notified({"ts": 1769860800, "temperature:101": {"id": 101, "tC": -5}}, "NotifyStatus")
    assert values(decoded) == [("temperature:101", "temperature", -5_000)]


def test_illuminance_is_read() -> None:
    assert values(status("illuminance:0", {"id": 0, "lux": 120, "illumination": "dim"})) == [
        ("illuminance:0", "illuminance", 120_000)
    ]


@pytest.mark.parametrize("ts", [None, 0, 3.26, 86_400])
def test_clock_that_is_not_set_yet_leaves_the_time_of_arrival(ts: object) -> None:
    decoded = notified({**FULL, "ts": ts})
    first = readings(decoded)[0]
    assert (first.observed_at, first.clock_source) == (RECEIVED_AT, GATEWAY)
    assert first.quality == Quality.CLOCK_SUSPECT
    assert decoded.needs_publish_identity


@pytest.mark.parametrize(
    ("component", "data"),
    [
        ("temperature:0", {"id": 0, "tC": None, "tF": None}),
        ("temperature:0", {"id": 0}),
        ("devicepower:0", {"id": 0, "battery": {"V": None, "percent": None}}),
        ("devicepower:0", {"id": 0, "external": {"present": True}}),
        ("switch:0", {"id": 0, "output": True, "temperature": {"tC": 51.2, "tF": 124.2}}),
        ("sys", {"unixtime": None}),
        ("temperature", {"tC": 4}),
        ("temperature:x", {"tC": 4}),
    ],
)
def test_what_was_not_measured_or_is_not_the_surroundings_carries_no_reading(
    component: str, data: object
) -> None:
    assert status(component, data) == Decoded()


@pytest.mark.parametrize("data", [{"tC": None, "errors": ["read"]}, {"tC": 4, "errors": ["x"]}])
def test_component_that_reports_errors_is_a_fault(data: dict[str, object]) -> None:
    decoded = status("temperature:0", {"id": 0, **data})
    assert reasons(decoded) == [Reason.NO_READING]
    assert "errors" in decoded.faults[0].detail
    assert not decoded.records


def test_empty_list_of_errors_is_none() -> None:
    assert values(status("temperature:0", {"tC": 4, "errors": []})) == [
        ("temperature:0", "temperature", 4_000)
    ]


@pytest.mark.parametrize(
    "message",
    [
        {"method": "NotifyEvent", "params": {"ts": 1.0, "events": [{"event": "wakeup"}]}},
        {"id": 1, "src": DEVICE_ID, "result": {"temperature:0": {"tC": 4}}},
        {"method": [], "params": FULL},
        {"method": "NotifyStatus", "params": {"ts": "soon", "input:0": {"state": True}}},
    ],
)
def test_other_message_carries_no_reading(message: object) -> None:
    assert decode(message, f"{DEVICE_ID}/events/rpc") == Decoded()


@pytest.mark.parametrize("topic", [f"{DEVICE_ID}/online", f"{DEVICE_ID}/rpc", "a/b/status/sys"])
def test_other_topic_carries_no_reading(topic: str) -> None:
    assert decode(b"true", topic) == Decoded()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ts": "1769860800"}, Reason.INVALID_TIME),
        ({"ts": 1_790_000_000}, Reason.TIME_IN_FUTURE),
        ({"temperature:0": {"tC": "19.8"}}, Reason.NOT_A_NUMBER),
        ({"temperature:0": 19.8}, Reason.NOT_AN_OBJECT),
        ({"temperature:0": {"tC": 4, "errors": "read"}}, Reason.INVALID_FIELD),
    ],
)
def test_bad_notification_is_a_named_fault(changes: dict[str, object], reason: Reason) -> None:
    assert reasons(notified({**FULL, **changes})) == [reason]


def test_notification_without_params_is_a_fault() -> None:
    assert reasons(notified(None)) == [Reason.NOT_AN_OBJECT]


def test_bad_component_leaves_its_neighbours() -> None:
    decoded = notified({**FULL, "temperature:0": {"tC": "19.8"}})
    assert [sensor for sensor, _, _ in values(decoded)] == ["devicepower:0", "humidity:0"]


def test_other_prefix_is_taken_by_setting() -> None:
    decoded = decode({"tC": 4}, "site/cellar/status/temperature:0", topic_prefix="site/{device}")
    assert readings(decoded)[0].device == "cellar"


@pytest.mark.parametrize("prefix", ["", "site", "site/#"])
def test_prefix_that_names_no_device_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidCodecOption) as caught:
        codec_named("shelly_gen2", {"topic_prefix": prefix})
    assert caught.value.key == "topic_prefix"
