import itertools

import pytest

from tests.unit.twins.samples import at, commission, fold, hand_over, policy, state
from twins.custody import Custody, CustodyFault, CustodyState, pass_custody
from twins.inputs import HandoverPhase

HELD, OFFERED, DISPUTED = CustodyState.HELD, CustodyState.OFFERED, CustodyState.DISPUTED
Phase = HandoverPhase


def custody_that_is(wanted: CustodyState) -> Custody:
    custody = Custody(HELD, "maker", since=0)
    if wanted is not HELD:
        custody, _ = pass_custody(custody, state(Phase.OFFERED, 10))
    if wanted is DISPUTED:
        custody, _ = pass_custody(custody, state(Phase.DISPUTED, 20))
    return custody


# Both parties must have spoken before possession passes; the holder keeps it in every other row.
TABLE = {
    (HELD, Phase.OFFERED): (OFFERED, "maker"),
    (OFFERED, Phase.ACCEPTED): (HELD, "carrier"),
    (OFFERED, Phase.REFUSED): (HELD, "maker"),
    (OFFERED, Phase.WITHDRAWN): (HELD, "maker"),
    (OFFERED, Phase.DISPUTED): (DISPUTED, "maker"),
    (DISPUTED, Phase.ACCEPTED): (HELD, "carrier"),
    (DISPUTED, Phase.REFUSED): (HELD, "maker"),
    (DISPUTED, Phase.WITHDRAWN): (HELD, "maker"),
}
FAULTS = {
    (HELD, Phase.ACCEPTED): CustodyFault.ANSWERED_WITHOUT_OFFER,
    (HELD, Phase.REFUSED): CustodyFault.ANSWERED_WITHOUT_OFFER,
    (HELD, Phase.WITHDRAWN): CustodyFault.ANSWERED_WITHOUT_OFFER,
    (HELD, Phase.DISPUTED): CustodyFault.ANSWERED_WITHOUT_OFFER,
    (OFFERED, Phase.OFFERED): CustodyFault.NOT_NOW,
    (DISPUTED, Phase.OFFERED): CustodyFault.NOT_NOW,
    (DISPUTED, Phase.DISPUTED): CustodyFault.NOT_NOW,
}


def test_custody_has_an_answer_to_every_phase_in_every_state() -> None:
    assert set(TABLE) | set(FAULTS) == set(itertools.product(CustodyState, HandoverPhase))


@pytest.mark.parametrize(("pair", "expected"), TABLE.items(), ids=str)
def test_custody_moves_as_the_table_says(
    pair: tuple[CustodyState, Phase], expected: tuple[CustodyState, str]
) -> None:
    before, phase = pair
    custody, fault = pass_custody(custody_that_is(before), state(phase, 30))
    assert fault is None
    assert (custody.state, custody.holder) == expected
    assert (custody.offer is None) == (custody.state is HELD)


@pytest.mark.parametrize(("pair", "expected"), FAULTS.items(), ids=str)
def test_custody_keeps_a_statement_that_is_in_no_row_as_a_fault(
    pair: tuple[CustodyState, Phase], expected: CustodyFault
) -> None:
    before, phase = pair
    standing = custody_that_is(before)
    custody, fault = pass_custody(standing, state(phase, 30))
    assert fault is expected
    assert [one.fault for one in custody.refusals] == [expected]
    assert (custody.state, custody.holder, custody.offer, custody.periods) == (
        standing.state,
        standing.holder,
        standing.offer,
        standing.periods,
    )


def test_custody_passes_with_place_seal_and_the_time_of_the_acceptance() -> None:
    custody, _ = pass_custody(custody_that_is(OFFERED), state(Phase.ACCEPTED, 30))
    assert (custody.since, custody.place, custody.seal) == (at(30), "dock 4", "S-77")
    (ended,) = custody.periods
    assert (ended.holder, ended.since, ended.until) == ("maker", 0, at(30))


