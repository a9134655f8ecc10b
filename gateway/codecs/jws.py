"""JSON Web Signature (RFC 7515) with Ed25519 (RFC 8037, RFC 9864): compact and flattened JSON.

The protected header holds `alg` and `kid`, and may hold `topic`. Everything else of RFC 7515 that
would change what is signed or how (`crit`, `b64`, an unprotected header) is refused.
"""

from __future__ import annotations

import base64
import binascii
import re

from twins.verdict.counts import counted

from .envelope import SIGNATURE_BYTES, Envelope
from .json_text import JsonObject, parse, parse_object
from .refusals import BadSignature

ALGORITHMS = ("EdDSA", "Ed25519")
"""Names of one algorithm: the older of RFC 8037, and the newer of RFC 9864."""

_COMPACT = re.compile(rb"\s*(e[A-Za-z0-9_-]*)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]*)\s*")
_MARK = b'"protected"'
_MEMBERS = {"protected", "payload", "signature"}
_CHANGING = ("crit", "b64")


def jws_of(payload: bytes) -> Envelope | None:
    """Return the envelope that a payload is, or None where it is none.

    Raises:
        Refusal: It is one, and cannot be used.
    """
    if _MARK in payload:
        return _flattened(payload) if payload.lstrip()[:1] == b"{" else None
    # A header is a JSON object, and base64url of "{" begins with "e".
    found = _COMPACT.fullmatch(payload) if payload.lstrip()[:1] == b"e" else None
    return _envelope(*found.groups()) if found else None


def _flattened(payload: bytes) -> Envelope | None:
    """Return the envelope of the flattened JSON form (RFC 7515 section 7.2.2)."""
    document = parse(payload)
    if not isinstance(document, dict) or not document.keys() >= _MEMBERS:
        return None
    unknown = ", ".join(sorted(document.keys() - _MEMBERS))
    if unknown:
        problem = f"{unknown} beside protected, payload and signature"
        raise BadSignature(problem)
    parts = [document[name] for name in ("protected", "payload", "signature")]
    if not all(isinstance(part, str) and part.isascii() for part in parts):
        problem = "protected, payload and signature must be base64url texts"
        raise BadSignature(problem)
    return _envelope(*(part.encode("ascii") for part in parts))


def _envelope(protected: bytes, payload: bytes, signature: bytes) -> Envelope:
    header = parse_object(_decoded("protected header", protected))
    for name in _CHANGING:
        if name in header:
            problem = f"its header holds {name}, which is not understood here"
            raise BadSignature(problem)
    if header.get("alg") not in ALGORITHMS:
        problem = f"alg is {header.get('alg')!r}, allowed is {' or '.join(ALGORITHMS)}"
        raise BadSignature(problem)
    signer = _text(header, "kid")
    if not signer:
        problem = "its header has no kid; name the device"
        raise BadSignature(problem)
    decoded = _decoded("signature", signature)
    if len(decoded) != SIGNATURE_BYTES:
        problem = f"it has {counted(len(decoded), 'byte')}, Ed25519 has {SIGNATURE_BYTES}"
        raise BadSignature(problem)
    return Envelope(
        signer=signer,
        topic=_text(header, "topic"),
        payload=_decoded("payload", payload),
        signature=decoded,
        signed=protected + b"." + payload,
    )


def _text(header: JsonObject, name: str) -> str | None:
    value = header.get(name)
    if value is not None and not isinstance(value, str):
        problem = f"{name} of its header is no text"
        raise BadSignature(problem)
    return value


def _decoded(name: str, text: bytes) -> bytes:
    """Return the bytes of base64url without padding, in its one canonical form."""
    try:
        found = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        problem = f"its {name} is no base64url"
        raise BadSignature(problem) from error
    if base64.urlsafe_b64encode(found).rstrip(b"=") != text:
        problem = f"its {name} is no base64url without padding"
        raise BadSignature(problem)
    return found
