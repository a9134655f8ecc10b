"""What the two forms of a signed payload share: who signed what, and by which algorithm."""

from __future__ import annotations

import msgspec

SIGNATURE_BYTES = 64
"""Length of an Ed25519 signature (RFC 8032 section 5.1.6)."""


class Envelope(msgspec.Struct, frozen=True):
    """A signed payload taken apart; nothing of it is checked yet.

    Attributes:
        signer: Key id: the device's id.
        topic: The topic that it was signed for, None where it does not say.
        payload: What the device's format reads.
        signature: Ed25519, 64 bytes.
        signed: The bytes that the signature covers.
    """

    signer: str
    topic: str | None
    payload: bytes
    signature: bytes
    signed: bytes
