import msgspec

from tests.unit.twins.samples import ASSET, at, bind, commission, fold, hand_over, policy, state
from twins.custody.events import (
    CustodyDisputed,
    CustodyEvent,
    CustodyFlooded,
    CustodyOfferEnded,
    CustodyOverdue,
    CustodyOverdueWithdrawn,
    CustodyRefused,
    SealMismatched,
    custody_changes,
)
from twins.custody.overdue import overdue_offers
from twins.custody.possession import (
    MOST_ENDED_OFFERS,
    MOST_REFUSALS,
    Custody,
    CustodyState,
    pass_custody,
)
from twins.events import changes
from twins.inputs import HandoverPhase as Phase
from twins.inputs import HandoverStatement

NEWEST = at(10_000)
START = Custody(CustodyState.HELD, "maker", 0)
OFFER = state(Phase.OFFERED, 10)


def after(*statements: HandoverStatement) -> Custody:
    custody = START
    for one in statements:
        custody, _ = pass_custody(custody, one)
    return custody


def told(before: Custody, now: Custody) -> list[CustodyEvent]:
    return list(custody_changes(ASSET, before, now, NEWEST))


def test_seals_that_differ_are_told_with_the_handover() -> None:
    accepted = msgspec.structs.replace(state(Phase.ACCEPTED, 30), seal="S-78")
    events = told(after(OFFER), after(OFFER, accepted))
    assert SealMismatched(ASSET, at(30), "maker", "carrier", "S-77", "S-78") in events
    assert len(events) == 2


def test_dispute_that_begins_and_ends_between_two_looks_is_told() -> None:
    both = after(OFFER, state(Phase.DISPUTED, 20), state(Phase.REFUSED, 30))
    assert told(after(OFFER), both) == [
        CustodyDisputed(ASSET, at(20), "maker", "carrier", "n1"),
        CustodyOfferEnded(ASSET, at(30), "maker", "carrier", "n1", Phase.REFUSED),
    ]


def test_dispute_is_not_told_again_when_it_has_ended() -> None:
    disputed = (OFFER, state(Phase.DISPUTED, 20))
    events = told(after(*disputed), after(*disputed, state(Phase.WITHDRAWN, 30)))
    assert events == [CustodyOfferEnded(ASSET, at(30), "maker", "carrier", "n1", Phase.WITHDRAWN)]


def test_offer_that_late_data_undoes_is_told_to_have_ended_without_an_answer() -> None:
    earlier = state(Phase.OFFERED, 5, taker="shop", nonce="n0")
    events = told(after(OFFER), after(earlier, OFFER))
    assert CustodyOfferEnded(ASSET, NEWEST, "maker", "carrier", "n1", None) in events


def refused(count: int) -> list[HandoverStatement]:
    return [state(Phase.ACCEPTED, number, nonce=f"x{number}") for number in range(count)]


def test_flood_of_refused_statements_is_told_by_its_newest_and_a_count() -> None:
    events = told(START, after(*refused(MOST_REFUSALS + 7)))
    assert [type(one) for one in events] == [CustodyRefused] * MOST_REFUSALS + [CustodyFlooded]
    assert events[-1] == CustodyFlooded(ASSET, NEWEST, 7)


def test_each_refused_statement_behind_a_flood_is_told_once() -> None:
    many = refused(MOST_REFUSALS + 7)
    (event,) = told(after(*many[:-1]), after(*many))
    assert isinstance(event, CustodyRefused)
    assert event.nonce == many[-1].nonce


def test_refused_statement_that_comes_back_into_the_window_is_not_told_again() -> None:
    many = refused(MOST_REFUSALS + 7)
    assert told(after(*many), after(*many[:-1])) == []


def test_ended_offer_that_comes_back_into_the_window_is_not_told_again() -> None:
    many = [
        state(phase, number, nonce=f"x{number}")
        for number in range(MOST_ENDED_OFFERS + 3)
        for phase in (Phase.OFFERED, Phase.WITHDRAWN)
    ]
    assert told(after(*many), after(*many[:-2])) == []


def test_overdue_offer_is_told_at_the_moment_at_which_its_answer_was_due() -> None:
    by = policy()
    twin = fold([commission(), bind(0), hand_over(Phase.OFFERED, 10)], by)
    before, now = (overdue_offers(twin.custody, at(60), at(as_of)) for as_of in (69, 71))
    (event,) = changes(twin, twin, overdue_before=before, overdue_after=now)
    assert event == CustodyOverdue(ASSET, at(70), "maker", "carrier", "n1")
    assert changes(twin, twin, overdue_before=now, overdue_after=now) == ()


def test_answer_in_time_that_comes_late_withdraws_what_was_told() -> None:
    offered = [commission(), hand_over(Phase.OFFERED, 10)]
    old, new = (
        fold(some, policy()) for some in (offered, [*offered, hand_over(Phase.ACCEPTED, 50)])
    )
    events = changes(
        old,
        new,
        overdue_before=overdue_offers(old.custody, at(60), at(100)),
        overdue_after=overdue_offers(new.custody, at(60), at(100)),
    )
    assert CustodyOverdueWithdrawn(ASSET, at(50), "maker", "carrier", "n1") in events