@pytest.mark.parametrize("phase", [Phase.ACCEPTED, Phase.REFUSED, Phase.WITHDRAWN, Phase.DISPUTED])
@pytest.mark.parametrize(("giver", "taker"), [("maker", "thief"), ("thief", "carrier")])
def test_custody_refuses_an_answer_in_the_name_of_another_party(
    phase: Phase, giver: str, taker: str
) -> None:
    custody, fault = pass_custody(custody_that_is(OFFERED), state(phase, 30, giver, taker))
    assert fault is CustodyFault.ANSWERED_BY_WRONG_PARTY
    assert (custody.state, custody.holder) == (OFFERED, "maker")
    (refusal,) = custody.refusals
    assert (refusal.from_party, refusal.to_party) == (giver, taker)
    assert (refusal.nonce, refusal.phase, refusal.observed_at) == ("n1", phase, at(30))


def test_custody_refuses_an_answer_to_another_offer() -> None:
    _, fault = pass_custody(custody_that_is(OFFERED), state(Phase.ACCEPTED, 30, nonce="n2"))
    assert fault is CustodyFault.ANSWERED_WITHOUT_OFFER


def test_custody_refuses_an_offer_of_a_party_that_does_not_hold() -> None:
    custody = custody_that_is(HELD)
    _, fault = pass_custody(custody, state(Phase.OFFERED, 30, giver="carrier", taker="shop"))
    assert fault is CustodyFault.OFFERED_BY_NON_HOLDER


def test_custody_refuses_an_offer_to_oneself() -> None:
    _, fault = pass_custody(custody_that_is(HELD), state(Phase.OFFERED, 30, taker="maker"))
    assert fault is CustodyFault.OFFERED_TO_SELF


@pytest.mark.parametrize("ending", [Phase.REFUSED, Phase.WITHDRAWN])
def test_custody_refuses_a_nonce_that_an_earlier_offer_used(ending: HandoverPhase) -> None:
    custody, _ = pass_custody(custody_that_is(OFFERED), state(ending, 30))
    again, fault = pass_custody(custody, state(Phase.OFFERED, 40))
    assert fault is CustodyFault.NONCE_USED_AGAIN
    assert again.state is HELD
    _, fault = pass_custody(custody, state(Phase.OFFERED, 40, nonce="n2"))
    assert fault is None


def test_custody_refuses_the_replay_of_a_completed_handover() -> None:
    custody, _ = pass_custody(custody_that_is(OFFERED), state(Phase.ACCEPTED, 30))
    _, fault = pass_custody(custody, state(Phase.OFFERED, 10))
    assert fault is CustodyFault.OFFERED_BY_NON_HOLDER
    _, fault = pass_custody(custody, state(Phase.ACCEPTED, 30))
    assert fault is CustodyFault.ANSWERED_WITHOUT_OFFER


def test_custody_counts_each_dispute_once() -> None:
    custody = custody_that_is(DISPUTED)
    custody, _ = pass_custody(custody, state(Phase.REFUSED, 30))
    custody, _ = pass_custody(custody, state(Phase.OFFERED, 40, nonce="n2"))
    custody, _ = pass_custody(custody, state(Phase.DISPUTED, 50, nonce="n2"))
    assert custody.disputes == 2


def test_custody_starts_with_the_holder_that_commissioned_the_asset() -> None:
    twin = fold([commission(5, holder="maker"), commission(9, holder="thief")], policy())
    assert (twin.custody.holder, twin.custody.since) == ("maker", at(5))


def test_custody_keeps_what_was_refused_before_the_asset_was_commissioned() -> None:
    twin = fold([hand_over(Phase.OFFERED, 1), commission(5)], policy())
    assert twin.custody.holder == "maker"
    assert [one.fault for one in twin.custody.refusals] == [CustodyFault.OFFERED_BY_NON_HOLDER]


@pytest.mark.parametrize("answer", [Phase.ACCEPTED, Phase.DISPUTED, Phase.REFUSED])
def test_custody_finds_the_offer_of_an_answer_with_the_same_time(answer: HandoverPhase) -> None:
    offer = hand_over(Phase.OFFERED, 60, place="a place with a name so long that it sorts late")
    twin = fold([commission(), hand_over(answer, 60), offer], policy())
    assert twin.custody.refusals == ()
    assert (twin.custody.holder == "carrier") == (answer is Phase.ACCEPTED)
