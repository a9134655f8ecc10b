"""What the embedded chain answers: one method of the Ethereum execution API each, all reads.

Sending a transaction and mining involve waiting, so `node` answers those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .rpc_errors import METHOD_NOT_FOUND, InvalidParameter, RpcError, UnknownBlock
from .wire import (
    ADDRESS_BYTES,
    HASH_BYTES,
    block_json,
    data,
    logs_json,
    of_prague,
    quantity,
    read_data,
    read_quantity,
    receipt_json,
    transaction_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eth.abc import BlockAPI, BlockHeaderAPI

    from .evm import Evm
    from .pool import Pool

CLIENT_VERSION = "cargotwin-embedded/1"
TIP_WEI = 10**9
HEAD_TAGS = (None, "latest", "safe", "finalized", "pending")
LOG_RANGE_BLOCKS = 10_000
FEE_HISTORY_BLOCKS = 1024
NO_ADDRESS = bytes(ADDRESS_BYTES)


class Reads:
    """The reading methods. Lives in the same thread as its `Evm`."""

    def __init__(self, evm: Evm, pool: Pool) -> None:
        self._evm = evm
        self._pool = pool
        self._methods: dict[str, Callable[..., object]] = {
            "eth_accounts": list,
            "eth_blockNumber": lambda: quantity(evm.head.block_number),
            "eth_call": self._call,
            "eth_chainId": lambda: quantity(evm.chain_id),
            "eth_estimateGas": self._estimate_gas,
            "eth_feeHistory": self._fee_history,
            "eth_gasPrice": lambda: quantity(evm.next_base_fee() + TIP_WEI),
            "eth_getBalance": self._balance,
            "eth_getBlockByHash": self._block_by_hash,
            "eth_getBlockByNumber": self._block_by_number,
            "eth_getCode": self._code,
            "eth_getLogs": self._logs,
            "eth_getStorageAt": self._storage,
            "eth_getTransactionByHash": self._transaction,
            "eth_getTransactionCount": self._transaction_count,
            "eth_getTransactionReceipt": self._receipt,
            "eth_maxPriorityFeePerGas": lambda: quantity(TIP_WEI),
            "eth_syncing": lambda: False,
            "net_version": lambda: str(evm.chain_id),
            "web3_clientVersion": lambda: CLIENT_VERSION,
        }

    def answer(self, method: str, params: Sequence[Any]) -> object:
        """Answer a call.

        Raises:
            RpcError: There is no such method, or its parameters are wrong, or it failed.
        """
        answer = self._methods.get(method)
        if answer is None:
            raise RpcError(
                METHOD_NOT_FOUND, f"the method {method} does not exist or is not available"
            )
        try:
            return answer(*params)
        except TypeError as error:
            # A wrong number of parameters shows itself only in the call.
            if error.__traceback__ is not None and error.__traceback__.tb_next is None:
                reason = f"{method}: wrong number of parameters"
                raise InvalidParameter(reason) from error
            raise

    def _call(self, call: object, block: object = None, *_overrides: object) -> str:
        sender, to, value, payload = _read_call(call)
        return data(self._evm.call(sender, to, value, payload, self._at(block)))

    def _estimate_gas(self, call: object, block: object = None) -> str:
        sender, to, value, payload = _read_call(call)
        return quantity(self._evm.estimate_gas(sender, to, value, payload, self._at(block)))

    def _balance(self, address: object, block: object = None) -> str:
        return quantity(self._evm.balance(read_data(address, ADDRESS_BYTES), self._at(block)))

    def _code(self, address: object, block: object = None) -> str:
        return data(self._evm.code(read_data(address, ADDRESS_BYTES), self._at(block)))

    def _storage(self, address: object, slot: object, block: object = None) -> str:
        contract = read_data(address, ADDRESS_BYTES)
        word = self._evm.storage(contract, read_quantity(slot), self._at(block))
        return data(word.to_bytes(HASH_BYTES, "big"))

    def _transaction_count(self, address: object, block: object = None) -> str:
        account = read_data(address, ADDRESS_BYTES)
        if block == "pending":
            return quantity(self._pool.pending_nonce(account))
        return quantity(self._evm.nonce(account, self._at(block)))

    def _block_by_number(self, block: object, full: object = False) -> object:  # noqa: FBT002 positional in the API
        try:
            header = self._at(block)
        except UnknownBlock:
            return None
        return block_json(self._evm.block(header.block_number), full=full is True)

    def _block_by_hash(self, block_hash: object, full: object = False) -> object:  # noqa: FBT002 positional in the API
        try:
            header = self._evm.header_by_hash(read_data(block_hash, HASH_BYTES))
        except UnknownBlock:
            return None
        return block_json(self._evm.block(header.block_number), full=full is True)

    def _transaction(self, transaction_hash: object) -> object:
        wanted = read_data(transaction_hash, HASH_BYTES)
        place = self._evm.locate(wanted)
        if place is not None:
            block = self._evm.block(place[0])
            return transaction_json(block.transactions[place[1]], block.header, place[1])
        waiting = self._pool.find(wanted)
        return None if waiting is None else transaction_json(waiting, None, 0)

    def _receipt(self, transaction_hash: object) -> object:
        place = self._evm.locate(read_data(transaction_hash, HASH_BYTES))
        if place is None:
            return None
        block = self._evm.block(place[0])
        return receipt_json(block, tuple(self._evm.receipts(block)), place[1])

    def _fee_history(
        self, count: object, newest: object = None, percentiles: Sequence[object] = ()
    ) -> object:
        last = self._at(newest).block_number
        asked = count if isinstance(count, int) else read_quantity(count)
        first = max(0, last + 1 - min(asked, FEE_HISTORY_BLOCKS))
        headers = [self._evm.header(number) for number in range(first, last + 1)]
        following = self._evm.header(last + 1) if last < self._evm.head.block_number else None
        next_fee = of_prague(following.base_fee_per_gas) if following else self._evm.next_base_fee()
        history: dict[str, object] = {
            "oldestBlock": quantity(first),
            "baseFeePerGas": [quantity(of_prague(h.base_fee_per_gas)) for h in headers]
            + [quantity(next_fee)],
            "gasUsedRatio": [header.gas_used / header.gas_limit for header in headers],
        }
        if percentiles:
            history["reward"] = [[quantity(TIP_WEI)] * len(percentiles) for _ in headers]
        return history

    def _logs(self, criteria: object) -> object:
        if not isinstance(criteria, dict):
            reason = "eth_getLogs needs an object"
            raise InvalidParameter(reason)
        addresses = {read_data(one, ADDRESS_BYTES) for one in _listed(criteria.get("address"))}
        topics = [_topic_choice(topic) for topic in criteria.get("topics") or ()]
        found: list[object] = []
        for block in self._blocks(criteria):
            for logs in logs_json(block, tuple(self._evm.receipts(block))):
                found += [log for log in logs if _matches(log, addresses, topics)]
        return found

    def _blocks(self, criteria: dict[str, Any]) -> Sequence[BlockAPI]:
        if "blockHash" in criteria:  # EIP-234
            header = self._evm.header_by_hash(read_data(criteria["blockHash"], HASH_BYTES))
            return [self._evm.block(header.block_number)]
        first = self._at(criteria.get("fromBlock")).block_number
        last = self._clamped(criteria.get("toBlock"))
        if last - first >= LOG_RANGE_BLOCKS:
            reason = f"at most {LOG_RANGE_BLOCKS} blocks in one eth_getLogs"
            raise InvalidParameter(reason)
        numbers = range(first, last + 1)
        # The bloom of a block without logs is zero: nothing to read there.
        return [self._evm.block(n) for n in numbers if self._evm.header(n).bloom]

    def _clamped(self, block: object) -> int:
        head = self._evm.head.block_number
        return head if block in HEAD_TAGS else min(head, self._at(block).block_number)

    def _at(self, block: object) -> BlockHeaderAPI:
        """Return the header that a block parameter names (EIP-1898 objects included)."""
        if block in HEAD_TAGS:
            return self._evm.head
        if block == "earliest":
            return self._evm.header(0)
        if isinstance(block, dict):
            if "blockHash" in block:
                return self._evm.header_by_hash(read_data(block["blockHash"], HASH_BYTES))
            block = block.get("blockNumber")
        return self._evm.header(read_quantity(block))


def _read_call(call: object) -> tuple[bytes, bytes, int, bytes]:
    if not isinstance(call, dict):
        reason = "a call must be an object"
        raise InvalidParameter(reason)
    sender = read_data(call["from"], ADDRESS_BYTES) if call.get("from") else NO_ADDRESS
    to = read_data(call["to"], ADDRESS_BYTES) if call.get("to") else b""
    value = read_quantity(call.get("value") or "0x0")
    return sender, to, value, read_data(call.get("input") or call.get("data") or "0x")


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _topic_choice(topic: object) -> set[str]:
    return {data(read_data(one, HASH_BYTES)) for one in _listed(topic)}


def _matches(log: dict[str, Any], addresses: set[bytes], topics: list[set[str]]) -> bool:
    if addresses and bytes.fromhex(log["address"][2:]) not in addresses:
        return False
    if len(topics) > len(log["topics"]):
        return False
    pairs = zip(topics, log["topics"], strict=False)  # fewer criteria than topics are allowed
    return all(not choice or topic in choice for choice, topic in pairs)
