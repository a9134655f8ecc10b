"""What holds for every twin, whatever its inputs and however they came."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.property.arrivals import (
    DEMANDING,
    HORIZON,
    POLICY,
    law,
    policies,
    readings,
    shipments,
)
from tests.unit.twins.samples import ASSET, at, bind, detach, fold, read, restored
from twins.bindings import covers, intervals_of
from twins.checkpoint import past_to_bytes, present_to_bytes, twin_from_bytes
from twins.events import changes
from twins.inputs import Binding, Input, encode, event_key, observed_at
from twins.judging.excursions import is_outside
from twins.past import Past, joined
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import QUANTITIES, Reading
from twins.twin import AssetTwin, OutOfOrderInput, advance, settled_at
from twins.verdict.condition import assess, condition_document

BOUNDARIES = {one.id: one for one in DEMANDING.boundaries}


class Deriver:
    """Keeps every input once; goes on where a batch is newer and folds again where it is late."""

    def __init__(self, by: ConditionPolicy) -> None:
        self.by = by
        self.records: dict[bytes, Input] = {}
        self.twin = AssetTwin(ASSET)
        self.refolds = 0

    def take(self, batch: list[Input]) -> None:
        fresh = {encode(one): one for one in batch if encode(one) not in self.records}
        self.records |= fresh
        ordered = sorted(fresh.values(), key=event_key)
        try:
            self.twin = advance(self.twin, ordered, self.by)
        except OutOfOrderInput:
            self.refolds += 1
            self.twin = fold(list(self.records.values()), self.by)

    def document(self) -> dict[str, object]:
        return condition_document(assess(self.twin, self.by, at(HORIZON)))


def batches(inputs: list[Input], sizes: list[int]) -> list[list[Input]]:
    cut, start = [], 0
    for size in sizes:
        cut.append(inputs[start : start + size])
        start += size
    return [*cut, inputs[start:]]


def oracle(inputs: list[Input], by: ConditionPolicy) -> dict[str, object]:
    return condition_document(assess(fold(inputs, by), by, at(HORIZON)))


sizes = st.lists(st.integers(1, 12), max_size=20)


@law
@given(shipments(), policies, st.data(), sizes)
def test_arrival_order_batches_and_duplicates_change_no_condition(
    inputs: list[Input], by: ConditionPolicy, data: st.DataObject, sizes: list[int]
) -> None:
    repeated = data.draw(st.lists(st.sampled_from(inputs), max_size=10))
    deriver = Deriver(by)
    for batch in batches(data.draw(st.permutations([*inputs, *repeated])), sizes):
        deriver.take(batch)
    assert deriver.document() == oracle(inputs, by)


@law
@given(shipments(), policies, sizes)
def test_batches_in_event_order_are_folded_without_ever_going_back(
    inputs: list[Input], by: ConditionPolicy, sizes: list[int]
) -> None:
    deriver = Deriver(by)
    for batch in batches(sorted(inputs, key=event_key), sizes):
        deriver.take(batch)
    assert deriver.refolds == 0
    assert deriver.twin == fold(inputs, by)
    assert present_to_bytes(deriver.twin) == present_to_bytes(fold(inputs, by))


@law
@given(shipments())
def test_mean_kinetic_temperature_is_never_below_the_mean(inputs: list[Input]) -> None:
    for one in assess(fold(inputs, POLICY), POLICY, at(HORIZON)).statistics.series:
        if one.mean_kinetic_celsius is not None and one.mean is not None:
            step = Decimal("0.001")  # the mean is rounded to a step
            assert Decimal(one.mean_kinetic_celsius) >= (one.mean - 1) * step


@law
@given(shipments(), policies, st.integers(HORIZON, 10 * HORIZON))
def test_coverage_lies_between_nothing_and_all(
    inputs: list[Input], by: ConditionPolicy, as_of: int
) -> None:
    condition = assess(fold(inputs, by), by, at(as_of))
    coverage = condition.coverage
    assert coverage.planned >= 0
    for judged in condition.statistics.judged:
        assert 0 <= judged.longest_gap <= coverage.planned - judged.observed
    for one in coverage.quantities:
        assert 0 <= one.observed <= coverage.planned
        assert 0 <= one.ratio_ppm <= 1_000_000
        assert 0 <= one.longest_gap <= coverage.planned - one.observed


@law
@given(shipments(), policies)
def test_wear_and_its_parts_never_fall_from_the_start_on(
    inputs: list[Input], by: ConditionPolicy
) -> None:
    parts = []
    for moment in range(0, HORIZON + 1, 10):
        past = [one for one in inputs if observed_at(one) <= at(moment)]
        twin = fold(past, by)
        wear = assess(twin, by, at(moment)).statistics.wear
        parts.append((twin.planned_from, wear))
    for (begun, earlier), (began, later) in pairwise(parts):
        if begun == began:
            assert earlier.index_ppm <= later.index_ppm
            assert earlier.shock_ppm <= later.shock_ppm
            assert earlier.handling_ppm <= later.handling_ppm
            assert earlier.exposure_ppm <= later.exposure_ppm


@law
@given(shipments(), policies)
def test_no_excursion_is_without_a_reading_that_shows_it(
    inputs: list[Input], by: ConditionPolicy
) -> None:
    said = {
        (one.quantity, one.device, one.sensor, one.observed_at, one.value)
        for one in inputs
        if isinstance(one, Reading)
    }
    for excursion in settled_at(fold(inputs, by), at(HORIZON), by).excursions:
        boundary = BOUNDARIES[excursion.boundary]
        quantity = excursion.quantity
        assert is_outside(boundary, excursion.extreme)
        assert excursion.began_at <= excursion.alarmed_at
        assert excursion.outside >= boundary.delay
        assert excursion.ended_at is None or excursion.ended_at >= excursion.alarmed_at
        for one in excursion.shown_by:
            assert (quantity, one.device, one.sensor, one.observed_at, one.value) in said
        if not boundary.is_of_core:
            extreme = excursion.device, excursion.sensor, excursion.extreme_at, excursion.extreme
            assert (quantity, *extreme) in said
            assert excursion.shown_by
            assert all(is_outside(boundary, one.value) for one in excursion.shown_by)


@law
@given(shipments(), policies, st.integers(HORIZON, 2 * HORIZON))
def test_time_outside_is_the_sum_of_what_fell_to_each_holder(
    inputs: list[Input], by: ConditionPolicy, as_of: int
) -> None:
    for one in settled_at(fold(inputs, by), at(as_of), by).excursions:
        assert sum(part.outside for part in one.held_by) == one.outside
        assert all(part.outside > 0 for part in one.held_by)
        assert all(former.holder != latter.holder for former, latter in pairwise(one.held_by))


@law
@given(shipments(), policies, st.data())
def test_going_on_from_a_checkpoint_equals_folding_from_the_start(
    inputs: list[Input], by: ConditionPolicy, data: st.DataObject
) -> None:
    ordered = sorted(inputs, key=event_key)
    cut = data.draw(st.integers(0, len(ordered)))
    half = restored(advance(AssetTwin(ASSET), ordered[:cut], by))
    assert advance(half, ordered[cut:], by) == fold(inputs, by)


@law
@given(shipments(), policies, st.data())
def test_what_has_been_in_stretches_joins_to_all_that_has_been(
    inputs: list[Input], by: ConditionPolicy, data: st.DataObject
) -> None:
    ordered = sorted(inputs, key=event_key)
    places = data.draw(st.sets(st.integers(1, len(ordered)), max_size=6))
    twin, pasts = AssetTwin(ASSET), []
    for first, last in pairwise([0, *sorted(places), len(ordered)]):
        twin = advance(twin_from_bytes(present_to_bytes(twin), Past()), ordered[first:last], by)
        pasts.append(twin.past)
    whole = fold(inputs, by)
    assert present_to_bytes(twin) == present_to_bytes(whole)
    assert joined(pasts) == whole.past
    # In whatever groups.
    middle = len(pasts) // 2
    assert joined([joined(pasts[:middle]), joined(pasts[middle:])]) == whole.past


@law
@given(shipments(), readings(), policies, st.data())
def test_folds_whose_present_agrees_go_on_alike(
    inputs: list[Input], late: Reading, by: ConditionPolicy, data: st.DataObject
) -> None:
    ordered = sorted(inputs, key=event_key)
    late = replace(late, observed_at=at(data.draw(st.integers(0, 30))))
    cut = data.draw(st.integers(len(ordered) // 2, len(ordered) - 1))
    place = event_key(ordered[cut])
    with_late = sorted({encode(one): one for one in [*inputs, late]}.values(), key=event_key)
    first, second = (
        advance(AssetTwin(ASSET), [one for one in some if event_key(one) <= place], by)
        for some in (ordered, with_late)
    )
    if event_key(late) > place or present_to_bytes(first) != present_to_bytes(second):
        event("differs still")
        return
    event("agrees")
    later = ordered[cut + 1 :]
    going_on = advance(replace(first, past=Past()), later, by)
    whole = advance(second, later, by)
    assert present_to_bytes(going_on) == present_to_bytes(whole)
    assert joined([second.past, going_on.past]) == whole.past


@law
@given(shipments(), policies, st.integers(HORIZON, 2 * HORIZON))
def test_assessing_changes_nothing_in_the_twin(
    inputs: list[Input], by: ConditionPolicy, as_of: int
) -> None:
    twin = fold(inputs, by)
    before = present_to_bytes(twin), past_to_bytes(twin.past)
    assert assess(twin, by, at(as_of)) == assess(twin, by, at(as_of))
    assert (present_to_bytes(twin), past_to_bytes(twin.past)) == before


@law
@given(shipments(), policies, st.data())
def test_folding_on_changes_nothing_in_the_twin_before(
    inputs: list[Input], by: ConditionPolicy, data: st.DataObject
) -> None:
    ordered = sorted(inputs, key=event_key)
    cut = data.draw(st.integers(0, len(ordered)))
    half = advance(AssetTwin(ASSET), ordered[:cut], by)
    before = present_to_bytes(half), past_to_bytes(half.past)
    whole = advance(half, ordered[cut:], by)
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


OTHER_NAME = {"d1": "d2", "d2": "d1"}


def renamed(one: Input) -> Input:
    return replace(one, device=OTHER_NAME[one.device]) if hasattr(one, "device") else one


def without_seq(one: Input) -> Input:
    return replace(one, seq=None) if isinstance(one, Reading) else one


def without_names(inputs: list[Input], by: ConditionPolicy) -> list[object]:
    """Return what a condition says apart from which device said it."""
    twin = fold(inputs, by)
    condition = assess(twin, by, at(HORIZON))
    excursions = [
        (one.boundary, one.began_at, one.alarmed_at, one.ended_at, one.extreme, one.outside)
        for one in settled_at(twin, at(HORIZON), by).excursions
    ]
    return [
        condition.disposition,
        condition.severity,
        [(one.rule, one.severity, one.disposition, one.count) for one in condition.rules_fired],
        condition.statistics.judged,
        condition.statistics.wear.exposure_ppm,
        condition.coverage,
        condition.budgets,
        sorted(excursions, key=str),
    ]


@law
@given(shipments(), policies)
def test_names_of_devices_decide_nothing(inputs: list[Input], by: ConditionPolicy) -> None:
    inputs = [*dict.fromkeys(map(without_seq, inputs))]
    assert without_names([*map(renamed, inputs)], by) == without_names(inputs, by)


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
    assert {one.quantity for one in DEMANDING.boundaries} <= set(QUANTITIES)
