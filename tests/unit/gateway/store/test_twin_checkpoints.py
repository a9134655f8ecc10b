import sqlite3
from contextlib import nullcontext
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.store import twin_checkpoints
from gateway.store.derived import DerivedStore
from gateway.store.reading_chunks import EARLIEST
from gateway.store.twin_checkpoints import Checkpoint
from tests.unit.gateway.store.shelf import Shelf
from tests.unit.twins.samples import ASSET, at, bind, boundary, milestone, policy, read
from twins.checkpoint import past_from_bytes, past_to_bytes, present_to_bytes
from twins.inputs import Input, MilestoneName
from twins.past import Past, joined
from twins.twin import AssetTwin, advance

POLICY = b"p" * 32
BY = policy(boundary())


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def store(shelf: Shelf) -> DerivedStore:
    return shelf.store


def row(moment: int, inputs: int = 1, present: bytes = b"now") -> Checkpoint:
    return Checkpoint(moment, POLICY, inputs, present, past_to_bytes(Past(unjudged=inputs)))


def add_rows(store: DerivedStore, *moments: int) -> None:
    for moment in moments:
        store.checkpoints.add(ASSET, row(moment))


def stale(store: DerivedStore) -> list[int]:
    """Return every row that must be folded again, making each fresh."""
    found = []
    while (one := store.checkpoints.next_stale(ASSET)) is not None:
        found.append(one.observed_at)
        store.checkpoints.replace(ASSET, one, begins_next_anew=False)
    return found


def test_rows_of_an_asset_come_oldest_first_after_a_restart(shelf: Shelf) -> None:
    add_rows(shelf.store, 10, 20)
    shelf.store.checkpoints.add("box-2", row(15))
    assert shelf.reopen().checkpoints.all_of(ASSET) == [row(10), row(20)]


def test_row_before_a_moment_is_the_newest_strictly_before_it(store: DerivedStore) -> None:
    add_rows(store, 10, 20)
    found = [store.checkpoints.before(ASSET, moment) for moment in (10, 11, 20, 21)]
    assert found == [None, row(10), row(10), row(20)]
    assert store.checkpoints.before("box-2", 99) is None


@pytest.mark.parametrize(
    ("late", "rows"),
    [
        ([5], [10]),
        ([11], [20]),
        ([5, 11, 12], [10, 20]),
        # On which side of the row's last input it lies, only a fold can tell.
        ([10], [10, 20]),
        ([30], [30]),
        ([31], []),
        ([], []),
    ],
)
def test_late_input_makes_the_row_of_its_stretch_stale(
    store: DerivedStore, late: list[int], rows: list[int]
) -> None:
    add_rows(store, 10, 20, 30)
    store.checkpoints.make_stale(ASSET, late)
    assert stale(store) == rows


def test_stale_rows_outlive_a_restart(shelf: Shelf) -> None:
    add_rows(shelf.store, 10, 20, 30)
    shelf.store.checkpoints.make_stale(ASSET, [15, 5])
    assert stale(shelf.reopen()) == [10, 20]


def test_late_input_of_one_asset_leaves_the_rows_of_another(store: DerivedStore) -> None:
    add_rows(store, 10)
    store.checkpoints.make_stale("box-2", [5])
    assert stale(store) == []


def test_row_behind_one_that_came_out_otherwise_is_stale(store: DerivedStore) -> None:
    add_rows(store, 10, 20, 30)
    store.checkpoints.replace(ASSET, row(10, inputs=7), begins_next_anew=True)
    assert stale(store) == [20]
    store.checkpoints.replace(ASSET, row(30, inputs=7), begins_next_anew=True)
    assert stale(store) == []


def test_row_that_was_folded_again_is_stale_no_longer(store: DerivedStore) -> None:
    add_rows(store, 10, 20)
    store.checkpoints.make_stale(ASSET, [5])
    store.checkpoints.replace(ASSET, row(10, inputs=7), begins_next_anew=False)
    assert store.checkpoints.next_stale(ASSET) is None
    assert store.checkpoints.all_of(ASSET) == [row(10, inputs=7), row(20)]


def test_rows_that_are_wrong_for_good_are_forgotten_from_a_moment_on(store: DerivedStore) -> None:
    add_rows(store, 10, 20, 30)
    store.checkpoints.drop(ASSET, 20)
    assert store.checkpoints.all_of(ASSET) == [row(10)]
    store.checkpoints.drop(ASSET, EARLIEST)
    assert store.checkpoints.all_of(ASSET) == []


