"""Signed payloads (SPECIFICATION section 19): JWS of RFC 7515 and COSE_Sign1 of RFC 9052."""

import base64
import json

from . import ed25519


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jws(secret: bytes, header: dict[str, str], payload: bytes) -> tuple[str, str, str]:
    """Return protected header, payload and signature (RFC 7515 section 5.1)."""
    protected = base64url(json.dumps(header, separators=(",", ":")).encode())
    body = base64url(payload)
    return protected, body, base64url(ed25519.sign(secret, f"{protected}.{body}".encode()))


def compact(secret: bytes, device: str, payload: bytes) -> bytes:
    return ".".join(jws(secret, {"alg": "EdDSA", "kid": device}, payload)).encode()


def flattened(secret: bytes, device: str, topic: str, payload: bytes) -> bytes:
    header = {"alg": "Ed25519", "kid": device, "topic": topic}
    names = ("protected", "payload", "signature")
    return json.dumps(dict(zip(names, jws(secret, header, payload), strict=True))).encode()


def byte_string(content: bytes) -> bytes:
    """Return a byte string of CBOR of fewer than 65,536 bytes (RFC 8949 section 3)."""
    size = len(content)
    if size < 24:
        return bytes([0x40 + size]) + content
    head = b"\x58" + bytes([size]) if size < 256 else b"\x59" + size.to_bytes(2, "big")
    return head + content


def cose(secret: bytes, device: str, payload: bytes) -> bytes:
    """Return tag 18 of [{1: -8}, {4: device}, payload, signature]."""
    protected = byte_string(bytes.fromhex("a10127"))
    structure = b"\x84\x6aSignature1" + protected + b"\x40" + byte_string(payload)
    unprotected = b"\xa1\x04" + byte_string(device.encode())
    signature = byte_string(ed25519.sign(secret, structure))
    return b"\xd2\x84" + protected + unprotected + byte_string(payload) + signature


def signature_of(envelope: bytes) -> bytes:
    """Return the signature, which stands last in each form that is made here."""
    if envelope[:1] == b"\xd2":
        return envelope[-64:]
    last = envelope.decode().replace('"}', "")[-86:]
    return base64.urlsafe_b64decode(last + "==")
