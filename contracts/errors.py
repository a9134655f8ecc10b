"""What can go wrong on the way to the chain.

```
CargotwinError
├── TransientFault
│   ├── ChainUnavailable         the node does not answer
│   ├── TransactionUnconfirmed   sent, but not in a block with enough others above it yet
│   ├── AccountOutOfFunds        the account cannot pay for a transaction
│   ├── NodeRefused              the node refuses for reasons of its own: limits, fees, a fault
│   └── ContractPaused           the contract is paused
├── ConfigurationFault
│   ├── WrongChain               the node serves another chain than the one configured
│   ├── UnsupportedChain         the chain lacks something that transactions here need
│   ├── NoContract               no contract, or another one, at the configured address
│   ├── UnusableKey              a key file is damaged or readable by others
│   ├── BuildFailed              the contracts do not compile
│   ├── DamagedChainLog          the embedded chain's file holds something that it never wrote
│   ├── UnrepeatableChain        the embedded chain's blocks come out otherwise than recorded
│   ├── ChainLogInUse            another process runs the same embedded chain
│   └── UnfundedAccount          the embedded chain was begun for other accounts
├── AnchorRejected               the contract reverted, or the transaction is malformed
├── NonceUsed                    another transaction took a signed one's place
├── GasAboveCap                  the transaction would exceed the gas that one may use
├── NotCanonicalizable           a value has no canonical JSON form
├── InvalidContentIdentifier     not a CIDv1 of raw bytes under sha2-256
└── InvalidProof                 a Merkle index, size or frontier that no tree has
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from twins.errors import CargotwinError, ConfigurationFault, TransientFault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def without_secrets(url: str) -> str:
    """Return scheme, host and port of a node's address: the rest often holds an access key."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


class ChainUnavailable(TransientFault):
    """The node did not answer, or answered something that is no JSON-RPC.

    Attributes:
        node: Scheme, host and port of the node.
        reason: What the transport reported.
    """

    def __init__(self, url: str, reason: str) -> None:
        self.node = without_secrets(url)
        self.reason = reason.replace(url, self.node)
        super().__init__(f"no answer from the chain at {self.node}: {self.reason}")


class TransactionUnconfirmed(TransientFault):
    """A transaction is not buried deep enough yet; send its stored bytes again or wait.

    Attributes:
        transaction_hash: With 0x.
        confirmations: Blocks asked for, the transaction's own included.
        waited_s: Seconds waited.
    """

    def __init__(self, transaction_hash: str, confirmations: int, waited_s: float) -> None:
        self.transaction_hash = transaction_hash
        self.confirmations = confirmations
        self.waited_s = waited_s
        super().__init__(
            f"transaction {transaction_hash} has not reached {confirmations} confirmations "
            f"after {waited_s:g} s; its raw bytes may be sent again"
        )


class AccountOutOfFunds(TransientFault):
    """The account that signs cannot pay; the same transaction will do once it can.

    Attributes:
        account: The account, with checksum.
        node: Scheme, host and port of the node.
    """

    def __init__(self, account: str, url: str, words: str) -> None:
        self.account = account
        self.node = without_secrets(url)
        super().__init__(
            f"account {account} cannot pay on the chain at {self.node} ({words}); send it funds"
        )


class NodeRefused(TransientFault):
    """The node refused a request for reasons of its own; the same request may do later.

    A rate limit, a full pool, a fee below the present one, an internal fault: JSON-RPC has no
    codes that all nodes share for these.

    Attributes:
        node: Scheme, host and port of the node.
        words: What the node said.
    """

    def __init__(self, url: str, words: str) -> None:
        self.node = without_secrets(url)
        self.words = words.replace(url, self.node)
        super().__init__(f"the chain at {self.node} refused for now: {self.words}")


class ContractPaused(TransientFault):
    """The contract mints and transfers nothing while it is paused."""

    def __init__(self) -> None:
        super().__init__(
            "the contract is paused and mints nothing; an account with PAUSER_ROLE can unpause it"
        )


class WrongChain(ConfigurationFault):
    """The node serves another chain than the one that the configuration names.

    Attributes:
        node: Scheme, host and port of the node.
        expected: Chain id of the configuration.
        found: Chain id that the node reports.
    """

    def __init__(self, url: str, expected: int, found: int) -> None:
        self.node = without_secrets(url)
        self.expected = expected
        self.found = found
        super().__init__(
            f"the node at {self.node} serves chain {found}, the configuration names chain "
            f"{expected}; correct the address or the chain id"
        )


class UnsupportedChain(ConfigurationFault):
    """The chain lacks something that transactions here need.

    Attributes:
        node: Scheme, host and port of the node.
        reason: What it lacks.
    """

    def __init__(self, url: str, reason: str) -> None:
        self.node = without_secrets(url)
        self.reason = reason
        super().__init__(f"the chain at {self.node} cannot be used: {reason}; configure another")


