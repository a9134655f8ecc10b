"""What Sparkplug B messages state; expected values are worked out by hand from Sparkplug 3.0."""

import json

import pytest

from gateway.codecs.base import AddressedCodec, Decoded, Reason
from gateway.codecs.registry import FORMATS, codec_named
from twins.readings import Quality

from . import sparkplug_messages as sent
from .samples import DEVICE, GATEWAY, PAYLOADS, RECEIVED_AT, readings, reasons, values

FRAMES = json.loads((PAYLOADS / "sparkplug_b.json").read_text(encoding="utf-8"))["encoded"]
NBIRTH, DDATA = (bytes.fromhex(frame["hex"]) for frame in FRAMES)
TEMPERATURE = {"name": "Inputs/Temperature", "quantity": "temperature", "unit": "°C"}
NODE = "spBv1.0/plant/NBIRTH/line1"
DBIRTH_TOPIC = "spBv1.0/plant/DBIRTH/line1/probe"
CELSIUS = sent.properties(engUnit="°C")


def decode(payload: bytes, topic: str = DBIRTH_TOPIC, **options: object) -> Decoded:
    decoded = codec_named("sparkplug_b", options).decode(topic, payload, RECEIVED_AT)
    decoded.requests, decoded.memos = [], []
    return decoded


def one(value: bytes, datatype: int, entry: dict[str, object] | None = None) -> Decoded:
    """Decode a DBIRTH of one metric `t`."""
    entry = {"name": "t", "quantity": "temperature", "unit": "°C", **(entry or {})}
    return decode(sent.payload([sent.metric("t", value, datatype=datatype)], 1), metrics=[entry])


def test_published_birth_is_read_with_the_units_of_the_settings() -> None:
    decoded = decode(NBIRTH, NODE, metrics=[TEMPERATURE])
    assert values(decoded) == [("Inputs.Temperature", "temperature", 4_250)]
    (reading,) = readings(decoded)
    assert reading.device == "plant:line1"
    assert reading.observed_at == 1_486_144_502_122_000
    assert (reading.clock_source, reading.seq, reading.quality) == (DEVICE, None, 0)
    assert not decoded.faults
    assert not decoded.needs_publish_identity


def test_device_is_named_by_group_node_and_device() -> None:
    (reading,) = readings(decode(DDATA, metrics=[TEMPERATURE]))
    assert reading.device == "plant:line1:probe"


@pytest.mark.parametrize(
    ("topic", "subject"),
    [
        ("spBv1.0/plant/NDEATH/line1", "plant:line1"),
        ("spBv1.0/plant/DDATA/line1/probe", "plant:line1:probe"),
        ("spBv1.0/plant/DDATA/line1/named", "freezer"),
        ("spBv1.0/plant/DDATA/line1/a:b", None),  # it could be two devices
        ("spBv1.0/plant/NCMD/line1", None),
        ("spBv1.0/STATE/host", None),
        ("plant/line1", None),
    ],
)
def test_who_speaks_is_known_from_the_topic(topic: str, subject: str | None) -> None:
    codec = codec_named("sparkplug_b", {"devices": {"plant/line1/named": "freezer"}})
    assert isinstance(codec, AddressedCodec)
    assert codec.subject_of(topic) == subject


def test_published_device_of_switches_has_no_measurement_and_no_fault() -> None:
    # Section 6.4.20: thirteen Booleans and a String.
    samples = json.loads((PAYLOADS / "sparkplug_b.json").read_text(encoding="utf-8"))["samples"]
    metrics = [
        sent.metric(
            metric["name"],
            sent.boolean_value(0)
            if metric["dataType"] == "Boolean"
            else sent.string_value(metric["value"]),
            datatype=sent.BOOLEAN if metric["dataType"] == "Boolean" else sent.STRING,
        )
        for metric in samples[0]["payload"]["metrics"]
    ]
    assert decode(sent.payload(metrics, 1)) == Decoded()


