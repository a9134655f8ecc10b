"""Evidence of an asset's inputs: salted leaves of an RFC 6962 tree over the input log.

`leaf = SHA-256(0x00 ‖ salt ‖ record)` with `salt` the first 16 bytes of HMAC-SHA-256(asset key,
record). A proof of one record reveals nothing about the others; without the asset key and the
records nothing can be tried out, which is how an asset is forgotten.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from contracts.merkle import Frontier
from twins.inputs import decode
from twins.readings import Reading

SALT_BYTES = 16
ASSET_KEY_BYTES = 32
_LEAF = b"\x00"
# msgpack: an array of 11 whose first element is 1, and a bin of 64 bytes (SPECIFICATION section 2).
_READING = b"\x9b\x01"
_SIGNATURE = b"\xc4\x40"
_SIGNATURE_BYTES = 64
_COUNT_BYTES = 8
# HMAC, RFC 2104 section 2: the key, filled up to a block of the hash, XOR 0x36 and 0x5C.
_BLOCK_BYTES = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


@dataclass(frozen=True, slots=True)
class ParentEvidence:
    """How much of the log of an asset that held it a packed asset was folded with.

    Attributes:
        asset: Id of the asset that held it, directly or not.
        size: How many inputs of its log.
        root: Root over their leaves.
    """

    asset: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a version states about its inputs.

    Attributes:
        size: How many the asset's log holds.
        root: Root over their leaves.
        signed: How many of them are readings that bear their device's signature.
        parents: Of what ever held the asset, by id.
    """

    size: int
    root: bytes
    signed: int = 0
    parents: tuple[ParentEvidence, ...] = ()

    def document(self) -> dict[str, object]:
        """Return the JSON form; `signed` and `parents` stand in it where they say something."""
        stated: dict[str, object] = {"size": self.size, "root": self.root.hex()}
        if self.signed:
            stated["signed"] = self.signed
        if self.parents:
            stated["parents"] = [
                {"asset": one.asset, "size": one.size, "root": one.root.hex()}
                for one in self.parents
            ]
        return stated


def is_signed(record: bytes) -> bool:
    """Tell whether a record is a reading with an Ed25519 signature."""
    record = bytes(record)  # also of a view of bytes that were decoded together
    # Most records are none: two bytes tell before anything is decoded.
    if record[-_SIGNATURE_BYTES - 2 : -_SIGNATURE_BYTES] != _SIGNATURE or record[:2] != _READING:
        return False
    reading = decode(record)
    return isinstance(reading, Reading) and reading.signature == record[-_SIGNATURE_BYTES:]


def salt_of(asset_key: bytes, record: bytes) -> bytes:
    """Return the salt of a record."""
    return hmac.digest(asset_key, record, "sha256")[:SALT_BYTES]


def leaf_of(asset_key: bytes, record: bytes) -> bytes:
    """Return the leaf hash of a record."""
    return hashlib.sha256(_LEAF + salt_of(asset_key, record) + record).digest()


def leaves_of(asset_key: bytes, records: Iterable[bytes]) -> list[bytes]:
    """Return the leaf hashes of records, in their order.

    The two halves of the HMAC begin with the key alone, so that they are begun once for all.
    """
    if len(asset_key) > _BLOCK_BYTES:
        asset_key = hashlib.sha256(asset_key).digest()
    key = asset_key.ljust(_BLOCK_BYTES, b"\x00")
    begun_inside = hashlib.sha256(key.translate(_INNER)).copy
    begun_outside = hashlib.sha256(key.translate(_OUTER)).copy
    sha256 = hashlib.sha256
    leaves = []
    for record in records:
        inside, outside = begun_inside(), begun_outside()
        inside.update(record)
        outside.update(inside.digest())
        salt = outside.digest()[:SALT_BYTES]
        leaves.append(sha256(_LEAF + salt + record).digest())
    return leaves


@dataclass(frozen=True, slots=True)
class GrowingEvidence:
    """Evidence over a log that is appended to.

    Attributes:
        frontier: Of the tree over its leaves.
        signed: How many of its records are signed readings.
    """

    frontier: Frontier = field(default_factory=Frontier)
    signed: int = 0

    @property
    def size(self) -> int:
        """How many records the log holds."""
        return self.frontier.size

    @property
    def evidence(self) -> Evidence:
        """The evidence over the log so far."""
        return Evidence(self.frontier.size, self.frontier.root(), self.signed)

    def extend(self, asset_key: bytes, records: Sequence[bytes]) -> GrowingEvidence:
        """Return the evidence over the log with more records at its end, in their order."""
        frontier = self.frontier.extend(leaves_of(asset_key, records))
        # Few records are long enough to hold a signature at all.
        signed = sum([is_signed(one) for one in records if len(one) > _SIGNATURE_BYTES])
        return GrowingEvidence(frontier, self.signed + signed)

    def to_bytes(self) -> bytes:
        """Return what `from_bytes` reads."""
        return self.signed.to_bytes(_COUNT_BYTES, "big") + self.frontier.to_bytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> GrowingEvidence:
        """Return the evidence that `to_bytes` wrote."""
        signed = int.from_bytes(stored[:_COUNT_BYTES], "big")
        return cls(Frontier.from_bytes(stored[_COUNT_BYTES:]), signed)


def evidence_of(asset_key: bytes, records: Iterable[bytes]) -> Evidence:
    """Return the evidence over records in the order of the log."""
    return GrowingEvidence().extend(asset_key, list(records)).evidence
