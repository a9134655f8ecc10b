"""An intake on a journal in a folder, as the intake process builds it, and what it answered."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.codecs.route import Route, RoutingTable
from gateway.intake.doorkeeper import Doorkeeper
from gateway.intake.judgements import Judgements
from gateway.intake.known_formats import teach
from gateway.intake.pending import Batches
from gateway.intake.reception import Reception
from gateway.intake.repetitions import Repetitions
from gateway.intake.sink import Intake
from gateway.intake.speaking import Everybody, Speakers
from gateway.mqtt.ports import Publish
from gateway.policies import read_policy_file
from gateway.settings import Settings
from gateway.store.derived import DerivedStore
from gateway.store.entries import Batch, Entry, decode_entries
from gateway.store.journal import JournalReader, JournalWriter
from gateway.twin_book import TwinBook
from tests.fakes.journals import ASSET_KEY
from tests.unit.gateway.mqtt.memory_sink import until
from twins.inputs import decode
from twins.readings import Reading

NOW = 1_795_176_000_000_000
DAY_US = 86_400_000_000
TOPIC = "cargotwin/v1/d-1/readings"
POLICY = read_policy_file(Settings().policy_folder / "vaccine-2-8.toml")
EVERYBODY = Everybody()
TIMELESS = b'{"quantity":"temperature","value":5.0,"unit":"C"}'
TIMED = b'{"quantity":"temperature","value":5.0,"unit":"C","observed_at":"2026-11-20T11:00:00Z"}'
ADD = {"command": "asset.add", "asset": "a-1", "policy": POLICY}
BIND = {"command": "asset.bind", "asset": "a-1", "device": "d-1", "expected_interval_s": 60}
OFFER = {
    "command": "custody",
    "asset": "a-1",
    "phase": "offered",
    "from_party": "unassigned",
    "to_party": "carrier",
    "nonce": "n-1",
}


def publish(
    payload: bytes = TIMED,
    *,
    topic: str = TOPIC,
    packet_id: int | None = 1,
    dup: bool = False,
    retain: bool = False,
    received_at: int = NOW,
) -> Publish:
    return Publish("client", topic, payload, packet_id, 1, dup, retain, received_at)


class Running:
    """An intake on a journal in a folder, and what it answered."""

    def __init__(
        self,
        folder: Path,
        pending_maximum_bytes: int = 1 << 20,
        speakers: Speakers = EVERYBODY,
        maximum_unknown_devices: int = 10_000,
    ) -> None:
        self.folder = folder
        self.now = NOW
        self.problems: list[str] = []
        self.journal = JournalWriter(folder / "journal.db")
        self.committed: list[int] = []
        self.announced: list[tuple[str, bytes]] = []
        self.answers: list[list[int]] = []
        self.batches = Batches(self.journal.last_batch + 1)
        self.table = RoutingTable()
        teach(self.table, self.journal.kept)
        self.repetitions = Repetitions(
            self.journal, self.batches, lambda: self.now, frozenset({"broker"})
        )
        self.reception = Reception(
            self.journal,
            self.batches,
            self.table,
            self.repetitions,
            brokers=frozenset({"broker"}),
            speakers=speakers,
            request=lambda one: self.announced.append((one.topic, one.payload)),
            keep_raw=False,
            maximum_series_per_device=2,
            maximum_unknown_devices=maximum_unknown_devices,
        )
        self.intake = Intake(
            self.journal,
            self.batches,
            self.reception,
            self.repetitions,
            clock_us=lambda: self.now,
            committed=self.committed.append,
            pending_maximum_bytes=pending_maximum_bytes,
        )
        self.judgements = Judgements(lambda topic, payload: self.announced.append((topic, payload)))
        self.door = Doorkeeper(
            self.intake,
            self.batches,
            self.reception,
            self.journal,
            self.table,
            self.judgements,
            repetitions=self.repetitions,
            clock_us=lambda: self.now,
            problems=lambda: self.problems,
        )

    def route(self, topic_filter: str, codec: str, options: dict[str, object]) -> None:
        """Let a format read further topics, as a new [[source]] does."""
        self.table.add(Route(filter=topic_filter, codec=codec, options=options))

    def entries(self, batch: Batch) -> list[Entry]:
        return decode_entries(batch)

    def answered(self, codes: Sequence[int]) -> None:
        # Whoever is answered finds everything of it on disk.
        with JournalReader(self.folder / "journal.db") as reader:
            assert reader.last_batch() == self.journal.last_batch
        self.answers.append(list(codes))

    async def take(self, *publishes: Publish) -> list[int]:
        count = len(self.answers)
        self.intake.submit(list(publishes), self.answered)
        await until(lambda: len(self.answers) > count)
        return self.answers[-1]

    def readings(self) -> list[Reading]:
        found = []
        with JournalReader(self.folder / "journal.db") as reader:
            for batch in reader.checked():
                records = [bytes(entry.record) for entry in decode_entries(batch)]
                found += [decode(record) for record in records if record[1] == 1]
        return [one for one in found if isinstance(one, Reading)]

    def counted(self) -> dict[str, int]:
        """Return the derived counters after everything was absorbed."""
        store = DerivedStore(self.folder / "derived.db")
        book = TwinBook(
            store,
            lambda _asset: ASSET_KEY,
            lambda _readings: None,
            published_size=lambda _asset: 0,
        )
        with JournalReader(self.folder / "journal.db") as reader:
            book.absorb(reader.after(store.progress(), 1_000))
        found = store.counters()
        store.close()
        return found


@asynccontextmanager
async def running(
    folder: Path,
    pending_maximum_bytes: int = 1 << 20,
    speakers: Speakers = EVERYBODY,
    maximum_unknown_devices: int = 10_000,
) -> AsyncIterator[Running]:
    one = Running(folder, pending_maximum_bytes, speakers, maximum_unknown_devices)
    task = asyncio.create_task(one.intake.commit_forever())
    try:
        yield one
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        one.journal.close()
