"""The derive process's own parts on the files of a folder, without its sockets and its chain."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from contracts.chain import BlockReference, Receipt, SignedTransaction
from contracts.evidence import Evidence
from contracts.signer import AttesterKey
from gateway.codecs.route import RoutingTable
from gateway.derive import Derive
from gateway.door import DoorClient
from gateway.publishing import Publisher
from gateway.status import ChainFacts, DerivedStatus
from gateway.store.derived import DerivedStore
from gateway.store.entries import PolicyFiled, Quarantined, encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from gateway.store.ledger import Ledger, Published
from gateway.twin_book import TwinBook
from gateway.unpublished import Untold
from tests.fakes.drafting import FakeWording
from tests.fakes.journals import message_of
from tests.property.test_twin_book import LOOSE, assign
from tests.unit.gateway.mqtt.memory_sink import until
from tests.unit.twins.samples import ASSET, at, bind, commission, read
from twins.inputs import Binding, Commissioned, Decision, Input, Milestone, PolicyAssigned
from twins.policy.condition_policy import ConditionPolicy
from twins.twin import AssetTwin

Record = Input | PolicyFiled | Quarantined
Owned = TypeVar("Owned", Commissioned, PolicyAssigned, Binding, Milestone, Decision)

BASE_URI = "ipfs://"
MINTED: list[Record] = [
    commission(),
    PolicyFiled(1, LOOSE),
    assign(0, LOOSE),
    bind(0, every=10),
    read(0, 5_000),
    read(10, 5_000),
]
"""A conformant shipment, read every 10 s; `LOOSE` fires above 12 °C and below half coverage."""


def of(asset: str, record: Owned) -> Owned:
    """Return a record as one of another asset."""
    return msgspec.structs.replace(record, asset=asset)


def minted(asset: str) -> list[Record]:
    """Return what makes another conformant asset, whose device is named after it."""
    device = f"logger-{asset}"
    return [
        of(asset, commission()),
        PolicyFiled(1, LOOSE),
        of(asset, assign(0, LOOSE)),
        of(asset, bind(0, device, every=10)),
        read(0, 5_000, device=device),
        read(10, 5_000, device=device),
    ]


class Clock:
    """A wall clock that stands until it is set, and counts how often it was read."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.looks = 0

    def __call__(self) -> int:
        self.looks += 1
        return self.now


class Changes:
    """Fills the `LivePublisher` port: keeps every change."""

    def __init__(self) -> None:
        self.all: list[dict[str, object]] = []
        self.has_readers = True

    def publish(self, change: dict[str, object]) -> None:
        self.all.append(change)

    def of_kind(self, kind: str) -> list[dict[str, object]]:
        return [one for one in self.all if one["kind"] == kind]


