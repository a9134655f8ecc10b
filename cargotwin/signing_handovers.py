"""How a person signs a handover: with a key in a file, or with a wallet that shows it first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from contracts.errors import UnusableKey
from gateway.access.handover_signatures import signer_of_key, statement_bytes
from twins.errors import ConfigurationFault
from twins.inputs import HandoverStatement

_OTHERS: Final = 0o077

KeyOption = Annotated[
    Path | None,
    typer.Option("--key", help="File of the party's Ed25519 private key (PEM) to sign with."),
]
SignatureOption = Annotated[
    str, typer.Option(help="Signature of the party's wallet, 0x…, over what --typed-data printed.")
]
SignerOption = Annotated[str, typer.Option(help="Address of that wallet, 0x….")]
TypedDataOption = Annotated[
    bool,
    typer.Option("--typed-data", help="Only print the EIP-712 JSON for a wallet to sign."),
]


class IncompleteSignature(ConfigurationFault):
    """What was said of a signature does not fit together."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem}; sign with --key FILE alone, or give --signature, --signer, --at and the "
            "offer's --nonce as they were when the wallet signed"
        )


@dataclass(frozen=True, slots=True)
class Signing:
    """How a statement is to be signed, as the options say.

    Attributes:
        key: File of an Ed25519 private key.
        signature: Signature of a wallet.
        signer: Address of that wallet.
    """

    key: Path | None
    signature: str
    signer: str

    @property
    def is_wanted(self) -> bool:
        """Whether the statement is signed at all."""
        return self.key is not None or bool(self.signature)

    def check(self, *, at: str, nonce: str, is_offer: bool) -> None:
        """Check that the options fit together.

        Args:
            at: When, as a person stated it; empty where it was not stated.
            nonce: Likewise.
            is_offer: Whether the statement is an offer.

        Raises:
            IncompleteSignature: They do not.
        """
        if bool(self.signature) != bool(self.signer):
            raise IncompleteSignature("--signature and --signer belong together")
        if self.key is not None and self.signature:
            raise IncompleteSignature("--key and --signature contradict each other")
        if self.signature and not (at and (nonce or not is_offer)):
            raise IncompleteSignature("a wallet signed a certain moment and a certain nonce")

    def fields(self, statement: HandoverStatement) -> dict[str, object]:
        """Return what a custody command says of its signature.

        Raises:
            UnusableKey: The file holds no key that can be used.
        """
        if self.key is None:
            return {"signer": self.signer, "signature": self.signature}
        key = _private_key(self.key)
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        signature = key.sign(statement_bytes(statement)).hex()
        return {"signer": signer_of_key(public), "signature": signature}


def _private_key(path: Path) -> Ed25519PrivateKey:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except OSError as error:
        raise UnusableKey(path, f"{error.strerror}; name a file of an Ed25519 key") from error
    if os.name == "posix" and mode & _OTHERS:
        raise UnusableKey(path, f"others can read it; run `chmod 600 {path}`")
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # TypeError: it is encrypted. Not chained: the cause could quote what stands in the file.
        reason = "it holds no private key in PEM without a password"
        raise UnusableKey(path, f"{reason}; make one: openssl genpkey -algorithm ed25519") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey(path, "its key is of another kind than Ed25519")
    return key
