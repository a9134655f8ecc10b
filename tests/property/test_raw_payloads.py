"""Laws of the decoders of device bytes: whatever comes is answered, and a prefix says the same."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.codecs.base import Refusal
from gateway.codecs.lorawan_settings import DECODERS
from gateway.codecs.raw_payload import Measured
from gateway.codecs.registry import FORMATS, codec_named
from twins.inputs import decode, encode
from twins.readings import QUANTITIES

RECEIVED_AT = 1_780_000_000_000_000
# Channels that a payload may hold, so that random bytes come to more than the first fault.
CHANNELS = [
    bytes.fromhex(text)
    for text in ("0175", "0367", "0468", "0600", "0488", "20CE", "8367", "FF0B", "FE02", "CBF6")
]
payloads = st.lists(st.sampled_from(CHANNELS) | st.binary(max_size=12), max_size=12).map(b"".join)
ports = st.integers(0, 255) | st.just(2)
names = pytest.mark.parametrize("name", sorted(DECODERS))


def measured_of(name: str, payload: bytes, port: int) -> tuple[list[Measured], bool]:
    """Return the values, and whether all bytes could be read."""
    values: list[Measured] = []
    try:
        for one in DECODERS[name](payload, port):
            values.append(one)  # noqa: PERF402 - what came before a refusal counts
    except Refusal:
        return values, False
    return values, True


@names
@given(payload=payloads, port=ports)
def test_any_bytes_give_values_or_a_refusal(name: str, payload: bytes, port: int) -> None:
    values, _ = measured_of(name, payload, port)
    assert {one.quantity for one in values} <= set(QUANTITIES)


@pytest.mark.parametrize("name", sorted(name for name in DECODERS if name.startswith("milesight")))
@given(payload=payloads, cut=st.integers(0, 100))
def test_what_was_read_of_a_cut_payload_is_read_of_the_whole(
    name: str, payload: bytes, cut: int
) -> None:
    start, _ = measured_of(name, payload[:cut], 85)
    whole, _ = measured_of(name, payload, 85)
    assert whole[: len(start)] == start


@names
@given(payload=payloads, port=ports)
def test_a_server_turns_any_bytes_into_records_and_faults(
    name: str, payload: bytes, port: int
) -> None:
    message = json.dumps({"data": base64.b64encode(payload).decode(), "fPort": port}).encode()
    codec = codec_named("chirpstack_v4", {"decoder": name})
    decoded = codec.decode("application/1/device/d/event/up", message, RECEIVED_AT)
    for record in decoded.records:
        assert decode(encode(record)) == record
    # An uplink without bytes of its own is no payload to read.
    assert decoded.faults or not payload or measured_of(name, payload, port)[1]


@given(
    topic=st.sampled_from(["v3/a@t/devices/d/up", "application/1/device/d/event/up"]) | st.text(),
    payload=st.binary(max_size=40)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(["uplink_message", "deviceInfo", "object", "decoded_payload", "data"]),
            inner,
            max_size=4,
        ),
    ).map(lambda value: json.dumps(value).encode()),
)
def test_recognising_a_server_never_fails(topic: str, payload: bytes) -> None:
    for name in ("chirpstack_v4", "things_stack_v3"):
        guess = FORMATS[name].recognise(topic, payload)
        assert guess is None or 1 <= guess.certainty <= 100
