"""Intake and what is derived of it, in one process: what a device sends is told without a wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.codecs.route import DEFAULT_ROUTES, Route, RoutingTable
from gateway.devices.discovery import Unread
from gateway.devices.in_force import kept_devices
from gateway.intake.known_formats import teach
from gateway.mqtt.ports import Publish
from gateway.status import ChainFacts, DerivedStatus
from gateway.store.derived import DerivedStore
from gateway.store.journal import JournalReader
from gateway.store.ledger import Ledger
from gateway.twin_book import TwinBook
from tests.fakes.journals import ASSET_KEY
from tests.unit.gateway.intake.running_intake import ADD, NOW, Running, running


class Adopting:
    """Fills the port `Commands` by a real intake, and has what it journals derived at once.

    Attributes:
        is_behind: Whether what is journalled waits to be derived.
    """

    def __init__(self, intake: Running, folder: Path) -> None:
        self.intake = intake
        self.submitted: list[dict[str, object]] = []
        self.is_behind = False
        self._routes = list(DEFAULT_ROUTES)
        self._reader = JournalReader(folder / "journal.db")
        self._store = DerivedStore(folder / "derived.db")
        self._ledger = Ledger(folder / "ledger.db")
        self._book = TwinBook(
            self._store,
            lambda _asset: ASSET_KEY,
            lambda _readings: None,
            published_size=lambda _asset: 0,
        )
        self.status = DerivedStatus(
            book=self._book,
            store=self._store,
            ledger=self._ledger,
            journal=self._reader,
            chain=ChainFacts(),
            base_uri="ipfs://",
            clock_us=lambda: NOW,
            formats=self._formats,
        )

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        self.submitted.append(command)
        answer = await self.intake.door.handle(command)
        if not self.is_behind:
            self.derive()
        return answer

    async def hear(self, topic: str, *payloads: bytes, received_at: int = NOW) -> None:
        """Have a client send messages, a second apart."""
        for number, payload in enumerate(payloads):
            moment = received_at + number * 1_000_000
            await self.intake.take(
                Publish(
                    "client", topic, payload, None, 1, dup=False, retain=False, received_at=moment
                )
            )
            self.intake.now = max(self.intake.now, moment)
        self.derive()

    def derive(self) -> None:
        self._book.absorb(self._reader.after(self._store.progress(), 1_000))

    def unread(self) -> tuple[Unread, ...]:
        return kept_devices(self.status.unread_topics(), self.status.formats())

    def configure(self, topic_filter: str, codec: str, **options: object) -> None:
        """Have the settings name a further [[source]], as after a restart."""
        self.intake.route(topic_filter, codec, options)
        self._routes.append(Route(filter=topic_filter, codec=codec, options=options))

    def _formats(self) -> RoutingTable:
        table = RoutingTable(self._routes)
        teach(table, self._reader.kept)
        return table

    def asked(self, name: str) -> list[dict[str, object]]:
        """Return the commands of a name that were submitted."""
        return [one for one in self.submitted if one["command"] == name]

    def values(self, asset: str, quantity: str = "temperature") -> list[tuple[int, int]]:
        """Return moment and value of what an asset's twin has taken."""
        series = self.status.readings(asset, quantity, 0, NOW * 2, 1)
        return [(one.start, one.mean) for each in series for one in each.buckets]

    def close(self) -> None:
        for one in (self._reader, self._store, self._ledger):
            one.close()


@asynccontextmanager
async def adopting(folder: Path) -> AsyncIterator[Adopting]:
    """Give an intake with one asset, a-1."""
    async with running(folder) as intake:
        one = Adopting(intake, folder)
        await one.submit(dict(ADD))
        yield one
        one.close()
