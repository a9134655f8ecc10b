"""Canonical JSON, its digest, and the content identifier that is that digest.

A document's RFC 8785 bytes hash by SHA-256 to the 32 bytes that stand on the chain; the same 32
bytes, behind the four bytes that say CIDv1, raw, sha2-256, 32 long, are the document's address in
IPFS.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from .errors import InvalidContentIdentifier, NotCanonicalizable

JsonValue = Mapping[str, Any] | Sequence[Any] | str | int | float | bool | None

DIGEST_BYTES = 32
# CIDv1 = version, content codec, multihash code, multihash length: 1, raw, sha2-256, 32.
CID_HEAD = bytes((0x01, 0x55, 0x12, DIGEST_BYTES))
BASE16 = "f"
BASE32 = "b"


def canonical_bytes(value: JsonValue) -> bytes:
    """Write a JSON value in the one form that RFC 8785 gives it.

    Raises:
        NotCanonicalizable: The value is not JSON, or holds an integer beyond 2^53 - 1.
    """
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise NotCanonicalizable(str(error)) from error


def digest(value: JsonValue) -> bytes:
    """Return the SHA-256 of a value's canonical bytes."""
    return hashlib.sha256(canonical_bytes(value)).digest()


def cid_of(digest: bytes) -> str:
    """Write a SHA-256 digest as CIDv1, codec raw, in base16."""
    if len(digest) != DIGEST_BYTES:
        raise InvalidContentIdentifier(digest.hex(), f"a SHA-256 digest has {DIGEST_BYTES} bytes")
    return BASE16 + (CID_HEAD + digest).hex()


def digest_of_cid(cid: str) -> bytes:
    """Read the SHA-256 digest out of a CIDv1 in base16 (`f…`) or base32 (`b…`).

    Raises:
        InvalidContentIdentifier: Another version, codec, hash or base, or damaged text.
    """
    binary = _multibase_bytes(cid)
    if not binary.startswith(CID_HEAD):
        rule = "only CIDv1 with codec raw and sha2-256 names a document's bytes"
        raise InvalidContentIdentifier(cid, rule)
    if len(binary) != len(CID_HEAD) + DIGEST_BYTES:
        raise InvalidContentIdentifier(cid, f"the digest must have {DIGEST_BYTES} bytes")
    if cid not in (BASE16 + binary.hex(), BASE32 + _base32(binary)):
        raise InvalidContentIdentifier(cid, "not the one way to write these bytes in lower case")
    return binary[len(CID_HEAD) :]


def _multibase_bytes(cid: str) -> bytes:
    prefix, text = cid[:1], cid[1:]
    try:
        if prefix == BASE16:
            return bytes.fromhex(text)
        if prefix == BASE32:
            return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (ValueError, binascii.Error) as error:
        raise InvalidContentIdentifier(cid, str(error)) from error
    rule = "it must begin with f (base16) or b (base32)"
    raise InvalidContentIdentifier(cid, rule)


def _base32(binary: bytes) -> str:
    return base64.b32encode(binary).decode("ascii").rstrip("=").lower()
