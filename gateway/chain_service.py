"""The chain while the service runs: reach it, deploy the contract once, anchor what waits.

The embedded chain is started here; any other EVM node is reached by its URL. Neither being away
nor coming late holds anything else up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping

from contracts.anchor import EvmAnchor
from contracts.deploy import deploy_contract
from contracts.metadata import token_id_of
from contracts.signer import ChainKey
from gateway.anchoring import AnchorQueue
from gateway.errors import EmbeddedChainMissing, NotYetDerived, WrongSetting
from gateway.ports import LivePublisher
from gateway.settings import EMBEDDED, Settings
from gateway.status import ChainFacts
from gateway.store.ledger import Ledger, Published, StoredChain
from gateway.twin_book import TwinBook
from twins.errors import CargotwinError, TransientFault

_log = logging.getLogger(__name__)

CHAIN_KEY = "keys/anchorer"
CHAIN_FOLDER = "chain"
_RETRY_S = 2.0


class ChainService:
    """Connects the anchor queue to a chain.

    Args:
        settings: Which chain.
        ledger: What waits to be anchored.
        book: For the owners of assets.
        facts: Filled with what becomes known of the chain.
        live: Told of confirmed versions.
        clock_us: Microseconds UTC.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        book: TwinBook,
        facts: ChainFacts,
        live: LivePublisher,
        *,
        clock_us: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._book = book
        self._facts = facts
        self._live = live
        self._key = ChainKey.load_or_create(settings.folder / CHAIN_KEY)
        self._anchor: EvmAnchor | None = None
        self._closing: contextlib.AsyncExitStack = contextlib.AsyncExitStack()
        self._heads_wanted: dict[str, Published] = {}
        self._head_wanted = asyncio.Event()
        self._clock_us = clock_us
        self.queue: AnchorQueue | None = None

    def refused(self) -> Mapping[str, str]:
        """Return the assets whose transaction the chain refused for good, with its words."""
        return self.queue.refused if self.queue else {}

    def wake(self) -> None:
        """Say that a version was published."""
        if self.queue is not None:
            self.queue.wake()

    async def run(self) -> None:
        """Reach the chain, then anchor until cancelled.

        What only a person can mend is shown on the page and ends anchoring alone.
        """
        try:
            await self._anchor_forever(await self._reach())
        except* CargotwinError as faults:
            fault = _first_of(faults)
            self._facts.problem = f"anchoring is stopped until a restart: {fault}"
            _log.error("%s", self._facts.problem)
            await asyncio.Event().wait()

    async def _anchor_forever(self, anchor: EvmAnchor) -> None:
        # Transactions that were stored and perhaps never sent own their nonces.
        await self._resume(anchor)
        self.queue = AnchorQueue(
            self._ledger,
            anchor,
            owner_of=self._owner_of,
            clock_us=self._clock_us,
            confirmations=self._settings.chain.confirmations,
            anchored=self._want_head,
            hindered=self._say,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(self.queue.run(), name="anchor queue")
            group.create_task(self._read_heads(anchor), name="read heads")

    def _say(self, problem: str) -> None:
        self._facts.problem = problem

    async def close(self) -> None:
        """Close the connection, and the embedded chain where it runs here."""
        await self._closing.aclose()

    async def _reach(self) -> EvmAnchor:
        """Return a connected anchor, trying for ever while the chain is away."""
        url = await self._url()
        while True:
            try:
                anchor = await self._connect(url)
            except TransientFault as fault:
                self._facts.problem = fault.diagnostics()
                await asyncio.sleep(_RETRY_S)
            else:
                self._facts.problem = ""
                return anchor

    async def _url(self) -> str:
        if self._settings.chain.rpc != EMBEDDED:
            return self._settings.chain.rpc
        # The embedded chain needs the [demo] extra; only who uses it pays for its import.
        try:
            from contracts.embedded.node import EmbeddedChain  # noqa: PLC0415
        except ImportError as error:
            raise EmbeddedChainMissing(str(error)) from error

        folder = self._settings.folder / CHAIN_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        port = self._settings.chain.rpc_port
        try:
            chain = await EmbeddedChain.start(
                folder, "127.0.0.1", port, time.time, [self._key.address]
            )
        except ImportError as error:
            raise EmbeddedChainMissing(str(error)) from error
        except OSError as error:
            allowed = f"a port of 127.0.0.1 that can be bound ({error.strerror or error})"
            raise WrongSetting("settings", "chain.rpc_port", port, allowed) from error
        self._closing.push_async_callback(chain.close)
        return chain.url

    async def _connect(self, url: str) -> EvmAnchor:
        stored = self._ledger.chain()
        contract = stored.contract if stored else self._settings.chain.contract
        anchor = await EvmAnchor.connect(
            url,
            self._key,
            contract_address=contract or None,
            expected_chain_id=stored.chain_id if stored else None,
        )
        try:
            if not contract:
                deployment = await deploy_contract(anchor, self._settings.chain.base_uri)
                contract = deployment.address
        except BaseException:
            await anchor.close()
            raise
        self._closing.push_async_callback(anchor.close)
        is_embedded = self._settings.chain.rpc == EMBEDDED
        if stored is None:
            base_uri = self._settings.chain.base_uri
            self._ledger.set_chain(
                StoredChain(anchor.chain_id, contract, is_embedded=is_embedded, base_uri=base_uri)
            )
        facts = self._facts
        facts.rpc_url, facts.chain_id, facts.contract = url, anchor.chain_id, contract
        facts.is_embedded = is_embedded
        return anchor

    def _owner_of(self, asset: str) -> str:
        state = self._book.assets.get(asset)
        if state is None:
            raise NotYetDerived(asset)
        commissioned = state.twin.commissioned
        owner = commissioned.owner if commissioned else ""
        return owner or self._key.address

    async def _resume(self, anchor: EvmAnchor) -> None:
        """Have new transactions take nonces behind those of the stored ones."""
        while True:
            try:
                await anchor.resume_at(self._ledger.next_nonce(anchor.address))
            except TransientFault as fault:
                self._facts.problem = fault.diagnostics()
                await asyncio.sleep(_RETRY_S)
            else:
                self._facts.problem = ""
                return

    def _want_head(self, published: Published) -> None:
        self._heads_wanted[published.asset] = published
        self._head_wanted.set()

    async def _read_heads(self, anchor: EvmAnchor) -> None:
        """Keep what the chain itself says of each confirmed token, for the page."""
        for asset in self._ledger.assets():
            await self._read_head(anchor, asset)
        while True:
            await self._head_wanted.wait()
            self._head_wanted.clear()
            while self._heads_wanted:
                published = self._heads_wanted.pop(next(iter(self._heads_wanted)))
                await self._read_head(anchor, published.asset)
                self._live.publish(
                    {"kind": "anchored", "asset": published.asset, "version": published.version}
                )

    async def _read_head(self, anchor: EvmAnchor, asset: str) -> None:
        try:
            head = await anchor.head(token_id_of(asset))
        except CargotwinError as fault:
            # Only the page's knowledge of the token is missing.
            _log.warning("reading the token of asset=%s: %s", asset, fault)
            return
        if head is not None:
            self._facts.heads[asset] = head
            self._facts.block = max(self._facts.block, head.block.number)


def _first_of(faults: BaseExceptionGroup[CargotwinError]) -> BaseException:
    fault: BaseException = faults
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return fault