class HearingDoor(DoorClient):
    """A client that keeps every batch that it was told of."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.heard: list[int] = []

    async def follow(self, told: Callable[[int], None]) -> None:
        def hear(batch: int) -> None:
            self.heard.append(batch)
            told(batch)

        await super().follow(hear)


class CountingPublisher(Publisher):
    """Publishes, and says of which assets it was asked."""

    def __init__(self, ledger: Ledger, wording: FakeWording) -> None:
        super().__init__(
            ledger,
            wording,
            AttesterKey(b"a" * 32),
            clock_us=lambda: at(1_000_000),
            page_of=lambda _asset: "",
        )
        self.asked: list[str] = []

    def publish_if_changed(
        self,
        twin: AssetTwin,
        policy: ConditionPolicy,
        evidence: Evidence,
        *,
        as_of: int,
        untold: Untold | None,
        twin_at: Callable[[int], AssetTwin],
    ) -> Published | None:
        try:
            return super().publish_if_changed(
                twin, policy, evidence, as_of=as_of, untold=untold, twin_at=twin_at
            )
        finally:
            self.asked.append(twin.asset)


class Deriving:
    """A journal, and all that the derive process keeps of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock(at(100_000))
        self.journal = JournalWriter(folder / "journal.db")
        self.wording = FakeWording()
        self.open()

    def open(self) -> None:
        """Begin as the derive process begins, on what lies in the folder."""
        self.reader = JournalReader(self.folder / "journal.db")
        self.store = DerivedStore(self.folder / "derived.db")
        self.ledger = Ledger(self.folder / "ledger.db")
        self.book = TwinBook(
            self.store,
            self.ledger.asset_key,
            lambda _readings: None,
            published_size=self.ledger.published_size,
        )
        self.publisher = CountingPublisher(self.ledger, self.wording)
        self.chain = ChainFacts()
        self.door = HearingDoor(self.folder)
        self.live = Changes()
        self.woken = 0
        self.status = DerivedStatus(
            book=self.book,
            store=self.store,
            ledger=self.ledger,
            journal=self.reader,
            chain=self.chain,
            base_uri=BASE_URI,
            clock_us=lambda: at(2_000_000),
            formats=RoutingTable,
        )
        self.derive = Derive(
            journal=self.reader,
            book=self.book,
            publisher=self.publisher,
            status=self.status,
            door=self.door,
            live=self.live,
            published=self._wake,
            progress=self.store.progress(),
            clock_us=self.clock,
        )

    def reopen(self) -> None:
        """Do what a restart of the derive process does."""
        for one in (self.reader, self.store, self.ledger):
            one.close()
        self.open()

    def write(self, *records: Record, raw: bytes | None = None) -> None:
        """Journal one batch."""
        self.journal.append(encode_messages([message_of(record, raw=raw) for record in records]), 0)

    def take(self, *records: Record) -> None:
        """Journal one batch and absorb what is new, without the loops."""
        self.write(*records)
        self.book.absorb(self.reader.after(self.store.progress(), 1_000))

    async def publish(self, asset: str = ASSET) -> Published | None:
        """Publish an asset where its standing changed, without the loops."""
        state = self.book.assets[asset]
        return self.publisher.publish_if_changed(
            state.twin,
            state.policy,
            state.evidence,
            as_of=self.status.as_of(asset),
            untold=None,
            twin_at=partial(self.book.twin_at, asset),
        )

    def versions(self, asset: str = ASSET) -> list[Published]:
        return self.ledger.versions(asset)

    def _wake(self) -> None:
        self.woken += 1


def anchor(one: Deriving, published: Published, *, is_mined: bool = True) -> str:
    """Store a version's transaction, and its receipt; return its hash."""
    name = f"0x{published.asset}-{published.version}"
    transaction = SignedTransaction(
        raw=b"",
        transaction_hash=name,
        sender="0xA",
        nonce=published.version,
        gas_limit=1,
        max_fee_per_gas_wei=1,
    )
    one.ledger.add_transaction(published, transaction, 1)
    if is_mined:
        receipt = Receipt(
            transaction_hash=name,
            block=BlockReference(number=40 + published.version, block_hash=bytes(32), timestamp=1),
            gas_used=21_000,
            effective_gas_price_wei=1,
            confirmations=1,
            contract_address=None,
        )
        one.ledger.add_receipt(receipt, 1)
    return name


async def absorbed(one: Deriving) -> None:
    """Wait until all of the journal is absorbed."""
    await until(lambda: one.store.progress() == one.journal.last_batch)


async def published(one: Deriving, count: int) -> None:
    """Wait until so many versions of the asset were published."""
    await until(lambda: len(one.versions()) >= count)


async def asked(one: Deriving, count: int) -> None:
    """Wait until the publisher was asked so often that what was asked before is settled."""
    await until(lambda: len(one.publisher.asked) >= count)
    await asyncio.sleep(0)


async def watched_twice(one: Deriving) -> None:
    """Wait until every asset was looked at twice since now."""
    before = one.clock.looks
    await until(lambda: one.clock.looks >= before + 3)
