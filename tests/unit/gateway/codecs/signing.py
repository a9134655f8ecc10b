"""A device that signs, made without the code under test: by the formulas of RFC 8032."""

import base64
import functools
import json

from tests.vectors.independent import ed25519

DEVICE = "truck-7"
SECRET = bytes(range(32))
KEY = ed25519.public_key(SECRET)
TOPIC = f"cargotwin/v1/{DEVICE}/readings"
EDDSA = {"alg": "EdDSA", "kid": DEVICE}


@functools.cache
def signature_of(message: bytes, secret: bytes = SECRET) -> bytes:
    return ed25519.sign(secret, message)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jws_parts(payload: bytes, header: dict[str, object]) -> tuple[str, str, str]:
    """Return protected header, payload and signature (RFC 7515 section 5.1)."""
    protected, body = base64url(json.dumps(header).encode()), base64url(payload)
    return protected, body, base64url(signature_of(f"{protected}.{body}".encode()))


def compact(payload: bytes, header: dict[str, object] | None = None) -> bytes:
    return ".".join(jws_parts(payload, EDDSA if header is None else header)).encode()


def flattened(payload: bytes, header: dict[str, object] | None = None) -> bytes:
    names = ("protected", "payload", "signature")
    parts = jws_parts(payload, EDDSA if header is None else header)
    return json.dumps(dict(zip(names, parts, strict=True))).encode()


def cbor_bytes(content: bytes) -> bytes:
    """Return a byte string of CBOR, with a length of two bytes whatever it is."""
    return b"\x59" + len(content).to_bytes(2, "big") + content


def shortest(content: bytes) -> bytes:
    if len(content) < 24:
        return bytes([0x40 + len(content)]) + content
    if len(content) < 256:
        return bytes([0x58, len(content)]) + content
    return cbor_bytes(content)


ALG_EDDSA = bytes.fromhex("a10127")
"""{1: -8}"""

KID = b"\xa1\x04" + shortest(DEVICE.encode())
"""{4: h'the device'}"""


def sign1(
    payload: bytes, protected: bytes = ALG_EDDSA, unprotected: bytes = KID, signature: bytes = b""
) -> bytes:
    """Return a COSE_Sign1; signed is the Sig_structure of RFC 9052 section 4.4."""
    structure = b"\x84\x6aSignature1" + shortest(protected) + b"\x40" + shortest(payload)
    signed = signature or signature_of(structure)
    parts = shortest(protected) + unprotected + cbor_bytes(payload) + shortest(signed)
    return b"\xd2\x84" + parts


def key_of(device: str) -> bytes | None:
    return KEY if device == DEVICE else None
