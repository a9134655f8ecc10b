import contextlib
import sqlite3
from pathlib import Path

import pytest

from gateway.ports import QuarantinedInput
from gateway.store.derived import DerivedStore
from gateway.store.reading_chunks import EARLIEST
from tests.unit.gateway.store.shelf import Shelf, add_one
from tests.unit.twins.samples import ASSET, at, bind, close, commission, read
from twins.inputs import Input

POLICY, OTHER_POLICY = b"p" * 32, b"q" * 32


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def store(shelf: Shelf) -> DerivedStore:
    return shelf.store


def quarantined(position: int) -> QuarantinedInput:
    return QuarantinedInput(position, 7, "client", "a/b", "invalid_json", "send JSON", b"\xff")


def test_store_goes_on_behind_the_last_whole_slice(shelf: Shelf) -> None:
    assert shelf.store.progress() == 0
    with shelf.store.transaction():
        shelf.store.set_progress(4)
    with shelf.store.transaction():
        shelf.store.set_progress(9)
    assert shelf.reopen().progress() == 9


def test_batch_may_be_derived_in_parts(shelf: Shelf) -> None:
    assert shelf.store.entries_begun() == 0
    shelf.store.set_progress(4, 30)
    store = shelf.reopen()
    assert (store.progress(), store.entries_begun()) == (4, 30)
    store.set_progress(5)
    assert (store.progress(), store.entries_begun()) == (5, 0)


def test_file_whose_tables_are_not_those_of_today_is_begun_anew(shelf: Shelf) -> None:
    shelf.store.set_progress(9)
    add_one(shelf.store, read(1, 5_000), 1)
    shelf.store.close()
    with contextlib.closing(sqlite3.connect(shelf.path)) as other_release:
        other_release.execute("ALTER TABLE series ADD COLUMN more TEXT")
        other_release.execute("PRAGMA user_version=7")
    store = shelf.reopen()
    assert store.progress() == 0
    assert store.readings.between("d1", EARLIEST, 1 << 62) == []
    store.set_progress(3)
    assert shelf.reopen().progress() == 3


def test_file_of_the_first_release_which_had_no_number_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "derived.db"
    with contextlib.closing(sqlite3.connect(path)) as first_release:
        first_release.execute("CREATE TABLE progress (id INTEGER PRIMARY KEY, batch INTEGER)")
        first_release.execute("INSERT INTO progress VALUES (1, 12)")
        first_release.commit()
    with contextlib.closing(DerivedStore(path)) as store:
        assert store.progress() == 0


def test_slice_that_fails_leaves_nothing_behind(shelf: Shelf) -> None:
    def derive_and_die() -> None:
        with shelf.store.transaction():
            shelf.store.set_progress(5)
            shelf.store.count({"readings": 3})
            shelf.store.add_input(ASSET, commission(), 1)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        derive_and_die()
    store = shelf.reopen()
    assert store.progress() == 0
    assert store.counters() == {}
    assert list(store.every_input()) == []


def test_next_slice_can_be_stored_after_one_that_failed(store: DerivedStore) -> None:
    with pytest.raises(InterruptedError), store.transaction():
        raise InterruptedError
    with store.transaction():
        store.set_progress(1)
    assert store.progress() == 1


def test_input_is_stored_once_for_each_asset(store: DerivedStore) -> None:
    assert store.add_input(ASSET, bind(3), 1)
    assert not store.add_input(ASSET, bind(3), 2)
    assert store.add_input("box-2", bind(3), 3)


def test_inputs_of_an_asset_come_in_journal_order_from_a_moment_on(store: DerivedStore) -> None:
    records: list[Input] = [close(50), bind(9), commission(10)]
    for position, record in enumerate(records):
        store.add_input(ASSET, record, position)
    store.add_input("box-2", bind(30), 9)
    assert store.inputs_of(ASSET, EARLIEST) == records
    assert store.inputs_of(ASSET, at(10)) == [close(50), commission(10)]


def test_every_input_of_every_asset_comes_in_journal_order_after_a_restart(shelf: Shelf) -> None:
    shelf.store.add_input("box-2", bind(1), 30)
    shelf.store.add_input(ASSET, commission(), 10)
    shelf.store.add_input(ASSET, close(5), 20)
    assert list(shelf.reopen().every_input()) == [
        (10, ASSET, commission()),
        (20, ASSET, close(5)),
        (30, "box-2", bind(1)),
    ]


def test_newest_frontier_of_each_asset_is_kept(shelf: Shelf) -> None:
    shelf.store.set_frontiers([(ASSET, b"one"), ("box-2", b"two")])
    shelf.store.set_frontiers([(ASSET, b"three")])
    store = shelf.reopen()
    assert (store.frontier(ASSET), store.frontier("box-2")) == (b"three", b"two")
    assert store.frontier("box-3") is None


def test_earliest_untold_input_stays_the_earliest_until_a_version_tells(shelf: Shelf) -> None:
    for moment in (at(20), at(10), at(30)):
        shelf.store.add_unpublished(ASSET, "pallet", 7, moment)
    shelf.store.add_unpublished(ASSET, ASSET, 7, at(5))
    shelf.store.add_unpublished("box-2", "box-2", 0, at(40))
    own, other = (ASSET, ASSET, 7, at(5)), ("box-2", "box-2", 0, at(40))
    assert shelf.reopen().unpublished() == [own, (ASSET, "pallet", 7, at(10)), other]
    shelf.store.drop_unpublished(ASSET, "pallet", 7)
    assert shelf.store.unpublished() == [own, other]
    assert shelf.store.unpublished("box-2") == [other]


def test_policy_is_kept_as_it_was_filed_first(shelf: Shelf) -> None:
    shelf.store.add_policy(POLICY, b'{"limit":8}')
    shelf.store.add_policy(POLICY, b'{"limit":80}')
    assert shelf.reopen().policy(POLICY) == b'{"limit":8}'
    assert shelf.store.policy(OTHER_POLICY) is None


def test_quarantine_is_read_newest_first_and_on_from_a_place(shelf: Shelf) -> None:
    for position in (1, 2, 3, 2):
        shelf.store.add_quarantined(quarantined(position))
    store = shelf.reopen()
    assert store.quarantined(2, None) == (quarantined(3), quarantined(2))
    assert store.quarantined(2, 2) == (quarantined(1),)


def test_counters_add_up_over_slices_and_restarts(shelf: Shelf) -> None:
    shelf.store.count({"readings": 3, "duplicates": 1})
    shelf.store.count({})
    assert shelf.reopen().counters() == {"readings": 3, "duplicates": 1}
    shelf.store.count({"readings": 4})
    assert shelf.store.counters() == {"readings": 7, "duplicates": 1}
