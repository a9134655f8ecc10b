"""Laws of recognition: no message brings it down, and what it proposes can be asked for."""

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.codecs.recognition import recognised
from gateway.codecs.registry import InvalidCodecOption, codec_named
from gateway.codecs.route import Route
from gateway.mqtt.topics import matches

RECEIVED_AT = 1_780_000_000_000_000
LEVELS = [
    "tele",
    "SENSOR",
    "status",
    "temperature:0",
    "events",
    "rpc",
    "sensor",
    "state",
    "zigbee2mqtt",
    "ruuvi",
    "cargotwin",
    "v1",
    "readings",
    "{device}",
    "a b",
    "",
]
KEYS = [
    "Time",
    "temperature",
    "linkquality",
    "id",
    "method",
    "gw_mac",
    "data",
    "n",
    "v",
    "bn",
    "a.b",
]
TEXTS = ["2026-01-31T12:00:00", "NotifyStatus", "0201", "urn:dev:ow:10"]

topics = st.lists(st.sampled_from(LEVELS), min_size=1, max_size=5).map("/".join).filter(bool)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(TEXTS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=8,
)
payloads = st.binary(max_size=20) | values.map(lambda value: json.dumps(value).encode())
messages = st.lists(st.tuples(topics, payloads), max_size=5)


@given(messages=messages)
def test_every_guess_is_a_route_that_takes_a_message(messages: list[tuple[str, bytes]]) -> None:
    found = recognised(messages, RECEIVED_AT)
    assert found == tuple(sorted(found, key=lambda one: -one.guess.certainty))
    for one in found:
        Route(filter=one.guess.filter, codec=one.codec, options=one.guess.options)
        taken = [message for message in messages if matches(one.guess.filter, message[0])]
        assert 1 <= one.messages == len(taken)


@given(messages=messages)
def test_guess_that_needs_nothing_can_be_configured_as_it_stands(
    messages: list[tuple[str, bytes]],
) -> None:
    for one in recognised(messages, RECEIVED_AT):
        if one.guess.needs or any("{" in topic for topic, _ in messages):
            continue
        try:
            codec_named(one.codec, one.guess.options)
        except InvalidCodecOption as error:
            message = f"{one} needs nothing and cannot be configured"
            raise AssertionError(message) from error