def test_metrics_of_the_protocol_are_no_measurements() -> None:
    birth = sent.nbirth(
        sent.metric("Node Control/Rebirth", sent.boolean_value(0), datatype=sent.BOOLEAN),
        sent.metric("Node Control/Scan Rate", sent.long_value(3000), datatype=sent.INT64),
        sent.metric("Properties/Ports", sent.int_value(4), datatype=sent.INT32),
    )
    assert decode(birth, NODE) == Decoded()
    everything = {"name": "*", "quantity": "temperature", "unit": "°C"}
    assert decode(birth, NODE, metrics=[everything]) == Decoded()


@pytest.mark.parametrize(
    ("value", "datatype", "entry", "steps"),
    [
        (sent.float_value(4.2), sent.FLOAT, {}, 4_200),
        (sent.double_value(-18.35), sent.DOUBLE, {}, -18_350),
        (sent.int_value(0xFFFFFFFE), sent.INT8, {}, -2_000),
        (sent.int_value(0xFE), sent.INT8, {}, -2_000),
        (sent.int_value(0xFF38), sent.INT16, {"scale": 0.1}, -20_000),
        (sent.int_value(0xFFFFFFFF), sent.INT32, {}, -1_000),
        (sent.long_value(2**64 - 5), sent.INT64, {}, -5_000),
        (sent.int_value(200), sent.UINT8, {"scale": 0.01}, 2_000),
        (sent.float_value(50), sent.FLOAT, {"unit": "°F"}, 10_000),
    ],
)
def test_value_of_each_type_is_read(
    value: bytes, datatype: int, entry: dict[str, object], steps: int
) -> None:
    assert values(one(value, datatype, entry)) == [("t", "temperature", steps)]


def test_float32_position_keeps_the_digits_that_were_written() -> None:
    # The float32 next to 52.52 is 52.52000045776367; 1e-7 degrees would show the difference.
    entry = {"quantity": "latitude", "unit": "°"}
    assert values(one(sent.float_value(52.52), sent.FLOAT, entry)) == [
        ("t", "latitude", 525_200_000)
    ]


@pytest.mark.parametrize(
    ("true_is", "value", "steps"),
    [("closed", 1, 1), ("closed", 0, 0), ("open", 1, 0), ("open", 0, 1)],
)
def test_door_contact_is_read_as_the_settings_say(true_is: str, value: int, steps: int) -> None:
    entry = {"quantity": "contact", "unit": None, "true_is": true_is}
    assert values(one(sent.boolean_value(value), sent.BOOLEAN, entry)) == [("t", "contact", steps)]


def test_boolean_whose_meaning_is_not_said_is_a_fault() -> None:
    decoded = one(sent.boolean_value(1), sent.BOOLEAN, {"quantity": "contact", "unit": None})
    assert reasons(decoded) == [Reason.INVALID_FIELD]
    assert "true_is" in decoded.faults[0].detail


def test_unit_of_the_birth_counts_where_the_settings_leave_it_out() -> None:
    fahrenheit = sent.properties(engUnit="°F")
    metric = sent.metric("t", sent.float_value(50), datatype=sent.FLOAT, properties=fahrenheit)
    entry = {"name": "t", "quantity": "temperature"}
    decoded = decode(sent.payload([metric], 1), metrics=[entry])
    assert values(decoded) == [("t", "temperature", 10_000)]


def test_metric_without_any_unit_is_a_fault_that_lists_units() -> None:
    decoded = one(sent.float_value(50), sent.FLOAT, {"unit": None})
    assert reasons(decoded) == [Reason.MISSING_UNIT]
    assert "'t'" in decoded.faults[0].detail
    assert "°C" in decoded.faults[0].detail


def test_settings_and_device_that_name_different_units_are_a_fault() -> None:
    fahrenheit = sent.properties(engUnit="°F")
    metric = sent.metric("t", sent.float_value(50), datatype=sent.FLOAT, properties=fahrenheit)
    entry = {"name": "t", "quantity": "temperature", "unit": "°C"}
    assert reasons(decode(sent.payload([metric], 1), metrics=[entry])) == [Reason.UNKNOWN_UNIT]


