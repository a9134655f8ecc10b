import base64
import json

import pytest

from contracts.dsse import (
    InvalidEnvelope,
    body_signed_by,
    key_named_by,
    pre_authentication_encoding,
    public_key_in,
    read_envelope,
    signed_envelope,
)
from contracts.signer import AttesterKey
from tests.vectors.independent import ed25519

SECRET = bytes(range(32))
KEY = AttesterKey(SECRET)
TYPE = "application/vnd.in-toto+json"
BODY = b'{"a":"\xc3\xa9"}'

# https://github.com/secure-systems-lab/dsse, protocol.md, section "Test Vectors".
SPECIFIED_TYPE, SPECIFIED_BODY = "http://example.com/HelloWorld", b"hello world"
SPECIFIED_ENCODING = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def envelope() -> dict[str, object]:
    return signed_envelope(TYPE, BODY, KEY)


def opened(document: object, *, key: bytes = KEY.public_key, payload_type: str = TYPE) -> bytes:
    return body_signed_by(read_envelope(document), payload_type, key)


def test_encoding_is_that_of_the_specifications_example() -> None:
    assert pre_authentication_encoding(SPECIFIED_TYPE, SPECIFIED_BODY) == SPECIFIED_ENCODING


def test_lengths_are_those_of_bytes_in_utf_8() -> None:
    assert pre_authentication_encoding("é", BODY) == b"DSSEv1 2 \xc3\xa9 10 " + BODY
    assert pre_authentication_encoding("", b"") == b"DSSEv1 0  0 "


def test_signature_is_the_one_that_independent_code_makes_of_the_encoding() -> None:
    found = read_envelope(envelope())
    encoding = b" ".join([b"DSSEv1", b"28", TYPE.encode(), b"10", BODY])
    assert base64.b64decode(found.signatures[0].sig) == ed25519.sign(SECRET, encoding)
    assert key_named_by(found) == ed25519.public_key(SECRET)
    assert base64.b64decode(found.payload) == BODY


def test_envelope_survives_json_and_gives_its_bytes_back() -> None:
    assert opened(json.loads(json.dumps(envelope()))) == BODY


def test_either_alphabet_of_base64_is_read() -> None:
    body = bytes(range(248, 256)) * 3
    document = signed_envelope(TYPE, body, KEY)
    assert "/" in str(document["payload"])
    other = json.loads(json.dumps(document).replace("+/", "-_"))
    other["payload"] = str(document["payload"]).translate(str.maketrans("+/", "-_"))
    other["payloadType"] = TYPE
    assert opened(other) == body


def test_one_good_signature_among_others_is_enough_whatever_their_hints_say() -> None:
    document = envelope()
    stranger = signed_envelope(TYPE, BODY, AttesterKey(bytes(32)))
    document["signatures"] = [*stranger["signatures"], {**document["signatures"][0], "keyid": "x"}]  # type: ignore[misc, index]
    assert opened(document) == BODY


def test_unknown_members_are_ignored() -> None:
    assert opened({**envelope(), "extension": 1}) == BODY


@pytest.mark.parametrize(
    "change",
    [
        {"payload": base64.b64encode(b"{}").decode()},
        {"payload": "?"},
        {"payload": 7},
        {"payloadType": "application/json"},
        {"signatures": []},
        {"signatures": [{"sig": "AAAA"}]},
        {"signatures": [{"keyid": "ed25519:00"}]},
        {"signatures": None},
    ],
    ids=str,
)
def test_changed_envelope_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InvalidEnvelope):
        opened({**envelope(), **change})


@pytest.mark.parametrize("document", [None, [], "x", 1, {}], ids=str)
def test_what_is_no_envelope_is_refused(document: object) -> None:
    with pytest.raises(InvalidEnvelope):
        read_envelope(document)


def test_payload_of_another_type_is_refused_though_its_signature_is_good() -> None:
    with pytest.raises(InvalidEnvelope, match="holds"):
        opened(signed_envelope("text/plain", BODY, KEY))


def test_another_key_is_refused() -> None:
    with pytest.raises(InvalidEnvelope, match="no signature"):
        opened(envelope(), key=AttesterKey(bytes(32)).public_key)


def test_a_signature_over_the_bare_bytes_is_none_over_the_envelope() -> None:
    document = envelope()
    bare = base64.b64encode(KEY.sign(BODY)).decode()
    document["signatures"] = [{"sig": bare}]
    with pytest.raises(InvalidEnvelope):
        opened(document)


def test_every_changed_character_of_payload_and_signature_is_noticed() -> None:
    whole = json.dumps(envelope())
    document = json.loads(whole)
    for text in (document["payload"], document["signatures"][0]["sig"]):
        for place, letter in enumerate(text):
            other = "A" if letter != "A" else "B"
            changed = text[:place] + other + text[place + 1 :]
            with pytest.raises(InvalidEnvelope):
                opened(json.loads(whole.replace(text, changed)))


@pytest.mark.parametrize("text", ["", "ed25519:", "ed25519:zz", "ed25519:00", "rsa:" + "00" * 32])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidEnvelope, match="no key"):
        public_key_in(text)
