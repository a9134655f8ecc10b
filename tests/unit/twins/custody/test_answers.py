import pytest

from tests.unit.twins.samples import state
from twins.custody.answers import answer_to
from twins.custody.possession import MOST_REFUSALS, Custody, CustodyState, pass_custody
from twins.inputs import HandoverPhase as Phase
from twins.inputs import HandoverStatement

OFFER = state(Phase.OFFERED, 10)
DISPUTE = state(Phase.DISPUTED, 20)
ACCEPTANCE = state(Phase.ACCEPTED, 30)
WITHDRAWAL = state(Phase.WITHDRAWN, 30)
FLOOD = [state(Phase.REFUSED, 100 + n, nonce=f"x{n}") for n in range(MOST_REFUSALS + 1)]


def after(*statements: HandoverStatement) -> Custody:
    custody = Custody(CustodyState.HELD, "maker", 0)
    for one in statements:
        custody, _ = pass_custody(custody, one)
    return custody


def test_statement_that_moved_custody_is_taken_and_another_has_its_fault() -> None:
    wrong = state(Phase.ACCEPTED, 15, taker="thief")
    custody = after(OFFER, wrong, ACCEPTANCE)
    answers = [answer_to(custody, one) for one in (OFFER, wrong, ACCEPTANCE)]
    assert answers == ["taken", "answered_by_wrong_party", "taken"]


@pytest.mark.parametrize(
    "taken",
    [(OFFER,), (OFFER, DISPUTE), (OFFER, DISPUTE, ACCEPTANCE), (OFFER, DISPUTE, WITHDRAWAL)],
)
def test_statement_that_the_twin_knows_by_its_effect_is_taken_also_behind_a_flood(
    taken: tuple[HandoverStatement, ...],
) -> None:
    custody = after(*taken, *FLOOD)
    assert {answer_to(custody, one) for one in taken} == {"taken"}


def test_statement_that_a_flood_has_pushed_out_is_unknown() -> None:
    custody = after(*FLOOD)
    assert answer_to(custody, FLOOD[0]) == "unknown"
    assert {answer_to(custody, one) for one in FLOOD[1:]} == {"answered_without_offer"}


def test_statement_later_than_a_flood_is_known() -> None:
    late = state(Phase.OFFERED, 500)
    assert answer_to(after(*FLOOD, late), late) == "taken"
