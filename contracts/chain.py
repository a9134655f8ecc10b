"""What the rest of the gateway sees of a chain: values, and the port that an adapter fills."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

TRANSACTION_GAS_CAP = 1 << 24  # EIP-7825: no single transaction may use more


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockReference:
    """One block.

    Attributes:
        number: Height.
        block_hash: 32 bytes.
        timestamp: The chain's own clock, seconds since 1970-01-01 UTC.
    """

    number: int
    block_hash: bytes
    timestamp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """What a token says at one block.

    Attributes:
        token_id: The token.
        owner: Address of its owner, with checksum.
        token_uri: Address of the metadata document.
        metadata_digest: SHA-256 of the document, 32 bytes.
        version: Number of the document, 1 at mint.
        as_of_us: Instant of the assessment, microseconds since 1970-01-01 UTC.
        severity: Severity of the condition.
        locked: Whether the token is locked.
        block: Where all of this was read.
    """

    token_id: int
    owner: str
    token_uri: str
    metadata_digest: bytes
    version: int
    as_of_us: int
    severity: int
    locked: bool
    block: BlockReference


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorCall:
    """One step of a token's head.

    Attributes:
        token_id: An existing token.
        previous: Digest that the new document names as its predecessor.
        digest: SHA-256 of the new document.
        version: Its number, greater than the current one.
        as_of_us: Instant of the assessment, microseconds since 1970-01-01 UTC.
        severity: Severity of the condition, 0 to 255.
    """

    token_id: int
    previous: bytes
    digest: bytes
    version: int
    as_of_us: int
    severity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTransaction:
    """A transaction that can be sent, and sent again, as it is.

    Attributes:
        raw: Its bytes; persist them before the first sending.
        transaction_hash: With 0x; known before anything is sent.
        sender: Address that signed, with checksum.
        nonce: Number among the sender's transactions.
        gas_limit: The most gas that it may use.
        max_fee_per_gas_wei: The most that it pays for one gas.
    """

    raw: bytes = field(repr=False)
    transaction_hash: str
    sender: str
    nonce: int
    gas_limit: int
    max_fee_per_gas_wei: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A transaction that stands in a block and did what it was meant to.

    Attributes:
        transaction_hash: With 0x.
        block: The block.
        gas_used: Gas that it used.
        effective_gas_price_wei: What one gas cost.
        confirmations: Blocks on top of it, its own included.
        contract_address: The contract that it created, if any.
    """

    transaction_hash: str
    block: BlockReference
    gas_used: int
    effective_gas_price_wei: int
    confirmations: int
    contract_address: str | None = None


class Anchoring(Protocol):
    """The chain as the anchor queue uses it: sign, persist, send, confirm; read."""

    async def sign_mint(
        self, to: str, token_id: int, digest: bytes, as_of_us: int, severity: int
    ) -> SignedTransaction:
        """Sign the creation of a token."""
        ...

    async def sign_anchor(self, call: AnchorCall) -> SignedTransaction:
        """Sign the next step of a token's head."""
        ...

    async def send(self, transaction: SignedTransaction) -> None:
        """Send, or send again, a signed transaction."""
        ...

    async def receipt(self, transaction_hash: str) -> Receipt | None:
        """Return what became of a transaction; None while it is in no block."""
        ...

    async def confirm(
        self, transaction_hash: str, *, confirmations: int = 1, timeout_s: float = 60.0
    ) -> Receipt:
        """Wait until a transaction is buried deep enough."""
        ...

    async def head(self, token_id: int) -> ChainHead | None:
        """Read what a token says now; None when it does not exist."""
        ...

    async def resume_at(self, nonce: int) -> None:
        """Sign nothing with a smaller nonce."""
        ...

    async def forget_nonces(self) -> None:
        """Ask for the next nonce anew, after a signed transaction was given up."""
        ...
