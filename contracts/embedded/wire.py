"""Blocks, transactions, receipts and logs in the JSON of the Ethereum execution API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import rlp  # type: ignore[import-untyped]  # no types in rlp
from eth_hash.auto import keccak
from eth_utils.address import to_checksum_address

from .rpc_errors import InvalidParameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eth.abc import BlockAPI, BlockHeaderAPI, LogAPI, ReceiptAPI, SignedTransactionAPI

ADDRESS_BYTES = 20
HASH_BYTES = 32
SUCCESS = b"\x01"  # EIP-658: a receipt begins with the status

Field = TypeVar("Field")


def of_prague(value: Field | None) -> Field:
    """Return a header's field that py-evm types as optional, since forks before Prague lack it."""
    if value is None:
        reason = "a header without a field of its fork"
        raise TypeError(reason)
    return value


def quantity(number: int) -> str:
    """Write a number: hex without leading zeros."""
    return hex(number)


def data(content: bytes) -> str:
    """Write bytes: hex, two digits each."""
    return "0x" + content.hex()


def read_quantity(value: object) -> int:
    """Read a number.

    Raises:
        InvalidParameter: It is not written in hex.
    """
    try:
        if isinstance(value, str) and value.startswith("0x"):
            return int(value, 16)
    except ValueError:
        pass
    reason = f"a number in hex is needed, not {value!r:.80}"
    raise InvalidParameter(reason)


def read_data(value: object, length: int | None = None) -> bytes:
    """Read bytes, of one length if a length is given.

    Raises:
        InvalidParameter: They are not written in hex, or are too many or too few.
    """
    try:
        if isinstance(value, str) and value.startswith("0x"):
            content = bytes.fromhex(value[2:])
            if length is None or len(content) == length:
                return content
    except ValueError:
        pass
    wanted = "bytes" if length is None else f"{length} bytes"
    reason = f"{wanted} in hex are needed, not {value!r:.80}"
    raise InvalidParameter(reason)


def block_json(block: BlockAPI, *, full: bool) -> dict[str, Any]:
    """Write a block, with whole transactions or with their hashes."""
    header = block.header
    transactions: list[Any] = [data(one.hash) for one in block.transactions]
    if full:
        transactions = [
            transaction_json(one, header, index) for index, one in enumerate(block.transactions)
        ]
    return {
        **_header_json(header),
        "size": quantity(len(rlp.encode(block))),
        "transactions": transactions,
        "uncles": [],
        "withdrawals": [],
    }


def transaction_json(
    transaction: SignedTransactionAPI, header: BlockHeaderAPI | None, index: int
) -> dict[str, Any]:
    """Write a transaction; without a header it waits for its block."""
    type_id = transaction.type_id or 0
    chain_id = of_prague(transaction.chain_id)
    # A legacy transaction carries its chain id in v (EIP-155).
    v = transaction.y_parity if type_id else 35 + 2 * chain_id + transaction.y_parity
    typed = {
        "yParity": quantity(transaction.y_parity),
        "accessList": [_access_json(entry) for entry in transaction.access_list],
        "maxFeePerGas": quantity(transaction.max_fee_per_gas),
        "maxPriorityFeePerGas": quantity(transaction.max_priority_fee_per_gas),
    }
    return {
        "blockHash": data(header.hash) if header else None,
        "blockNumber": quantity(header.block_number) if header else None,
        "transactionIndex": quantity(index) if header else None,
        "hash": data(transaction.hash),
        "type": quantity(type_id),
        "from": to_checksum_address(transaction.sender),
        "to": to_checksum_address(transaction.to) if transaction.to else None,
        "nonce": quantity(transaction.nonce),
        "gas": quantity(transaction.gas),
        "value": quantity(transaction.value),
        "input": data(transaction.data),
        "chainId": quantity(chain_id),
        "gasPrice": quantity(_effective_gas_price(transaction, header)),
        "v": quantity(v),
        "r": quantity(transaction.r),
        "s": quantity(transaction.s),
        **(typed if type_id else {}),
    }


