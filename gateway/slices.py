"""What a slice of the journal brings: new inputs by asset, new readings, and counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.store.entries import Batch, JournalRecord, Quarantined
from gateway.store.journal import position_of
from gateway.store.journal_records import BatchRecords, StoredMessage
from gateway.store.reading_rows import PlacedReading
from twins.inputs import Handover, HandoverStatement, Input, Milestone, statement_of
from twins.readings import Reading


@dataclass(slots=True)
class Cut:
    """Consecutive records of the journal that are absorbed in one transaction.

    Attributes:
        records: The records.
        data: The bytes of each.
        positions: Its place in the journal.
        messages: The message that a quarantined one came in, by its index here.
        batch: The last batch of which nothing follows; 0 while there is none.
        begun: How many records of the batch after it are in this cut or in one before.
    """

    records: list[JournalRecord] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    messages: dict[int, StoredMessage] = field(default_factory=dict)
    batch: int = 0
    begun: int = 0

    def take(self, source: BatchRecords, start: int, end: int) -> None:
        """Add the records of a batch from one index up to another."""
        some, before = source.decoded(start, end), len(self.records)
        for index, record in enumerate(some):
            if isinstance(record, Quarantined):
                self.messages[before + index] = source.message_of(start + index)
        self.records += some
        self.data += source.data[start:end]
        first = position_of(source.batch, start)
        self.positions += range(first, first + len(some))
        is_whole = end >= len(source.data)
        self.batch, self.begun = (source.batch, 0) if is_whole else (source.batch - 1, end)


def cuts(batches: Iterable[Batch], begun: int, most: int) -> Iterator[Cut]:
    """Yield the records of batches, at most so many at once.

    Args:
        batches: Batches of the journal in order.
        begun: How many records of the first one were absorbed before.
        most: Most records in a cut.

    Raises:
        JournalDamaged: A batch cannot be read.
    """
    cut = Cut()
    for batch in batches:
        source, start = BatchRecords(batch), begun
        begun = 0
        while True:
            end = start + most - len(cut.records)
            cut.take(source, start, end)
            if end >= len(source.data):
                break
            yield cut
            cut, start = Cut(), end
    if cut.batch:
        yield cut


@dataclass(slots=True)
class Slice:
    """What was new in a cut.

    Attributes:
        inputs: New inputs per asset, in the order of its log.
        records: The bytes of their records.
        readings: New readings, each sequence of one series, for mirrors.
        counts: Amounts to add to named counters.
        statements: New handover statements per asset.
        milestones: New milestones per asset.
        rebound: Assets whose bindings, packings or policy changed.
        packed: Assets that something new in the log of what holds them may change.
        has_policy: Whether a policy was filed.
    """

    inputs: dict[str, list[Input]] = field(default_factory=dict)
    records: dict[str, list[bytes]] = field(default_factory=dict)
    readings: list[Sequence[Reading]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    statements: dict[str, list[HandoverStatement]] = field(default_factory=dict)
    milestones: dict[str, list[Milestone]] = field(default_factory=dict)
    rebound: set[str] = field(default_factory=set)
    packed: dict[str, None] = field(default_factory=dict)
    has_policy: bool = False

    def take(self, asset: str, record: Input, data: bytes) -> None:
        """Note a new input of an asset's log."""
        self.inputs.setdefault(asset, []).append(record)
        self.records.setdefault(asset, []).append(data)
        if isinstance(record, Handover):
            self.statements.setdefault(asset, []).append(statement_of(record))
        elif isinstance(record, Milestone):
            self.milestones.setdefault(asset, []).append(record)

    def take_readings(self, asset: str, placed: Sequence[PlacedReading]) -> None:
        """Note new readings of an asset's log, in its order."""
        self.inputs.setdefault(asset, []).extend([one[0] for one in placed])
        self.records.setdefault(asset, []).extend([one[1] for one in placed])

    def count(self, name: str, amount: int = 1) -> None:
        """Count more of a kind."""
        if amount:
            self.counts[name] = self.counts.get(name, 0) + amount
