"""The gateway's two keys: secp256k1 for the chain's transactions, Ed25519 for attestations.

Each lies in a file of its own that only its owner can read. Neither key ever shows itself in a
`repr`, in a log or in the message of an error.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from eth_account import Account

from .errors import UnusableKey
from .recursion import limit_recursion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

limit_recursion()

KEY_BYTES = 32
OWNER_ONLY = 0o600
OTHERS = 0o077
SECP256K1_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class ChainKey:
    """A secp256k1 key that signs transactions.

    Attributes:
        address: Its account, with checksum.
    """

    __slots__ = ("_account", "address")

    def __init__(self, secret: bytes) -> None:
        self._account = Account.from_key(secret)
        self.address: str = self._account.address

    @classmethod
    def load_or_create(cls, path: Path) -> ChainKey:
        """Read the key of a file, or put a new one there.

        Raises:
            UnusableKey: The file is damaged, or others can read it.
        """
        secret = _load_or_create(path)
        if not 0 < int.from_bytes(secret, "big") < SECP256K1_ORDER:
            raise UnusableKey(path, "the number in it is no secp256k1 key")
        return cls(secret)

    def sign(self, transaction: Mapping[str, Any]) -> tuple[bytes, str]:
        """Sign a transaction.

        Returns:
            The bytes to send and the transaction's hash with 0x.
        """
        signed = self._account.sign_transaction(dict(transaction))
        return bytes(signed.raw_transaction), signed.hash.to_0x_hex()


class AttesterKey:
    """An Ed25519 key that attests what the gateway says.

    Attributes:
        public_key: Its public half, 32 bytes.
    """

    __slots__ = ("_private_key", "public_key")

    def __init__(self, secret: bytes) -> None:
        self._private_key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public_key = self._private_key.public_key().public_bytes(
            Encoding.Raw, PublicFormat.Raw
        )

    @classmethod
    def load_or_create(cls, path: Path) -> AttesterKey:
        """Read the key of a file, or put a new one there.

        Raises:
            UnusableKey: The file is damaged, or others can read it.
        """
        return cls(_load_or_create(path))

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes (RFC 8032)."""
        return self._private_key.sign(message)


def is_attested_by(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 key signed a message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):  # ValueError: these 32 bytes are no public key
        return False
    return True


def _load_or_create(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _create(path)
    if os.name == "posix" and path.stat().st_mode & OTHERS:
        raise UnusableKey(path, f"others can read it; run `chmod 600 {path}`")
    try:
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        # Not chained: the cause would quote what stands in the file.
        raise UnusableKey(path, "it does not hold a key in hex; restore it from a copy") from None
    if len(secret) != KEY_BYTES:
        raise UnusableKey(path, f"a key has {KEY_BYTES} bytes; restore it from a copy")
    return secret


def _create(path: Path) -> None:
    """Write a new key so that a crash leaves either no file or a whole one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_bytes(KEY_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, it fails when another process was first
        except FileExistsError:
            return
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
