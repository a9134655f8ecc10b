import pytest

from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    boundary,
    close,
    commission,
    decide,
    detach,
    fold,
    milestone,
    policy,
    read,
)
from twins.errors import CargotwinError
from twins.inputs import DecisionOutcome, MilestoneName, PolicyAssigned
from twins.twin import AssetTwin, OutOfOrderInput, advance, settled_at

BY = policy(boundary())


def test_twin_stays_the_same_without_inputs() -> None:
    twin = fold([bind(0)], BY)
    assert advance(twin, [], BY) is twin


def test_twin_refuses_an_input_before_its_newest_one() -> None:
    twin = fold([bind(0), read(300, 5_000)], BY)
    with pytest.raises(OutOfOrderInput, match="refold from a checkpoint") as refused:
        advance(twin, [read(299, 5_000)], BY)
    assert (refused.value.asset, refused.value.moment) == (ASSET, at(299))
    assert isinstance(refused.value, CargotwinError)


def test_twin_refuses_an_input_that_it_has_folded() -> None:
    with pytest.raises(OutOfOrderInput):
        advance(fold([bind(0)], BY), [bind(0)], BY)


def test_twin_refuses_a_batch_that_goes_back_in_time() -> None:
    with pytest.raises(OutOfOrderInput):
        advance(AssetTwin(ASSET), [bind(0), read(300, 5_000), read(299, 5_000)], BY)


def test_reading_is_judged_from_the_binding_up_to_the_detachment() -> None:
    inputs = [read(9, 5_000), bind(10), read(10, 5_000), detach(20), read(20, 5_000)]
    twin = fold(inputs, BY)
    assert twin.past.unjudged == 0
    assert [one.last_at for one in twin.series] == [at(10)]


def test_reading_of_an_unbound_device_is_kept_and_not_judged() -> None:
    twin = fold([bind(0), read(5, 99_000, device="stranger")], BY)
    assert (twin.past.unjudged, twin.series, twin.excursions) == (0, (), ())


def test_detaching_an_unbound_device_changes_nothing() -> None:
    assert fold([bind(0), detach(5, "stranger")], BY).bound == {"d1": at(300)}


def test_planned_time_begins_with_the_first_binding() -> None:
    assert fold([bind(20, "d2"), bind(10), bind(30)], BY).planned_from == at(10)


def test_shipment_is_closed_once() -> None:
    assert fold([bind(0), close(10), close(20)], BY).closed_at == at(10)


def test_milestones_and_decisions_are_kept_in_event_order() -> None:
    inputs = [
        milestone(20, MilestoneName.ARRIVAL),
        decide(40, DecisionOutcome.REJECTED),
        milestone(10, MilestoneName.DEPARTURE),
        decide(30, DecisionOutcome.QUARANTINED),
    ]
    twin = fold(inputs, BY)
    assert [one.name for one in twin.milestones] == ["departure", "arrival"]
    assert [one.outcome for one in twin.decisions] == ["quarantined", "rejected"]


def test_newest_policy_assignment_and_oldest_commissioning_hold() -> None:
    older, newer = (
        PolicyAssigned(1, ASSET, name, bytes(32), at(second))
        for second, name in ((5, "first"), (9, "second"))
    )
    twin = fold([newer, older, commission(7, "later"), commission(3, "first")], BY)
    assert twin.assigned == newer
    assert twin.commissioned == commission(3, "first")


def test_settled_twin_counts_up_to_the_moment_and_leaves_the_original() -> None:
    twin = fold([bind(0), read(0, 9_000)], BY)
    settled = settled_at(twin, at(100), BY)
    assert [one.observed for one in settled.past.series] == [at(100)]
    assert [one.outside for one in settled.excursions] == [at(100)]
    assert [one.observed for one in twin.past.series] == [0]
    assert twin.excursions == ()


def test_twin_is_the_same_when_a_batch_ends_between_alarms_of_one_moment() -> None:
    first = [bind(0), bind(0, "d2"), read(0, 5_000, device="d2")]
    first += [read(10, 9_000), read(10, 9_000, device="d2")]
    last = read(20, 5_000)
    in_two = advance(fold(first, BY), [last], BY)
    assert in_two == fold([*first, last], BY)
    (one,) = in_two.excursions
    assert [shown.device for shown in one.shown_by] == ["d1", "d2"]


def test_shock_in_conflict_or_unusable_does_not_count() -> None:
    inputs = [
        bind(0),
        read(10, 70_000, quantity="acceleration"),
        read(10, 80_000, quantity="acceleration"),
        read(20, 90_000, quantity="acceleration", quality=1),
        read(30, 5_000, quantity="acceleration"),
        read(40, 4_000, quantity="acceleration"),
    ]
    shocks = settled_at(fold(inputs, BY), at(50), BY).past.shocks
    assert (shocks.peak, shocks.peak_at) == (5_000, at(30))
