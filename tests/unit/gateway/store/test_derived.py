import contextlib
import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.ports import Bucket, QuarantinedInput, UnboundDevice
from gateway.store.derived import EARLIEST, Checkpoint, DerivedStore
from tests.unit.twins.samples import ASSET, at, bind, close, commission, read
from twins.bindings import FOREVER
from twins.inputs import Input
from twins.readings import ClockSource, Quality, Reading

KEY = ("d1", "air", "temperature")
POLICY, OTHER_POLICY = b"p" * 32, b"q" * 32
ALWAYS = [(EARLIEST, 1 << 62)]


class Shelf:
    """A store in a folder that can be opened again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "derived.db"
        self.store = DerivedStore(self.path)

    def reopen(self) -> DerivedStore:
        self.store.close()
        self.store = DerivedStore(self.path)
        return self.store


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def store(shelf: Shelf) -> DerivedStore:
    return shelf.store


def add(store: DerivedStore, *readings: Reading) -> None:
    for position, reading in enumerate(readings):
        assert store.add_reading(reading, position)


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
    shelf.store.add_reading(read(1, 5_000), 1)
    shelf.store.close()
    with contextlib.closing(sqlite3.connect(shelf.path)) as other_release:
        other_release.execute("ALTER TABLE reading ADD COLUMN more TEXT")
        other_release.execute("PRAGMA user_version=7")
    store = shelf.reopen()
    assert store.progress() == 0
    assert store.readings_of("d1", EARLIEST, 1 << 62) == []
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


def test_series_of_a_slice_that_failed_is_made_again(shelf: Shelf) -> None:
    def derive_and_die() -> None:
        with shelf.store.transaction():
            shelf.store.add_reading(read(10, 5_000), 1)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        derive_and_die()
    assert shelf.store.add_reading(read(10, 5_000), 1)
    assert shelf.reopen().readings_of("d1", EARLIEST, 1 << 62) == [(1, read(10, 5_000))]


def test_new_ones_of_many_readings_are_told_whatever_their_order(store: DerivedStore) -> None:
    add(store, read(10, 1), read(12, 2))
    came = [read(13, 3), read(10, 1), read(11, 4), read(13, 3), read(12, 9), read(14, 5)]
    other = [read(1, 1, device="d2"), read(2, 1, device="d2")]
    placed = [(one, b"", 20 + place) for place, one in enumerate(came)]
    found = store.add_readings(
        {KEY: placed, ("d2", "air", "temperature"): [(one, b"", 30) for one in other]}
    )
    assert [position for _, _, position in found[KEY]] == [20, 22, 24, 25]
    assert [one for one, _, _ in found["d2", "air", "temperature"]] == other


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


@pytest.mark.parametrize(
    "reading",
    [
        read(10, 5_000),
        read(10, -40_000, seq=0),
        read(10, 5_000, seq=7, quality=Quality.HISTORICAL, clock_source=ClockSource.GATEWAY),
        Reading(1, "d1", "air", "temperature", 1, -at(5), 1, None, 0, b"signed"),
        Reading(1, "d1", "air", "temperature", 1, -(2**53) + 1, 1),
    ],
    ids=["plain", "first of its counter", "historical", "signed, before 1970", "long ago"],
)
def test_reading_comes_back_as_it_went_in_with_its_place(shelf: Shelf, reading: Reading) -> None:
    assert shelf.store.add_reading(reading, 17)
    found = shelf.reopen().readings_of("d1", EARLIEST, 1 << 62)
    assert found == [(17, reading)]


def test_very_same_reading_is_stored_once_also_after_a_restart(shelf: Shelf) -> None:
    assert shelf.store.add_reading(read(10, 5_000), 1)
    assert not shelf.store.add_reading(read(10, 5_000), 2)
    assert not shelf.reopen().add_reading(read(10, 5_000), 3)
    assert shelf.store.readings_of("d1", 0, at(11)) == [(1, read(10, 5_000))]


@pytest.mark.parametrize(
    "other",
    [
        read(11, 5_000),
        read(10, 5_001),
        read(10, 5_000, seq=0),
        read(10, 5_000, quality=Quality.CLOCK_SUSPECT),
        read(10, 5_000, clock_source=ClockSource.NETWORK),
        read(10, 5_000, sensor="core"),
        read(10, 5_000, device="d2"),
        read(10, 5_000, quantity="humidity"),
        Reading(1, "d1", "air", "temperature", 5_000, at(10), 1, None, 0, b"signed"),
    ],
)
def test_reading_that_differs_in_anything_is_another_one(
    store: DerivedStore, other: Reading
) -> None:
    assert store.add_reading(read(10, 5_000), 1)
    assert store.add_reading(other, 2)


def test_readings_of_a_device_are_found_from_a_moment_up_to_but_not_at_another(
    store: DerivedStore,
) -> None:
    core = read(12, 4_000, sensor="core")
    add(store, read(9, 1), read(10, 2), core, read(19, 3), read(20, 4), read(15, 5, device="d2"))
    found = {reading for _, reading in store.readings_of("d1", at(10), at(20))}
    assert found == {read(10, 2), core, read(19, 3)}
    assert store.readings_of("nobody", 0, at(99)) == []


def test_part_ends_before_the_reading_that_would_be_one_too_many(store: DerivedStore) -> None:
    add(store, *(read(second, 1) for second in range(10, 20)), read(3, 1, device="d2"))
    spans = [("d1", at(12), at(18)), ("nobody", 0, at(99))]
    assert store.end_of_part(spans, EARLIEST, 4) == at(16)
    assert store.end_of_part(spans, at(14), 3) == at(17)
    assert store.end_of_part(spans, at(14), 4) == FOREVER
    assert store.end_of_part(spans, at(18), 1) == FOREVER


def test_part_holds_one_moment_at_least(store: DerivedStore) -> None:
    add(store, *(read(10, 1, seq=number) for number in range(9)), read(11, 1))
    assert store.end_of_part([("d1", 0, at(99))], at(10), 4) == at(10) + 1


def test_part_of_many_series_has_fewer_readings_of_each(store: DerivedStore) -> None:
    sensors = ("air", "core")
    add(store, *(read(second, 1, sensor=name) for name in sensors for second in range(500)))
    assert store.end_of_part([("d1", 0, at(999))], 0, 200) == at(100)


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
        shelf.store.add_unpublished(ASSET, moment)
    shelf.store.add_unpublished("box-2", at(40))
    assert shelf.reopen().unpublished() == {ASSET: at(10), "box-2": at(40)}
    shelf.store.drop_unpublished(ASSET)
    assert shelf.store.unpublished() == {"box-2": at(40)}


def test_policy_is_kept_as_it_was_filed_first(shelf: Shelf) -> None:
    shelf.store.add_policy(POLICY, b'{"limit":8}')
    shelf.store.add_policy(POLICY, b'{"limit":80}')
    assert shelf.reopen().policy(POLICY) == b'{"limit":8}'
    assert shelf.store.policy(OTHER_POLICY) is None


def test_newest_checkpoint_strictly_before_a_moment_is_found(store: DerivedStore) -> None:
    for second in (10, 20, 30):
        store.add_checkpoint(ASSET, Checkpoint(at(second), POLICY, b"%d" % second))
    found = [store.checkpoint_before(ASSET, at(moment), POLICY) for moment in (10, 20.5, 30, 99)]
    assert [one.twin if one else None for one in found] == [None, b"20", b"20", b"30"]


def test_checkpoint_of_another_policy_or_asset_is_not_found(store: DerivedStore) -> None:
    store.add_checkpoint(ASSET, Checkpoint(at(10), OTHER_POLICY, b"twin"))
    assert store.checkpoint_before(ASSET, at(20), POLICY) is None
    assert store.checkpoint_before("box-2", at(20), OTHER_POLICY) is None


def test_checkpoints_from_a_late_input_on_are_dropped(store: DerivedStore) -> None:
    for second in (10, 20, 30):
        store.add_checkpoint(ASSET, Checkpoint(at(second), POLICY, b"%d" % second))
    store.add_checkpoint("box-2", Checkpoint(at(30), POLICY, b"other"))
    store.drop_checkpoints(ASSET, at(20))
    kept = store.checkpoint_before(ASSET, at(99), POLICY)
    assert kept == Checkpoint(at(10), POLICY, b"10")
    assert store.checkpoint_before("box-2", at(99), POLICY) is not None


def kept_checkpoints(store: DerivedStore) -> list[int]:
    """Return the seconds at which checkpoints are found, newest first."""
    found: list[int] = []
    before = 1 << 62
    while (one := store.checkpoint_before(ASSET, before, POLICY)) is not None:
        found.append(one.observed_at // at(1))
        before = one.observed_at
    return found


def test_many_checkpoints_are_thinned_to_some_for_every_doubling_of_their_age(
    store: DerivedStore,
) -> None:
    store.add_checkpoint("box-2", Checkpoint(at(3), POLICY, b"other"))
    for second in range(1, 1_001):
        store.add_checkpoint(ASSET, Checkpoint(at(second), POLICY, b"%d" % second))
        # By hand: spans of 1, 2, 4, ... 2^k sum to at most the count, at most three of each.
        assert len(kept_checkpoints(store)) <= 3 * second.bit_length()
    assert kept_checkpoints(store)[:2] == [1_000, 999]
    for late in range(2, 1_001):
        before = store.checkpoint_before(ASSET, at(late), POLICY)
        found = before.observed_at // at(1) if before else 0
        # No further before the late input than this one lies before the newest, but for one.
        assert late - found <= 1_000 - late + 2
    assert store.checkpoint_before("box-2", at(9), POLICY) is not None


def test_checkpoints_are_thinned_on_after_a_late_input_has_dropped_the_newest(
    store: DerivedStore,
) -> None:
    for second in range(1, 501):
        store.add_checkpoint(ASSET, Checkpoint(at(second), POLICY, b"%d" % second))
    store.drop_checkpoints(ASSET, at(300))
    for second in range(300, 1_001):
        store.add_checkpoint(ASSET, Checkpoint(at(second), POLICY, b"again"))
    kept = kept_checkpoints(store)
    assert len(kept) <= 3 * (1_000).bit_length()
    assert kept[0] == 1_000
    assert max(first - second for first, second in pairwise(kept)) <= 512


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


def test_wanted_devices_are_told_with_all_their_sensors_in_name_order(shelf: Shelf) -> None:
    add(
        shelf.store,
        read(20, 1, device="d2"),
        read(30, 1),
        read(10, 1),
        read(40, 1, sensor="core"),
        read(5, 1, device="d3"),
    )
    store = shelf.reopen()
    assert store.devices(lambda device: device != "d3") == (
        UnboundDevice("d1", 3, at(10), at(40)),
        UnboundDevice("d2", 1, at(20), at(20)),
    )


def test_series_of_a_device_are_those_of_one_quantity(shelf: Shelf) -> None:
    add(
        shelf.store,
        read(1, 1, sensor="core"),
        read(1, 1),
        read(1, 1, quantity="humidity"),
        read(1, 1, device="d2"),
    )
    expected = [KEY, ("d1", "core", "temperature")]
    assert shelf.store.series_of("d1", "temperature") == expected
    assert shelf.reopen().series_of("d1", "temperature") == expected
    assert shelf.store.series_of("nobody", "temperature") == []


def test_bucket_holds_lowest_mean_highest_and_count_of_its_step(store: DerivedStore) -> None:
    add(store, *(read(second, value) for second, value in ((0, 4), (9, 10), (10, 7), (25, -3))))
    found = store.buckets(KEY, ALWAYS, at(10))
    assert (found.device, found.sensor, found.quantity, found.step) == (*KEY, at(10))
    assert found.buckets == (
        Bucket(at(0), 4, 7, 10, 2),
        Bucket(at(10), 7, 7, 7, 1),
        Bucket(at(20), -3, -3, -3, 1),
    )


def test_reading_that_says_nothing_is_in_no_bucket(store: DerivedStore) -> None:
    add(
        store,
        read(1, 5),
        read(2, 100, quality=Quality.SENTINEL),
        read(3, 900, quality=Quality.IMPLAUSIBLE),
        read(4, 7, quality=Quality.HISTORICAL),
    )
    assert store.buckets(KEY, ALWAYS, at(10)).buckets == (Bucket(0, 5, 6, 7, 2),)


def test_signed_reading_is_in_its_bucket_unless_it_says_nothing(store: DerivedStore) -> None:
    signed = [
        Reading(1, "d1", "air", "temperature", 4, at(1), 1, None, 0, b"signature"),
        Reading(1, "d1", "air", "temperature", 8, at(2), 3, None, int(Quality.HISTORICAL), b""),
        Reading(1, "d1", "air", "temperature", 900, at(3), 1, None, int(Quality.SENTINEL), b"2:"),
    ]
    add(store, *signed)
    assert store.buckets(KEY, ALWAYS, at(10)).buckets == (Bucket(0, 4, 6, 8, 2),)
    assert [one for _, one in store.readings_of("d1", 0, at(9))] == signed


def test_buckets_hold_only_what_lies_in_the_spans(store: DerivedStore) -> None:
    add(store, *(read(second, second) for second in (1, 2, 3, 4, 5, 6)))
    found = store.buckets(KEY, [(at(2), at(4)), (at(6), at(7))], at(1))
    assert [one.start for one in found.buckets] == [at(2), at(3), at(6)]


def test_step_that_two_spans_share_is_one_bucket(store: DerivedStore) -> None:
    add(store, read(1, 2), read(5, 100), read(8, 4), read(9, 12))
    found = store.buckets(KEY, [(0, at(2)), (at(8), at(10))], at(10))
    assert found.buckets == (Bucket(0, 2, 6, 12, 3),)


def test_bucket_before_1970_begins_before_its_readings(store: DerivedStore) -> None:
    add(store, read(-5, 1), read(-15, 3), read(5, 8))
    assert store.buckets(KEY, ALWAYS, at(10)).buckets == (
        Bucket(at(-20), 3, 3, 3, 1),
        Bucket(at(-10), 1, 1, 1, 1),
        Bucket(0, 8, 8, 8, 1),
    )
