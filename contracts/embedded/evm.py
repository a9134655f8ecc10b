"""The state and the blocks of the embedded chain, by py-evm under the rules of Prague.

Nothing here depends on the time or on chance: equal genesis, timestamps and transactions give equal
block hashes, which is what lets the chain be made again from its log. Not for use by two threads at
once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from eth.chains.base import MiningChain
from eth.db.atomic import AtomicDB
from eth.estimators.gas import binary_gas_search_1000_tolerance
from eth.exceptions import HeaderNotFound, PyEVMError, Revert, TransactionNotFound, VMError
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.transactions import PragueTransactionBuilder
from eth.vm.spoof import SpoofTransaction
from eth_typing import Address, BlockNumber, Hash32
from eth_utils.exceptions import ValidationError
from rlp.exceptions import RLPException  # type: ignore[import-untyped]  # no types in rlp

from .rpc_errors import CallFailed, TransactionRefused, UnknownBlock
from .wire import of_prague

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eth.abc import (
        BlockAPI,
        BlockHeaderAPI,
        ComputationAPI,
        ReceiptAPI,
        SignedTransactionAPI,
        StateAPI,
    )
    from eth.typing import AccountDetails, HeaderParams

    from .chain_log import Genesis

BLOCK_GAS_LIMIT = 30_000_000
WEI_PER_ETHER = 10**18
ADMITTED_TYPES = (1, 2)  # EIP-2930 and EIP-1559; legacy transactions have no type byte
FIRST_LEGACY_BYTE = 0xC0
GAS_TO_SPARE = 3_000


class Evm:
    """A chain of blocks in memory, and the state after each of them.

    Attributes:
        chain_id: What transactions are signed for.
    """

    def __init__(self, genesis: Genesis) -> None:
        self.chain_id = genesis.chain_id
        wei = genesis.balance_ether * WEI_PER_ETHER
        account: AccountDetails = {"balance": wei, "nonce": 0, "code": b"", "storage": {}}

        class Chain(MiningChain):
            chain_id = genesis.chain_id
            vm_configuration = ((BlockNumber(0), PragueVM),)
            gas_estimator = staticmethod(binary_gas_search_1000_tolerance)

        header: dict[str, HeaderParams] = {
            "difficulty": 0,
            "gas_limit": BLOCK_GAS_LIMIT,
            "timestamp": genesis.timestamp,
        }
        state = {Address(address): account for address in genesis.funded}
        self._chain = cast("MiningChain", Chain.from_genesis(AtomicDB(), header, state))

    @property
    def head(self) -> BlockHeaderAPI:
        """Header of the newest block."""
        return self._chain.get_canonical_head()

    def decode(self, raw: bytes) -> SignedTransactionAPI:
        """Read a signed transaction and check its signature and its own rules.

        Raises:
            TransactionRefused: It is none.
        """
        if not raw or (raw[0] not in ADMITTED_TYPES and raw[0] < FIRST_LEGACY_BYTE):
            reason = "transaction type not supported"
            raise TransactionRefused(reason)
        try:
            transaction = PragueVM.get_transaction_builder().decode(raw)
            transaction.validate()
        except (ValidationError, RLPException, PyEVMError, ValueError, TypeError) as error:
            reason = f"invalid transaction: {error}"
            raise TransactionRefused(reason) from error
        if transaction.chain_id != self.chain_id:
            reason = f"invalid chain id: have {transaction.chain_id}, want {self.chain_id}"
            raise TransactionRefused(reason)
        return transaction

    def mine(
        self, transactions: Sequence[SignedTransactionAPI], timestamp: int
    ) -> tuple[BlockAPI, dict[bytes, str]]:
        """Make the next block out of the transactions that are valid in their order.

        Returns:
            The block, and for each transaction left out its hash and the reason.
        """
        chain = self._chain
        chain.header = self._next_header(timestamp)
        left_out: dict[bytes, str] = {}
        for transaction in transactions:
            try:
                chain.apply_transaction(transaction)
            except (ValidationError, PyEVMError) as error:
                left_out[transaction.hash] = str(error)
        # The parent's hash stands in for the beacon chain's randomness, which a restart could not
        # repeat.
        return chain.mine_block(mix_hash=chain.header.parent_hash), left_out

    def block(self, number: int) -> BlockAPI:
        """Return the block at a height."""
        try:
            return self._chain.get_canonical_block_by_number(BlockNumber(number))
        except HeaderNotFound as error:
            raise UnknownBlock from error

    def header(self, number: int) -> BlockHeaderAPI:
        """Return the header at a height."""
        try:
            return self._chain.get_canonical_block_header_by_number(BlockNumber(number))
        except HeaderNotFound as error:
            raise UnknownBlock from error

    def header_by_hash(self, block_hash: bytes) -> BlockHeaderAPI:
        """Return the header with a hash."""
        try:
            return self._chain.get_block_header_by_hash(Hash32(block_hash))
        except HeaderNotFound as error:
            raise UnknownBlock from error

    def receipts(self, block: BlockAPI) -> Sequence[ReceiptAPI]:
        """Return the receipts of a block, in the order of its transactions."""
        return block.get_receipts(self._chain.chaindb)

    def locate(self, transaction_hash: bytes) -> tuple[int, int] | None:
        """Return block number and index of a mined transaction."""
        try:
            return self._chain.get_canonical_transaction_index(Hash32(transaction_hash))
        except TransactionNotFound:
            return None

    def nonce(self, address: bytes, at: BlockHeaderAPI) -> int:
        """Return how many transactions an account has sent."""
        return self._chain.get_vm(at).state.get_nonce(Address(address))

    def balance(self, address: bytes, at: BlockHeaderAPI) -> int:
        """Return what an account owns, in wei."""
        return self._chain.get_vm(at).state.get_balance(Address(address))

    def code(self, address: bytes, at: BlockHeaderAPI) -> bytes:
        """Return the code at an address."""
        return self._chain.get_vm(at).state.get_code(Address(address))

    def storage(self, address: bytes, slot: int, at: BlockHeaderAPI) -> int:
        """Return a word of a contract's storage."""
        return self._chain.get_vm(at).state.get_storage(Address(address), slot)

    def call(self, sender: bytes, to: bytes, value: int, data: bytes, at: BlockHeaderAPI) -> bytes:
        """Run a call on the state after a block, at no cost, and keep nothing of it.

        Raises:
            CallFailed: It reverted or ran out of gas.
        """
        spoofed = self._spoof(sender, to, value, data, at)
        with self._chain.get_vm(at).in_costless_state() as state:
            try:
                computation = state.apply_transaction(spoofed)
            except ValidationError as error:
                raise CallFailed(str(error), None) from error
        if computation.is_error:
            raise _call_failed(computation.error)
        return computation.output

    def estimate_gas(
        self, sender: bytes, to: bytes, value: int, data: bytes, at: BlockHeaderAPI
    ) -> int:
        """Return a gas limit with which a call succeeds, little above the least.

        Raises:
            CallFailed: It fails with any gas.
        """
        most = self._spoof(sender, to, value, data, at)
        try:
            with self._chain.get_vm(at).in_costless_state() as state:
                computation = _rehearse(state, most)
                computation.raise_if_error()
                used = BLOCK_GAS_LIMIT - computation.get_gas_remaining()
                # A call hands on at most 63/64 of its gas (EIP-150), and needs a stipend to spare.
                enough = used * 64 // 63 + GAS_TO_SPARE
                if not _rehearse(
                    state, cast("SignedTransactionAPI", SpoofTransaction(most, gas=enough))
                ).is_error:
                    return enough
            return self._chain.estimate_gas(most, at)
        except VMError as error:
            raise _call_failed(error) from error
        except ValidationError as error:
            raise CallFailed(str(error), None) from error

    def next_base_fee(self) -> int:
        """Return the base fee of the block after the newest one, in wei (EIP-1559)."""
        return of_prague(self._next_header(self.head.timestamp + 1).base_fee_per_gas)

    def _next_header(self, timestamp: int) -> BlockHeaderAPI:
        # py-evm would let the gas limit drift, by rules that depend on how full the blocks are.
        return self._chain.create_header_from_parent(
            self.head, timestamp=timestamp, gas_limit=self.head.gas_limit
        )

    def _spoof(
        self, sender: bytes, to: bytes, value: int, data: bytes, at: BlockHeaderAPI
    ) -> SignedTransactionAPI:
        unsigned = PragueTransactionBuilder.new_unsigned_dynamic_fee_transaction(
            self.chain_id,
            self.nonce(sender, at),
            0,
            0,
            BLOCK_GAS_LIMIT,
            Address(to),
            value,
            data,
            (),
        )
        # py-evm's estimator makes the same cast: the spoof stands in for a signature.
        return cast("SignedTransactionAPI", SpoofTransaction(unsigned, from_=sender))


def _rehearse(state: StateAPI, transaction: SignedTransactionAPI) -> ComputationAPI:
    snapshot = state.snapshot()
    try:
        return state.apply_transaction(transaction)
    finally:
        state.revert(snapshot)


def _call_failed(error: VMError) -> CallFailed:
    if isinstance(error, Revert):
        output = error.args[0] if error.args else b""
        return CallFailed("execution reverted", bytes(output))
    return CallFailed(str(error) or type(error).__name__, None)
