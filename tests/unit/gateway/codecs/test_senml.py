"""SenML JSON, with the packs and the resolved forms of RFC 8428 as published."""

import json
from decimal import Decimal

import pytest

from gateway.codecs.base import Decoded, Reason
from gateway.codecs.registry import InvalidCodecOption, codec_named

from .samples import DEVICE, GATEWAY, PAYLOADS, RECEIVED_AT, at, readings, reasons, values

OW = "urn:dev:ow:10e2073a01080063"
SAMPLES = {
    sample["file"]: sample
    for sample in json.loads((PAYLOADS / "senml_rfc8428.json").read_text(encoding="utf-8"))[
        "samples"
    ]
}
# What a unit of the samples measures, and steps in one unit: RFC 8428 section 12.1.
MEASURED = {
    "Cel": ("temperature", 1000),
    "%RH": ("humidity", 1000),
    "%EL": ("battery", 1000),
    "lat": ("latitude", 10_000_000),
    "lon": ("longitude", 10_000_000),
}


def decode(pack: object, published: str = "senml", **options: object) -> Decoded:
    data = pack if isinstance(pack, bytes) else json.dumps(pack).encode()
    return codec_named("senml", options).decode(published, data, RECEIVED_AT)


def one(record: dict[str, object], **options: object) -> Decoded:
    return decode([{"n": f"{OW}:probe", "u": "Cel", "v": 4.2, **record}], **options)


@pytest.mark.parametrize("file", [file for file, sample in SAMPLES.items() if "resolved" in sample])
def test_published_pack_gives_its_resolved_form(file: str) -> None:
    sample = SAMPLES[file]
    decoded = decode(sample["payload"])
    expected = []
    for record in sample["resolved"]:
        if record.get("u") not in MEASURED or "v" not in record:
            continue
        quantity, steps = MEASURED[record["u"]]
        # The resolved form of a pack without time has the time at which the RFC was made.
        has_time = any({"t", "bt"} & set(one) for one in sample["payload"])
        expected.append(
            (
                OW,
                record["n"].removeprefix(OW).removeprefix(":") or quantity,
                quantity,
                int(Decimal(str(record["v"])) * steps),
                int(Decimal(str(record["t"])) * 1_000_000) if has_time else RECEIVED_AT,
                DEVICE if has_time else GATEWAY,
            )
        )
    assert [
        (r.device, r.sensor, r.quantity, r.value, r.observed_at, r.clock_source)
        for r in readings(decoded)
    ] == expected
    assert not decoded.faults


def test_pack_of_positions_is_read_as_printed_in_the_rfc() -> None:
    decoded = decode(SAMPLES["ex5.json"]["payload"])
    assert values(decoded)[:3] == [
        ("humidity", "humidity", 20_000),
        ("longitude", "longitude", 243_062_100),
        ("latitude", "latitude", 600_796_500),
    ]
    assert values(decoded)[9] == ("battery", "battery", 98_000)
    # 1320067464 + 150 s.
    assert readings(decoded)[9].observed_at == at("2011-10-31 13:26:54")


@pytest.mark.parametrize("file", ["ex3.json", "ex13.json"])
def test_pack_that_measures_nothing_of_ours_carries_no_reading(file: str) -> None:
    assert decode(SAMPLES[file]["payload"]) == Decoded()


@pytest.mark.parametrize(
    ("unit", "value", "expected"),
    [
        ("Cel", -20.5, ("temperature", -20_500)),
        ("K", 277.15, ("temperature", 4_000)),
        ("%RH", 55, ("humidity", 55_000)),
        ("lx", 12.5, ("illuminance", 12_500)),
        ("Pa", 101_325, ("pressure", 101_325)),
        ("hPa", 1013.25, ("pressure", 101_325)),
        ("m/s2", -9.80665, ("acceleration", 1_000)),
        ("lat", -33.8688197, ("latitude", -338_688_197)),
        ("lon", 151.2092955, ("longitude", 1_512_092_955)),
        ("%EL", 87, ("battery", 87_000)),
    ],
)
def test_unit_says_what_is_measured(unit: str, value: float, expected: tuple[str, int]) -> None:
    assert [(r.quantity, r.value) for r in readings(one({"u": unit, "v": value}))] == [expected]


@pytest.mark.parametrize("unit", ["V", "A", "g", "/", "dBm", "ppm", "count", "deg"])
def test_registered_unit_of_something_else_carries_no_reading(unit: str) -> None:
    assert one({"u": unit}) == Decoded()


@pytest.mark.parametrize("unit", ["C", "F", "%", "°C", "celsius"])
def test_unit_that_is_not_registered_or_says_too_little_is_a_fault(unit: str) -> None:
    decoded = one({"u": unit})
    assert reasons(decoded) == [Reason.UNKNOWN_UNIT]
    assert "Cel, K, %RH" in decoded.faults[0].detail


