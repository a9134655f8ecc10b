"""Signed transactions on their way into a block: admitted, kept in nonce order, mined, logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.chain import TRANSACTION_GAS_CAP

from .chain_log import ChainLog, LoggedBlock
from .rpc_errors import INTERNAL_ERROR, RpcError, TransactionRefused

if TYPE_CHECKING:
    from eth.abc import SignedTransactionAPI

    from .evm import Evm

CAPACITY = 4096
REPLACEMENT_PERCENT = 110  # geth's price bump


@dataclass(frozen=True, slots=True)
class Mined:
    """What became of the waiting transactions, by their hashes.

    Attributes:
        included: They stand in the new, durable block.
        dropped: They never can, with the reason.
        gapped: They wait for an earlier nonce.
        more: Whether others are ready for a further block.
    """

    included: tuple[bytes, ...]
    dropped: dict[bytes, str]
    gapped: tuple[bytes, ...]
    more: bool


class Pool:
    """What waits for a block. Lives in the same thread as its `Evm`."""

    def __init__(self, evm: Evm, log: ChainLog) -> None:
        self._evm = evm
        self._log = log
        self._waiting: dict[tuple[bytes, int], tuple[SignedTransactionAPI, bytes]] = {}
        self._replaced: dict[bytes, str] = {}
        self._log_fault: OSError | None = None

    def admit(self, raw: bytes) -> tuple[bytes, bool]:
        """Take a signed transaction.

        Returns:
            Its hash, and whether the next block can hold it; otherwise it waits for an earlier
            nonce.

        Raises:
            TransactionRefused: It can never be mined, or is known.
        """
        self._require_log()
        transaction = self._evm.decode(raw)
        if transaction.gas > TRANSACTION_GAS_CAP:
            reason = f"transaction gas limit too high: {transaction.gas} > {TRANSACTION_GAS_CAP}"
            raise TransactionRefused(reason)
        expected = self._evm.nonce(transaction.sender, self._evm.head)
        if transaction.nonce < expected:
            reason = f"nonce too low: next nonce {expected}, tx nonce {transaction.nonce}"
            raise TransactionRefused(reason)
        self._make_room_for(transaction)
        self._waiting[transaction.sender, transaction.nonce] = (transaction, raw)
        gapless = range(expected, transaction.nonce)
        executable = all((transaction.sender, nonce) in self._waiting for nonce in gapless)
        return transaction.hash, executable

    def mine(self, timestamp: int) -> Mined:
        """Make one durable block of all that can go into one; an empty one, when nothing can."""
        self._require_log()
        batch = self._executable()
        raws = {transaction.hash: raw for transaction, raw in batch}
        block, dropped = self._evm.mine([transaction for transaction, _ in batch], timestamp)
        included = tuple(transaction.hash for transaction in block.transactions)
        entry = LoggedBlock(timestamp, tuple(raws[one] for one in included), block.hash)
        try:
            self._log.append(entry)
        except OSError as error:
            # The block exists in memory alone: nothing may be answered on top of it.
            self._log_fault = error
            self._require_log()
        for transaction, _ in batch:
            del self._waiting[transaction.sender, transaction.nonce]
        replaced, self._replaced = self._replaced, {}
        ready = {transaction.hash for transaction, _ in self._executable()}
        waiting = [transaction.hash for transaction, _ in self._waiting.values()]
        gapped = tuple(one for one in waiting if one not in ready)
        return Mined(included, dropped | replaced, gapped, more=bool(ready))

    def pending_nonce(self, address: bytes) -> int:
        """Return the first nonce of an account that is neither mined nor waiting without a gap."""
        nonce = self._evm.nonce(address, self._evm.head)
        while (address, nonce) in self._waiting:
            nonce += 1
        return nonce

    def find(self, transaction_hash: bytes) -> SignedTransactionAPI | None:
        """Return a waiting transaction."""
        for transaction, _ in self._waiting.values():
            if transaction.hash == transaction_hash:
                return transaction
        return None

    def _require_log(self) -> None:
        if self._log_fault is not None:
            reason = f"the chain log cannot be written: {self._log_fault}; free space and restart"
            raise RpcError(INTERNAL_ERROR, reason)

    def _make_room_for(self, transaction: SignedTransactionAPI) -> None:
        known = self._waiting.get((transaction.sender, transaction.nonce))
        if known is None:
            if len(self._waiting) >= CAPACITY:
                reason = "txpool is full"
                raise TransactionRefused(reason)
            return
        if known[0].hash == transaction.hash:
            reason = "already known"
            raise TransactionRefused(reason)
        for field in ("max_fee_per_gas", "max_priority_fee_per_gas"):
            least = getattr(known[0], field) * REPLACEMENT_PERCENT
            if getattr(transaction, field) * 100 < least:
                reason = "replacement transaction underpriced"
                raise TransactionRefused(reason)
        self._replaced[known[0].hash] = "replaced by a transaction of the same nonce"

    def _executable(self) -> list[tuple[SignedTransactionAPI, bytes]]:
        """Return what the next block can hold, each account's transactions in order."""
        room = self._evm.head.gas_limit
        next_nonce: dict[bytes, int] = {}
        batch: list[tuple[SignedTransactionAPI, bytes]] = []
        for (sender, nonce), waiting in sorted(self._waiting.items(), key=lambda item: item[0]):
            expected = next_nonce.get(sender)
            if expected is None:
                expected = self._evm.nonce(sender, self._evm.head)
            gas = waiting[0].gas
            if nonce == expected and gas <= room:
                room -= gas
                batch.append(waiting)
                expected += 1
            next_nonce[sender] = expected
        return batch
