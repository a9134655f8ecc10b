"""Evidence of an asset's inputs: salted leaves of an RFC 6962 tree over the input log.

`leaf = SHA-256(0x00 ‖ salt ‖ record)` with `salt` the first 16 bytes of HMAC-SHA-256(asset key,
record). A proof of one record reveals nothing about the others; without the asset key and the
records nothing can be tried out, which is how an asset is forgotten.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.merkle import Frontier

SALT_BYTES = 16
ASSET_KEY_BYTES = 32
_LEAF = b"\x00"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a version states about its inputs: how many, and their root."""

    size: int
    root: bytes

    def document(self) -> dict[str, object]:
        """Return the JSON form."""
        return {"size": self.size, "root": self.root.hex()}


def salt_of(asset_key: bytes, record: bytes) -> bytes:
    """Return the salt of a record."""
    return hmac.digest(asset_key, record, "sha256")[:SALT_BYTES]


def leaf_of(asset_key: bytes, record: bytes) -> bytes:
    """Return the leaf hash of a record."""
    return hashlib.sha256(_LEAF + salt_of(asset_key, record) + record).digest()


def evidence_of(asset_key: bytes, records: Iterable[bytes]) -> Evidence:
    """Return the evidence over records in the order of the log."""
    frontier = Frontier()
    for record in records:
        frontier = frontier.append(leaf_of(asset_key, record))
    return Evidence(frontier.size, frontier.root())
