import pytest

from gateway.codecs.base import Reason, Refusal
from gateway.codecs.cose import cose_of
from gateway.codecs.signed import opened
from tests.unit.gateway.codecs import signing
from tests.unit.gateway.codecs.signing import ALG_EDDSA, DEVICE, KID, shortest, sign1

PAYLOAD = b'{"quantity": "temperature"}' * 20
EMPTY = b"\xa0"
ALG_AND_KID = b"\xa2\x01\x27\x04" + shortest(DEVICE.encode())


def refused(payload: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        cose_of(payload)
    assert caught.value.reason is Reason.BAD_SIGNATURE
    return str(caught.value)


@pytest.mark.parametrize("size", [0, 1, 23, 24, 255, 256, 540])
def test_a_payload_of_any_length_is_opened(size: int) -> None:
    found = opened(sign1(PAYLOAD[:size]), signing.key_of)
    assert found is not None
    assert (found.signer, found.payload) == (DEVICE, PAYLOAD[:size])


def test_a_long_payload_is_signed_with_its_length_in_four_bytes() -> None:
    payload = bytes(70_000)
    length = b"\x5a" + len(payload).to_bytes(4, "big")
    structure = b"\x84\x6aSignature1\x43" + ALG_EDDSA + b"\x40" + length + payload
    signature = b"\x58\x40" + signing.signature_of(structure)
    envelope = b"\xd2\x84\x43" + ALG_EDDSA + KID + length + payload + signature
    assert opened(envelope, signing.key_of) is not None


@pytest.mark.parametrize("alg", [b"\x27", b"\x32"])  # -8 and -19
def test_both_numbers_of_the_algorithm_are_taken(alg: bytes) -> None:
    assert opened(sign1(PAYLOAD, b"\xa1\x01" + alg), signing.key_of) is not None


def test_a_protected_key_id_is_taken() -> None:
    assert opened(sign1(PAYLOAD, ALG_AND_KID, EMPTY), signing.key_of) is not None


def test_a_protected_topic_is_read() -> None:
    found = cose_of(sign1(PAYLOAD, b"\xa2\x01\x27\x65topic\x63a/b"))
    assert found is not None
    assert found.topic == "a/b"


@pytest.mark.parametrize(
    ("protected", "unprotected", "what"),
    [
        (b"\xa1\x01\x26", KID, "alg"),  # ES256
        (b"\xa1\x01\x05", KID, "alg"),  # HMAC 256/256
        (b"\xa1\x01\x65EdDSA", KID, "alg"),
        (b"", KID, "alg"),
        (EMPTY, KID, "alg"),
        (EMPTY, b"\xa2\x01\x27\x04\x41x", "alg"),  # not protected
        (b"\xa2\x01\x27\x02\x81\x01", KID, "crit"),
        (ALG_EDDSA, EMPTY, "kid"),
        (ALG_EDDSA, b"\xa1\x04\x67truck-7", "kid"),  # text, not bytes
        (ALG_EDDSA, b"\xa1\x04\x40", "kid"),
        (ALG_EDDSA, b"\xa1\x04\x41\xff", "kid"),
        (ALG_AND_KID, KID, "both protected and not"),
        (b"\xa2\x01\x27\x65topic\x05", KID, "topic"),
        (b"\x80", KID, "map"),
        (b"\xa2\x01\x27\x01\x27", KID, "twice"),
        (b"\xa1\x01\x27\x00", KID, "follow"),
    ],
)
def test_a_header_that_names_anything_else_is_refused(
    protected: bytes, unprotected: bytes, what: str
) -> None:
    assert what in refused(sign1(PAYLOAD, protected, unprotected))


@pytest.mark.parametrize(
    "envelope",
    [
        b"\xd2\x84",
        b"\xd2\x84\x43\xa1\x01\x27\xa0\xf6\x58\x40" + bytes(64),  # detached payload
        b"\xd2\x84\xa1\x01\x27\xa0\x40\x40",  # header is no byte string
        b"\xd2\x84\x40\x40\x40\x40",
        sign1(PAYLOAD)[:-1],
        sign1(PAYLOAD) + b"\0",
        sign1(PAYLOAD, signature=bytes(63)),
        sign1(PAYLOAD, signature=bytes(65)),
        b"\xd2\x84\x5f\x43\xa1\x01\x27\xff" + KID + b"\x40\x58\x40" + bytes(64),  # indefinite
    ],
)
def test_what_is_no_whole_sign1_is_refused(envelope: bytes) -> None:
    refused(envelope)
