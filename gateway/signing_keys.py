"""Public keys of devices that sign, in the forms in which people have them."""

from __future__ import annotations

import base64
import binascii
import json

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from twins.errors import ConfigurationFault

KEY_BYTES = 32
_PEM = "-----BEGIN "
_SECRET_MEMBER = "d"  # noqa: S105 - the name of a member of a JWK, no password


class InvalidSigningKey(ConfigurationFault):
    """What a person gave is no Ed25519 public key."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}; give an Ed25519 public key as PEM, as JWK or as its x")


def key_of_text(text: str) -> bytes:
    """Return the 32 bytes of a public key.

    Args:
        text: PEM (RFC 8410), a JWK (RFC 8037 section 2), or the JWK's `x`: base64url without
            padding (RFC 7515 section 2).

    Raises:
        InvalidSigningKey: It is none of these, another kind of key, or a private key.
    """
    text = text.strip()
    if text.startswith(_PEM):
        return _key_of_pem(text)
    if text.startswith("{"):
        return _key_of_jwk(text)
    return _key_of_x(text)


def text_of_key(key: bytes) -> str:
    """Return a public key as `x` of a JWK."""
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode("ascii")


def _key_of_pem(text: str) -> bytes:
    if "PRIVATE KEY" in text:
        raise InvalidSigningKey("this is a private key, which stays on the device")
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidSigningKey("the PEM holds no public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidSigningKey("the PEM holds a key of another kind")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key_of_jwk(text: str) -> bytes:
    try:
        jwk = json.loads(text)
    except ValueError as error:
        raise InvalidSigningKey("this is no JSON") from error
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519" or not isinstance(jwk.get("x"), str):
        raise InvalidSigningKey('the JWK is not of kty "OKP" and crv "Ed25519" with an x')
    if _SECRET_MEMBER in jwk:
        raise InvalidSigningKey("this is a private key, which stays on the device")
    return _key_of_x(jwk["x"])


def _key_of_x(text: str) -> bytes:
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidSigningKey("this is no base64url") from error
    if len(key) != KEY_BYTES or text_of_key(key) != text:
        raise InvalidSigningKey(f"{KEY_BYTES} bytes in base64url are needed")
    return key
