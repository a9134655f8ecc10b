import json
from collections.abc import Mapping

import pytest

from gateway.codecs.base import Decoded, Reason
from gateway.codecs.registry import codec_named
from twins.readings import Quality

from .samples import DEVICE, GATEWAY, RECEIVED_AT, at, payload, readings, reasons, values

BERLIN = {"zone": "Europe/Berlin"}
BME280, BLUETOOTH, IBEACON, MPU6050, DEEP_SLEEP = range(5)


def decode(
    data: bytes | Mapping[str, object], published: str = "tele/cellar/SENSOR", **options: object
) -> Decoded:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return codec_named("tasmota", options).decode(published, data, RECEIVED_AT)


@pytest.mark.parametrize(
    ("place", "expected", "moment"),
    [
        (
            BME280,
            [
                ("BME280", "temperature", 21_700),
                ("BME280", "humidity", 66_600),
                ("BME280", "pressure", 98_860),
            ],
            "2019-11-03 18:34:28",  # CET
        ),
        (
            BLUETOOTH,
            [
                ("LYWSD03-52680f", "temperature", 21_100),
                ("LYWSD03-52680f", "humidity", 58_000),
                ("LYWSD03-52680f", "battery", 100_000),
                ("LYWSD02-a2fd09", "temperature", 21_400),
                ("LYWSD02-a2fd09", "humidity", 57_000),
                ("LYWSD02-a2fd09", "battery", 2_000),
                ("MJ_HT_V1-d8799d", "temperature", 21_400),
                ("MJ_HT_V1-d8799d", "humidity", 54_600),
            ],
            "2020-03-24 11:47:51",  # CET
        ),
        (MPU6050, [("MPU6050", "temperature", 25_000)], "2019-12-10 18:24:55"),
    ],
)
def test_published_sample_is_decoded(
    place: int, expected: list[tuple[str, str, int]], moment: str
) -> None:
    decoded = decode(payload("tasmota_sensor", place), **BERLIN)
    assert decoded.faults == []
    assert values(decoded) == expected
    assert {one.observed_at for one in readings(decoded)} == {at(moment)}
    assert {one.device for one in readings(decoded)} == {"cellar"}
    assert {one.clock_source for one in readings(decoded)} == {DEVICE}
    assert {one.quality for one in readings(decoded)} == {Quality.CLOCK_SUSPECT}


@pytest.mark.parametrize("place", [IBEACON, DEEP_SLEEP])
def test_published_sample_without_a_measurement_carries_no_reading(place: int) -> None:
    assert decode(payload("tasmota_sensor", place)) == Decoded()


def test_naive_time_without_a_zone_is_a_fault() -> None:
    assert reasons(decode(payload("tasmota_sensor", BME280))) == [Reason.NAIVE_TIME]


def test_naive_time_gives_way_to_the_gateways_clock_by_policy() -> None:
    first = readings(decode(payload("tasmota_sensor", BME280), naive_time="gateway"))[0]
    assert (first.observed_at, first.clock_source) == (RECEIVED_AT, GATEWAY)
    assert first.quality == Quality.CLOCK_SUSPECT


def test_epoch_is_taken_before_the_local_time() -> None:
    message = {
        "Time": "2019-09-04T13:08:48",
        "Epoch": 1567595328,
        "DS18B20": {"Temperature": 4.2},
        "TempUnit": "C",
    }
    first = readings(decode(message))[0]
    assert (first.observed_at, first.quality) == (at("2019-09-04 11:08:48"), Quality.GOOD)


def test_time_that_is_no_text_is_a_fault() -> None:
    message = {"Time": 5, "DS18B20": {"Temperature": 1}, "TempUnit": "C"}
    assert reasons(decode(message)) == [Reason.INVALID_TIME]


def test_message_without_a_time_takes_the_gateways() -> None:
    decoded = decode({"DS18B20": {"Temperature": 1}, "TempUnit": "C"})
    first = readings(decoded)[0]
    assert (first.observed_at, first.clock_source) == (RECEIVED_AT, GATEWAY)
    assert decoded.needs_publish_identity


def test_time_with_offset_needs_no_zone() -> None:
    message = {"Time": "2020-01-01T01:00:00+01:00", "DS18B20": {"Temperature": 1}, "TempUnit": "C"}
    assert readings(decode(message))[0].observed_at == at("2020-01-01 00:00:00")


def test_fahrenheit_and_mercury_are_converted() -> None:
    message = {
        "Epoch": 1567595328,
        "BMP280": {"Temperature": 50, "Pressure": 760},
        "TempUnit": "F",
        "PressureUnit": "mmHg",
    }
    assert values(decode(message)) == [
        ("BMP280", "temperature", 10_000),
        ("BMP280", "pressure", 101_325),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"TempUnit": None}, Reason.MISSING_UNIT),
        ({"TempUnit": "X"}, Reason.UNKNOWN_UNIT),
        ({"SI7021": {"Temperature": None}}, Reason.NOT_A_NUMBER),
        ({"Epoch": "soon"}, Reason.INVALID_TIME),
        ({"Epoch": 1_790_000_000}, Reason.TIME_IN_FUTURE),
        ({"Epoch": None}, Reason.INVALID_TIME),
        ({"SI7021": {"Temperature": 10**308}}, Reason.VALUE_TOO_LARGE),
        ({"SI7021": {"Temperature": 10**299 * 10**10}}, Reason.NOT_A_NUMBER),
    ],
)
def test_bad_message_is_a_named_fault(changes: dict[str, object], reason: Reason) -> None:
    message = {"Epoch": 1567595328, "SI7021": {"Temperature": 1}, "TempUnit": "C", **changes}
    assert reasons(decode(message)) == [reason]


def test_sensor_with_an_illegal_name_is_a_fault_beside_its_neighbour() -> None:
    message = {
        "Epoch": 1567595328,
        "my probe": {"Temperature": 1},
        "AM2301": {"Temperature": 2},
        "TempUnit": "C",
    }
    decoded = decode(message)
    assert reasons(decoded) == [Reason.INVALID_IDENTIFIER]
    assert values(decoded) == [("AM2301", "temperature", 2_000)]


@pytest.mark.parametrize("topic", ["tele/cellar/STATE", "tele/cellar/LWT", "tele/cellar/INFO1"])
def test_other_telemetry_carries_no_reading(topic: str) -> None:
    assert decode(b"Online", topic) == Decoded()


def test_reversed_topic_is_taken_by_setting() -> None:
    message = {"Epoch": 1567595328, "AM2301": {"Temperature": 2}, "TempUnit": "C"}
    decoded = decode(message, "cellar/tele/SENSOR", topic="{device}/tele/SENSOR")
    assert readings(decoded)[0].device == "cellar"
