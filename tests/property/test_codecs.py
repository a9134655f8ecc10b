"""Laws of the device formats: no bytes bring one down, and two ways of decoding agree."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.codecs.base import Codec, Decoded
from gateway.codecs.registry import codec_named
from gateway.codecs.units import UNITS, conversion
from twins.inputs import decode, encode

RECEIVED_AT = 1_780_000_000_000_000
SAMPLES = Path(__file__).parents[1] / "vectors" / "payloads"
PUBLISHED = [
    json.dumps(sample["payload"]).encode()
    for path in sorted(SAMPLES.glob("*.json"))
    for sample in json.loads(path.read_text(encoding="utf-8"))["samples"]
]
FIELDS = {"temperature": {"quantity": "temperature", "unit": "°C"}}
MAPPED = {"path": "a.0.t", "quantity": "temperature", "unit_path": "u", "scale": 0.1}
CODECS: dict[str, tuple[Codec, str]] = {
    "cargotwin": (codec_named("cargotwin"), "cargotwin/v1/d/readings"),
    "handover": (codec_named("cargotwin"), "cargotwin/v1/d/handover"),
    "milestone": (codec_named("cargotwin"), "cargotwin/v1/d/milestone"),
    "mapping": (
        codec_named(
            "mapping",
            {
                "topic": "p/{device}",
                "fields": [MAPPED],
                "time": {"path": "Time", "format": "naive", "zone": "Europe/Berlin"},
            },
        ),
        "p/d",
    ),
    "tasmota": (codec_named("tasmota", {"zone": "Europe/Berlin"}), "tele/d/SENSOR"),
    "zigbee2mqtt": (codec_named("zigbee2mqtt"), "zigbee2mqtt/d"),
    "ruuvi_gateway": (codec_named("ruuvi_gateway"), "ruuvi/g/d"),
    "senml": (codec_named("senml"), "senml"),
    "senml_settings": (
        codec_named(
            "senml",
            {"topic": "p/{device}", "quantities": {"t": "humidity"}, "contacts": {"a": True}},
        ),
        "p/d",
    ),
    "shelly_gen2": (codec_named("shelly_gen2"), "d/events/rpc"),
    "shelly_gen2_status": (codec_named("shelly_gen2"), "d/status/temperature:0"),
    "chirpstack_v4": (
        codec_named("chirpstack_v4", {"fields": FIELDS, "location_sources": ["UNKNOWN"]}),
        "application/1/device/d/event/up",
    ),
    "chirpstack_v4_location": (
        codec_named("chirpstack_v4", {"location_sources": ["UNKNOWN"]}),
        "application/1/device/d/event/location",
    ),
    "chirpstack_v4_status": (codec_named("chirpstack_v4"), "application/1/device/d/event/status"),
    "things_stack_v3": (
        codec_named("things_stack_v3", {"fields": FIELDS, "location_sources": ["SOURCE_REGISTRY"]}),
        "v3/a@t/devices/d/up",
    ),
}
KEYS = [
    "quantity",
    "value",
    "unit",
    "sensor",
    "observed_at",
    "observed_at_us",
    "seq",
    "quality",
    "asset",
    "from",
    "to",
    "phase",
    "nonce",
    "name",
    "place",
    "a",
    "0",
    "t",
    "u",
    "Time",
    "Epoch",
    "TempUnit",
    "BME280",
    "Temperature",
    "Pressure",
    "PressureUnit",
    "temperature",
    "contact",
    "last_seen",
    "uplink_message",
    "decoded_payload",
    "f_cnt",
    "settings",
    "time",
    "received_at",
    "locations",
    "object",
    "data",
    "fCnt",
    "rxInfo",
    "location",
    "batteryLevel",
    "ts",
    "tags",
    "timestamp",
    "bn",
    "bt",
    "bv",
    "bu",
    "bver",
    "n",
    "v",
    "vb",
    "method",
    "params",
    "temperature:0",
    "tC",
    "errors",
]
TEXTS = [
    "temperature",
    "°C",
    "F",
    "offered",
    "departure",
    "historical",
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59.999999999-23:59",
    "2026-03-29T02:30:00",
    "SOURCE_REGISTRY",
    "urn:dev:ow:10e2073a01080063:probe",
    "Cel",
    "NotifyStatus",
    "0201061BFF99040512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F",
]

texts = st.sampled_from(TEXTS) | st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=12,
)
names = pytest.mark.parametrize("name", sorted(CODECS))


def decoded_by(name: str, payload: bytes) -> Decoded:
    codec, topic = CODECS[name]
    return codec.decode(topic, payload, RECEIVED_AT)


def assert_is_sound(decoded: Decoded) -> None:
    for record in decoded.records:
        assert decode(encode(record)) == record
    for fault in decoded.faults:
        assert fault.detail
        fault.detail.encode()


@names
@given(payload=st.binary(max_size=200))
def test_random_bytes_are_answered(name: str, payload: bytes) -> None:
    assert_is_sound(decoded_by(name, payload))


@names
@given(value=values)
def test_any_json_is_answered(name: str, value: object) -> None:
    assert_is_sound(decoded_by(name, json.dumps(value).encode()))


@names
@given(data=st.data())
def test_damaged_samples_are_answered(name: str, data: st.DataObject) -> None:
    payload = bytearray(data.draw(st.sampled_from(PUBLISHED)))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(payload)))
        length = data.draw(st.integers(0, 8))
        payload[start : start + length] = data.draw(st.binary(max_size=8))
    assert_is_sound(decoded_by(name, bytes(payload)))


@given(topic=st.text(max_size=40), payload=st.binary(max_size=20))
@example(topic="cargotwin/v1/\ud800/readings", payload=b"{}")
def test_any_topic_is_answered(topic: str, payload: bytes) -> None:
    for codec, _ in CODECS.values():
        assert_is_sound(codec.decode(topic, payload, RECEIVED_AT))


messages = st.fixed_dictionaries(
    {
        "quantity": st.sampled_from(sorted(UNITS)) | texts,
        "value": st.integers() | st.floats(),
        "unit": st.sampled_from([unit[0].spellings[0] for unit in UNITS.values()]) | texts,
    },
    optional={
        "sensor": texts,
        "observed_at": texts,
        "observed_at_us": st.integers(),
        "seq": st.integers(),
        "quality": st.just([]) | st.just(["historical"]),
    },
)


@given(elements=st.lists(messages, min_size=1, max_size=3))
def test_typed_and_explaining_path_take_the_same_readings(
    elements: list[dict[str, object]],
) -> None:
    fast = decoded_by("cargotwin", json.dumps(elements).encode())
    explained = decoded_by(
        "cargotwin", json.dumps([{**one, "firmware": "x"} for one in elements]).encode()
    )
    assert fast.records == explained.records
    assert fast.needs_publish_identity == explained.needs_publish_identity
    # An element with two faults may be named for either of them.
    assert len(fast.faults) == len(explained.faults)


@given(steps=st.integers(-273_150, 1_000_000))
def test_decimal_text_of_a_step_is_that_step_again(steps: int) -> None:
    assert conversion("temperature", "°C").steps(float(f"{steps / 1000:.3f}")) == steps