class NoContract(ConfigurationFault):
    """The configured address holds no code.

    Attributes:
        address: The configured address.
        chain_id: Chain that was asked.
    """

    def __init__(self, address: str, chain_id: int) -> None:
        self.address = address
        self.chain_id = chain_id
        super().__init__(
            f"there is no contract at {address} on chain {chain_id}; "
            "deploy one with `cargotwin contracts deploy` or correct the address"
        )


class UnusableKey(ConfigurationFault):
    """A key file cannot be used; its content is never part of this message.

    Attributes:
        path: The file.
        reason: What is wrong with it.
    """

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"key file {path}: {reason}")


class BuildFailed(ConfigurationFault):
    """The Solidity sources could not be compiled.

    Attributes:
        reason: What the compiler, or its absence, says.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the contracts were not built: {reason}")


class DamagedChainLog(ConfigurationFault):
    """The embedded chain's file is damaged before its end, or belongs to another chain.

    Attributes:
        path: The file.
        offset: First byte that makes no sense.
        reason: What is wrong there.
    """

    def __init__(self, path: Path, offset: int, reason: str) -> None:
        self.path = path
        self.offset = offset
        self.reason = reason
        super().__init__(
            f"{path} is damaged at byte {offset}: {reason}; restore it from a copy, or move it "
            "away to begin a new chain"
        )


class UnrepeatableChain(ConfigurationFault):
    """A block of the embedded chain comes out otherwise than it was recorded.

    Attributes:
        path: The chain log.
        block_number: The first such block.
    """

    def __init__(self, path: Path, block_number: int) -> None:
        self.path = path
        self.block_number = block_number
        super().__init__(
            f"block {block_number} of {path} does not come out as it was recorded; it was written "
            "with another release of py-evm: install that one, or move the file away to begin a "
            "new chain"
        )


class ChainLogInUse(ConfigurationFault):
    """Another process runs the embedded chain of this folder.

    Attributes:
        path: The chain log.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} is in use by another process; stop it, or give this one another data folder"
        )


class UnfundedAccount(ConfigurationFault):
    """The embedded chain was begun for other accounts, so this one cannot pay for a transaction.

    Attributes:
        path: The chain log.
        address: The account, with 0x.
    """

    def __init__(self, path: Path, address: str) -> None:
        self.path = path
        self.address = address
        super().__init__(
            f"the chain in {path} was begun for other accounts than {address}; restore the key "
            "that belongs to it, or move the data folder away to begin a new chain"
        )


class AnchorRejected(CargotwinError):
    """The contract reverted, or a transaction is malformed; sending it again cannot help.

    Attributes:
        error: Name of the contract's error, such as `TwinNFTStaleDigest`, or the node's words.
        arguments: Its arguments by name; digests as hex.
        transaction_hash: Set when the refusal is recorded in a block.
    """

    def __init__(
        self,
        error: str,
        arguments: Mapping[str, object] | None = None,
        transaction_hash: str | None = None,
    ) -> None:
        self.error = error
        self.arguments = dict(arguments or {})
        self.transaction_hash = transaction_hash
        listed = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        where = f" in transaction {transaction_hash}" if transaction_hash else ""
        super().__init__(f"the chain refused{where}: {error}({listed})")


class NonceUsed(CargotwinError):
    """Another transaction of the account took the nonce: this one can never happen.

    Attributes:
        transaction_hash: With 0x.
        nonce: The nonce that both had.
    """

    def __init__(self, transaction_hash: str, nonce: int) -> None:
        self.transaction_hash = transaction_hash
        self.nonce = nonce
        super().__init__(
            f"nonce {nonce} of transaction {transaction_hash} was used by another transaction; "
            "sign anew"
        )


class GasAboveCap(CargotwinError):
    """A transaction would need more gas than one transaction may use (EIP-7825).

    Attributes:
        gas: Gas that the transaction would be given.
        cap: The most that is allowed.
    """

    def __init__(self, gas: int, cap: int) -> None:
        self.gas = gas
        self.cap = cap
        super().__init__(f"the transaction needs {gas} gas, one transaction may use {cap}")


class NotCanonicalizable(CargotwinError):
    """A value has no RFC 8785 form: not JSON, a number beyond 2^53 - 1, a lone surrogate.

    Attributes:
        reason: What RFC 8785 does not admit.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the value has no canonical JSON form: {reason}")


class InvalidContentIdentifier(CargotwinError):
    """A text is not the CIDv1 (raw, sha2-256) of some bytes, in base16 or base32.

    Attributes:
        text: What was given.
        reason: Which rule it breaks.
    """

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"content identifier {text!r}: {reason}")


class InvalidProof(CargotwinError):
    """An index, a size or a stored frontier that no RFC 6962 tree has.

    Attributes:
        reason: What does not fit.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"no Merkle tree has this: {reason}")
