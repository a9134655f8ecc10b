"""The anchor queue at work: each published version becomes a confirmed transaction, in order.

The queue is the ledger itself: a version without a receipt waits. A transaction is stored before it
is sent; after a restart, or when the node was away, the very same bytes are sent again. Versions of
one token go one after the other, because each names the digest before it; tokens go side by side.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from contracts.chain import AnchorCall, Anchoring, SignedTransaction
from contracts.errors import AnchorRejected, GasAboveCap
from contracts.metadata import token_id_of
from gateway.errors import LedgerDamaged
from gateway.store.ledger import Ledger, Published
from twins.errors import CargotwinError, TransientFault

_log = logging.getLogger(__name__)

SIDE_BY_SIDE = 16
_RETRY_S = 2.0


class AnchorQueue:
    """Writes published versions to the chain.

    Args:
        ledger: Where versions and transactions are stored.
        chain: The chain.
        owner_of: Returns the address that shall own an asset's token.
        clock_us: Microseconds UTC.
        confirmations: Blocks to wait for.
        anchored: Told of each confirmed version.
        gave_up: Told that a signed transaction will never be mined, so that its nonce is free.
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
        gave_up: Callable[[], Awaitable[None]],
        hindered: Callable[[str], None],
    ) -> None:
        self._ledger = ledger
        self._chain = chain
        self._owner_of = owner_of
        self._clock_us = clock_us
        self._confirmations = confirmations
        self._anchored = anchored
        self._gave_up = gave_up
        self._hindered = hindered
        self._wanted = asyncio.Event()
        self.refused: dict[str, str] = {}
        """Assets whose transaction the chain refused for good, with its words."""

    def wake(self) -> None:
        """Say that a version was published."""
        self._wanted.set()

    async def run(self) -> None:
        """Anchor whatever waits, until cancelled; a chain that is away is tried again for ever."""
        while True:
            self._wanted.clear()
            limit = SIDE_BY_SIDE + len(self.refused)
            waiting = [one for one in self._ledger.waiting(limit) if one.asset not in self.refused]
            if not waiting:
                await self._wanted.wait()
                continue
            try:
                await self._anchor_all(waiting)
            except* TransientFault as faults:
                _log.warning("anchoring waits: %s", faults.exceptions[0])
                self._hindered(str(faults.exceptions[0]))
                await asyncio.sleep(_RETRY_S)
            else:
                self._hindered("")

    async def _anchor_all(self, waiting: list[Published]) -> None:
        """Anchor one version of each of several tokens, in as few blocks as the chain needs."""
        signed = []
        for published in waiting:
            try:
                signed.append((published, await self._signed(published)))
            except (AnchorRejected, GasAboveCap) as rejection:
                self._refuse(published, rejection)
        async with asyncio.TaskGroup() as group:
            for published, transaction in signed:
                group.create_task(
                    self._anchor(published, transaction), name=f"anchor {published.asset}"
                )

    async def _anchor(self, published: Published, transaction: SignedTransaction) -> None:
        try:
            await self._chain.send(transaction)
            receipt = await self._chain.confirm(
                transaction.transaction_hash, confirmations=self._confirmations
            )
        except AnchorRejected as rejection:
            self._refuse(published, rejection)
            if rejection.transaction_hash is None:
                await self._gave_up()
            return
        self._ledger.add_receipt(receipt, self._clock_us())
        self._anchored(published)

    async def _signed(self, published: Published) -> SignedTransaction:
        """Return the version's stored transaction, or sign and store one."""
        stored = self._ledger.transactions(published.asset, published.version)
        if stored:
            return stored[-1]
        transaction = await self._sign(published)
        self._ledger.add_transaction(published, transaction, self._clock_us())
        return transaction

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

    def _refuse(self, published: Published, rejection: CargotwinError) -> None:
        _log.error(
            "anchoring asset=%s version=%s refused: %s",
            published.asset,
            published.version,
            rejection,
        )
        self.refused[published.asset] = rejection.diagnostics()
