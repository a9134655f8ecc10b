"""The anchor queue at work: each published version becomes a confirmed transaction, in order.

The queue is the ledger itself: a version without a receipt waits. A transaction is stored before it
is sent; after a restart, or when the node was away, the very same bytes are sent again. One that
can never happen, because its nonce is gone or the contract reverted it, is signed anew. Versions of
one token go one after the other, because each names the digest before it; tokens go side by side,
and none waits for another.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

from contracts.chain import AnchorCall, Anchoring, Receipt, SignedTransaction
from contracts.errors import AnchorRejected, GasAboveCap, NonceUsed
from contracts.metadata import token_id_of
from gateway.errors import LedgerDamaged
from gateway.store.ledger import Ledger, Published
from twins.errors import CargotwinError, TransientFault

_log = logging.getLogger(__name__)

SIDE_BY_SIDE = 16
REVERTS_AT_MOST = 3
"""Reverted transactions of one version, each of which cost gas, before a person must look."""
_RETRY_S = 2.0

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")


class AnchorQueue:
    """Writes published versions to the chain.

    Args:
        ledger: Where versions and transactions are stored.
        chain: The chain.
        owner_of: Returns the address that shall own an asset's token.
        clock_us: Microseconds UTC.
        confirmations: Blocks to wait for.
        anchored: Told of each confirmed version.
        hindered: Told in words why anchoring waits, and the empty text once it goes on.
    """

    def __init__(
        self,
        ledger: Ledger,
        chain: Anchoring,
        *,
        owner_of: Callable[[str], str],
        clock_us: Callable[[], int],
        confirmations: int,
        anchored: Callable[[Published], None],
        hindered: Callable[[str], None],
    ) -> None:
        self._ledger = ledger
        self._chain = chain
        self._owner_of = owner_of
        self._clock_us = clock_us
        self._confirmations = confirmations
        self._anchored = anchored
        self._hindered = hindered
        self._wanted = asyncio.Event()
        self._at_work: set[str] = set()
        self._put_off: Counter[str] = Counter()
        self._must_rest = False
        self._problem = ""
        self.refused: dict[str, str] = {}
        """Assets whose transaction the chain refused for good, with its words."""

    def wake(self) -> None:
        """Say that a version was published."""
        self._wanted.set()

    async def run(self) -> None:
        """Anchor whatever waits, until cancelled; a chain that is away is tried again for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                if self._must_rest:
                    await asyncio.sleep(_RETRY_S)
                    self._must_rest = False
                self._wanted.clear()
                for published in self._startable():
                    self._at_work.add(published.asset)
                    group.create_task(self._work_on(published), name=f"anchor {published.asset}")
                await self._wanted.wait()

    def _startable(self) -> list[Published]:
        """Return as many waiting versions as there are free places, those put off last."""
        passed = self._at_work | self.refused.keys()
        limit = SIDE_BY_SIDE + len(passed) + len(self._put_off)
        waiting = [one for one in self._ledger.waiting(limit) if one.asset not in passed]
        waiting.sort(key=lambda one: self._put_off[one.asset])
        return waiting[: SIDE_BY_SIDE - len(self._at_work)]

    async def _work_on(self, published: Published) -> None:
        """Anchor one version; one that cannot be signed now leaves its place to other tokens."""
        try:
            receipt = await self._receipt_of(published)
        except TransientFault as fault:
            self._put_off[published.asset] += 1
            self._must_rest = True
            self._say(str(fault))
        except (AnchorRejected, GasAboveCap) as rejection:
            self._put_off.pop(published.asset, None)
            self._refuse(published, rejection)
        else:
            self._put_off.pop(published.asset, None)
            self._ledger.add_receipt(receipt, self._clock_us())
            self._say("")
            self._anchored(published)
        finally:
            self._at_work.discard(published.asset)
            self._wanted.set()

    async def _receipt_of(self, published: Published) -> Receipt:
        """Have a transaction of the version confirmed; sign anew whenever it cannot happen."""
        dead: set[str] = set()
        reverts = 0
        while True:
            transaction = await self._stored(published, dead) or await self._signed(published)
            try:
                return await self._persistently(self._send_and_confirm, transaction)
            except NonceUsed as used:
                _log.warning("anchoring asset=%s: %s", published.asset, used)
                await self._persistently(self._chain.resume_at, transaction.nonce + 1)
            except AnchorRejected as rejection:
                if rejection.transaction_hash is None:
                    await self._chain.forget_nonces()
                    raise
                reverts += 1
                if reverts == REVERTS_AT_MOST:
                    raise
                _log.warning("anchoring asset=%s: %s", published.asset, rejection)
            dead.add(transaction.transaction_hash)

    async def _stored(self, published: Published, dead: set[str]) -> SignedTransaction | None:
        """Return the stored transaction that happened or else still may; note those that cannot."""
        may_happen = None
        for transaction in self._ledger.transactions(published.asset, published.version):
            if transaction.transaction_hash in dead:
                continue
            try:
                receipt = await self._persistently(
                    self._chain.receipt, transaction.transaction_hash
                )
            except AnchorRejected as rejection:
                _log.warning("anchoring asset=%s: %s", published.asset, rejection)
                dead.add(transaction.transaction_hash)
                continue
            if receipt is not None:
                return transaction
            may_happen = transaction
        return may_happen

    async def _signed(self, published: Published) -> SignedTransaction:
        transaction = await self._sign(published)
        self._ledger.add_transaction(published, transaction, self._clock_us())
        return transaction

    async def _send_and_confirm(self, transaction: SignedTransaction) -> Receipt:
        await self._chain.send(transaction)
        return await self._chain.confirm(
            transaction.transaction_hash, confirmations=self._confirmations
        )

    async def _persistently(
        self, call: Callable[[Argument], Awaitable[Answer]], argument: Argument
    ) -> Answer:
        """Ask the chain until it answers.

        A signed transaction keeps its place meanwhile: those of higher nonces could not be mined
        in its stead.
        """
        while True:
            try:
                return await call(argument)
            except TransientFault as fault:
                self._say(str(fault))
                await asyncio.sleep(_RETRY_S)

    async def _sign(self, published: Published) -> SignedTransaction:
        token = token_id_of(published.asset)
        if published.version == 1:
            owner = self._owner_of(published.asset)
            return await self._chain.sign_mint(
                owner, token, published.digest, published.as_of, published.severity
            )
        before = self._ledger.version(published.asset, published.version - 1)
        if before is None:
            raise LedgerDamaged(f"version {published.version - 1} of asset {published.asset}")
        return await self._chain.sign_anchor(
            AnchorCall(
                token_id=token,
                previous=before.digest,
                digest=published.digest,
                version=published.version,
                as_of_us=published.as_of,
                severity=published.severity,
            )
        )

    def _say(self, problem: str) -> None:
        if problem == self._problem:
            return
        self._problem = problem
        if problem:
            _log.warning("anchoring waits: %s", problem)
        self._hindered(problem)

    def _refuse(self, published: Published, rejection: CargotwinError) -> None:
        _log.error(
            "anchoring asset=%s version=%s refused: %s",
            published.asset,
            published.version,
            rejection,
        )
        self.refused[published.asset] = rejection.diagnostics()
