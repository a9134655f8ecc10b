"""ECDSA over secp256k1 (SEC 2 section 2.4.1), nonces by RFC 6979.

Not hardened, for vectors alone.
"""

import hashlib
import hmac

from .keccak import keccak

P = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
BASE = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
Point = tuple[int, int] | None


def _sum(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return other if one is None else one
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = 3 * x1 * x1 * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)
    x3 = (slope * slope - x1 - x2) % P
    return x3, (slope * (x1 - x3) - y1) % P


def _times(number: int) -> tuple[int, int]:
    result: Point = None
    point: Point = BASE
    while number:
        if number & 1:
            result = _sum(result, point)
        point, number = _sum(point, point), number >> 1
    if result is None:
        message = "a multiple of the order"
        raise ValueError(message)
    return result


def address(secret: bytes) -> str:
    """Return the address of a secret, in lower case."""
    x, y = _times(int.from_bytes(secret, "big"))
    return "0x" + keccak(x.to_bytes(32, "big") + y.to_bytes(32, "big"))[-20:].hex()


def _nonce(secret: bytes, digest: bytes) -> int:
    """RFC 6979 section 3.2; that the first candidate fails does not happen in a lifetime."""
    reduced = (int.from_bytes(digest, "big") % ORDER).to_bytes(32, "big")
    v, k = b"\1" * 32, bytes(32)
    for octet in (b"\0", b"\1"):
        k = hmac.digest(k, v + octet + secret + reduced, hashlib.sha256)
        v = hmac.digest(k, v, hashlib.sha256)
    return int.from_bytes(hmac.digest(k, v, hashlib.sha256), "big")


def sign(secret: bytes, digest: bytes) -> bytes:
    """Return r ‖ s ‖ v of a digest, with the lower s (EIP-2) and v 27 or 28."""
    nonce = _nonce(secret, digest)
    x, y = _times(nonce)
    r = x % ORDER
    hashed = int.from_bytes(digest, "big") % ORDER
    s = pow(nonce, -1, ORDER) * (hashed + r * int.from_bytes(secret, "big")) % ORDER
    is_odd = y & 1
    if s > ORDER // 2:
        s, is_odd = ORDER - s, 1 - is_odd
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([27 + is_odd])
