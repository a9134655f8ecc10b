import sqlite3
from pathlib import Path

import pytest

from gateway.ports import Bucket, DeviceSeries, UnboundDevice
from gateway.store.derived import DerivedStore
from gateway.store.reading_chunks import EARLIEST
from gateway.store.reading_store import ChunkLimits
from tests.unit.gateway.store.shelf import SMALL, Shelf, add, add_one
from tests.unit.twins.samples import at, read
from twins.bindings import FOREVER
from twins.readings import ClockSource, Quality, Reading

KEY = ("d1", "air", "temperature")
ALWAYS = [(EARLIEST, 1 << 62)]


@pytest.fixture(params=[ChunkLimits(), SMALL], ids=["in memory", "in chunks"])
def shelf(tmp_path: Path, request: pytest.FixtureRequest) -> Shelf:
    return Shelf(tmp_path, request.param)


@pytest.fixture
def store(shelf: Shelf) -> DerivedStore:
    return shelf.store


def test_series_of_a_slice_that_failed_is_made_again(shelf: Shelf) -> None:
    def derive_and_die() -> None:
        with shelf.store.transaction():
            add_one(shelf.store, read(10, 5_000), 1)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        derive_and_die()
    assert add_one(shelf.store, read(10, 5_000), 1)
    assert shelf.reopen().readings.between("d1", EARLIEST, 1 << 62) == [(1, read(10, 5_000))]


def test_new_ones_of_many_readings_are_told_whatever_their_order(store: DerivedStore) -> None:
    add(store, read(10, 1), read(12, 2))
    came = [read(13, 3), read(10, 1), read(11, 4), read(13, 3), read(12, 9), read(14, 5)]
    other = [read(1, 1, device="d2"), read(2, 1, device="d2")]
    placed = [(one, b"", 20 + place) for place, one in enumerate(came)]
    found = store.readings.add(
        {KEY: placed, ("d2", "air", "temperature"): [(one, b"", 30) for one in other]}
    )
    assert [position for _, _, position in found[KEY]] == [20, 22, 24, 25]
    assert [one for one, _, _ in found["d2", "air", "temperature"]] == other


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
    assert add_one(shelf.store, reading, 17)
    found = shelf.reopen().readings.between("d1", EARLIEST, 1 << 62)
    assert found == [(17, reading)]


def test_very_same_reading_is_stored_once_also_after_a_restart(shelf: Shelf) -> None:
    assert add_one(shelf.store, read(10, 5_000), 1)
    assert not add_one(shelf.store, read(10, 5_000), 2)
    assert not add_one(shelf.reopen(), read(10, 5_000), 3)
    assert shelf.store.readings.between("d1", 0, at(11)) == [(1, read(10, 5_000))]


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
    assert add_one(store, read(10, 5_000), 1)
    assert add_one(store, other, 2)


def test_readings_of_a_device_are_found_from_a_moment_up_to_but_not_at_another(
    store: DerivedStore,
) -> None:
    core = read(12, 4_000, sensor="core")
    add(store, read(9, 1), read(10, 2), core, read(19, 3), read(20, 4), read(15, 5, device="d2"))
    found = {reading for _, reading in store.readings.between("d1", at(10), at(20))}
    assert found == {read(10, 2), core, read(19, 3)}
    assert store.readings.between("nobody", 0, at(99)) == []


def test_part_ends_before_the_reading_that_would_be_one_too_many(store: DerivedStore) -> None:
    add(store, *(read(second, 1) for second in range(10, 20)), read(3, 1, device="d2"))
    spans = [("d1", at(12), at(18)), ("nobody", 0, at(99))]
    assert store.readings.end_of_part(spans, EARLIEST, 4) == at(16)
    assert store.readings.end_of_part(spans, at(14), 3) == at(17)
    assert store.readings.end_of_part(spans, at(14), 4) == FOREVER
    assert store.readings.end_of_part(spans, at(18), 1) == FOREVER


