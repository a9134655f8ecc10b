"""Which stretches are folded again when something comes late."""

from itertools import count, pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.refolds import CHECKPOINT_BYTES_PER_INPUT, AssetState, Refolds
from gateway.store.derived import DerivedStore
from gateway.store.twin_checkpoints import Checkpoint
from tests.unit.gateway.store.shelf import Shelf, add_one
from tests.unit.twins.samples import ASSET, at, bind, boundary, fold, milestone, policy, read
from twins.bindings import FOREVER
from twins.checkpoint import past_to_bytes
from twins.inputs import Input, MilestoneName, observed_at
from twins.packing import Attachments
from twins.past import Past
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import Reading
from twins.twin import AssetTwin, advance

BY = policy(boundary(), hold=20)
IN_SUM = policy(boundary(delay=5, is_cumulative=True), hold=20)
ATTACHED = Attachments((("d1", 0, FOREVER),), (bind(0),))
EACH = 10


class Shipment:
    """What is stored of an asset, folded part by part."""

    def __init__(self, store: DerivedStore) -> None:
        self.store = store
        self.inputs: list[Input] = []
        self._positions = count()

    def take(self, *records: Input) -> None:
        """Store inputs, and make stale what they change."""
        self.inputs += records
        for one in records:
            if isinstance(one, Reading):
                add_one(self.store, one, next(self._positions))
            else:
                self.store.add_input(ASSET, one, next(self._positions))
        self.store.checkpoints.make_stale(ASSET, [observed_at(one) for one in records])

    def refolded(self, by: ConditionPolicy = BY, each: int = EACH) -> tuple[AssetState, int]:
        """Return the state after all inputs, and how many parts were read for it."""
        folding, parts = Refolds(self.store, each).refolded(ASSET, by, ATTACHED), 0
        while True:
            try:
                next(folding)
            except StopIteration as ended:
                state = ended.value
                break
            parts += 1
        assert isinstance(state, AssetState)
        assert state.twin == fold(self.inputs, by)
        return state, parts


@pytest.fixture
def shipment(tmp_path: Path) -> Shipment:
    found = Shipment(Shelf(tmp_path).store)
    found.take(bind(0), *(read(second, 5_000) for second in range(1, 600)))
    return found


def parts_of_all(shipment: Shipment) -> int:
    return shipment.refolded()[1]


def test_fold_from_nothing_reads_everything_and_stores_twins_along_the_way(
    shipment: Shipment,
) -> None:
    assert parts_of_all(shipment) >= 600 // EACH
    rows = shipment.store.checkpoints.all_of(ASSET)
    assert len(rows) > 10
    assert sum(one.inputs for one in rows) <= 600


def test_nothing_late_is_nothing_to_read_but_what_lies_behind_the_newest_row(
    shipment: Shipment,
) -> None:
    parts_of_all(shipment)
    assert shipment.refolded()[1] <= 3


def test_late_reading_that_converges_is_folded_in_its_own_stretch_and_the_next(
    shipment: Shipment,
) -> None:
    everything = parts_of_all(shipment)
    before = shipment.store.checkpoints.all_of(ASSET)
    shipment.take(read(100.5, 9_000))
    _, parts = shipment.refolded()
    assert parts < everything // 6
    after = shipment.store.checkpoints.all_of(ASSET)
    assert [one.observed_at for one in after] == [one.observed_at for one in before]
    changed = [one for one, other in zip(after, before, strict=True) if one != other]
    assert 1 <= len(changed) <= 2


def test_many_late_readings_of_one_stretch_cost_what_one_of_them_costs(shipment: Shipment) -> None:
    everything = parts_of_all(shipment)
    shipment.take(*(read(100 + 0.01 * number, 5_500) for number in range(20)))
    assert shipment.refolded()[1] < everything // 4


def test_late_readings_of_two_stretches_leave_what_lies_between(shipment: Shipment) -> None:
    everything = parts_of_all(shipment)
    before = {one.observed_at: one for one in shipment.store.checkpoints.all_of(ASSET)}
    shipment.take(read(50.5, 9_000), read(550.5, 1_000))
    assert shipment.refolded()[1] < everything // 3
    after = shipment.store.checkpoints.all_of(ASSET)
    between = [one for one in after if at(150) < one.observed_at < at(500)]
    assert between == [before[one.observed_at] for one in between]
    assert between


def test_late_input_that_does_not_converge_is_folded_through_to_the_end(
    shipment: Shipment,
) -> None:
    everything = parts_of_all(shipment)
    shipment.take(milestone(100, MilestoneName.START))
    # All but the first hundred seconds.
    assert shipment.refolded()[1] > everything // 2


def test_budget_that_is_used_later_is_folded_through_to_the_end(tmp_path: Path) -> None:
    shipment = Shipment(Shelf(tmp_path).store)
    shipment.take(bind(0), *(read(second, 5_000) for second in range(1, 300)))
    _, everything = shipment.refolded(IN_SUM)
    shipment.take(read(20.5, 9_000))
    state, parts = shipment.refolded(IN_SUM)
    assert [run.outside for channel in state.twin.channels for run in channel.runs] == [at(0.5)]
    assert parts > everything // 2


