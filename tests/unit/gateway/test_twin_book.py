from pathlib import Path

import pytest

from gateway.store.derived import Checkpoint, DerivedStore
from gateway.store.entries import PolicyFiled, encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from gateway.twin_book import TwinBook
from tests.fakes.journals import message_of
from tests.property.test_twin_book import LOOSE, agrees, assign, batches_of, book_on
from tests.unit.twins.samples import ASSET, at, bind, close, commission, detach, read
from twins.inputs import Input

BASE: list[Input | PolicyFiled] = [commission(), PolicyFiled(1, LOOSE), assign(0, LOOSE), bind(0)]


class Service:
    """A journal in a folder and the twins that follow from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writer = JournalWriter(folder / "journal.db")
        self.reader = JournalReader(folder / "journal.db")
        self.store: DerivedStore
        self.book: TwinBook
        self.store, self.book = book_on(folder / "derived.db")

    def journal(self, *records: Input | PolicyFiled) -> None:
        self.writer.append(encode_messages([message_of(record) for record in records]), 0)

    def absorb(self) -> None:
        self.book.absorb(self.reader.after(self.store.progress(), 100))
        agrees(self.book, batches_of(self.reader))

    def take(self, *records: Input | PolicyFiled) -> None:
        self.journal(*records)
        self.absorb()

    def restart(self) -> None:
        self.store.close()
        self.store, self.book = book_on(self.folder / "derived.db")
        agrees(self.book, batches_of(self.reader))


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def test_reading_that_is_uncovered_and_covered_again_is_folded_again(service: Service) -> None:
    service.take(*BASE)
    service.take(read(10, 5_000))
    service.take(detach(5))
    assert service.book.assets[ASSET].twin.series == ()
    service.take(bind(7))
    assert len(service.book.assets[ASSET].twin.series) == 1
    assert service.book.assets[ASSET].evidence.size == 6


def test_asset_whose_first_input_is_a_binding_is_judged_when_its_policy_comes(
    service: Service,
) -> None:
    service.take(bind(0), read(1, 5_000))
    assert ASSET not in service.book.assets
    service.restart()
    service.take(assign(0, LOOSE))
    assert ASSET not in service.book.assets
    service.take(PolicyFiled(1, LOOSE))
    assert service.book.assets[ASSET].evidence.size == 3


def test_slice_that_was_not_committed_is_absorbed_again_once(service: Service) -> None:
    service.take(*BASE)
    service.journal(read(1, 5_000))

    def dies(_readings: object) -> None:
        raise InterruptedError

    crashing = TwinBook(
        service.store, lambda _asset: b"k" * 32, dies, published_size=lambda _asset: 0
    )
    with pytest.raises(InterruptedError):
        crashing.absorb(service.reader.after(service.store.progress(), 100))
    service.store.close()
    service.store, service.book = book_on(service.folder / "derived.db")
    service.absorb()
    assert service.store.counters() == {"readings": 1}


def test_checkpoint_of_another_release_is_dropped(service: Service) -> None:
    service.take(*BASE, *(read(second, 5_000) for second in range(9)))
    policy = service.book.assets[ASSET].policy
    service.store.add_checkpoint(ASSET, Checkpoint(at(8), policy.digest, b"\x93\x63"))
    service.restart()
    assert len(service.book.assets[ASSET].twin.series) == 1


def test_earliest_input_that_no_version_tells_of_outlives_a_restart(service: Service) -> None:
    service.take(*BASE, close(50))
    assert service.book.take_unpublished(ASSET) == 0
    service.book.settle_unpublished(ASSET, None)
    service.take(read(45, 5_000), read(20, 5_000))
    service.restart()
    assert service.book.take_unpublished(ASSET) == at(20)
    service.take(read(30, 5_000))
    service.restart()
    assert service.book.take_unpublished(ASSET) == at(20)
    service.take(read(40, 5_000))
    service.book.settle_unpublished(ASSET, None)
    service.restart()
    assert service.book.take_unpublished(ASSET) == at(40)
    service.book.settle_unpublished(ASSET, at(40))
    assert service.book.take_unpublished(ASSET) == at(40)


def test_rebuilding_notes_only_inputs_that_no_version_covers(service: Service) -> None:
    service.take(*BASE, read(10, 5_000), read(20, 5_000))
    # A version covers the asset's first four inputs: all but the last reading.
    store = DerivedStore(service.folder / "rebuilt.db")
    rebuilt = TwinBook(
        store, lambda _asset: b"k" * 32, lambda _readings: None, published_size=lambda _asset: 4
    )
    rebuilt.absorb(service.reader.after(0, 100))
    assert rebuilt.take_unpublished(ASSET) == at(20)