def test_part_holds_one_moment_at_least(store: DerivedStore) -> None:
    add(store, *(read(10, 1, seq=number) for number in range(9)), read(11, 1))
    assert store.readings.end_of_part([("d1", 0, at(99))], at(10), 4) == at(10) + 1


def test_part_of_many_series_has_fewer_readings_of_each(store: DerivedStore) -> None:
    sensors = ("air", "core")
    add(store, *(read(second, 1, sensor=name) for name in sensors for second in range(500)))
    assert store.readings.end_of_part([("d1", 0, at(999))], 0, 200) == at(100)


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
    assert store.readings.devices(lambda device: device != "d3") == (
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
    assert shelf.store.readings.series_of("d1", "temperature") == expected
    assert shelf.reopen().readings.series_of("d1", "temperature") == expected
    assert shelf.store.readings.series_of("nobody", "temperature") == []


def test_bucket_holds_lowest_mean_highest_and_count_of_its_step(store: DerivedStore) -> None:
    add(store, *(read(second, value) for second, value in ((0, 4), (9, 10), (10, 7), (25, -3))))
    found = store.readings.buckets(KEY, ALWAYS, at(10))
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
    assert store.readings.buckets(KEY, ALWAYS, at(10)).buckets == (Bucket(0, 5, 6, 7, 2),)


def test_signed_reading_is_in_its_bucket_unless_it_says_nothing(store: DerivedStore) -> None:
    signed = [
        Reading(1, "d1", "air", "temperature", 4, at(1), 1, None, 0, b"signature"),
        Reading(1, "d1", "air", "temperature", 8, at(2), 3, None, int(Quality.HISTORICAL), b""),
        Reading(1, "d1", "air", "temperature", 900, at(3), 1, None, int(Quality.SENTINEL), b"2:"),
    ]
    add(store, *signed)
    assert store.readings.buckets(KEY, ALWAYS, at(10)).buckets == (Bucket(0, 4, 6, 8, 2),)
    assert [one for _, one in store.readings.between("d1", 0, at(9))] == signed


def test_buckets_hold_only_what_lies_in_the_spans(store: DerivedStore) -> None:
    add(store, *(read(second, second) for second in (1, 2, 3, 4, 5, 6)))
    found = store.readings.buckets(KEY, [(at(2), at(4)), (at(6), at(7))], at(1))
    assert [one.start for one in found.buckets] == [at(2), at(3), at(6)]


def test_step_that_two_spans_share_is_one_bucket(store: DerivedStore) -> None:
    add(store, read(1, 2), read(5, 100), read(8, 4), read(9, 12))
    found = store.readings.buckets(KEY, [(0, at(2)), (at(8), at(10))], at(10))
    assert found.buckets == (Bucket(0, 2, 6, 12, 3),)


def test_bucket_before_1970_begins_before_its_readings(store: DerivedStore) -> None:
    add(store, read(-5, 1), read(-15, 3), read(5, 8))
    assert store.readings.buckets(KEY, ALWAYS, at(10)).buckets == (
        Bucket(at(-20), 3, 3, 3, 1),
        Bucket(at(-10), 1, 1, 1, 1),
        Bucket(0, 8, 8, 8, 1),
    )


def test_readings_are_counted_from_a_moment_on(shelf: Shelf) -> None:
    add(shelf.store, *(read(second, 1) for second in range(20)), read(7, 1, sensor="core"))
    counts = [shelf.store.readings.count_since("d1", at(second)) for second in (0, 7, 8, 19, 20)]
    assert counts == [21, 14, 12, 1, 0]
    assert shelf.store.readings.count_since("nobody", 0) == 0
    assert shelf.reopen().readings.count_since("d1", at(7)) == 14


def test_series_of_a_device_are_told_with_their_newest_reading(shelf: Shelf) -> None:
    newest = read(12, -5, quality=Quality.HISTORICAL, clock_source=ClockSource.NETWORK)
    add(shelf.store, read(10, 1), read(11, 2), newest, read(3, 9), read(4, 7, sensor="core"))
    expected = (
        DeviceSeries("air", "temperature", 4, at(3), at(12), -5, 2, int(Quality.HISTORICAL)),
        DeviceSeries("core", "temperature", 1, at(4), at(4), 7, 1, 0),
    )
    assert shelf.store.readings.all_series_of("d1") == expected
    assert shelf.reopen().readings.all_series_of("d1") == expected
    assert shelf.store.readings.all_series_of("nobody") == ()


def test_what_came_in_many_slices_is_moved_into_chunks(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ChunkLimits(chunk_rows=8, fresh_rows=1_000, fresh_slices=10))
    for second in range(100):
        with shelf.store.transaction():
            assert add_one(shelf.store, read(second, second), second)
            assert add_one(shelf.store, read(second, second, device="d2"), 1_000 + second)
    (slices,) = shelf.store.connection.execute("SELECT count(*) FROM fresh").fetchone()
    assert slices < 10
    sizes = shelf.store.connection.execute("SELECT count FROM chunk ORDER BY series, first_at")
    assert all(8 <= size < 16 for (size,) in list(sizes)[:10])
    assert shelf.reopen().readings.between("d1", 0, at(999)) == [
        (second, read(second, second)) for second in range(100)
    ]


def test_few_series_that_grow_fast_leave_little_to_read_at_a_start(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ChunkLimits(chunk_rows=8, fresh_rows=100))
    for start in range(0, 2_000, 20):
        with shelf.store.transaction():
            new = [(read(second, 1), b"", second) for second in range(start, start + 20)]
            shelf.store.readings.add({KEY: new})
        (stored,) = shelf.store.connection.execute(
            "SELECT coalesce(sum(length(readings)), 0) FROM fresh"
        ).fetchone()
        assert stored < 2 * 100 * 40
    assert shelf.reopen().readings.count_since("d1", 0) == 2_000


def test_slice_that_cannot_be_committed_leaves_all_as_it_was(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    add(shelf.store, read(1, 1))
    # A foreign key that is looked at when the transaction ends: what fails is COMMIT alone.
    shelf.store.connection.execute("PRAGMA foreign_keys=1")
    shelf.store.connection.execute(
        "CREATE TABLE late (id REFERENCES series (id) DEFERRABLE INITIALLY DEFERRED)"
    )

    def derive_in_vain() -> None:
        with shelf.store.transaction():
            add(shelf.store, read(2, 1))
            shelf.store.connection.execute("INSERT INTO late VALUES (99)")

    with pytest.raises(sqlite3.IntegrityError):
        derive_in_vain()
    assert shelf.store.readings.count_since("d1", 0) == 1
    add(shelf.store, read(2, 1))


def test_slice_that_fails_while_readings_are_moved_leaves_all_as_it_was(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, SMALL)
    add(shelf.store, *(read(second, 1) for second in range(9)))
    before = shelf.store.readings.between("d1", 0, at(99))

    def derive_and_die() -> None:
        with shelf.store.transaction():
            add(shelf.store, *(read(second, 2) for second in (3, 20, 21, 22, 23, 24)))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        derive_and_die()
    assert shelf.store.readings.between("d1", 0, at(99)) == before
    assert shelf.reopen().readings.between("d1", 0, at(99)) == before
    add(shelf.store, read(3, 2), read(20, 2))
    assert shelf.store.readings.count_since("d1", 0) == 11


def test_many_readings_of_one_moment_stay_together(shelf: Shelf) -> None:
    add(shelf.store, *(read(10, 1, seq=number) for number in range(30)), read(9, 1), read(11, 1))
    again = [(read(10, 1, seq=number), b"", 99) for number in range(31)]
    found = shelf.store.readings.add({KEY: again})
    assert [one.seq for one, _, _ in found[KEY]] == [30]
    assert shelf.store.readings.count_since("d1", at(10)) == 32
    assert len(shelf.reopen().readings.between("d1", at(10), at(10) + 1)) == 31
