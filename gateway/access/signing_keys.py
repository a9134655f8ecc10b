"""Public keys of devices that sign, in the forms in which people have them."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from twins.errors import ConfigurationFault

KEY_BYTES = 32
_PRIME: Final = 2**255 - 19
_SIGN: Final = 1 << 255
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
        InvalidSigningKey: It is none of these, another kind of key, a private key, or one for which
            anybody can sign.
    """
    text = text.strip()
    if text.startswith(_PEM):
        key = _key_of_pem(text)
    elif text.startswith("{"):
        key = _key_of_jwk(text)
    else:
        key = _key_of_x(text)
    _check_point(key)
    return key


def text_of_key(key: bytes) -> str:
    """Return a public key as `x` of a JWK."""
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode("ascii")


def _check_point(key: bytes) -> None:
    """Check that a key is no point of an order that divides 8 (RFC 7748 section 7).

    Signatures by such a key can be made without any secret, and some fit every message. Doubling
    leads from y of order 8 to y = 0, of order 4, where d·y⁴ + 2·y² = 1 with
    d = -121665/121666 (RFC 8032 section 5.1). The sign of x makes no difference.

    Raises:
        InvalidSigningKey: It is, or no point is written so (RFC 8032 section 5.1.3).
    """
    y = int.from_bytes(key, "little") & ~_SIGN
    if y >= _PRIME:
        raise InvalidSigningKey("no point of the curve is written so")
    is_of_order_8 = (121_665 * y**4 - 2 * 121_666 * y**2 + 121_666) % _PRIME == 0
    if y in (0, 1, _PRIME - 1) or is_of_order_8:
        raise InvalidSigningKey("anybody can sign for this key, for it is of small order")


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
