import msgspec

from tests.unit.twins.samples import at, state
from twins.custody.handovers import SealAgreement
from twins.custody.possession import Custody, CustodyState, pass_custody
from twins.custody.summary import HANDOVERS_LISTED, HandoverSummary, handover_summaries
from twins.inputs import HandoverPhase as Phase

START = Custody(CustodyState.HELD, "maker", 0)


def test_summary_says_for_each_side_by_which_key_it_is_signed_or_that_it_is_not() -> None:
    custody = START
    for one, signer in (
        (state(Phase.OFFERED, 10), "0xaa"),
        (state(Phase.DISPUTED, 20), "0xbb"),
        (msgspec.structs.replace(state(Phase.ACCEPTED, 30), seal="S-78"), ""),
    ):
        custody, _ = pass_custody(custody, one, signer)
    (found,) = handover_summaries(custody)
    assert found == HandoverSummary(
        "maker", "carrier", at(30), "0xaa", "", SealAgreement.SEAL_MISMATCH, was_disputed=True
    )


def test_summary_lists_the_newest_handovers() -> None:
    custody, parties = START, ("maker", "carrier")
    count = HANDOVERS_LISTED + 3
    for number in range(count):
        for phase in (Phase.OFFERED, Phase.ACCEPTED):
            custody, _ = pass_custody(custody, state(phase, number, *parties, f"n{number}"))
        parties = parties[::-1]
    assert [one.at for one in handover_summaries(custody)] == [at(n) for n in range(3, count)]


def test_summary_of_the_first_holder_is_empty() -> None:
    assert handover_summaries(START) == ()
