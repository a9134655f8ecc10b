import base64
import json

import pytest

from gateway.access.accounts import Account, Accounts, WrongAccount
from gateway.access.signing_keys import InvalidSigningKey, key_of_text, text_of_key
from tests.vectors.independent import ed25519

# RFC 8037 appendix A.1 and A.2: the key as JWK. RFC 8410 section 10.1: another one as PEM.
X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
KEY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
PRIVATE_JWK = {"kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}
PEM = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""
PEM_KEY = bytes.fromhex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")
# RFC 8410 section 10.3.
PRIVATE_PEM = (
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n"
)
P256_PEM = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMKBCTNIcKUSDii11ySs3526iDZ8A
iTo7Tu6KPAqv7D7gS2XpJFbZiItSs3m9+9Ue6GnvHw/GW2ZZaVtszggXIw==
-----END PUBLIC KEY-----
"""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (X, KEY),
        (f" {X}\n", KEY),
        (json.dumps({"kty": "OKP", "crv": "Ed25519", "x": X, "kid": "a"}), KEY),
        (PEM, PEM_KEY),
    ],
)
def test_a_public_key_is_read_in_each_form(text: str, key: bytes) -> None:
    assert key_of_text(text) == key


def test_a_key_is_written_as_x_of_a_jwk() -> None:
    assert text_of_key(KEY) == X


@pytest.mark.parametrize(
    "text",
    [json.dumps({**PRIVATE_JWK, "x": X}), PRIVATE_PEM],
)
def test_a_private_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidSigningKey, match="private key") as caught:
        key_of_text(text)
    assert "nWGxne" not in str(caught.value)
    assert "INTuctv5" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        X[:-1],
        X + "=",
        X[:-1] + "p",  # the last letter carries two bits that must be zero
        X + X,
        "not a key",
        "{",
        "[]",
        json.dumps({"kty": "OKP", "crv": "X25519", "x": X}),
        json.dumps({"kty": "EC", "crv": "P-256", "x": X}),
        json.dumps({"kty": "OKP", "crv": "Ed25519", "x": 5}),
        P256_PEM,
        PEM.replace("MCow", "AAAA"),
    ],
)
def test_what_is_no_ed25519_public_key_is_refused_with_the_forms_that_are_taken(text: str) -> None:
    with pytest.raises(InvalidSigningKey, match="Ed25519 public key as PEM, as JWK or as its x"):
        key_of_text(text)


# Any point of the curve, taken as often as the prime subgroup has points, is one of the eight whose
# order divides 8; so is each multiple of it. Added up by the formulas of RFC 8032 section 5.1.4.
def points_of_small_order() -> set[bytes]:
    found = set()
    for y in range(2, 40):
        x = ed25519._recovered_x(y)
        if (-x * x + y * y - 1 - ed25519.D * x * x * y * y) % ed25519.P:
            continue  # no point of the curve has this y
        point = ed25519._times(ed25519.ORDER, (x, y))
        for number in range(8):
            found.add(ed25519._bytes(ed25519._times(number, point)))
    return found


SMALL = points_of_small_order()
# The same points with the other sign of x, and y written as y + p where that fits (RFC 8032 section
# 5.1.3 takes neither where x is 0, but implementations do).
SMALL_OTHERWISE = {bytes([*one[:-1], one[-1] ^ 0x80]) for one in SMALL} | {
    (ed25519.P + y).to_bytes(32, "little") for y in (0, 1)
}


def test_there_are_eight_points_of_small_order() -> None:
    assert len(SMALL) == 8


@pytest.mark.parametrize("key", sorted(SMALL | SMALL_OTHERWISE), ids=bytes.hex)
def test_a_key_for_which_anybody_can_sign_is_refused_in_every_form(key: bytes) -> None:
    x = text_of_key(key)
    # RFC 8410 section 4: an Ed25519 SubjectPublicKeyInfo is these 12 bytes and the key.
    info = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + key).decode()
    pem = f"-----BEGIN PUBLIC KEY-----\n{info}\n-----END PUBLIC KEY-----\n"
    for text in (x, json.dumps({"kty": "OKP", "crv": "Ed25519", "x": x}), pem):
        with pytest.raises(InvalidSigningKey, match=r"small order|no point"):
            key_of_text(text)
    with pytest.raises(WrongAccount, match="signing_key"):
        Accounts([Account(name="a", signing_key=x)])


@pytest.mark.parametrize("number", range(8))
def test_keys_of_devices_are_taken(number: int) -> None:
    key = ed25519.public_key(bytes([number] * 32))
    assert key_of_text(text_of_key(key)) == key
