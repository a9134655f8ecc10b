"""The short way gives exactly what the long way gives, or leaves a message to it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.codecs.base import CodecSettings
from gateway.codecs.cargotwin import CargotwinCodec

RECEIVED_AT = 1_780_000_000_000_000
TOPIC = "cargotwin/v1/d-1/readings"
FIELDS = {
    "quantity": st.sampled_from(["temperature", "humidity", "contact", "speed", 7]),
    "value": st.one_of(
        st.floats(allow_nan=False, allow_infinity=False, width=32),
        st.integers(-(10**20), 10**20),
        st.sampled_from([None, "5", True, 1e308, -0.0]),
    ),
    "unit": st.sampled_from(["C", "°C", "F", "K", "%", "", "1", "xx", None]),
    "sensor": st.sampled_from(["air", "pröbe", "a b", None, "x" * 97, 'q"']),
    "observed_at": st.sampled_from(["2026-05-28T20:26:40Z", "2026-05-28", "9999-12-31T23:59:59Z"]),
    "observed_at_us": st.integers(RECEIVED_AT - 10**12, RECEIVED_AT + 10**12)
    | st.integers(-(2**63), 2**63),
    "seq": st.integers(-2, 2**63) | st.none(),
    "quality": st.sampled_from([[], ["historical"], ["other"], None]),
    "extra": st.sampled_from([1, 'a"b', None]),
}
ELEMENTS = st.fixed_dictionaries({}, optional=FIELDS)
PAYLOADS = st.one_of(
    ELEMENTS.map(lambda one: json.dumps(one).encode()),
    st.lists(ELEMENTS, max_size=4).map(lambda many: json.dumps(many).encode()),
    ELEMENTS.map(lambda one: json.dumps(one, ensure_ascii=False).encode()),
    st.binary(max_size=60),
)
codec = CargotwinCodec(CodecSettings())


@given(PAYLOADS, st.sampled_from([True, False]))
def test_short_way_agrees_with_the_long_way(
    payload: bytes,
    is_known: bool,  # noqa: FBT001 - drawn
) -> None:
    found = codec.swift(TOPIC, lambda *_series: is_known)
    assert found is not None
    assert found.device == "d-1"
    readings = found.read(payload, RECEIVED_AT)
    counted = found.read_counted(payload, RECEIVED_AT)
    has_seq = all(one.seq is not None for one in readings or [])
    assert counted == (readings if has_seq else None)
    if readings is not None:
        decoded = codec.decode(TOPIC, payload, RECEIVED_AT)
        assert (decoded.records, decoded.faults) == (readings, [])
        assert is_known
        assert not decoded.needs_publish_identity


@given(
    st.floats(250, 900, allow_nan=False),
    st.sampled_from(["C", "F", "K"]),
    st.integers(0, 2**40) | st.none(),
    st.booleans(),
)
def test_sound_readings_go_the_short_way(
    value: float,
    unit: str,
    seq: int | None,
    is_text: bool,  # noqa: FBT001 - drawn
) -> None:
    message: dict[str, object] = {"quantity": "temperature", "value": value, "unit": unit}
    moment = {"observed_at_us": RECEIVED_AT - 5}
    message |= {"observed_at": "2026-05-28T20:00:00Z"} if is_text else moment
    message |= {} if seq is None else {"seq": seq}
    found = codec.swift(TOPIC, lambda *_series: True)
    assert found is not None
    readings = found.read(json.dumps([message, message]).encode(), RECEIVED_AT)
    assert readings is not None
    assert len(readings) == 2


def test_a_key_that_stands_twice_is_left_to_the_long_way() -> None:
    found = codec.swift(TOPIC, lambda *_series: True)
    assert found is not None
    payload = b'{"quantity":"temperature","value":1,"value":5,"unit":"C","observed_at_us":5}'
    assert found.read(payload, RECEIVED_AT) is None


def test_other_topics_have_no_short_way() -> None:
    assert codec.swift("cargotwin/v1/d-1/handover", lambda *_series: True) is None
    assert codec.swift("elsewhere", lambda *_series: True) is None
