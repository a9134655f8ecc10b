"""TwinNFT on any EVM chain that answers JSON-RPC over HTTP.

Signing and sending are two steps, so that the caller can store what was signed before it leaves: a
stored transaction may be sent any number of times and happens at most once. One key must sign for
one `EvmAnchor` only, since the nonces are counted here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from aiohttp import ClientTimeout
from eth_typing import HexStr
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3 import AsyncHTTPProvider, AsyncWeb3
from web3.exceptions import TransactionNotFound, Web3RPCError
from web3.middleware import ExtraDataToPOAMiddleware

from .artifact import Artifact
from .chain import (
    TRANSACTION_GAS_CAP,
    AnchorCall,
    BlockReference,
    ChainHead,
    Receipt,
    SignedTransaction,
)
from .errors import (
    AnchorRejected,
    ContractPaused,
    GasAboveCap,
    NoContract,
    NonceUsed,
    TransactionUnconfirmed,
    UnsupportedChain,
    WrongChain,
)
from .node_errors import INTERNAL_ERROR, code_of, node_errors
from .recursion import limit_recursion

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress
    from web3.types import TxParams

    from .signer import ChainKey

limit_recursion()

CONTRACT = "TwinNFT"
REQUEST_TIMEOUT_S = 10.0
GAS_MARGIN_PERCENT = 125
BASE_FEE_FACTOR = (
    2  # outlasts six full blocks in a row, each raising the base fee by 1/8 (EIP-1559)
)
SHORTEST_POLL_S = 0.02
LONGEST_POLL_S = 1.0
# Answers to a transaction that waits at the node: geth, then anvil, then Besu.
ALREADY_SENT = ("already known", "already imported", "known transaction")


class EvmAnchor:
    """Signs, sends and confirms what changes a token, and reads what a token says.

    Attributes:
        chain_id: Chain id, as the node reports it.
        contract_address: The contract, with checksum; None before it is deployed.
        address: Account that signs, with checksum.
    """

    def __init__(
        self, web3: AsyncWeb3[Any], url: str, chain_id: int, address: str | None, key: ChainKey
    ) -> None:
        self.chain_id = chain_id
        self.contract_address = to_checksum_address(address) if address else None
        self.address = to_checksum_address(key.address)
        self._web3 = web3
        self._url = url
        self._key = key
        self._artifact = Artifact.load(CONTRACT)
        self._abi = web3.eth.contract(abi=self._artifact.abi)
        self._nonce_lock = asyncio.Lock()
        self._next_nonce: int | None = None

    @classmethod
    async def connect(
        cls,
        url: str,
        key: ChainKey,
        *,
        contract_address: str | None = None,
        expected_chain_id: int | None = None,
    ) -> Self:
        """Connect to a node, and check that it is the right one.

        Args:
            url: HTTP address of the node.
            key: Signs the transactions and pays for them.
            contract_address: TwinNFT; None to deploy one.
            expected_chain_id: Chain id of the configuration; None takes the node's.

        Raises:
            ChainUnavailable: The node does not answer.
            WrongChain: It serves another chain.
            NoContract: There is no contract at the address.
        """
        timeout = ClientTimeout(total=REQUEST_TIMEOUT_S)
        # The anchor queue decides when to try again, not the transport.
        provider = AsyncHTTPProvider(url, {"timeout": timeout}, exception_retry_configuration=None)
        web3 = AsyncWeb3(provider)
        # Validators of clique, IBFT and QBFT sign blocks in an extraData that web3 refuses.
        web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
        try:
            with node_errors(url):
                chain_id = await web3.eth.chain_id
            anchor = cls(web3, url, chain_id, contract_address, key)
            await anchor._check(expected_chain_id)
        except BaseException:
            await provider.disconnect()
            raise
        return anchor

    async def _check(self, expected_chain_id: int | None) -> None:
        if expected_chain_id is not None and expected_chain_id != self.chain_id:
            raise WrongChain(self._url, expected_chain_id, self.chain_id)
        if self.contract_address is None:
            return
        with node_errors(self._url):
            code = await self._web3.eth.get_code(self.contract_address)
        if not code:
            raise NoContract(self.contract_address, self.chain_id)

    def use_contract(self, address: str) -> None:
        """Turn to a contract that was created just now."""
        self.contract_address = to_checksum_address(address)

    async def close(self) -> None:
        """Close the connections to the node."""
        await self._web3.provider.disconnect()

    async def sign_deployment(self, base_uri: str, admin_delay_s: int) -> SignedTransaction:
        """Sign the creation of the contract, with this key as its first admin."""
        arguments = (base_uri, self.address, admin_delay_s)
        contract = self._web3.eth.contract(abi=self._artifact.abi, bytecode=self._artifact.bytecode)
        return await self._sign(None, contract.constructor(*arguments).data_in_transaction)

    async def sign_role(self, role: str, account: str) -> SignedTransaction:
        """Sign the grant of a role, `MINTER_ROLE` for one, to an account."""
        return await self._sign_call("grantRole", AsyncWeb3.keccak(text=role), account)

    async def sign_mint(
        self, to: str, token_id: int, digest: bytes, as_of_us: int, severity: int
    ) -> SignedTransaction:
        """Sign the creation of a token with its first document.

        Raises:
            AnchorRejected: The contract would refuse it.
        """
        owner = to_checksum_address(to)
        return await self._sign_call("mint", owner, token_id, digest, as_of_us, severity)

    async def sign_anchor(self, call: AnchorCall) -> SignedTransaction:
        """Sign the next step of a token's head.

        The step must build on the head that the chain has now: steps of one token follow one
        another, steps of different tokens may be under way together.

        Raises:
            AnchorRejected: The contract would refuse it.
        """
        return await self._sign_call(
            "anchor",
            call.token_id,
            call.previous,
            call.digest,
            call.version,
            call.as_of_us,
            call.severity,
        )

    async def resume_at(self, nonce: int) -> None:
        """Sign nothing with a smaller nonce: other transactions own those, sent or only stored."""
        async with self._nonce_lock:
            self._next_nonce = max(nonce, self._next_nonce or 0, await self._pending_nonce())

    async def forget_nonces(self) -> None:
        """Ask the node for the next nonce, after a signed transaction was given up unsent."""
        async with self._nonce_lock:
            self._next_nonce = None

    async def send(self, transaction: SignedTransaction) -> None:
        """Send a signed transaction, for the first time or again.

        Raises:
            ChainUnavailable: The node does not answer; send again later.
            AccountOutOfFunds: The account cannot pay; send again later.
            NodeRefused: The node does not take it now; send again later.
            NonceUsed: Another transaction took its nonce; sign anew.
            AnchorRejected: It is malformed.
        """
        with node_errors(self._url, self._artifact, self.address):
            try:
                await self._web3.eth.send_raw_transaction(transaction.raw)
            except Web3RPCError as error:
                if await self._happens_already(transaction, error):
                    return
                raise

    async def receipt(self, transaction_hash: str) -> Receipt | None:
        """Return what became of a transaction; None while it stands in no block.

        Raises:
            AnchorRejected: It stands in a block and was reverted there.
        """
        with node_errors(self._url, self._artifact):
            try:
                found = await self._web3.eth.get_transaction_receipt(HexBytes(transaction_hash))
            except TransactionNotFound:
                return None
            if not found["status"]:
                await self._raise_revert(transaction_hash, found["blockNumber"])
            block = await self._web3.eth.get_block(found["blockHash"])
            head = await self._web3.eth.block_number
        return Receipt(
            transaction_hash=transaction_hash,
            block=_reference(block),
            gas_used=found["gasUsed"],
            effective_gas_price_wei=found["effectiveGasPrice"],
            confirmations=head - found["blockNumber"] + 1,
            contract_address=found["contractAddress"],
        )

    async def confirm(
        self, transaction_hash: str, *, confirmations: int = 1, timeout_s: float = 60.0
    ) -> Receipt:
        """Wait until a transaction stands under enough blocks, its own included.

        Raises:
            TransactionUnconfirmed: Not within `timeout_s`.
            AnchorRejected: It was reverted.
        """
        pause_s = SHORTEST_POLL_S
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    receipt = await self.receipt(transaction_hash)
                    if receipt is not None and receipt.confirmations >= confirmations:
                        return receipt
                    await asyncio.sleep(pause_s)
                    pause_s = min(2 * pause_s, LONGEST_POLL_S)
        except TimeoutError as error:
            raise TransactionUnconfirmed(transaction_hash, confirmations, timeout_s) from error

    async def head(self, token_id: int) -> ChainHead | None:
        """Read what a token says at the newest block; None when it does not exist."""
        with node_errors(self._url, self._artifact):
            block = await self._web3.eth.get_block("latest")
        try:
            # One after the other: a refusal of the first leaves no other call on its way.
            head = await self._read("head", token_id, block["number"])
            owner = await self._read("ownerOf", token_id, block["number"])
            token_uri = await self._read("tokenURI", token_id, block["number"])
        except AnchorRejected as error:
            if error.error == "ERC721NonexistentToken":
                return None
            raise
        digest, version, as_of_us, severity, locked = head
        return ChainHead(
            token_id=token_id,
            owner=owner,
            token_uri=token_uri,
            metadata_digest=bytes(digest),
            version=version,
            as_of_us=as_of_us,
            severity=severity,
            locked=locked,
            block=_reference(block),
        )

    async def _read(self, function: str, token_id: int, block_number: int) -> Any:  # noqa: ANN401 what the ABI says
        contract = self._abi(self._contract())
        with node_errors(self._url, self._artifact):
            return await contract.functions[function](token_id).call(block_identifier=block_number)

    async def _sign_call(self, function: str, *arguments: object) -> SignedTransaction:
        return await self._sign(self._contract(), self._abi.encode_abi(function, arguments))

    async def _sign(self, to: ChecksumAddress | None, data: str) -> SignedTransaction:
        with node_errors(self._url, self._artifact, self.address):
            call: TxParams = {"from": self.address, "data": HexStr(data)}
            if to is not None:
                call["to"] = to
            # The estimate is a rehearsal too: what the contract refuses is never signed and costs
            # no nonce.
            gas = await self._web3.eth.estimate_gas(call) * GAS_MARGIN_PERCENT // 100
            if gas > TRANSACTION_GAS_CAP:
                raise GasAboveCap(gas, TRANSACTION_GAS_CAP)
            fees = await self._fees()
            async with self._nonce_lock:
                nonce = self._next_nonce
                if nonce is None:
                    nonce = await self._pending_nonce()
                self._next_nonce = nonce + 1
        fields = {**call, **fees, "gas": gas, "nonce": nonce, "chainId": self.chain_id, "type": 2}
        raw, transaction_hash = self._key.sign(fields)
        return SignedTransaction(
            raw=raw,
            transaction_hash=transaction_hash,
            sender=self.address,
            nonce=nonce,
            gas_limit=gas,
            max_fee_per_gas_wei=fees["maxFeePerGas"],
        )

    async def _fees(self) -> dict[str, int]:
        block = await self._web3.eth.get_block("latest")
        tip = await self._web3.eth.max_priority_fee
        if "baseFeePerGas" not in block:
            raise UnsupportedChain(self._url, "its blocks have no base fee (EIP-1559)")
        ceiling = BASE_FEE_FACTOR * block["baseFeePerGas"] + tip
        return {"maxPriorityFeePerGas": tip, "maxFeePerGas": ceiling}

    async def _pending_nonce(self) -> int:
        with node_errors(self._url):
            return await self._web3.eth.get_transaction_count(self.address, "pending")

    async def _happens_already(self, transaction: SignedTransaction, error: Web3RPCError) -> bool:
        """Tell whether the node refused a transaction only because it has it already.

        Raises:
            NonceUsed: It has another one in its place.
        """
        words = error.message.lower()
        if code_of(error) == INTERNAL_ERROR and "nonce" not in words:
            # A node with a fault of its own may show blocks that it will not keep.
            return False
        sender = to_checksum_address(transaction.sender)
        used = await self._web3.eth.get_transaction_count(sender, "latest")
        # Nodes share no words for a nonce that is gone; words for what waits are a shortcut only.
        is_gone = used > transaction.nonce
        if not is_gone and not any(known in words for known in ALREADY_SENT):
            return False
        if await self._is_known(transaction.transaction_hash):
            return True
        if is_gone:
            raise NonceUsed(transaction.transaction_hash, transaction.nonce)
        return False

    async def _is_known(self, transaction_hash: str) -> bool:
        try:
            await self._web3.eth.get_transaction(HexBytes(transaction_hash))
        except TransactionNotFound:
            return False
        return True

    async def _raise_revert(self, transaction_hash: str, block_number: int) -> None:
        """Run a reverted transaction again on the state before its block, to learn why."""
        sent = await self._web3.eth.get_transaction(HexBytes(transaction_hash))
        call: TxParams = {"from": sent["from"], "data": sent["input"], "gas": sent["gas"]}
        if "to" in sent:
            call["to"] = sent["to"]
        try:
            with node_errors(self._url, self._artifact):
                await self._web3.eth.call(call, block_number - 1)
        except AnchorRejected as reason:
            raise AnchorRejected(reason.error, reason.arguments, transaction_hash) from reason
        except ContractPaused as reason:
            raise AnchorRejected("EnforcedPause", None, transaction_hash) from reason
        # Another transaction of the same block made it fail.
        raise AnchorRejected("reverted", None, transaction_hash)

    def _contract(self) -> ChecksumAddress:
        if self.contract_address is None:
            raise NoContract("no address", self.chain_id)
        return self.contract_address


def _reference(block: Any) -> BlockReference:  # noqa: ANN401 web3 types every field as optional
    return BlockReference(
        number=block["number"], block_hash=bytes(block["hash"]), timestamp=block["timestamp"]
    )