def test_numbers_that_no_setting_names_are_reported_in_one_fault() -> None:
    birth = sent.payload(
        [
            sent.metric("Setpoint", sent.float_value(5), datatype=sent.FLOAT, properties=CELSIUS),
            sent.metric("Count", sent.int_value(5), datatype=sent.UINT32),
            sent.metric("t", sent.float_value(5), datatype=sent.FLOAT),
        ],
        1,
    )
    entry = {"name": "t", "quantity": "temperature", "unit": "°C"}
    decoded = decode(birth, metrics=[entry])
    assert values(decoded) == [("t", "temperature", 5_000)]
    assert reasons(decoded) == [Reason.NO_READING]
    assert "'Setpoint', 'Count'" in decoded.faults[0].detail
    assert not decode(birth, metrics=[entry], other_metrics="ignore").faults
    assert not decode(birth, metrics=[entry], ignored=["Set*", "Count"]).faults
    passed_over = [{"name": name, "quantity": "ignore"} for name in ("Setpoint", "Count")]
    assert not decode(birth, metrics=[entry, *passed_over]).faults
    of_another = [one | {"device": "g:other"} for one in passed_over]
    assert reasons(decode(birth, metrics=[entry, *of_another])) == [Reason.NO_READING]


def test_first_entry_that_fits_name_and_device_counts() -> None:
    entries = [
        {"name": "*/Temp", "quantity": "temperature", "unit": "K", "device": "*:other"},
        {"name": "Zone */Temp", "quantity": "temperature", "unit": "°C"},
        {"name": "*", "quantity": "humidity", "unit": "%"},
    ]
    metrics = [
        sent.metric(name, sent.float_value(1), datatype=sent.FLOAT)
        for name in ("Zone 1/Temp", "Zone 2/Box 1/Temp", "Zone/Temp")
    ]
    assert values(decode(sent.payload(metrics, 1), metrics=entries)) == [
        ("Zone_1.Temp", "temperature", 1_000),
        ("Zone_2.Box_1.Temp", "temperature", 1_000),
        ("Zone.Temp", "humidity", 1_000),
    ]


def test_metrics_that_would_become_one_series_are_refused_both() -> None:
    metrics = [
        sent.metric(name, sent.float_value(1), datatype=sent.FLOAT) for name in ("a/b", "a.b")
    ]
    entry = {"name": "a*", "quantity": "temperature", "unit": "°C"}
    decoded = decode(sent.payload(metrics, 1), metrics=[entry])
    assert reasons(decoded) == [Reason.INVALID_IDENTIFIER] * 2
    assert not decoded.records


def test_name_that_makes_no_sensor_is_a_fault_with_the_remedy() -> None:
    metric = sent.metric("Kühlraum", sent.float_value(1), datatype=sent.FLOAT)
    entry = {"name": "K*", "quantity": "temperature", "unit": "°C"}
    decoded = decode(sent.payload([metric], 1), metrics=[entry])
    assert reasons(decoded) == [Reason.INVALID_IDENTIFIER]
    assert "name its sensor" in decoded.faults[0].detail
    named = decode(sent.payload([metric], 1), metrics=[{**entry, "sensor": "cold_room"}])
    assert values(named) == [("cold_room", "temperature", 1_000)]


def test_null_states_no_value() -> None:
    metric = sent.metric("Inputs/Temperature", datatype=sent.FLOAT, null=True)
    assert decode(sent.payload([metric], 1), metrics=[TEMPERATURE]) == Decoded()


def test_metric_without_value_that_is_not_null_is_a_fault() -> None:
    metric = sent.metric("Inputs/Temperature", datatype=sent.FLOAT)
    decoded = decode(sent.payload([metric], 1), metrics=[TEMPERATURE])
    assert reasons(decoded) == [Reason.MISSING_FIELD]


def test_not_a_number_is_a_fault() -> None:
    assert reasons(one(sent.float_value(float("nan")), sent.FLOAT)) == [Reason.NOT_A_NUMBER]


def test_historical_value_is_marked() -> None:
    metric = sent.metric(
        "Inputs/Temperature", sent.float_value(1), datatype=sent.FLOAT, historical=True
    )
    (reading,) = readings(decode(sent.payload([metric], 1), metrics=[TEMPERATURE]))
    assert reading.quality == Quality.HISTORICAL


