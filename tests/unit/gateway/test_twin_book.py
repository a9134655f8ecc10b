import itertools
from pathlib import Path

import pytest

from gateway.policies import policy_of
from gateway.store.derived import DerivedStore
from gateway.store.entries import PolicyFiled, encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from gateway.store.twin_checkpoints import Checkpoint
from gateway.twin_book import TwinBook
from gateway.unpublished import Untold
from tests.fakes.journals import message_of
from tests.property.test_twin_book import LOOSE, agrees, assign, batches_of, book_on
from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    close,
    commission,
    detach,
    milestone,
    read,
)
from twins.checkpoint import past_to_bytes
from twins.inputs import Input, MilestoneName
from twins.verdict.condition import assess

BASE: list[Input | PolicyFiled] = [commission(), PolicyFiled(1, LOOSE), assign(0, LOOSE), bind(0)]


class Service:
    """A journal in a folder and the twins that follow from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writer = JournalWriter(folder / "journal.db")
        self.reader = JournalReader(folder / "journal.db")
        self.store: DerivedStore
        self.book: TwinBook
        self.covered = 0
        self.open()

    def open(self) -> None:
        self.store, self.book = book_on(self.folder / "derived.db", lambda _asset: self.covered)

    def cover(self, inputs: int) -> None:
        """Take what no version tells of, and note that one tells of so many inputs."""
        self.book.take_unpublished(ASSET)
        self.covered = inputs
        self.book.settle_unpublished(ASSET, None)

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
        self.open()
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
    damaged = Checkpoint(at(8), policy.digest, 9, b"\x93\x63", b"")
    service.store.checkpoints.add(ASSET, damaged)
    service.restart()
    assert len(service.book.assets[ASSET].twin.series) == 1


def test_checkpoints_of_a_twin_that_grows_weigh_little_more_than_what_has_been(
    service: Service,
) -> None:
    # Above 12 °C for more than ten seconds, then below: an excursion for every four readings.
    warm_and_cold = [20_000, 20_000, 20_000, 5_000]
    service.journal(*BASE, *(read(6 * n, warm_and_cold[n % 4]) for n in range(4_000)))
    store, book = book_on(service.folder / "growing.db", checkpoint_inputs=40)
    for _ in book.absorbed(service.reader.after(0, 100), 2_000):
        pass
    twin = book.assets[ASSET].twin
    (fired,) = assess(twin, policy_of(LOOSE), at(24_000)).rules_fired
    assert fired.count == 1_000
    kept, total_bytes = store.connection.execute(
        "SELECT count(*), sum(length(past)) FROM checkpoint"
    ).fetchone()
    assert kept > 3
    # The whole keeps the first excursions and the weightiest; each stretch keeps its own.
    assert total_bytes < 3 * len(past_to_bytes(twin.past))
    store.close()


LATE_START = milestone(5, MilestoneName.START)
"""Nothing behind it stays as it was: planned time begins elsewhere."""


def test_late_start_is_folded_in_parts_and_the_old_twin_is_shown_until_the_new_one_is_whole(
    service: Service,
) -> None:
    service.take(*BASE, *(read(second, 5_000) for second in range(10, 100)))
    old = service.book.assets[ASSET]
    service.journal(LATE_START)
    parts = service.book.absorbed_in_parts(service.reader.after(service.store.progress(), 9), 99)
    seen = 0
    for found in parts:
        if found is not None:
            break
        seen += 1
        assert service.book.assets[ASSET] is old
        assert service.book.is_refolding(ASSET)
        assert not service.store.connection.in_transaction
    assert seen > 20
    assert not service.book.is_refolding(ASSET)
    assert service.book.assets[ASSET].evidence.size == old.evidence.size + 1
    agrees(service.book, batches_of(service.reader))


@pytest.mark.parametrize("is_killed", [True, False])
def test_fold_that_was_left_in_the_middle_is_ended(service: Service, *, is_killed: bool) -> None:
    service.take(*BASE, *(read(second, 5_000) for second in range(10, 100)))
    service.journal(LATE_START)
    parts = service.book.absorbed_in_parts(service.reader.after(service.store.progress(), 9), 99)
    assert [next(parts) for _ in range(15)] == [None] * 15
    if is_killed:
        service.restart()
    service.take(read(101, 5_000))
    assert not service.book.is_refolding(ASSET)
    assert service.book.take_unpublished(ASSET) == (0, 0)


def parts_of(service: Service) -> int:
    """Absorb what is new; return in how many parts twins were folded again."""
    new = service.reader.after(service.store.progress(), 9)
    parts = sum(found is None for found in service.book.absorbed_in_parts(new, 999))
    agrees(service.book, batches_of(service.reader))
    return parts


def test_late_reading_that_converges_is_folded_in_its_own_stretch_alone(service: Service) -> None:
    service.take(*BASE, *(read(second, 5_000) for second in range(10, 290)))
    service.journal(read(100.5, 7_000))
    # Each part holds the readings of one moment: some of 280.
    assert parts_of(service) < 40
    service.journal(LATE_START)
    assert parts_of(service) > 200


def test_late_readings_that_make_an_excursion_of_the_past_converge_too(service: Service) -> None:
    kept_back = range(90, 110, 5)
    live = [one for one in range(10, 290, 5) if one not in kept_back]
    service.take(*BASE, *(read(second, 5_000) for second in range(10, 290, 5)))
    service.take(*(read(second, 5_000, sensor="core") for second in live))
    service.journal(*(read(second, 20_000, sensor="core") for second in kept_back))
    assert parts_of(service) < 40
    (one,) = service.book.assets[ASSET].twin.excursions
    # Above 12 °C for more than ten seconds, by the worse of two sensors.
    assert (one.sensor, one.began_at, one.alarmed_at) == ("core", at(90), at(100))
    assert one.ended_at == at(110)


@pytest.mark.parametrize("stops", range(0, 40, 3))
def test_late_readings_left_in_the_middle_and_followed_by_others_are_all_folded(
    service: Service, stops: int
) -> None:
    service.take(*BASE, *(read(second, 5_000) for second in range(10, 200)))
    service.journal(read(50.5, 20_000), read(150.5, 20_000))
    parts = service.book.absorbed_in_parts(service.reader.after(service.store.progress(), 9), 99)
    for _ in itertools.islice(parts, stops):
        pass
    parts.close()
    # Killed; what comes next is late as well, and lies before where it was left.
    service.store.close()
    service.store, service.book = book_on(service.folder / "derived.db")
    service.take(read(40.5, 20_000), read(60.5, 20_000), read(201, 5_000))
    service.restart()


def test_readings_of_one_moment_are_folded_together_however_many_they_are(
    service: Service,
) -> None:
    service.take(*BASE, *(read(10, 5_000, seq=number) for number in range(50)), read(20, 5_000))
    service.take(read(5, 7_000))
    service.restart()


@pytest.mark.parametrize("end", ["whole", "left", "killed"])
def test_late_binding_takes_its_readings_in_parts_and_all_of_them_or_none(
    service: Service, end: str
) -> None:
    service.take(*BASE, *(read(second, 5_000, device="d2") for second in range(10, 100)))
    progress, size = service.store.progress(), service.book.assets[ASSET].evidence.size
    # In the middle of its batch, and once more: what lies behind it comes behind its readings.
    service.journal(read(50, 6_000), bind(20, "d2"), read(51, 6_000), bind(20, "d2"), close(90))
    parts = service.book.absorbed_in_parts(service.reader.after(progress, 9), 99)
    first = next(parts)
    assert first is not None
    assert len(first.inputs[ASSET]) == 1
    for _ in range(30):
        assert next(parts) is None
        assert service.store.entries_begun() == 1
        assert service.book.assets[ASSET].evidence.size == size + 1
        assert not service.store.connection.in_transaction
    if end == "whole":
        found = [one for one in parts if one is not None]
        assert [len(one.inputs[ASSET]) for one in found] == [81, 2]
        agrees(service.book, batches_of(service.reader))
        return
    parts.close()
    assert service.book.bindings_of(ASSET).keys() == {"d1"}
    if end == "killed":
        service.store.close()
        service.store, service.book = book_on(service.folder / "derived.db")
    service.absorb()
    assert service.book.assets[ASSET].evidence.size == size + 84
    assert service.store.counters()["duplicates"] == 1


def test_late_binding_at_the_end_of_its_batch_is_not_absorbed_again_after_a_restart(
    service: Service,
) -> None:
    service.take(*BASE, *(read(second, 5_000, device="d2") for second in range(10, 100)))
    service.take(read(50, 6_000), bind(20, "d2"))
    service.restart()
    assert (service.store.progress(), service.store.entries_begun()) == (2, 0)
    service.take(close(200))
    assert service.book.assets[ASSET].twin.closed_at == at(200)


def test_restart_between_a_late_binding_that_ends_its_batch_and_the_next_batch(
    service: Service,
) -> None:
    service.take(*BASE, *(read(second, 5_000, device="d2") for second in range(10, 100)))
    service.journal(bind(20, "d2"))
    service.journal(close(200))
    parts = service.book.absorbed_in_parts(service.reader.after(1, 9), 99)
    taken = next(one for one in parts if one is not None)
    assert len(taken.inputs[ASSET]) == 81
    parts.close()
    service.store.close()
    service.store, service.book = book_on(service.folder / "derived.db")
    assert (service.store.progress(), service.store.entries_begun()) == (1, 1)
    service.absorb()
    assert service.store.progress() == 3
    assert service.book.assets[ASSET].twin.closed_at == at(200)


def earliest_untold(service: Service) -> int | None:
    """Take what no version tells of, as if another one came later; return the earliest."""
    untold = service.book.take_unpublished(ASSET)
    service.book.settle_unpublished(ASSET, untold)
    return None if untold is None else untold.earliest


def test_earliest_input_that_no_version_tells_of_outlives_a_restart(service: Service) -> None:
    service.take(*BASE, close(50))
    assert earliest_untold(service) == 0
    service.cover(service.book.assets[ASSET].evidence.size)
    assert earliest_untold(service) is None
    service.take(read(45, 5_000), read(20, 5_000))
    service.restart()
    assert earliest_untold(service) == at(20)
    service.take(read(30, 5_000))
    service.restart()
    assert earliest_untold(service) == at(20)


def test_what_came_while_a_version_was_written_is_told_by_none(service: Service) -> None:
    service.take(*BASE, read(20, 5_000))
    service.book.take_unpublished(ASSET)
    service.take(read(40, 5_000))
    service.covered = service.book.assets[ASSET].evidence.size - 1
    service.book.settle_unpublished(ASSET, None)
    assert earliest_untold(service) == at(40)
    service.restart()
    assert earliest_untold(service) == at(40)


def test_version_that_was_written_just_before_a_crash_tells_of_what_it_covers(
    service: Service,
) -> None:
    service.take(*BASE, read(20, 5_000))
    service.book.take_unpublished(ASSET)
    service.take(read(40, 5_000))
    # The version is written, and the process dies before it can note that.
    service.covered = service.book.assets[ASSET].evidence.size - 1
    service.restart()
    assert earliest_untold(service) == at(40)


def test_what_came_since_the_last_look_is_told_apart(service: Service) -> None:
    service.take(*BASE, read(20, 5_000))
    service.book.settle_unpublished(ASSET, service.book.take_unpublished(ASSET))
    assert service.book.take_unpublished(ASSET) == (0, None)
    service.book.settle_unpublished(ASSET, Untold(0, None))
    service.take(read(30, 5_000), read(25, 5_000))
    assert service.book.take_unpublished(ASSET) == (0, at(25))


def test_inputs_that_come_in_order_are_not_noted_one_by_one(service: Service) -> None:
    service.take(*BASE)
    for second in range(20, 40):
        service.take(read(second, 5_000))
        service.book.settle_unpublished(ASSET, service.book.take_unpublished(ASSET))
    assert service.store.unpublished() == [(ASSET, ASSET, 0, 0)]


def test_rebuilding_notes_only_inputs_that_no_version_covers(service: Service) -> None:
    service.take(*BASE, read(10, 5_000), read(20, 5_000))
    # A version covers the asset's first four inputs: all but the last reading.
    store = DerivedStore(service.folder / "rebuilt.db")
    rebuilt = TwinBook(
        store, lambda _asset: b"k" * 32, lambda _readings: None, published_size=lambda _asset: 4
    )
    rebuilt.absorb(service.reader.after(0, 100))
    assert rebuilt.take_unpublished(ASSET) == (at(20), at(20))
