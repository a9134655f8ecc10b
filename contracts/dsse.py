"""DSSE v1.0: an envelope that carries some bytes, says what they are, and who signed both.

What is signed is the pre-authentication encoding of type and body, so a signature under an
envelope is never one over the bare bytes, nor the other way round: one key can do both. See
https://github.com/secure-systems-lab/dsse, protocol.md and envelope.md.
"""

from __future__ import annotations

import base64
import binascii

import msgspec

from twins.errors import CargotwinError

from .signer import AttesterKey, is_attested_by

KEY_SCHEME = "ed25519:"
_KEY_BYTES = 32


class InvalidEnvelope(CargotwinError):
    """An envelope is none, or nobody known signed what is in it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"DSSE envelope: {reason}")


class Signature(msgspec.Struct, frozen=True):
    """One signature. `keyid` only hints at the key: nothing may be concluded from it."""

    sig: str
    keyid: str = ""


class Envelope(msgspec.Struct, frozen=True, rename={"payload_type": "payloadType"}):
    """The JSON envelope; members that are not known here are ignored."""

    payload: str
    payload_type: str
    signatures: tuple[Signature, ...]


def pre_authentication_encoding(payload_type: str, body: bytes) -> bytes:
    """Return what is signed: PAE(type, body) of protocol.md."""
    name = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(body), body)


def signed_envelope(payload_type: str, body: bytes, key: AttesterKey) -> dict[str, object]:
    """Return the envelope of some bytes under a key, ready for JSON.

    Args:
        payload_type: What the bytes are, a media type.
        body: The bytes.
        key: Who signs; the whole public key is its own hint.
    """
    signature = key.sign(pre_authentication_encoding(payload_type, body))
    return {
        "payloadType": payload_type,
        "payload": base64.b64encode(body).decode(),
        "signatures": [
            {
                "keyid": KEY_SCHEME + key.public_key.hex(),
                "sig": base64.b64encode(signature).decode(),
            }
        ],
    }


def read_envelope(document: object) -> Envelope:
    """Return an envelope from JSON values.

    Raises:
        InvalidEnvelope: They are none.
    """
    try:
        envelope = msgspec.convert(document, Envelope)
    except msgspec.ValidationError as error:
        raise InvalidEnvelope(str(error)) from error
    if not envelope.signatures:
        raise InvalidEnvelope("it bears no signature")
    return envelope


def key_named_by(envelope: Envelope) -> bytes:
    """Return the public key that the first signature names, which nothing makes trustworthy.

    Raises:
        InvalidEnvelope: It names none.
    """
    return public_key_in(envelope.signatures[0].keyid)


def public_key_in(text: str) -> bytes:
    """Return the key that `ed25519:` and 64 hexadecimal digits are.

    Raises:
        InvalidEnvelope: The text is no such key.
    """
    try:
        key = bytes.fromhex(text.removeprefix(KEY_SCHEME))
    except ValueError:
        key = b""
    if not text.startswith(KEY_SCHEME) or len(key) != _KEY_BYTES:
        raise InvalidEnvelope(f"{text!r} is no key: it is written ed25519: and 64 hex digits")
    return key


def body_signed_by(envelope: Envelope, payload_type: str, public_key: bytes) -> bytes:
    """Return the bytes in an envelope that a key signed.

    Args:
        envelope: It may bear other signatures too.
        payload_type: What the bytes must be.
        public_key: Whose signature is asked for, whatever the hints say.

    Raises:
        InvalidEnvelope: The key did not sign it, or it holds something else.
    """
    body = _decoded(envelope.payload)
    message = pre_authentication_encoding(envelope.payload_type, body)
    signatures = [_decoded(one.sig) for one in envelope.signatures]
    if not any(is_attested_by(public_key, message, one) for one in signatures):
        raise InvalidEnvelope(f"no signature in it is that of {KEY_SCHEME}{public_key.hex()}")
    if envelope.payload_type != payload_type:
        raise InvalidEnvelope(f"it holds {envelope.payload_type!r}, not {payload_type!r}")
    return body


def _decoded(text: str) -> bytes:
    """Return what base64 in either alphabet says; protocol.md asks verifiers to take both."""
    standard = text.replace("-", "+").replace("_", "/")
    try:
        found = base64.b64decode(standard, validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidEnvelope(f"{text[:16]!r}… is no base64: {error}") from error
    # RFC 4648 section 3.5: of several texts for the same bytes only the canonical one is taken.
    if base64.b64encode(found).decode() != standard:
        raise InvalidEnvelope(f"{text[:16]!r}… is not the one way to write its bytes in base64")
    return found
