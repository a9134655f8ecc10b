"""Builds and runs the derive process."""

from __future__ import annotations

import asyncio
import gc
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from contracts.signer import AttesterKey
from gateway.access.gatekeepers import AccountsFile
from gateway.chain_service import ChainService
from gateway.clock import now_us
from gateway.codecs.route import RoutingTable
from gateway.derive import Derive
from gateway.door import LARGEST_PAYLOAD_BYTES, DoorClient
from gateway.errors import WrongSetting
from gateway.intake.known_formats import teach
from gateway.intake_problems import notice_intake_problems
from gateway.mirroring import Mirror
from gateway.publishing import Publisher, published_parents
from gateway.report_editing import EditingCommands, ReportEditor
from gateway.reports.wording import Wording
from gateway.settings import Settings
from gateway.status import ChainFacts, DerivedStatus
from gateway.store.derived import DerivedStore
from gateway.store.journal import JournalReader
from gateway.store.ledger import Ledger, StoredChain
from gateway.supervisor import address_file, write_addresses
from gateway.twin_book import TwinBook
from gateway.web.api import listen, web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from twins.errors import ConfigurationFault

from . import (
    DERIVED,
    JOURNAL,
    LEDGER,
    accounts_of,
    public_address,
    routing_table,
    secret_in,
    web_address,
    web_names,
)
from .reports import model_exchange
from .running import run_until, within_stop

ATTESTER_KEY = "keys/attester"
_LOOK_S = 0.05
_COLLECT_AFTER = 50_000
"""Objects made and not freed after which garbage is looked for; a slice holds about as many."""


async def run_derive(settings: Settings, stop: asyncio.Event) -> None:
    """Run the derive process until `stop`."""
    if not await _exists(address_file(settings.folder, "intake"), stop):
        return
    # Readings are freed without being looked for. Looking after every 700 of them, as Python does
    # by itself, costs a seventh of absorbing them.
    gc.set_threshold(_COLLECT_AFTER)
    async with AsyncExitStack() as closing:
        await _serve(settings, stop, closing)


async def _serve(settings: Settings, stop: asyncio.Event, closing: AsyncExitStack) -> None:
    folder = settings.folder
    journal = JournalReader(folder / JOURNAL)
    store = DerivedStore(folder / DERIVED)
    ledger = Ledger(folder / LEDGER)
    for one in (journal, store, ledger):
        closing.callback(one.close)
    mirror = Mirror(store.connection, settings.influx)
    book = TwinBook(
        store,
        ledger.asset_key,
        mirror.add,
        published_size=ledger.published_size,
        published_parents=partial(published_parents, ledger),
    )
    chain = ChainFacts()
    live = Broadcast()
    reports = model_exchange(settings)
    closing.push_async_callback(reports.close)
    stored = ledger.chain()
    status = DerivedStatus(
        book=book,
        store=store,
        ledger=ledger,
        journal=journal,
        chain=chain,
        # What the contract was deployed with; a later change of the setting does not move it.
        base_uri=stored.base_uri if stored else settings.chain.base_uri,
        clock_us=now_us,
        formats=partial(_formats, settings, journal),
    )
    accounts = _accounts(settings, status)
    status.is_mirrored = settings.influx.enabled
    status.mirror_depth = mirror.depth
    status.mirror_problem = mirror.problem
    service = ChainService(settings, ledger, book, chain, live, clock_us=now_us)
    closing.push_async_callback(service.close)
    status.refused = service.refused
    status.reports = reports.status
    derive = Derive(
        journal=journal,
        book=book,
        publisher=_publisher(settings, ledger, reports.wording),
        status=status,
        door=DoorClient(folder),
        live=live,
        published=service.wake,
        progress=store.progress(),
        clock_us=now_us,
    )
    reports.wording.told = derive.publish_soon
    editor = ReportEditor(
        ledger, _attester(settings), clock_us=now_us, published=derive.tell_of_version
    )
    commands = EditingCommands(DoorClient(folder), editor)
    runner = await listen(web_application(status, commands, live, _web_settings(settings)))
    closing.push_async_callback(lambda: within_stop(runner.cleanup()))
    write_addresses(folder, "derive", {"web": web_address(settings)})
    await run_until(
        stop,
        {
            "follow": derive.follow_intake(),
            "absorb": derive.absorb_forever(),
            "publish": derive.publish_forever(),
            "report": reports.run(),
            "answer": derive.answer_forever(),
            "silence": derive.notice_silence_forever(),
            "chain": _anchor(settings, ledger, service, chain),
            "intake problems": notice_intake_problems(DoorClient(folder), status.problems),
            "mirror": mirror.run(),
        }
        | ({} if accounts is None else {"accounts": accounts.follow()}),
    )


def _accounts(settings: Settings, status: DerivedStatus) -> AccountsFile | None:
    """Let the page say whose keys sign handovers; a file that cannot be used stops no page."""
    try:
        accounts = accounts_of(settings)
    except ConfigurationFault as fault:
        status.problems["accounts"] = str(fault)
        return None
    if accounts is not None:
        status.key_holders = lambda: accounts.accounts.key_holders
    return accounts


def contract_fault(settings: Settings, stored: StoredChain | None) -> WrongSetting | None:
    """Return what is wrong where the settings name another contract than holds the tokens."""
    contract = settings.chain.contract
    if stored is None or not contract or contract.lower() == stored.contract.lower():
        return None
    allowed = f"{stored.contract}, which holds this data folder's tokens, or empty"
    return WrongSetting("settings", "chain.contract", contract, allowed)


async def _anchor(
    settings: Settings, ledger: Ledger, service: ChainService, chain: ChainFacts
) -> None:
    """Anchor until cancelled; a wrong contract stops anchoring alone and is shown on the page."""
    fault = contract_fault(settings, ledger.chain())
    if fault is None:
        await service.run()
        return
    chain.problem = f"anchoring is stopped until a restart: {fault}"
    await asyncio.Event().wait()


def _attester(settings: Settings) -> AttesterKey:
    return AttesterKey.load_or_create(settings.folder / ATTESTER_KEY)


def _publisher(settings: Settings, ledger: Ledger, wording: Wording) -> Publisher:
    page = public_address(settings)
    return Publisher(
        ledger,
        wording,
        _attester(settings),
        clock_us=now_us,
        page_of=lambda asset: f"{page}/assets/{asset}" if page else "",
    )


def _formats(settings: Settings, journal: JournalReader) -> RoutingTable:
    """Return the formats as intake has them: with what people confirmed and messages taught."""
    table = routing_table(settings, accounts_of(settings))
    teach(table, journal.kept)
    return table


async def _exists(file: Path, stop: asyncio.Event) -> bool:
    """Wait until intake has made the journal and said where it listens; False on `stop`."""
    while not file.exists():  # noqa: ASYNC240 - one local inode
        if stop.is_set():
            return False
        await asyncio.sleep(_LOOK_S)
    return True


def _web_settings(settings: Settings) -> WebSettings:
    return WebSettings(
        host=settings.web.host,
        port=settings.web.port,
        token=secret_in(settings.web.token_file),
        ingest_token=secret_in(settings.web.ingest_token_file),
        ingest_limit_bytes=min(settings.intake.maximum_payload_bytes, LARGEST_PAYLOAD_BYTES),
        names=web_names(settings),
    )
