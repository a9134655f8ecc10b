import itertools
import re
from pathlib import Path

import msgspec
import pytest

from tests.unit.twins.samples import at, commission, fold, hand_over, policy, state
from twins.custody.handovers import AnsweredOffer, HandoverSide, SealAgreement
from twins.custody.possession import (
    CUSTODY_FAULTS,
    CUSTODY_TRANSITIONS,
    MOST_ENDED_OFFERS,
    MOST_NONCES,
    MOST_REFUSALS,
    Custody,
    CustodyFault,
    CustodyState,
    pass_custody,
    periods_of,
)
from twins.inputs import HandoverPhase, HandoverStatement

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "custody.md"

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
    every = list(itertools.product(CustodyState, HandoverPhase))
    assert sorted([*TABLE, *FAULTS]) == sorted(every)
    assert sorted([*CUSTODY_TRANSITIONS, *CUSTODY_FAULTS]) == sorted(every)


def test_custody_moves_by_the_table_that_is_documented() -> None:
    documented = {
        (CustodyState(before), Phase(phase)): (after, word)
        for before, phase, after, word in re.findall(
            r"^\| (\w+) \| (\w+) \| (?:\*\*(\w+)\*\*|`(\w+)`) \|",
            DOCUMENT.read_text("utf-8"),
            re.MULTILINE,
        )
    }
    rows = {pair: (row.next_state.value, "") for pair, row in CUSTODY_TRANSITIONS.items()}
    faults = {pair: ("", fault.value) for pair, fault in CUSTODY_FAULTS.items()}
    assert documented == rows | faults


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


def test_custody_keeps_what_both_sides_stated_and_which_keys_signed_it() -> None:
    custody, _ = pass_custody(
        Custody(HELD, "maker", since=0), state(Phase.OFFERED, 10, place="gate 1"), "ed25519:aa"
    )
    assert custody.offer_signer == "ed25519:aa"
    answer = msgspec.structs.replace(state(Phase.ACCEPTED, 30), seal="S-78")
    custody, _ = pass_custody(custody, answer, "0xbb")
    assert custody.handover == AnsweredOffer(
        "maker",
        "carrier",
        "n1",
        Phase.ACCEPTED,
        HandoverSide(at(10), "gate 1", "S-77", "ed25519:aa"),
        HandoverSide(at(30), "dock 4", "S-78", "0xbb"),
    )
    assert custody.handover.seals is SealAgreement.SEAL_MISMATCH
    assert custody.offer_signer == ""
    first, present = periods_of(custody)
    assert (first.holder, first.handover) == ("maker", None)
    assert (present.holder, present.until, present.handover) == ("carrier", None, custody.handover)


def test_custody_keeps_how_a_period_began_when_it_ends() -> None:
    custody = Custody(HELD, "maker", since=0)
    for one in (
        state(Phase.OFFERED, 10),
        state(Phase.ACCEPTED, 20),
        state(Phase.OFFERED, 30, "carrier", "shop", "n2"),
        state(Phase.ACCEPTED, 40, "carrier", "shop", "n2"),
    ):
        custody, _ = pass_custody(custody, one)
    assert [(one.holder, one.since, one.until) for one in periods_of(custody)] == [
        ("maker", 0, at(20)),
        ("carrier", at(20), at(40)),
        ("shop", at(40), None),
    ]
    came = [one.handover and one.handover.nonce for one in periods_of(custody)]
    assert came == [None, "n1", "n2"]


@pytest.mark.parametrize("before", [OFFERED, DISPUTED])
@pytest.mark.parametrize("ending", [Phase.REFUSED, Phase.WITHDRAWN])
def test_custody_keeps_how_an_offer_ended_that_passed_nothing(
    before: CustodyState, ending: Phase
) -> None:
    custody, _ = pass_custody(custody_that_is(before), state(ending, 30))
    (ended,) = custody.ended_offers
    assert (ended.answer, ended.offered.at, ended.answered.at) == (ending, at(10), at(30))
    assert (ended.disputed is None) == (before is OFFERED)
    counts = (custody.offers_refused, custody.offers_withdrawn)
    assert counts == ((1, 0) if ending is Phase.REFUSED else (0, 1))
    assert custody.handover is None


@pytest.mark.parametrize("ending", [Phase.ACCEPTED, Phase.REFUSED, Phase.WITHDRAWN])
def test_custody_forgets_a_dispute_for_the_next_offer_when_it_has_ended(ending: Phase) -> None:
    custody, _ = pass_custody(custody_that_is(DISPUTED), state(ending, 30), "0xcc")
    (dispute,) = [
        one.disputed for one in (*custody.ended_offers, custody.handover) if one is not None
    ]
    assert dispute == HandoverSide(at(20), "dock 4", "S-77")
    assert custody.disputed is None


def test_custody_keeps_the_newest_refused_statements_and_counts_all() -> None:
    custody = custody_that_is(HELD)
    for number in range(MOST_REFUSALS + 5):
        custody, _ = pass_custody(custody, state(Phase.ACCEPTED, number), "0xdd")
    assert custody.refused_statements == MOST_REFUSALS + 5
    kept = [one.observed_at for one in custody.refusals]
    assert kept == [at(number) for number in range(5, MOST_REFUSALS + 5)]
    assert {one.signer for one in custody.refusals} == {"0xdd"}


def flood(count: int) -> list[HandoverStatement]:
    """Return offers that are withdrawn at once, each with a nonce of its own."""
    return [
        state(phase, number, nonce=f"n{number}")
        for number in range(count)
        for phase in (Phase.OFFERED, Phase.WITHDRAWN)
    ]


def test_custody_stays_small_however_many_statements_come() -> None:
    custody = custody_that_is(HELD)
    for one in flood(2 * MOST_NONCES):
        custody, fault = pass_custody(custody, one)
        assert fault is None
    assert len(custody.nonces) == MOST_NONCES
    assert len(custody.ended_offers) == MOST_ENDED_OFFERS
    assert custody.offers_withdrawn == 2 * MOST_NONCES


def test_custody_refuses_the_nonces_of_the_newest_offers() -> None:
    custody = custody_that_is(HELD)
    for one in flood(MOST_NONCES + 1):
        custody, _ = pass_custody(custody, one)
    later = MOST_NONCES + 10
    _, fault = pass_custody(custody, state(Phase.OFFERED, later, nonce="n1"))
    assert fault is CustodyFault.NONCE_USED_AGAIN
    _, fault = pass_custody(custody, state(Phase.OFFERED, later, nonce="n0"))
    assert fault is None


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
