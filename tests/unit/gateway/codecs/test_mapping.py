import json

import pytest

from gateway.codecs.base import Decoded, Reason
from gateway.codecs.registry import InvalidCodecOption, codec_named
from twins.readings import Quality

from .samples import DEVICE, GATEWAY, RECEIVED_AT, at, readings, reasons, values

TEMPERATURE = {"path": "t", "quantity": "temperature", "unit": "°C"}
OPTIONS = {"topic": "plant/{device}/{sensor}", "fields": [TEMPERATURE]}


def decode(payload: object, published: str = "plant/truck-7/rear", **changes: object) -> Decoded:
    codec = codec_named("mapping", {**OPTIONS, **changes})
    return codec.decode(published, json.dumps(payload).encode(), RECEIVED_AT)


def test_device_and_sensor_come_from_the_topic() -> None:
    decoded = decode({"t": 4.2})
    assert values(decoded) == [("rear", "temperature", 4_200)]
    assert readings(decoded)[0].device == "truck-7"
    assert readings(decoded)[0].clock_source == GATEWAY
    assert decoded.needs_publish_identity


def test_path_leads_through_objects_and_arrays() -> None:
    field = {**TEMPERATURE, "path": "data.1.value"}
    assert values(decode({"data": [0, {"value": 5}]}, fields=[field])) == [
        ("rear", "temperature", 5_000)
    ]


@pytest.mark.parametrize("path", ["data.2", "data.x", "data.-1", "data." + "9" * 5000, "nowhere.t"])
def test_path_that_leads_nowhere_is_a_missing_field(path: str) -> None:
    decoded = decode({"data": [1, 2]}, fields=[{**TEMPERATURE, "path": path}])
    assert reasons(decoded) == [Reason.MISSING_FIELD]


def test_unit_comes_from_the_payload_by_its_path() -> None:
    field = {"path": "t", "quantity": "temperature", "unit_path": "unit"}
    assert values(decode({"t": 212, "unit": "F"}, fields=[field])) == [
        ("rear", "temperature", 100_000)
    ]
    assert reasons(decode({"t": 212}, fields=[field])) == [Reason.MISSING_UNIT]
    assert reasons(decode({"t": 212, "unit": 5}, fields=[field])) == [Reason.UNKNOWN_UNIT]


@pytest.mark.parametrize(("payload", "value"), [(4.2, 4_200), (-18, -18_000)])
def test_whole_payload_is_the_number_where_the_path_says_so(payload: float, value: int) -> None:
    assert values(decode(payload, fields=[{**TEMPERATURE, "path": "$"}])) == [
        ("rear", "temperature", value)
    ]


@pytest.mark.parametrize("payload", [{"t": 4}, "4", True, float("nan")])
def test_whole_payload_that_is_no_number_is_a_fault(payload: object) -> None:
    decoded = decode(payload, fields=[{**TEMPERATURE, "path": "$"}])
    assert reasons(decoded) == [Reason.NOT_A_NUMBER]


def test_scale_counts_before_the_unit() -> None:
    field = {**TEMPERATURE, "unit": "°F", "scale": 0.1}
    assert values(decode({"t": 320}, fields=[field])) == [("rear", "temperature", 0)]


def test_field_may_name_its_sensor_and_may_be_optional() -> None:
    fields = [
        {**TEMPERATURE, "sensor": "probe"},
        {"path": "rh", "quantity": "humidity", "unit": "%", "optional": True},
    ]
    assert values(decode({"t": 1}, fields=fields)) == [("probe", "temperature", 1_000)]


