"""What holds for every twin, whatever its inputs and however they came."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import HORIZON, POLICY, law, shipments
from tests.unit.twins.samples import ASSET, at, bind, detach, fold, read, restored
from twins.bindings import covers, intervals_of
from twins.checkpoint import past_to_bytes, present_to_bytes
from twins.condition import assess, condition_document
from twins.events import changes
from twins.excursions import is_outside
from twins.inputs import Binding, Input, encode, event_key, observed_at
from twins.readings import QUANTITIES
from twins.twin import AssetTwin, OutOfOrderInput, advance

BOUNDARIES = {one.id: one for one in POLICY.boundaries}


class Deriver:
    """Keeps every input once; goes on where a batch is newer and folds again where it is late."""

    def __init__(self) -> None:
        self.records: dict[bytes, Input] = {}
        self.twin = AssetTwin(ASSET)
        self.refolds = 0

    def take(self, batch: list[Input]) -> None:
        fresh = {encode(one): one for one in batch if encode(one) not in self.records}
        self.records |= fresh
        ordered = sorted(fresh.values(), key=event_key)
        try:
            self.twin = advance(self.twin, ordered, POLICY)
        except OutOfOrderInput:
            self.refolds += 1
            self.twin = fold(list(self.records.values()), POLICY)

    def document(self) -> dict[str, object]:
        return condition_document(assess(self.twin, POLICY, at(HORIZON)))


def batches(inputs: list[Input], sizes: list[int]) -> list[list[Input]]:
    cut, start = [], 0
    for size in sizes:
        cut.append(inputs[start : start + size])
        start += size
    return [*cut, inputs[start:]]


def oracle(inputs: list[Input]) -> dict[str, object]:
    return condition_document(assess(fold(inputs, POLICY), POLICY, at(HORIZON)))


sizes = st.lists(st.integers(1, 12), max_size=20)


@law
@given(shipments(), st.data(), sizes)
def test_arrival_order_batches_and_duplicates_change_no_condition(
    inputs: list[Input], data: st.DataObject, sizes: list[int]
) -> None:
    repeated = data.draw(st.lists(st.sampled_from(inputs), max_size=10))
    deriver = Deriver()
    for batch in batches(data.draw(st.permutations([*inputs, *repeated])), sizes):
        deriver.take(batch)
    assert deriver.document() == oracle(inputs)


@law
@given(shipments(), sizes)
def test_batches_in_event_order_are_folded_without_ever_going_back(
    inputs: list[Input], sizes: list[int]
) -> None:
    deriver = Deriver()
    for batch in batches(sorted(inputs, key=event_key), sizes):
        deriver.take(batch)
    assert deriver.refolds == 0
    assert deriver.twin == fold(inputs, POLICY)


@law
@given(shipments())
def test_mean_kinetic_temperature_is_never_below_the_mean(inputs: list[Input]) -> None:
    for one in assess(fold(inputs, POLICY), POLICY, at(HORIZON)).statistics.series:
        if one.mean_kinetic_celsius is not None and one.mean is not None:
            step = Decimal("0.001")  # the mean is rounded to a step
            assert Decimal(one.mean_kinetic_celsius) >= (one.mean - 1) * step


@law
@given(shipments(), st.integers(HORIZON, 10 * HORIZON))
def test_coverage_lies_between_nothing_and_all(inputs: list[Input], as_of: int) -> None:
    coverage = assess(fold(inputs, POLICY), POLICY, at(as_of)).coverage
    assert coverage.planned >= 0
    for one in coverage.quantities:
        assert 0 <= one.observed <= coverage.planned
        assert 0 <= one.ratio_ppm <= 1_000_000
        assert 0 <= one.longest_gap <= coverage.planned - one.observed


@law
@given(shipments())
def test_wear_and_its_parts_never_fall_as_event_time_grows(inputs: list[Input]) -> None:
    parts = []
    for moment in range(0, HORIZON + 1, 10):
        past = [one for one in inputs if observed_at(one) <= at(moment)]
        wear = assess(fold(past, POLICY), POLICY, at(moment)).statistics.wear
        parts.append((wear.index_ppm, wear.shock_ppm, wear.handling_ppm, wear.exposure_ppm))
    for earlier, later in pairwise(parts):
        assert all(old <= new for old, new in zip(earlier, later, strict=True))


@law
@given(shipments())
def test_no_excursion_is_without_a_reading_that_shows_it(inputs: list[Input]) -> None:
    condition = assess(fold(inputs, POLICY), POLICY, at(HORIZON))
    for excursion in (one for rule in condition.rules_fired for one in rule.excursions):
        boundary = BOUNDARIES[excursion.boundary]
        shown = {
            one.observed_at
            for one in inputs
            if getattr(one, "value", None) == excursion.extreme
            and (one.device, one.sensor, one.quantity)
            == (excursion.device, excursion.sensor, excursion.quantity)
        }
        assert is_outside(boundary, excursion.extreme)
        assert excursion.extreme_at in shown
        assert excursion.began_at <= excursion.extreme_at
        assert excursion.began_at <= excursion.alarmed_at
        assert excursion.outside >= boundary.delay
        assert excursion.ended_at is None or excursion.ended_at >= excursion.alarmed_at


@law
@given(shipments(), st.data())
def test_going_on_from_a_checkpoint_equals_folding_from_the_start(
    inputs: list[Input], data: st.DataObject
) -> None:
    ordered = sorted(inputs, key=event_key)
    cut = data.draw(st.integers(0, len(ordered)))
    half = restored(advance(AssetTwin(ASSET), ordered[:cut], POLICY))
    assert advance(half, ordered[cut:], POLICY) == fold(inputs, POLICY)


@law
@given(shipments(), st.integers(HORIZON, 2 * HORIZON))
def test_assessing_changes_nothing_in_the_twin(inputs: list[Input], as_of: int) -> None:
    twin = fold(inputs, POLICY)
    before = present_to_bytes(twin), past_to_bytes(twin.past)
    assert assess(twin, POLICY, at(as_of)) == assess(twin, POLICY, at(as_of))
    assert (present_to_bytes(twin), past_to_bytes(twin.past)) == before


@law
@given(shipments(), st.data())
def test_folding_on_changes_nothing_in_the_twin_before(
    inputs: list[Input], data: st.DataObject
) -> None:
    ordered = sorted(inputs, key=event_key)
    cut = data.draw(st.integers(0, len(ordered)))
    half = advance(AssetTwin(ASSET), ordered[:cut], POLICY)
    before = present_to_bytes(half), past_to_bytes(half.past)
    whole = advance(half, ordered[cut:], POLICY)
    assert (present_to_bytes(half), past_to_bytes(half.past)) == before
    assert changes(whole, whole) == ()


@law
@given(shipments())
def test_reading_out_of_order_is_refused_wherever_it_lies(inputs: list[Input]) -> None:
    ordered = sorted(inputs, key=event_key)
    twin = advance(AssetTwin(ASSET), ordered, POLICY)
    for one in ordered:
        with pytest.raises(OutOfOrderInput, match=f"asset {ASSET}"):
            advance(twin, [one], POLICY)


few_seconds = st.integers(0, 8)


@law
@given(
    st.lists(st.builds(bind, few_seconds) | st.builds(detach, few_seconds), max_size=6), few_seconds
)
def test_reading_is_judged_exactly_where_a_binding_covers_it(
    bindings: list[Binding], second: int
) -> None:
    is_covered = covers(intervals_of(bindings), at(second))
    judged = fold([*bindings, read(second, 5_000)], POLICY).series
    assert bool(judged) == is_covered


def test_every_quantity_of_the_sampled_policy_exists() -> None:
    assert {one.quantity for one in POLICY.boundaries} <= set(QUANTITIES)
