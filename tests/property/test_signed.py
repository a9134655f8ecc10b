"""Nothing that a sender puts into an envelope breaks what opens it, or passes without its key."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.codecs.base import Refusal
from gateway.codecs.cbor import InvalidCbor, byte_string, parse_cbor
from gateway.codecs.signed import opened
from tests.unit.gateway.codecs.signing import compact, flattened, key_of, sign1

PAYLOAD = b'{"quantity": "temperature", "value": 4.25, "unit": "C"}'
ENVELOPES = [compact(PAYLOAD), flattened(PAYLOAD), sign1(PAYLOAD)]


def opens(payload: bytes) -> bool:
    try:
        return opened(payload, key_of) is not None
    except Refusal:
        return False


@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_a_signed_payload(data: bytes) -> None:
    assert not opens(data)
    assert not opens(b"\xd2\x84" + data)
    assert not opens(b'{"protected": "' + data + b'", "payload": "", "signature": ""}')


@settings(max_examples=300)
@given(st.sampled_from(ENVELOPES), st.data())
def test_a_changed_envelope_says_what_was_signed_or_is_not_opened(
    envelope: bytes, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(envelope)))
    end = data.draw(st.integers(start, len(envelope)))
    changed = envelope[:start] + data.draw(st.binary(max_size=8)) + envelope[end:]
    try:
        found = opened(changed, key_of)
    except Refusal:
        return
    assert found is None or found.payload == PAYLOAD


CBOR = st.recursive(
    st.integers(0, 23) | st.binary(max_size=30) | st.none(),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


def encoded(value: object) -> bytes:
    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return bytes([value])
    if isinstance(value, bytes):
        return byte_string(value)
    assert isinstance(value, list)
    return bytes([0x80 + len(value)]) + b"".join(map(encoded, value))


@given(CBOR)
def test_what_is_encoded_is_read_back(value: object) -> None:
    assert parse_cbor(encoded(value)) == value


@given(st.binary(max_size=100))
def test_any_bytes_are_a_value_or_no_cbor_of_the_subset(data: bytes) -> None:
    try:
        parse_cbor(data)
    except InvalidCbor:
        return
