"""Absorbing many entries of the journal at once against a reader that takes them one by one."""

import contextlib
import itertools
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.evidence import Evidence, leaf_of
from contracts.merkle import Frontier
from contracts.metadata import condition_digest
from gateway.asset_log import asset_of
from gateway.policies import policy_of
from gateway.store.derived import DerivedStore
from gateway.store.entries import PolicyFiled, Quarantined, encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from gateway.store.reading_chunks import EARLIEST
from gateway.twin_book import TwinBook
from tests.fakes.journals import ASSET_KEY, message_of
from tests.property.arrivals import EXAMPLES, law
from tests.property.test_steady import one_by_one, quiet_series
from tests.property.test_twin_book import LOOSE, OTHER, Record, assign, folder, other_binding
from tests.unit.twins.samples import ASSET, at, bind, commission, detach
from twins.bindings import BindingBook, folded_inputs
from twins.inputs import Binding, BindingAction, Input, encode
from twins.readings import Reading
from twins.verdict.condition import assess

AS_OF = at(100_000)


@dataclass
class OneByOne:
    """What follows from a journal, told record by record as the specification tells it."""

    seen: set[bytes] = field(default_factory=set)
    readings: list[tuple[int, Reading]] = field(default_factory=list)
    bindings: BindingBook = field(default_factory=BindingBook)
    logs: dict[str, list[Input]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, position: int, record: Record) -> None:
        if isinstance(record, Quarantined):
            self.counts["quarantined"] += 1
        elif not isinstance(record, PolicyFiled):
            data = encode(record)
            if data in self.seen:
                self.counts["duplicates"] += 1
                return
            self.seen.add(data)
            self._take_new(position, record)

    def _take_new(self, position: int, record: Input) -> None:
        if isinstance(record, Reading):
            self.readings.append((position, record))
            assets = self.bindings.assets_of(record.device, record.observed_at)
            self.counts["readings"] += 1
            self.counts["readings_unbound"] += not assets
            for asset in assets:
                self.logs.setdefault(asset, []).append(record)
            return
        log = self.logs.setdefault(asset_of(record), [])
        log.append(record)
        if isinstance(record, Binding):
            self.bindings.add(position, record)
            if record.action is BindingAction.ADD:
                # Section 6.4: directly behind it the earlier readings that are not in the log yet.
                log += [
                    one
                    for _, one in self.readings
                    if one.device == record.device
                    and record.asset in self.bindings.assets_of(one.device, one.observed_at)
                    and one not in log
                ]

    def evidence(self, asset: str) -> Evidence:
        frontier = Frontier()
        for record in self.logs[asset]:
            frontier = frontier.append(leaf_of(ASSET_KEY, encode(record)))
        return Evidence(frontier.size, frontier.root())

    def digest(self, asset: str) -> str:
        policy = policy_of(LOOSE)
        twin = one_by_one(folded_inputs(self.logs[asset]), policy)
        twin = msgspec.structs.replace(twin, asset=asset)
        return condition_digest(assess(twin, policy, AS_OF))


def of_other(record: Input) -> Input:
    return msgspec.structs.replace(record, asset=OTHER)


@st.composite
def journals(draw: st.DrawFn) -> list[list[Record]]:
    """Return the messages of a journal: long quiet series, and what disturbs them."""
    base: list[Record] = [PolicyFiled(1, LOOSE)]
    for set_up in (commission(), assign(0, LOOSE)):
        base += [set_up, of_other(set_up)]
    base.append(bind(draw(st.integers(-5, 30))))
    series = draw(st.lists(quiet_series(), min_size=1, max_size=4))
    live: list[Record] = [one for readings in series for one in readings]
    live.sort(key=lambda one: one.observed_at if isinstance(one, Reading) else 0)
    again = draw(st.lists(st.sampled_from(live), max_size=6))
    others: list[Record] = draw(
        st.lists(
            st.one_of(
                st.builds(bind, st.integers(0, 60), st.sampled_from(["d1", "d2"])),
                st.builds(detach, st.integers(0, 60), st.sampled_from(["d1", "d2"])),
                st.builds(other_binding, st.integers(0, 60), st.sampled_from(["d1", "d2"])),
                st.just(Quarantined(1, "topic", "invalid_json", "send JSON")),
                st.sampled_from(live),
            ),
            max_size=6,
        )
    )
    for one in [*again, *others]:
        live.insert(draw(st.integers(0, len(live))), one)
    start, messages = 0, [[*base]]
    while start < len(live):
        size = draw(st.sampled_from([1, 2, 7, 40]))
        messages.append(live[start : start + size])
        start += size
    return messages


def open_book(
    path: Path, mirrored: list[Reading], checkpoint_inputs: int
) -> tuple[DerivedStore, TwinBook]:
    store = DerivedStore(path)
    book = TwinBook(
        store,
        lambda _asset: ASSET_KEY,
        lambda series: mirrored.extend(one for some in series for one in some),
        published_size=lambda _asset: 0,
        checkpoint_inputs=checkpoint_inputs,
    )
    return store, book


@settings(law, max_examples=EXAMPLES // 4)
@given(journals(), st.data())
def test_many_entries_at_once_leave_what_they_leave_one_by_one(
    batches: list[list[Record]], data: st.DataObject
) -> None:
    reference = OneByOne()
    mirrored: list[Reading] = []
    # What is taken and folded in one part is as much as lies between two checkpoints.
    checkpoint_inputs = data.draw(st.sampled_from([1, 3, 20]))
    with folder() as path, contextlib.ExitStack() as closing:
        writer = JournalWriter(path / "journal.db")
        reader = JournalReader(path / "journal.db")
        closing.callback(writer.close)
        closing.callback(reader.close)
        for batch in batches:
            last = writer.append(encode_messages([message_of(record) for record in batch]), 0)
            for index, record in enumerate(batch):
                reference.take((last << 20) + index, record)
        store, book = open_book(path / "derived.db", mirrored, checkpoint_inputs)
        # After how many parts it stops: between two slices, in the middle of a batch or of a twin.
        stops = data.draw(st.lists(st.integers(0, 40), max_size=8))
        while store.progress() < last:
            some = reader.after(store.progress(), data.draw(st.integers(1, 9)))
            most = data.draw(st.sampled_from([1, 3, 50, 1_000]))
            with contextlib.closing(book.absorbed_in_parts(some, most)) as parts:
                for _ in itertools.islice(parts, stops.pop() if stops else None):
                    pass
            if data.draw(st.integers(0, 4)) == 0:
                store.close()
                store, book = open_book(path / "derived.db", mirrored, checkpoint_inputs)
        closing.callback(store.close)
        # What was left of a twin when nobody asked for more.
        assert list(book.absorbed([], 1)) == []
        assert +Counter(store.counters()) == +reference.counts
        assert Counter(mirrored) == Counter(one for _, one in reference.readings)
        stored = [
            one
            for device in ("d1", "d2", "d3")
            for one in store.readings.between(device, EARLIEST, 1 << 62)
        ]
        assert sorted(stored, key=lambda one: one[0]) == reference.readings
        for asset in (ASSET, OTHER):
            assert book.assets[asset].evidence == reference.evidence(asset)
            found = assess(book.assets[asset].twin, book.assets[asset].policy, AS_OF)
            assert condition_digest(found) == reference.digest(asset)
