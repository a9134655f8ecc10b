"""Signatures under handovers: what a signer is called, and whether it signed.

A party signs the RFC 8785 bytes of its statement by Ed25519, or the same fields as EIP-712 typed
data by its wallet. A signature proves that a key made the statement; whose key it is, the accounts
say.
"""

from __future__ import annotations

import enum
import re
from typing import Final, Protocol

import msgspec
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.access.signing_keys import InvalidSigningKey, key_of_text, text_of_key
from twins.errors import ConfigurationFault
from twins.inputs import Handover, HandoverStatement, InvalidRecord, statement_of

ED25519: Final = "ed25519:"
_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")
_X = re.compile(r"[A-Za-z0-9_-]{43}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_WALLET_SIGNATURE_BYTES: Final = 65
_SHOWN: Final = 60
_V: Final = {0: 27, 1: 28}
"""The last byte as wallets write it without the 27 that it is to be counted from."""


class SignatureVerdict(enum.StrEnum):
    """What a handover's signature is worth.

    `malformed`: the signer is none, the signature cannot be one, or one of them is missing.
    `wrong`: the signer's key did not sign this statement.
    """

    UNSIGNED = "unsigned"
    VALID = "valid"
    MALFORMED = "malformed"
    WRONG = "wrong"


class PartyKeys(Protocol):
    """Knows by which keys parties sign."""

    def signers_of(self, party: str) -> frozenset[str]:
        """Return the names of a party's keys; nothing where it has none and speaks unsigned."""

    def party_of(self, signer: str) -> str | None:
        """Return whose key it is, None where it is nobody's that is known."""


class InvalidSigner(ConfigurationFault):
    """A signer's name or a signature is written in no known form."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem}; a signer is ed25519: and the public key, or a wallet's address 0x…, and "
            "its signature is in hexadecimal"
        )


def statement_bytes(statement: HandoverStatement) -> bytes:
    """Return the RFC 8785 bytes of a statement: exactly what a party signs by Ed25519."""
    return rfc8785.dumps(msgspec.to_builtins(statement))


def verify_handover(handover: Handover) -> SignatureVerdict:
    """Return what a handover's signature is worth; its record holds all that it takes to say."""
    signer, signature = handover.signer, handover.signature
    if signer is None and signature is None:
        return SignatureVerdict.UNSIGNED
    if signer is None or signature is None or not _is_canonical(signer):
        return SignatureVerdict.MALFORMED
    try:
        statement = statement_of(handover)
    except InvalidRecord:
        return SignatureVerdict.MALFORMED
    if statement_bytes(statement) != handover.statement:
        # A wallet signs the fields: what else the bytes held would not be signed.
        return SignatureVerdict.MALFORMED
    if signer.startswith(ED25519):
        key = bytes.fromhex(signer.removeprefix(ED25519))
        is_signed = _is_signed_by(key, handover.statement, signature)
    else:
        is_signed = _wallet_of(statement, signature) == signer
    return SignatureVerdict.VALID if is_signed else SignatureVerdict.WRONG


def signer_of_key(key: bytes) -> str:
    """Return the name of a signer by its Ed25519 public key of 32 bytes."""
    return f"{ED25519}{key.hex()}"


def signer_of_text(text: str) -> str:
    """Return a signer's name in the one form in which records hold it, from how people write it.

    Args:
        text: `ed25519:` and the public key, in hexadecimal or as `x` of a JWK; or an address `0x…`.

    Raises:
        InvalidSigner: It is neither.
    """
    if _ADDRESS.fullmatch(text):
        return text.lower()
    key = text.removeprefix(ED25519)
    is_hex = _HEX_KEY.fullmatch(key) is not None
    if key == text or not (is_hex or _X.fullmatch(key)):
        problem = f"{text[:_SHOWN]!r} is no signer"
        raise InvalidSigner(problem)
    try:
        return signer_of_key(key_of_text(text_of_key(bytes.fromhex(key)) if is_hex else key))
    except InvalidSigningKey as error:
        raise InvalidSigner(str(error)) from error


def signature_of_text(text: str) -> bytes:
    """Return the bytes of a signature that is written in hexadecimal, with or without 0x.

    Raises:
        InvalidSigner: It is no hexadecimal.
    """
    try:
        found = bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        problem = "the signature is not written in hexadecimal"
        raise InvalidSigner(problem) from error
    if len(found) != _WALLET_SIGNATURE_BYTES:
        return found
    return found[:-1] + bytes([_V.get(found[-1], found[-1])])


def _is_canonical(signer: str) -> bool:
    """Tell whether a signer is named as in records: two names of one key make two records."""
    try:
        return signer_of_text(signer) == signer
    except InvalidSigner:
        return False


def _is_signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):  # ValueError: these 32 bytes are no public key
        return False
    return True


def _wallet_of(statement: HandoverStatement, signature: bytes) -> str | None:
    # Imported here: the chain's libraries take 30 MB, and most gateways never see a wallet.
    from contracts.typed_handover import wallet_of  # noqa: PLC0415 - slow to load

    return wallet_of(statement, signature)