@pytest.mark.parametrize(
    ("code", "quality"), [(192, Quality.GOOD), (0, Quality.SENTINEL), (500, Quality.SENTINEL)]
)
def test_bad_and_stale_values_say_nothing_about_the_goods(code: int, quality: Quality) -> None:
    # Section 6.4.9.1: 0 bad, 192 good, 500 stale.
    metric = sent.metric(
        "Inputs/Temperature",
        sent.float_value(1),
        datatype=sent.FLOAT,
        properties=sent.properties(Quality=code),
    )
    (reading,) = readings(decode(sent.payload([metric], 1), metrics=[TEMPERATURE]))
    assert reading.quality == quality


def timed(metric_ms: int | None, message_ms: int | None) -> Decoded:
    metric = sent.metric(
        "Inputs/Temperature", sent.float_value(1), datatype=sent.FLOAT, timestamp=metric_ms
    )
    return decode(sent.payload([metric], 1, message_ms), metrics=[TEMPERATURE])


@pytest.mark.parametrize(
    ("metric_ms", "message_ms", "observed_at", "clock"),
    [
        (1_700_000_000_001, 1_700_000_000_002, 1_700_000_000_001_000, DEVICE),
        (None, 1_700_000_000_002, 1_700_000_000_002_000, DEVICE),
        (0, 1_700_000_000_002, 1_700_000_000_002_000, DEVICE),
        (None, None, RECEIVED_AT, GATEWAY),
    ],
)
def test_time_is_the_metrics_else_the_messages_else_the_gateways(
    metric_ms: int | None, message_ms: int | None, observed_at: int, clock: int
) -> None:
    decoded = timed(metric_ms, message_ms)
    (reading,) = readings(decoded)
    assert (reading.observed_at, reading.clock_source) == (observed_at, clock)
    assert decoded.needs_publish_identity == (clock == GATEWAY)


def test_clock_that_was_never_set_is_not_believed() -> None:
    (reading,) = readings(timed(12_345, None))
    assert (reading.observed_at, reading.clock_source) == (RECEIVED_AT, GATEWAY)
    assert reading.quality == Quality.CLOCK_SUSPECT