def test_rows_of_one_moment_become_one(store: DerivedStore) -> None:
    add_rows(store, 10)
    store.checkpoints.add(ASSET, row(20, inputs=2, present=b"before"))
    store.checkpoints.add(ASSET, row(20, inputs=3, present=b"after"))
    assert store.checkpoints.all_of(ASSET) == [row(10), row(20, inputs=5, present=b"after")]


def test_what_has_been_is_joined_of_all_rows(store: DerivedStore) -> None:
    assert store.checkpoints.past_of(ASSET) == Past()
    add_rows(store, 10, 20, 30)
    assert store.checkpoints.past_of(ASSET) == Past(unjudged=3)


def store_shipment(store: DerivedStore, inputs: list[Input], each: int) -> AssetTwin:
    """Store a row for every few inputs; return the whole twin."""
    twin = AssetTwin(ASSET)
    for start in range(0, len(inputs), each):
        some = inputs[start : start + each]
        twin = advance(replace(twin, past=Past()), some, BY)
        last = twin.last_key
        assert last is not None
        present, past = present_to_bytes(twin), past_to_bytes(twin.past)
        store.checkpoints.add(ASSET, Checkpoint(last[0], POLICY, len(some), present, past))
    return advance(AssetTwin(ASSET), inputs, BY)


@pytest.mark.parametrize("kept", [1, 2, 7, 40])
def test_rows_that_are_thinned_out_still_hold_all_that_has_been(
    store: DerivedStore, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(twin_checkpoints, "CHECKPOINTS_KEPT", kept)
    # Warm every seventh time, and begun anew in the middle.
    inputs: list[Input] = [bind(0)]
    inputs += [read(1 + n, 9_000 if n % 7 == 0 else 5_000) for n in range(150)]
    inputs[70:70] = [milestone(70, MilestoneName.START)]
    whole = store_shipment(store, inputs, 3)
    rows = store.checkpoints.all_of(ASSET)
    assert len(rows) == min(kept, 51)
    assert sum(one.inputs for one in rows) == len(inputs)
    assert rows[-1].present == present_to_bytes(whole)
    assert store.checkpoints.past_of(ASSET) == whole.past


def test_many_rows_are_thinned_where_the_segments_are_shortest(store: DerivedStore) -> None:
    kept = twin_checkpoints.CHECKPOINTS_KEPT
    for number in range(kept):
        store.checkpoints.add(ASSET, row(number, inputs=5 if number != 40 else 1))
    store.checkpoints.add(ASSET, row(kept, inputs=5))
    rows = store.checkpoints.all_of(ASSET)
    assert len(rows) == kept
    (longer,) = [one for one in rows if one.inputs > 5]
    assert (longer.inputs, longer.observed_at) in {(6, 40), (6, 41)}
    assert store.checkpoints.past_of(ASSET) == Past(unjudged=5 * kept + 1)


def test_row_that_was_stale_is_stale_when_it_is_thinned_out(
    store: DerivedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_rows(store, 10, 20, 30)
    store.checkpoints.make_stale(ASSET, [5])
    monkeypatch.setattr(twin_checkpoints, "CHECKPOINTS_KEPT", 1)
    store.checkpoints.add(ASSET, row(40))
    # One row less each time: 10 is now part of 20.
    assert [one.observed_at for one in store.checkpoints.all_of(ASSET)] == [20, 30, 40]
    assert stale(store)[0] == 20


def test_past_of_a_row_is_read_back_as_it_was_stored(store: DerivedStore) -> None:
    whole = store_shipment(store, [bind(0), read(1, -80_000), read(800, -80_000), read(801, 0)], 2)
    pasts = [past_from_bytes(one.past) for one in store.checkpoints.all_of(ASSET)]
    assert joined(pasts) == whole.past
    assert pasts[1].series[0].weighted == -80_000 * at(800)


@pytest.mark.parametrize("within", [True, False])
def test_rows_that_could_not_be_joined_whole_stay_as_they_were(
    store: DerivedStore, monkeypatch: pytest.MonkeyPatch, *, within: bool
) -> None:
    monkeypatch.setattr(twin_checkpoints, "CHECKPOINTS_KEPT", 3)
    add_rows(store, 10, 20, 30)
    before = store.checkpoints.all_of(ASSET)
    # The disk fails between storing what two rows became and deleting the first of them.
    store.connection.execute(
        "CREATE TEMP TRIGGER dies BEFORE DELETE ON checkpoint "
        "BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="disk"):
        _add_a_row(store, within=within)
    store.connection.execute("DROP TRIGGER dies")
    assert store.checkpoints.all_of(ASSET) == before
    add_rows(store, 40)
    assert store.checkpoints.past_of(ASSET).unjudged == 4


def _add_a_row(store: DerivedStore, *, within: bool) -> None:
    with store.transaction() if within else nullcontext():
        add_rows(store, 40)