def test_value_without_a_unit_is_a_fault() -> None:
    assert reasons(decode([{"n": f"{OW}:probe", "v": 4.2}])) == [Reason.MISSING_UNIT]


def test_base_values_hold_until_they_are_set_anew() -> None:
    decoded = decode(
        [
            {"bn": f"{OW}:", "bt": 1.32e9, "bu": "Cel", "bv": 20, "n": "a", "v": 0.1},
            {"n": "b", "v": -24.2, "t": 60},
            {"bn": "urn:dev:mac:0024befffe804ff1:", "bt": 1320000100, "bv": 0, "n": "c", "v": 1},
            {"n": "d", "u": "K", "v": 273.15, "t": -0.5},
        ]
    )
    assert [(r.device, r.sensor, r.value, r.observed_at) for r in readings(decoded)] == [
        (OW, "a", 20_100, 1_320_000_000_000_000),
        (OW, "b", -4_200, 1_320_000_060_000_000),
        ("urn:dev:mac:0024befffe804ff1", "c", 1_000, 1_320_000_100_000_000),
        ("urn:dev:mac:0024befffe804ff1", "d", 0, 1_320_000_099_500_000),
    ]


@pytest.mark.parametrize("seconds", [0, -60, 0.25, -(2**28)])
def test_time_relative_to_now_counts_from_the_arrival(seconds: float) -> None:
    decoded = one({"t": seconds})
    reading = readings(decoded)[0]
    assert reading.observed_at == RECEIVED_AT + int(seconds * 1_000_000)
    assert reading.clock_source == GATEWAY
    assert decoded.needs_publish_identity


def test_smallest_absolute_time_is_the_devices() -> None:
    reading = readings(one({"t": 2**28}))[0]
    assert (reading.observed_at, reading.clock_source) == (at("1978-07-04 21:24:16"), DEVICE)
    assert reasons(one({"t": 2**28 - 1})) == [Reason.TIME_IN_FUTURE]


@pytest.mark.parametrize(
    ("name", "device", "sensor"),
    [
        (OW, OW, "temperature"),
        (f"{OW}:", OW, "temperature"),
        (f"{OW}:probe", OW, "probe"),
        (f"{OW}_probe_1", OW, "probe_1"),
        (f"{OW}/3303/0/5700", OW, "3303.0.5700"),
        (f"{OW}:/3303/0/5700", OW, "3303.0.5700"),
        (
            "urn:dev:os:32473-123456:cold:upper",
            "urn:dev:os:32473-123456",
            "cold:upper",
        ),
    ],
)
def test_name_begins_with_the_device_and_goes_on_with_the_sensor(
    name: str, device: str, sensor: str
) -> None:
    reading = readings(one({"n": name}))[0]
    assert (reading.device, reading.sensor) == (device, sensor)


@pytest.mark.parametrize(
    ("options", "topic", "name", "found"),
    [
        ({"topic": "plant/{device}"}, "plant/truck-7", "probe", ("truck-7", "probe")),
        ({"topic": "plant/{device}"}, "plant/truck-7", f"{OW}:probe", ("truck-7", "probe")),
        ({"topic": "{device}/{sensor}"}, "truck-7/rear", "t", ("truck-7", "rear")),
        ({"name": "{device}:{sensor}"}, "x", "2001:db8::3:t", ("2001:db8::3", "t")),
        ({"name": "urn:acme:{device}/{sensor}"}, "x", "urn:acme:7/t", ("7", "t")),
        ({"name": "{device}"}, "x", "box7", ("box7", "temperature")),
    ],
)
def test_settings_say_where_other_names_have_the_device(
    options: dict[str, object], topic: str, name: str, found: tuple[str, str]
) -> None:
    decoded = decode([{"n": name, "u": "Cel", "v": 4}], topic, **options)
    assert [(r.device, r.sensor) for r in readings(decoded)] == [found]


@pytest.mark.parametrize("name", ["probe", "2001:db8::3", "urn:uuid:f81d4fae-7dec-11d0-a765"])
def test_name_that_says_no_device_is_refused_for_else_two_devices_were_one(name: str) -> None:
    decoded = one({"n": name})
    assert reasons(decoded) == [Reason.INVALID_IDENTIFIER]
    assert "set name or topic" in decoded.faults[0].detail


def test_name_and_topic_that_are_none_of_the_templates_are_faults() -> None:
    assert reasons(one({}, name="{device}/{sensor}")) == [Reason.INVALID_IDENTIFIER]
    assert reasons(one({}, topic="plant/{device}")) == [Reason.UNKNOWN_TOPIC]


def test_ratio_becomes_what_the_settings_say_it_measures() -> None:
    decoded = one({"u": "/", "v": 0.555}, quantities={"probe": "humidity"})
    assert values(decoded) == [("probe", "humidity", 55_500)]