@pytest.mark.parametrize(
    ("metric_ms", "reason"),
    [(RECEIVED_AT // 1000 + 301_000, Reason.TIME_IN_FUTURE), (2**64 - 1, Reason.INVALID_TIME)],
)
def test_time_that_cannot_be_is_a_fault(metric_ms: int, reason: Reason) -> None:
    assert reasons(timed(metric_ms, None)) == [reason]


@pytest.mark.parametrize("name", ["Raspberry Pi", "a:b", "x" * 96, "ß"])
def test_name_that_makes_no_id_is_a_fault_until_the_settings_give_one(name: str) -> None:
    topic = f"spBv1.0/plant/NBIRTH/{name}"
    decoded = decode(NBIRTH, topic, metrics=[TEMPERATURE])
    assert reasons(decoded) == [Reason.INVALID_IDENTIFIER]
    assert "devices = " in decoded.faults[0].detail
    named = decode(NBIRTH, topic, metrics=[TEMPERATURE], devices={f"plant/{name}": "pi"})
    assert [reading.device for reading in readings(named)] == ["pi"]


def test_name_that_the_settings_gave_to_another_is_a_fault() -> None:
    devices = {"a/b": "plant:line1"}
    decoded = decode(NBIRTH, NODE, metrics=[TEMPERATURE], devices=devices)
    assert reasons(decoded) == [Reason.INVALID_IDENTIFIER]


@pytest.mark.parametrize(
    "topic",
    [
        "spBv1.0/STATE/host",
        "STATE/host",
        "spBv1.0/plant/NCMD/line1",
        "spBv1.0/plant/DCMD/line1/probe",
    ],
)
def test_hosts_and_commands_say_nothing_of_devices(topic: str) -> None:
    assert decode(b'{"online": true}', topic) == Decoded()


@pytest.mark.parametrize(
    "topic",
    [
        "spBv1.0/plant/NBIRTH",
        "spBv1.0/plant/NBIRTH/line1/probe",
        "spBv1.0/plant/DDATA/line1",
        "spBv1.0/plant/DDATA/line1/probe/more",
        "spBv1.0/plant/NOISE/line1",
        "spBv1.0//NBIRTH/line1",
        "spAv1.0/plant/NBIRTH/line1",
    ],
)
def test_other_topic_is_a_fault(topic: str) -> None:
    assert reasons(decode(NBIRTH, topic)) == [Reason.UNKNOWN_TOPIC]


def test_metric_that_is_malformed_does_not_harm_the_others() -> None:
    good = sent.metric("Inputs/Temperature", sent.float_value(1), datatype=sent.FLOAT)
    decoded = decode(sent.payload([b"\x0a\x05cut", good], 1), metrics=[TEMPERATURE])
    assert values(decoded) == [("Inputs.Temperature", "temperature", 1_000)]
    assert reasons(decoded) == [Reason.INVALID_PROTOBUF]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"metrics": [{"name": "t", "quantity": "warmth"}]}, "metrics.0"),
        ({"metrics": [{"name": "t", "quantity": "temperature", "unit": "%"}]}, "metrics.0"),
        ({"metrics": [{"name": "t", "quantity": "temperature", "scale": 0}]}, "metrics.0"),
        ({"metrics": [{"name": "t", "quantity": "humidity", "true_is": "open"}]}, "metrics.0"),
        ({"metrics": [{"name": "t", "quantity": "humidity", "sensor": "ß"}]}, "metrics.0.sensor"),
        ({"devices": {"a/b": "no id"}}, "devices"),
        ({"devices": {"a/b": "x", "a/c": "x"}}, "devices"),
        ({"other_metrics": "guess"}, "other_metrics"),
        ({"rebirth_interval_seconds": 0}, "rebirth_interval_seconds"),
    ],
)
def test_wrong_option_is_named(options: dict[str, object], key: str) -> None:
    with pytest.raises(Exception, match=key.replace(".", r"\.")):
        codec_named("sparkplug_b", options)


def test_birth_is_recognised_and_asks_for_what_it_does_not_say() -> None:
    guess = FORMATS["sparkplug_b"].recognise(NODE, NBIRTH)
    assert guess is not None
    assert (guess.filter, guess.certainty) == ("spBv1.0/#", 100)
    assert guess.options == {"metrics": [{"name": "Inputs/Temperature", "quantity": "temperature"}]}
    assert guess.needs == ("unit of Inputs/Temperature",)


def test_birth_that_states_its_units_is_decoded_as_it_was_recognised() -> None:
    metrics = [
        sent.metric("T1", sent.float_value(4), datatype=sent.FLOAT, properties=CELSIUS),
        sent.metric("Level", sent.int_value(4), datatype=sent.INT32),
    ]
    birth = sent.payload(metrics, 1)
    guess = FORMATS["sparkplug_b"].recognise(DBIRTH_TOPIC, birth)
    assert guess is not None
    assert guess.needs == ("quantity of Level",)
    assert values(decode(birth, **guess.options)) == [("T1", "temperature", 4_000)]


@pytest.mark.parametrize("unit", ["m/s", "MTS", "s", "ms"])
def test_unit_of_times_and_speeds_does_not_make_a_figure_of_a_shock(unit: str) -> None:
    stated = sent.properties(engUnit=unit)
    metrics = [sent.metric("Wind", sent.float_value(4), datatype=sent.FLOAT, properties=stated)]
    guess = FORMATS["sparkplug_b"].recognise(DBIRTH_TOPIC, sent.payload(metrics, 1))
    assert guess is not None
    assert (guess.options, guess.needs) == ({}, ("quantity of Wind",))


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("plant/line1", NBIRTH), (NODE, b"{}"), ("spBv1.0/STATE/host", b""), (NODE, b"\xff" * 9)],
)
def test_what_is_no_message_of_a_node_is_not_recognised(topic: str, payload: bytes) -> None:
    assert FORMATS["sparkplug_b"].recognise(topic, payload) is None