def receipt_json(block: BlockAPI, receipts: tuple[ReceiptAPI, ...], index: int) -> dict[str, Any]:
    """Write the receipt of a block's transaction number `index`."""
    transaction, receipt = block.transactions[index], receipts[index]
    gas_before = receipts[index - 1].gas_used if index else 0
    created = None if transaction.to else _created_address(transaction)
    return {
        "transactionHash": data(transaction.hash),
        "transactionIndex": quantity(index),
        "blockHash": data(block.hash),
        "blockNumber": quantity(block.number),
        "from": to_checksum_address(transaction.sender),
        "to": to_checksum_address(transaction.to) if transaction.to else None,
        "contractAddress": created,
        "type": quantity(transaction.type_id or 0),
        "status": quantity(int(receipt.state_root == SUCCESS)),
        "gasUsed": quantity(receipt.gas_used - gas_before),
        "cumulativeGasUsed": quantity(receipt.gas_used),
        "effectiveGasPrice": quantity(_effective_gas_price(transaction, block.header)),
        "logsBloom": data(receipt.bloom.to_bytes(256, "big")),
        "logs": logs_json(block, receipts)[index],
    }


def logs_json(block: BlockAPI, receipts: tuple[ReceiptAPI, ...]) -> list[list[dict[str, Any]]]:
    """Write the logs of each of a block's transactions."""
    written: list[list[dict[str, Any]]] = []
    log_index = 0
    for index, (transaction, receipt) in enumerate(zip(block.transactions, receipts, strict=True)):
        place = {
            "blockHash": data(block.hash),
            "blockNumber": quantity(block.number),
            "blockTimestamp": quantity(block.header.timestamp),
            "transactionHash": data(transaction.hash),
            "transactionIndex": quantity(index),
        }
        written.append(
            [
                {**_log_json(log), **place, "logIndex": quantity(log_index + offset)}
                for offset, log in enumerate(receipt.logs)
            ]
        )
        log_index += len(receipt.logs)
    return written


def _log_json(log: LogAPI) -> dict[str, Any]:
    return {
        "address": to_checksum_address(log.address),
        "topics": [data(topic.to_bytes(HASH_BYTES, "big")) for topic in log.topics],
        "data": data(log.data),
        "removed": False,
    }


def _access_json(entry: tuple[bytes, Sequence[int]]) -> dict[str, Any]:
    address, slots = entry
    keys = [data(slot.to_bytes(HASH_BYTES, "big")) for slot in slots]
    return {"address": to_checksum_address(address), "storageKeys": keys}


def _header_json(header: BlockHeaderAPI) -> dict[str, Any]:
    return {
        "number": quantity(header.block_number),
        "hash": data(header.hash),
        "parentHash": data(header.parent_hash),
        "timestamp": quantity(header.timestamp),
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "baseFeePerGas": quantity(of_prague(header.base_fee_per_gas)),
        "miner": to_checksum_address(header.coinbase),
        "stateRoot": data(header.state_root),
        "transactionsRoot": data(header.transaction_root),
        "receiptsRoot": data(header.receipt_root),
        "withdrawalsRoot": data(of_prague(header.withdrawals_root)),
        "sha3Uncles": data(header.uncles_hash),
        "logsBloom": data(header.bloom.to_bytes(256, "big")),
        "extraData": data(header.extra_data),
        "mixHash": data(header.mix_hash),
        "nonce": data(header.nonce),
        "difficulty": quantity(header.difficulty),
        "blobGasUsed": quantity(header.blob_gas_used),
        "excessBlobGas": quantity(header.excess_blob_gas),
        "parentBeaconBlockRoot": data(of_prague(header.parent_beacon_block_root)),
        "requestsHash": data(header.requests_hash),  # type: ignore[attr-defined]  # py-evm types it nowhere
    }


def _effective_gas_price(transaction: SignedTransactionAPI, header: BlockHeaderAPI | None) -> int:
    if header is None:
        return transaction.max_fee_per_gas
    base_fee = of_prague(header.base_fee_per_gas)
    tip = min(transaction.max_priority_fee_per_gas, transaction.max_fee_per_gas - base_fee)
    return base_fee + tip


def _created_address(transaction: SignedTransactionAPI) -> str:
    # The address of a contract is the tail of keccak(rlp([sender, nonce])): Yellow Paper, equation
    # 86.
    hashed = keccak(rlp.encode([transaction.sender, transaction.nonce]))
    return to_checksum_address(hashed[-ADDRESS_BYTES:])
