"""A chain in memory: it mines what is sent at once, and can be away, refuse or die on demand."""

import asyncio
import hashlib

from contracts.chain import AnchorCall, BlockReference, ChainHead, Receipt, SignedTransaction
from contracts.errors import AnchorRejected, ChainUnavailable, ContractPaused, NonceUsed

URL = "http://127.0.0.1:1"
ACCOUNT = "0x000000000000000000000000000000000000dEaD"


# ruff: noqa: ARG002 - a fake of a port takes arguments that it has no use for


class FakeChain:
    """Implements `contracts.chain.Anchoring`.

    Attributes:
        sent: Every sending, in order, repetitions included.
        mined: Transactions in blocks, by hash.
        reverted: Hashes of transactions that were reverted in a block.
        is_away: Whether the node answers nothing.
        refuses: Nonces that the node refuses for good when they are sent.
        used: Nonces that other transactions of the account took.
        reverting: Nonces whose transactions are mined and reverted.
        slow: Nonces whose transactions stay unmined.
        paused: Digests of documents that are not minted, as the contract is paused.
        fault: What the node answers to every signature and sending, in place of an answer.
        most_at_once: The most transactions that were ever on their way together.
        next_nonce: What the next signature takes.
    """

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.mined: dict[str, Receipt] = {}
        self.reverted: set[str] = set()
        self.is_away = False
        self.refuses: set[int] = set()
        self.used: set[int] = set()
        self.reverting: set[int] = set()
        self.slow: set[int] = set()
        self.paused: set[bytes] = set()
        self.fault: Exception | None = None
        self.signed = 0
        self.most_at_once = 0
        self._at_once = 0
        self.next_nonce = 0
        self.forgotten = 0
        self.mints: dict[int, str] = {}
        self.calls: list[AnchorCall] = []

    async def sign_mint(
        self, to: str, token_id: int, digest: bytes, as_of_us: int, severity: int
    ) -> SignedTransaction:
        self._answer()
        if digest in self.paused:
            raise ContractPaused
        self.mints[token_id] = to
        return self._signed(b"mint" + digest)

    async def sign_anchor(self, call: AnchorCall) -> SignedTransaction:
        self._answer()
        self.calls.append(call)
        return self._signed(b"anchor" + call.digest)

    async def send(self, transaction: SignedTransaction) -> None:
        self._answer()
        self.sent.append(transaction.transaction_hash)
        if transaction.nonce in self.refuses:
            raise AnchorRejected("refused by the node")
        if transaction.nonce in self.used:
            raise NonceUsed(transaction.transaction_hash, transaction.nonce)
        if transaction.nonce in self.reverting:
            self.reverted.add(transaction.transaction_hash)
            return
        if transaction.nonce in self.slow:
            return
        block = BlockReference(number=len(self.mined) + 1, block_hash=bytes(32), timestamp=0)
        self.mined[transaction.transaction_hash] = Receipt(
            transaction_hash=transaction.transaction_hash,
            block=block,
            gas_used=21_000,
            effective_gas_price_wei=1,
            confirmations=1,
            contract_address=None,
        )

    async def receipt(self, transaction_hash: str) -> Receipt | None:
        self._answer()
        self._reveal(transaction_hash)
        return self.mined.get(transaction_hash)

    async def confirm(
        self, transaction_hash: str, *, confirmations: int = 1, timeout_s: float = 60.0
    ) -> Receipt:
        self._answer()
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(0)
            self._reveal(transaction_hash)
            if transaction_hash not in self.mined:
                await asyncio.Event().wait()
            return self.mined[transaction_hash]
        finally:
            self._at_once -= 1

    async def head(self, token_id: int) -> ChainHead | None:
        return None

    async def forget_nonces(self) -> None:
        self.forgotten += 1

    async def resume_at(self, nonce: int) -> None:
        self._answer()
        self.next_nonce = max(self.next_nonce, nonce)

    def _reveal(self, transaction_hash: str) -> None:
        if transaction_hash in self.reverted:
            raise AnchorRejected("EnforcedPause", None, transaction_hash)

    def _answer(self) -> None:
        if self.is_away:
            raise ChainUnavailable(URL, "connection refused")
        if self.fault is not None:
            raise self.fault

    def _signed(self, content: bytes) -> SignedTransaction:
        self.signed += 1
        nonce, self.next_nonce = self.next_nonce, self.next_nonce + 1
        raw = nonce.to_bytes(4, "big") + content
        digest = "0x" + hashlib.sha256(raw).hexdigest()
        return SignedTransaction(
            raw=raw,
            transaction_hash=digest,
            sender=ACCOUNT,
            nonce=nonce,
            gas_limit=100_000,
            max_fee_per_gas_wei=1,
        )
