import json

import pytest

from gateway.codecs.base import Reason, Refusal
from gateway.codecs.jws import jws_of
from gateway.codecs.signed import opened
from tests.unit.gateway.codecs import signing
from tests.unit.gateway.codecs.signing import DEVICE, EDDSA, base64url, compact, flattened

PAYLOAD = b'{"quantity": "temperature"}'


def refused(payload: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        jws_of(payload)
    assert caught.value.reason in {
        Reason.BAD_SIGNATURE,
        Reason.INVALID_JSON,
        Reason.DUPLICATE_KEY,
        Reason.NOT_AN_OBJECT,
    }
    return str(caught.value)


# RFC 8037 appendix A.4: the published JWS of Ed25519. Its header names no key, so that it is none
# of ours; its parts are what the independent signer makes.
RFC_8037_A4 = (
    b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg"
    b"3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
RFC_8037_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")


def test_the_signer_of_these_tests_signs_as_the_published_example() -> None:
    signed, _, signature = RFC_8037_A4.rpartition(b".")
    assert base64url(signing.signature_of(signed, RFC_8037_SECRET)).encode() == signature


def test_a_header_without_key_id_is_refused() -> None:
    assert "kid" in refused(RFC_8037_A4)


@pytest.mark.parametrize("name", ["EdDSA", "Ed25519"])
def test_both_names_of_the_algorithm_are_taken(name: str) -> None:
    found = opened(compact(PAYLOAD, {"alg": name, "kid": DEVICE}), signing.key_of)
    assert found is not None
    assert (found.signer, found.payload, found.topic) == (DEVICE, PAYLOAD, None)


@pytest.mark.parametrize("alg", ["none", "NONE", "HS256", "ES256", "Ed448", "eddsa", "", None, 1])
def test_every_other_algorithm_is_refused(alg: object) -> None:
    for form in (compact, flattened):
        assert "alg" in refused(form(PAYLOAD, {"alg": alg, "kid": DEVICE}))


def test_an_envelope_without_signature_is_refused() -> None:
    protected, body, _ = compact(PAYLOAD).split(b".")
    assert "0 bytes" in refused(b".".join([protected, body, b""]))


@pytest.mark.parametrize("name", ["crit", "b64"])
def test_a_header_that_changes_what_is_signed_is_refused(name: str) -> None:
    assert name in refused(compact(PAYLOAD, {**EDDSA, name: False}))


@pytest.mark.parametrize("header", [{**EDDSA, "kid": 7}, {**EDDSA, "topic": 7}])
def test_a_header_of_another_type_is_refused(header: dict[str, object]) -> None:
    assert "no text" in refused(compact(PAYLOAD, header))


def test_white_space_around_either_form_changes_nothing() -> None:
    for form in (compact, flattened):
        found = opened(b" \n" + form(PAYLOAD) + b"\r\n", signing.key_of)
        assert found is not None
        assert found.payload == PAYLOAD


def test_a_header_that_is_written_otherwise_is_taken_as_it_was_signed() -> None:
    protected = base64url(b'{ "kid" : "truck-7",\n "alg" : "EdDSA", "typ": "JWS" }')
    signed = f"{protected}.{base64url(PAYLOAD)}".encode()
    envelope = signed + b"." + base64url(signing.signature_of(signed)).encode()
    assert opened(envelope, signing.key_of) is not None


PARTS: dict[str, str] = json.loads(flattened(PAYLOAD))
TWO_ALGORITHMS = b'{"alg":"none","alg":"EdDSA","kid":"truck-7"}'


@pytest.mark.parametrize(
    "spoiled",
    [
        {"header": {"kid": "other"}},
        {"signatures": []},
        {"payload": 5},
        {"payload": "é"},
        {"payload": PARTS["payload"] + "="},
        {"payload": PARTS["payload"] + "\n"},
        {"payload": PARTS["payload"] + "+/"},
        {"signature": PARTS["signature"][:-4]},
        {"protected": ""},
        {"protected": base64url(b"[]")},
        {"protected": base64url(b"not json")},
        {"protected": base64url(TWO_ALGORITHMS)},
    ],
    ids=str,
)
def test_a_flattened_form_with_anything_else_is_refused(spoiled: dict[str, object]) -> None:
    refused(json.dumps({**PARTS, **spoiled}).encode())


def test_a_member_that_stands_twice_is_refused() -> None:
    doubled = flattened(PAYLOAD)[:-1] + b', "payload": "e30"}'
    refused(doubled)


def test_the_bits_that_base64url_leaves_over_must_be_zero() -> None:
    """Otherwise one signature had several spellings, and one reading several records."""
    envelope = compact(PAYLOAD)
    last = envelope[-1:]
    # 64 bytes are 85 letters and 2 bits: the last letter is one of A, Q, g, w.
    assert last in b"AQgw"
    refused(envelope[:-1] + bytes([last[0] + 1]))
