"""The Merkle tree of RFC 6962: roots, audit paths, consistency paths, and the frontier that grows.

A tree over n leaves splits at k, the largest power of two smaller than n. Leaves hash behind a 0x00
byte and nodes behind a 0x01 byte (section 2.1), so that no node can be passed off as a leaf. Leaf
hashes are what all functions here take; the empty tree's root is the hash of nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import InvalidProof

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH_BYTES = 32
SIZE_BYTES = 8
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash a leaf: SHA-256(0x00 ‖ data), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that must be kept of a tree so that leaves can still be appended and its root told.

    Attributes:
        size: Number of leaves.
        peaks: Roots of the complete subtrees, largest first: one for each bit set in `size`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size < 1 << 8 * SIZE_BYTES:
            reason = f"{self.size} leaves"
            raise InvalidProof(reason)
        if len(self.peaks) != self.size.bit_count() or any(
            len(peak) != HASH_BYTES for peak in self.peaks
        ):
            reason = f"{len(self.peaks)} peaks over {self.size} leaves"
            raise InvalidProof(reason)

    def append(self, leaf: bytes) -> Frontier:
        """Return the frontier of the tree with one more leaf hash at its end."""
        return self.extend((leaf,))

    def extend(self, leaves: Sequence[bytes]) -> Frontier:
        """Return the frontier of the tree with more leaf hashes at its end, in their order."""
        old, new, nodes, rest = list(self.peaks), [], list(leaves), self.size
        # Level by level: what has no right neighbour yet is the peak of its level.
        while nodes:
            if rest & 1:
                nodes.insert(0, old.pop())
            if len(nodes) & 1:
                new.append(nodes.pop())
            nodes = _parents(nodes)
            rest >>= 1
        return Frontier(self.size + len(leaves), (*old, *reversed(new)))

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        return _fold_right(self.peaks) if self.peaks else EMPTY_ROOT

    def to_bytes(self) -> bytes:
        """Write the frontier: the size in 8 bytes, big-endian, then the peaks."""
        return self.size.to_bytes(SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Frontier:
        """Read what `to_bytes` wrote.

        Raises:
            InvalidProof: The bytes are no frontier.
        """
        size, rest = int.from_bytes(stored[:SIZE_BYTES], "big"), stored[SIZE_BYTES:]
        if len(stored) < SIZE_BYTES or len(rest) != size.bit_count() * HASH_BYTES:
            reason = f"a frontier of {len(stored)} bytes"
            raise InvalidProof(reason)
        peaks = (rest[at : at + HASH_BYTES] for at in range(0, len(rest), HASH_BYTES))
        return cls(size, tuple(peaks))


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return MTH of the leaves, RFC 6962 section 2.1."""
    return Frontier().extend(leaf_hashes).root()


def audit_path(index: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return PATH(index, leaves), from the leaf upwards, RFC 6962 section 2.1.1.

    Raises:
        InvalidProof: There is no leaf `index`.
    """
    size = len(leaf_hashes)
    if not 0 <= index < size:
        reason = f"leaf {index} of {size}"
        raise InvalidProof(reason)
    if size == 1:
        return ()
    k = _split(size)
    if index < k:
        return (*audit_path(index, leaf_hashes[:k]), root(leaf_hashes[k:]))
    return (*audit_path(index - k, leaf_hashes[k:]), root(leaf_hashes[:k]))


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes
) -> bool:
    """Tell whether leaf hash `leaf` is number `index` of the `size` under `expected_root`.

    The algorithm is that of RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    node, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and result == expected_root


def consistency_path(first: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return PROOF(first, leaves): that the tree only grew since `first`, RFC 6962 section 2.1.2.

    Raises:
        InvalidProof: The tree never had `first` leaves, or `first` is 0.
    """
    if not 0 < first <= len(leaf_hashes):
        reason = f"consistency of {first} with {len(leaf_hashes)} leaves"
        raise InvalidProof(reason)
    return _subproof(first, leaf_hashes, known=True)


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Tell whether the tree of `second` leaves only appended to that of `first`.

    The algorithm is that of RFC 9162 section 2.1.4.2. Nothing is consistent with everything: from
    the empty tree no path is needed.
    """
    if not 0 <= first <= second:
        return False
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    if first == second:
        return not path and first_root == second_root
    nodes = list(path) if first & (first - 1) else [first_root, *path]
    return bool(nodes) and _consistent(first, second, first_root, second_root, nodes)


def _consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, nodes: Sequence[bytes]
) -> bool:
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _subproof(first: int, leaf_hashes: Sequence[bytes], *, known: bool) -> tuple[bytes, ...]:
    size = len(leaf_hashes)
    if first == size:
        return () if known else (root(leaf_hashes),)
    k = _split(size)
    if first <= k:
        return (*_subproof(first, leaf_hashes[:k], known=known), root(leaf_hashes[k:]))
    return (*_subproof(first - k, leaf_hashes[k:], known=False), root(leaf_hashes[:k]))


def _parents(nodes: list[bytes]) -> list[bytes]:
    """Return `node_hash` of each pair."""
    pairs, sha256 = iter(nodes), hashlib.sha256
    together = zip(pairs, pairs, strict=True)
    return [sha256(b"\x01" + left + right).digest() for left, right in together]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def _fold_right(peaks: Sequence[bytes]) -> bytes:
    result = peaks[-1]
    for peak in reversed(peaks[:-1]):
        result = node_hash(peak, result)
    return result