def test_late_reading_of_the_very_moment_of_a_stored_twin_is_folded(shipment: Shipment) -> None:
    parts_of_all(shipment)
    for one in shipment.store.checkpoints.all_of(ASSET)[3:5]:
        second = one.observed_at // at(1)
        # Before the reading of that moment in event order, behind it, and contradicting it.
        shipment.take(read(second, 9_000, sensor="a"), read(second, 9_000, sensor="z"))
        shipment.refolded()
        shipment.take(read(second, 9_000))
        shipment.refolded()


def test_late_reading_behind_every_stored_twin_is_folded_with_the_rest(shipment: Shipment) -> None:
    parts_of_all(shipment)
    newest = shipment.store.checkpoints.all_of(ASSET)[-1].observed_at
    shipment.take(read(newest // at(1) + 0.5, 9_000))
    assert shipment.refolded()[1] <= 3


def test_fold_that_was_left_in_the_middle_goes_on_where_it_was(shipment: Shipment) -> None:
    parts_of_all(shipment)
    shipment.take(read(100.5, 9_000), read(400.5, 9_000), milestone(300, MilestoneName.START))
    for stops in range(1, 12):
        folding = Refolds(shipment.store, EACH).refolded(ASSET, BY, ATTACHED)
        for _ in range(stops):
            next(folding)
        folding.close()
    shipment.refolded()


def test_twin_under_another_policy_is_folded_from_its_first_input(shipment: Shipment) -> None:
    parts_of_all(shipment)
    other = replace(IN_SUM, digest=b"q" * 32)
    shipment.refolded(other)
    rows = shipment.store.checkpoints.all_of(ASSET)
    assert {one.policy_digest for one in rows} == {other.digest}


@pytest.mark.parametrize("place", [0, 5, -1])
@pytest.mark.parametrize("field", ["present", "past"])
def test_damaged_twin_in_the_middle_is_folded_from_its_first_input(
    shipment: Shipment, place: int, field: str
) -> None:
    parts_of_all(shipment)
    rows = shipment.store.checkpoints.all_of(ASSET)
    damaged = replace(rows[place], **{field: b"\x93\x63"})
    shipment.store.checkpoints.replace(ASSET, damaged, begins_next_anew=False)
    shipment.take(read(rows[place].observed_at // at(1) - 0.5, 9_000))
    shipment.refolded()


def test_twin_of_another_release_is_folded_from_its_first_input(shipment: Shipment) -> None:
    foreign = Checkpoint(at(700), BY.digest, 1, b"\x93\x63", b"")
    shipment.store.checkpoints.add(ASSET, foreign)
    shipment.refolded()


def test_twin_that_has_grown_large_is_stored_less_often(tmp_path: Path) -> None:
    shipment = Shipment(Shelf(tmp_path).store)
    sensors = [f"sensor-{number}" for number in range(40)]
    shipment.take(bind(0))
    shipment.take(
        *(read(second, 5_000, sensor=name) for second in range(1, 40) for name in sensors)
    )
    shipment.refolded(each=1)
    rows = shipment.store.checkpoints.all_of(ASSET)
    for before, one in pairwise(rows):
        assert one.inputs >= len(before.present) // CHECKPOINT_BYTES_PER_INPUT
    assert rows[-1].inputs > 3


def test_state_tells_all_that_has_been_wherever_its_segment_begins() -> None:
    state = AssetState(AssetTwin(ASSET), Past(), BY)
    inputs: list[Input] = [bind(0), *(read(second, 9_000) for second in range(1, 9))]
    for one in inputs:
        state.go_on(advance(state.segment, [one], BY), 1)
        state.begin_segment(b"stored")
    assert state.twin == fold(inputs, BY)
    assert past_to_bytes(state.segment.past) == past_to_bytes(Past())
    assert (state.since_checkpoint, state.before) == (0, state.twin.past)


def test_many_inputs_at_once_are_stored_as_often_as_if_they_came_in_parts(tmp_path: Path) -> None:
    inputs: list[Input] = [bind(0), *(read(second, 5_000) for second in range(1, 600))]
    rows = []
    for size in (EACH, len(inputs)):
        folder = tmp_path / str(size)
        folder.mkdir()
        store, state = Shelf(folder).store, AssetState(AssetTwin(ASSET), Past(), BY)
        refolds = Refolds(store, EACH)
        for start in range(0, len(inputs), size):
            refolds.fold_on(ASSET, state, inputs[start : start + size])
        assert state.twin == fold(inputs, BY)
        rows.append(store.checkpoints.all_of(ASSET))
        assert sum(one.inputs for one in rows[-1]) + state.since_checkpoint == len(inputs)
    assert rows[0] == rows[1]
    assert len(rows[0]) > 10


def test_twin_is_stored_with_the_very_input_that_is_enough(tmp_path: Path) -> None:
    store, state = Shelf(tmp_path).store, AssetState(AssetTwin(ASSET), Past(), BY)
    refolds = Refolds(store, 100)
    refolds.fold_on(ASSET, state, [bind(0), *(read(second, 5_000) for second in range(1, 99))])
    assert store.checkpoints.all_of(ASSET) == []
    refolds.fold_on(ASSET, state, [read(99, 5_000)])
    assert [one.inputs for one in store.checkpoints.all_of(ASSET)] == [100]
