"""COSE_Sign1 (RFC 9052 section 4.2) with Ed25519 (RFC 9053 section 2.2, RFC 9864).

Tag 18 of [protected, unprotected, payload, signature]. The protected header holds `alg` (1); `kid`
(4), the device's id in UTF-8, stands in either header; the text label `topic` may stand in the
protected one. The payload is not detached, and no external data are signed.
"""

from __future__ import annotations

from typing import Final

from twins.verdict.counts import counted

from .cbor import InvalidCbor, Tagged, byte_string, parse_cbor
from .envelope import SIGNATURE_BYTES, Envelope
from .refusals import BadSignature

ALGORITHMS: Final = (-8, -19)
"""Numbers of one algorithm: EdDSA of RFC 9053, and Ed25519 of RFC 9864."""

_MARK: Final = b"\xd2\x84"
_ALG, _CRIT, _KID = 1, 2, 4
_TOPIC: Final = "topic"
_CONTEXT: Final = b"\x84\x6aSignature1"
_NO_EXTERNAL_DATA: Final = b"\x40"

Header = dict[int | str, object]


def cose_of(payload: bytes) -> Envelope | None:
    """Return the envelope that a payload is, or None where it is none.

    Raises:
        BadSignature: It is one, and cannot be used.
    """
    if payload[:2] != _MARK:
        return None
    try:
        return _envelope(parse_cbor(payload))
    except InvalidCbor as error:
        problem = f"the COSE_Sign1 cannot be read: {error}"
        raise BadSignature(problem) from error


def _envelope(document: object) -> Envelope:
    match document:
        case Tagged(
            tag=18, value=[bytes(protected), dict(unprotected), bytes(payload), bytes(sig)]
        ):
            pass
        case Tagged(tag=18, value=[_, _, None, _]):
            problem = "its payload is detached; send it inside"
            raise BadSignature(problem)
        case _:
            problem = "it is no COSE_Sign1 of two headers, payload and signature"
            raise BadSignature(problem)
    header = parse_cbor(protected) if protected else {}
    if not isinstance(header, dict):
        problem = "its protected header is no map"
        raise BadSignature(problem)
    _check_headers(header, unprotected)
    if len(sig) != SIGNATURE_BYTES:
        problem = f"it has {counted(len(sig), 'byte')}, Ed25519 has {SIGNATURE_BYTES}"
        raise BadSignature(problem)
    # Sig_structure of RFC 9052 section 4.4.
    signed = _CONTEXT + byte_string(protected) + _NO_EXTERNAL_DATA + byte_string(payload)
    return Envelope(_signer(header, unprotected), _topic(header), payload, sig, signed)


def _check_headers(protected: Header, unprotected: Header) -> None:
    """Check that the algorithm is ours and that no header changes what is signed."""
    twice = protected.keys() & unprotected.keys()
    if twice:
        problem = f"the header {min(map(str, twice))} is both protected and not"
        raise BadSignature(problem)
    if _CRIT in protected:
        problem = "its header holds crit, which is not understood here"
        raise BadSignature(problem)
    if protected.get(_ALG) not in ALGORITHMS:
        allowed = " or ".join(map(str, ALGORITHMS))
        problem = f"protected alg (1) is {protected.get(_ALG)!r}, allowed is {allowed}"
        raise BadSignature(problem)


def _signer(protected: Header, unprotected: Header) -> str:
    kid = protected.get(_KID, unprotected.get(_KID))
    if not isinstance(kid, bytes) or not kid:
        problem = "its headers have no kid (4) in bytes; name the device"
        raise BadSignature(problem)
    try:
        return kid.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = "its kid (4) is not UTF-8; name the device"
        raise BadSignature(problem) from error


def _topic(protected: Header) -> str | None:
    topic = protected.get(_TOPIC)
    if topic is not None and not isinstance(topic, str):
        problem = "topic of its header is no text"
        raise BadSignature(problem)
    return topic
