import msgspec
import pytest

from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    boundary,
    commission,
    decide,
    detach,
    fold,
    hand_over,
    milestone,
    policy,
    read,
)
from twins.custody.events import (
    CustodyDisputed,
    CustodyOffered,
    CustodyOfferEnded,
    CustodyPassed,
    CustodyRefused,
)
from twins.custody.possession import CustodyFault
from twins.events import (
    AssetCommissioned,
    DecisionMade,
    DeviceBound,
    DeviceUnbound,
    Event,
    ExcursionAlarmed,
    ExcursionEnded,
    ExcursionReopened,
    ExcursionWithdrawn,
    MilestoneReached,
    PolicyChanged,
    changes,
)
from twins.inputs import HandoverPhase, Input, MilestoneName, PolicyAssigned
from twins.policy.condition_policy import ConditionPolicy
from twins.twin import AssetTwin, settled_at

BY = policy(boundary(delay=600))
BY_SUM = policy(boundary(is_cumulative=True))


def told(
    before: list[Input], after: list[Input], by: ConditionPolicy = BY, as_of: float = 9000
) -> tuple[Event, ...]:
    """Return the events between two sets of inputs, each settled at the same moment."""
    old, new = (settled_at(fold(inputs, by), at(as_of), by) for inputs in (before, after))
    return changes(old, new)


def kinds(events: tuple[Event, ...]) -> list[str]:
    return [type(one).__name__ for one in events]


def test_nothing_has_happened_between_equal_twins() -> None:
    inputs = [commission(), bind(0), read(0, 9_000), hand_over(HandoverPhase.OFFERED, 5)]
    assert told(inputs, inputs) == ()


def test_everything_that_made_a_twin_is_told_in_the_order_of_its_moments() -> None:
    inputs = [
        commission(1),
        PolicyAssigned(1, ASSET, "vaccine-2-8", bytes(32), at(2)),
        milestone(3, MilestoneName.DEPARTURE),
        decide(4),
    ]
    assert changes(AssetTwin(ASSET), fold(inputs, BY)) == (
        AssetCommissioned(ASSET, at(1), "maker", "a box"),
        PolicyChanged(ASSET, at(2), "vaccine-2-8"),
        MilestoneReached(ASSET, at(3), "departure", ""),
        DecisionMade(ASSET, at(4), "released", "quality", "looked at"),
    )


def test_bound_and_unbound_devices_are_told() -> None:
    before, after = [bind(0)], [bind(0), detach(5), bind(5, "d2", every=60)]
    assert told(before, after) == (
        DeviceBound(ASSET, at(5), "d2", at(60)),
        DeviceUnbound(ASSET, at(5), "d1"),
    )


def test_excursion_is_told_when_it_alarms_and_when_it_ends() -> None:
    inputs: list[Input] = [bind(0), read(0, 9_000)]
    (alarmed,) = told([], inputs)[1:]
    assert isinstance(alarmed, ExcursionAlarmed)
    assert (alarmed.at, alarmed.excursion.began_at) == (at(600), at(0))
    (ended,) = told(inputs, [*inputs, read(700, 5_000)])
    assert isinstance(ended, ExcursionEnded)
    assert (ended.at, ended.excursion.extreme) == (at(700), 9_000)


def test_alarm_that_late_data_disproves_is_withdrawn() -> None:
    before: list[Input] = [bind(0), read(0, 9_000), read(700, 5_000)]
    (event,) = told(before, [*before, read(300, 5_000)])
    assert isinstance(event, ExcursionWithdrawn)
    assert event.excursion.alarmed_at == at(600)


def test_excursion_that_late_data_lengthens_ends_again() -> None:
    before: list[Input] = [bind(0), read(0, 9_000), read(800, 5_000)]
    assert kinds(told(before, [*before, read(800, 9_000), read(1000, 5_000)])) == ["ExcursionEnded"]


def test_used_up_budget_that_is_used_again_reopens_its_excursion() -> None:
    before: list[Input] = [bind(0), read(0, 9_000), read(300, 5_000)]
    (event,) = told(before, [*before, read(600, 9_000)], by=BY_SUM)
    assert isinstance(event, ExcursionReopened)


def test_two_shocks_of_one_instant_are_told_once_each() -> None:
    by = policy(boundary("shock", 60_000, quantity="acceleration"))
    first: list[Input] = [bind(0), read(9, 70_000, quantity="acceleration", seq=1)]
    both = [*first, read(9, 80_000, quantity="acceleration", seq=2)]
    assert kinds(told(first, both, by)) == ["ExcursionAlarmed", "ExcursionEnded"]


HELD: list[Input] = [commission()]
OFFERED = [*HELD, hand_over(HandoverPhase.OFFERED, 10)]
DISPUTED = [*OFFERED, hand_over(HandoverPhase.DISPUTED, 20)]
PASSED = [*OFFERED, hand_over(HandoverPhase.ACCEPTED, 30)]


def test_offer_is_told() -> None:
    assert told(HELD, OFFERED) == (CustodyOffered(ASSET, at(10), "maker", "carrier", "n1"),)


@pytest.mark.parametrize("before", [HELD, OFFERED, DISPUTED], ids=["held", "offered", "disputed"])
def test_handover_is_told_when_it_has_passed(before: list[Input]) -> None:
    after = [*before, *(one for one in PASSED if one not in before)]
    assert told(before, after) == (CustodyPassed(ASSET, at(30), "maker", "carrier", "dock 4"),)


def test_two_handovers_in_one_batch_are_told_both() -> None:
    second = [
        hand_over(phase, 40, "carrier", "shop", "n2")
        for phase in (HandoverPhase.OFFERED, HandoverPhase.ACCEPTED)
    ]
    assert told(HELD, [*PASSED, *second]) == (
        CustodyPassed(ASSET, at(30), "maker", "carrier", "dock 4"),
        CustodyPassed(ASSET, at(40), "carrier", "shop", "dock 4"),
    )


@pytest.mark.parametrize("phase", [HandoverPhase.REFUSED, HandoverPhase.WITHDRAWN])
def test_offer_that_ends_without_passing_is_told(phase: HandoverPhase) -> None:
    assert told(OFFERED, [*OFFERED, hand_over(phase, 30)]) == (
        CustodyOfferEnded(ASSET, at(30), "maker", "carrier", "n1", phase),
    )


def test_dispute_is_told_once() -> None:
    assert told(OFFERED, DISPUTED) == (CustodyDisputed(ASSET, at(20), "maker", "carrier", "n1"),)
    assert told(DISPUTED, [*DISPUTED, read(40, 5_000)]) == ()


def test_statement_that_changed_nothing_is_told_with_its_fault() -> None:
    wrong = hand_over(HandoverPhase.ACCEPTED, 15, taker="thief")
    assert told(OFFERED, [*OFFERED, wrong]) == (
        CustodyRefused(
            ASSET,
            at(15),
            CustodyFault.ANSWERED_BY_WRONG_PARTY,
            HandoverPhase.ACCEPTED,
            "maker",
            "thief",
            "n1",
        ),
    )


def test_late_offer_that_makes_an_answer_valid_is_told_as_a_handover() -> None:
    answer = hand_over(HandoverPhase.ACCEPTED, 30)
    assert kinds(told([*HELD, answer], [*OFFERED, answer])) == ["CustodyPassed"]


def test_event_names_itself_in_json() -> None:
    (event,) = told(HELD, OFFERED)
    assert msgspec.to_builtins(event)["event"] == "custody_offered"