@pytest.mark.parametrize(
    ("time", "value", "moment", "quality"),
    [
        ({"format": "rfc3339"}, "2026-01-31T13:00:00+01:00", "2026-01-31 12:00:00", Quality.GOOD),
        ({"format": "epoch_s"}, 1_769_860_800, "2026-01-31 12:00:00", Quality.GOOD),
        ({"format": "epoch_ms"}, 1_769_860_800_000, "2026-01-31 12:00:00", Quality.GOOD),
        ({"format": "epoch_us"}, 1_769_860_800_000_000, "2026-01-31 12:00:00", Quality.GOOD),
        (
            {"format": "naive", "zone": "America/New_York"},
            "2013-07-04 00:00:00",
            "2013-07-04 04:00:00",
            Quality.CLOCK_SUSPECT,
        ),
    ],
)
def test_time_is_read_as_its_format_says(
    time: dict[str, str], value: object, moment: str, quality: Quality
) -> None:
    reading = readings(decode({"t": 1, "at": value}, time={"path": "at", **time}))[0]
    assert (reading.observed_at, reading.clock_source) == (at(moment), DEVICE)
    assert reading.quality == quality


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"t": 1}, Reason.MISSING_FIELD),
        ({"t": 1, "at": 4}, Reason.INVALID_TIME),
        ({"t": 1, "at": "2026-01-31T12:00:00"}, Reason.NAIVE_TIME),
        ({"t": 1, "at": "2026-06-02T12:00:00Z"}, Reason.TIME_IN_FUTURE),
    ],
)
def test_time_that_the_settings_promise_must_be_there(payload: object, reason: Reason) -> None:
    assert reasons(decode(payload, time={"path": "at"})) == [reason]


def test_device_and_counter_come_from_the_payload_by_their_paths() -> None:
    decoded = decode(
        {"id": 17, "n": 3, "t": 1}, "plant/a/b", topic="plant/+/+", device_path="id", seq_path="n"
    )
    assert (readings(decoded)[0].device, readings(decoded)[0].seq) == ("17", 3)
    assert not decoded.needs_publish_identity


def test_device_that_the_payload_does_not_name_is_a_fault() -> None:
    decoded = decode({"t": 1}, "plant/a/b", topic="plant/+/+", device_path="id")
    assert reasons(decoded) == [Reason.MISSING_FIELD]


def test_each_element_of_an_array_is_decoded_for_itself() -> None:
    decoded = decode([{"t": 1}, {"t": None}, 5, {"t": 2}])
    assert [reading.value for reading in readings(decoded)] == [1_000, 2_000]
    assert reasons(decoded) == [Reason.MISSING_FIELD, Reason.NOT_AN_OBJECT]
    assert [fault.detail[:9] for fault in decoded.faults] == ["element 1", "element 2"]


def test_empty_array_and_other_topics_are_faults() -> None:
    assert reasons(decode([])) == [Reason.NO_READING]
    assert reasons(decode({"t": 1}, "plant/truck-7")) == [Reason.UNKNOWN_TOPIC]


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"topic": "plant/+"}, "options", "device"),
        ({"device_path": "id"}, "options", "device"),
        ({"topic": "plant/{device}/{device}"}, "topic", "twice"),
        ({"topic": "plant/{device}/#"}, "topic", "levels"),
        ({"fields": []}, "fields", "not empty"),
        ({"fields": [{**TEMPERATURE, "unit": "V"}]}, "fields.0", "no unit of temperature"),
        ({"fields": [{**TEMPERATURE, "quantity": "mood"}]}, "fields.0", "known quantity"),
        ({"fields": [{**TEMPERATURE, "unit_path": "u"}]}, "fields.0", "either"),
        ({"fields": [{**TEMPERATURE, "scale": 0}]}, "fields.0", "scale"),
        ({"fields": [{**TEMPERATURE, "colour": 1}]}, "fields.0.colour", "no such key"),
        ({"time": {"path": "at", "format": "naive"}}, "time", "zone"),
        ({"time": {"path": "at", "zone": "UTC"}}, "time", "zone"),
        ({"time": {"path": "at", "format": "naive", "zone": "Mars"}}, "time", "IANA"),
    ],
)
def test_wrong_setting_is_named_with_what_is_allowed(
    changes: dict[str, object], key: str, says: str
) -> None:
    with pytest.raises(InvalidCodecOption, match=says) as caught:
        codec_named("mapping", {**OPTIONS, **changes})
    assert caught.value.key == key
