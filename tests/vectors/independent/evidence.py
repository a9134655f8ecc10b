"""Journal chain, leaves and roots (SPECIFICATION sections 5 and 7)."""

import hashlib
import hmac
from collections.abc import Sequence

from .message_pack import Packed

GENESIS = bytes(32)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def salt(asset_key: bytes, record: bytes) -> bytes:
    return hmac.new(asset_key, record, hashlib.sha256).digest()[:16]


def leaf(asset_key: bytes, record: bytes) -> bytes:
    return sha256(b"\x00" + salt(asset_key, record) + record)


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, as the RFC writes it."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:]))


def message(
    received_at: int,
    client: str,
    packet_id: int | None,
    *,
    dup: bool,
    raw: bytes | None,
    records: Sequence[bytes],
) -> list[object]:
    return [received_at, client, packet_id, dup, raw, [Packed(one) for one in records]]


def chain(previous: bytes, number: int, committed_at: int, blob: bytes) -> bytes:
    header = b"".join(one.to_bytes(8, "big") for one in (number, committed_at, 2))
    return sha256(previous + header + blob)
