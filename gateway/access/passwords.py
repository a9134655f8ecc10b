"""Passwords of accounts, kept as what scrypt makes of them (RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated, Final

import msgspec

SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
_SPARE_BYTES: Final = 1024 * 1024

Cost = Annotated[int, msgspec.Meta(ge=2**15, le=2**17)]
Bytes16 = Annotated[bytes, msgspec.Meta(min_length=SALT_BYTES, max_length=64)]
Bytes32 = Annotated[bytes, msgspec.Meta(min_length=_HASH_BYTES, max_length=_HASH_BYTES)]


class StoredPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of a password.

    Attributes:
        salt: Random bytes of its own.
        hash: scrypt of the password, 32 bytes.
        n: Cost of processor and memory, a power of two from 2^15.
        r: Size of a block; n · r · 128 bytes are needed while it is checked.
        p: Parallelisation.
    """

    salt: Bytes16
    hash: Bytes32
    n: Cost = 2**15
    r: Annotated[int, msgspec.Meta(ge=8, le=16)] = 8
    p: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1

    def __post_init__(self) -> None:
        """Check what scrypt demands of its cost (RFC 7914 section 6)."""
        if self.n & (self.n - 1):
            message = "n must be a power of two"
            raise ValueError(message)


DECOY: Final = StoredPassword(bytes(SALT_BYTES), bytes(_HASH_BYTES))
"""Checked where there is no such account, so that the answer takes as long as for one."""


def stored_password(password: bytes, salt: bytes) -> StoredPassword:
    """Return what is kept of a new password."""
    blank = msgspec.structs.replace(DECOY, salt=salt)
    return msgspec.structs.replace(blank, hash=_scrypt(password, blank))


def is_password(password: bytes, stored: StoredPassword) -> bool:
    """Tell whether this is the password; takes about 0.1 s of a processor, by intent."""
    return hmac.compare_digest(_scrypt(password, stored), stored.hash)


def _scrypt(password: bytes, stored: StoredPassword) -> bytes:
    return hashlib.scrypt(
        password,
        salt=stored.salt,
        n=stored.n,
        r=stored.r,
        p=stored.p,
        maxmem=128 * stored.r * (stored.n + stored.p) + _SPARE_BYTES,
        dklen=_HASH_BYTES,
    )