def test_truth_value_is_a_contact_where_the_settings_say_what_means_closed() -> None:
    pack = [{"n": f"{OW}:open", "vb": False}, {"n": f"{OW}:open", "vb": True, "t": -1}]
    assert decode(pack) == Decoded()
    assert values(decode(pack, contacts={"open": False})) == [
        ("open", "contact", 1),
        ("open", "contact", 0),
    ]
    assert reasons(decode([{"n": f"{OW}:open", "vb": 1}], contacts={"open": False})) == [
        Reason.INVALID_FIELD
    ]


@pytest.mark.parametrize("field", [{"vs": "4"}, {"vd": "aGkgCg"}, {"s": 120}, {}])
def test_text_data_and_sums_carry_no_reading(field: dict[str, object]) -> None:
    assert decode([{"n": f"{OW}:probe", "u": "Cel", **field}]) == Decoded()


def test_value_beside_a_sum_is_read() -> None:
    assert values(one({"s": 12.5})) == [("probe", "temperature", 4_200)]


@pytest.mark.parametrize("version", [1, 5, 10, 26])
def test_pack_of_a_known_version_is_read(version: int) -> None:
    assert values(one({"bver": version})) == [("probe", "temperature", 4_200)]


@pytest.mark.parametrize("version", [0, 11, 27, 42, 10.5, "10", True, None])
def test_pack_of_an_unknown_version_is_refused_as_a_whole(version: object) -> None:
    first = {"n": f"{OW}:probe", "u": "Cel", "v": 4.2}
    decoded = decode([first, {"bver": version, **first}])
    assert reasons(decoded) == [Reason.INVALID_FIELD]
    assert not decoded.records


def test_label_that_must_be_understood_refuses_the_pack() -> None:
    first = {"n": f"{OW}:probe", "u": "Cel", "v": 4.2}
    decoded = decode([first, {**first, "calibrated_": True}])
    assert reasons(decoded) == [Reason.INVALID_FIELD]
    assert not decoded.records


def test_unknown_label_is_ignored() -> None:
    assert values(one({"label": 1, "ut": 60, "_x": 2})) == [("probe", "temperature", 4_200)]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"v": "4.2"}, Reason.NOT_A_NUMBER),
        ({"v": None}, Reason.NOT_A_NUMBER),
        ({"v": True}, Reason.NOT_A_NUMBER),
        ({"v": 1e300}, Reason.VALUE_TOO_LARGE),
        ({"vs": "4.2"}, Reason.INVALID_FIELD),
        ({"u": 5}, Reason.INVALID_FIELD),
        ({"n": 5}, Reason.INVALID_FIELD),
        ({"n": ""}, Reason.MISSING_FIELD),
        ({"n": f"{OW}:my probe"}, Reason.INVALID_IDENTIFIER),
        ({"t": "now"}, Reason.INVALID_TIME),
        ({"t": None}, Reason.INVALID_TIME),
        # Milliseconds, and a clock that runs ahead.
        ({"t": 1_769_860_800_000}, Reason.INVALID_TIME),
        ({"t": 1_790_000_000}, Reason.TIME_IN_FUTURE),
    ],
)
def test_bad_record_is_a_named_fault_beside_its_neighbour(
    record: dict[str, object], reason: Reason
) -> None:
    good = {"n": f"{OW}:probe", "u": "Cel", "v": 4.2}
    decoded = decode([{**good, **record}, good])
    assert reasons(decoded) == [reason]
    assert decoded.faults[0].detail.startswith("record 0: ")
    assert values(decoded) == [("probe", "temperature", 4_200)]


@pytest.mark.parametrize("base", [{"bn": 5}, {"bt": "now"}, {"bv": "1"}, {"bu": []}, {"bt": None}])
def test_records_behind_a_bad_base_value_are_not_guessed(base: dict[str, object]) -> None:
    good = {"n": f"{OW}:probe", "u": "Cel", "v": 4.2}
    decoded = decode([good, {**good, **base}, good])
    assert len(decoded.records) == len(decoded.faults) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"n": "a", "v": 1}', Reason.INVALID_FIELD),
        (b"[1]", Reason.NOT_AN_OBJECT),
        (b"[{]", Reason.INVALID_JSON),
        (b'[{"v": 1, "v": 2}]', Reason.DUPLICATE_KEY),
    ],
)
def test_what_is_no_pack_is_a_named_fault(data: bytes, reason: Reason) -> None:
    assert reasons(decode(data)) == [reason]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"name": "{sensor}"}, "options"),
        ({"topic": "plant/{sensor}"}, "options"),
        ({"topic": "plant/#"}, "options"),
        ({"quantities": {"x": "mood"}}, "quantities"),
    ],
)
def test_wrong_setting_is_named(options: dict[str, object], key: str) -> None:
    with pytest.raises(InvalidCodecOption) as caught:
        codec_named("senml", options)
    assert caught.value.key == key
