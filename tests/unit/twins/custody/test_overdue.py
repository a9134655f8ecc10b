import pytest

from tests.unit.twins.samples import at, state
from twins.custody.overdue import OverdueOffer, answer_due_at, overdue_offers
from twins.custody.possession import Custody, CustodyState, pass_custody
from twins.inputs import HandoverPhase as Phase
from twins.inputs import HandoverStatement

WITHIN = at(600)


def told(*statements: HandoverStatement) -> Custody:
    custody = Custody(CustodyState.HELD, "maker", 0)
    for one in statements:
        custody, fault = pass_custody(custody, one)
        assert fault is None
    return custody


OFFER = state(Phase.OFFERED, 100)


@pytest.mark.parametrize(("as_of", "count"), [(699.999999, 0), (700, 1), (9000, 1)])
def test_open_offer_is_overdue_from_the_moment_at_which_its_answer_was_due(
    as_of: float, count: int
) -> None:
    found = overdue_offers(told(OFFER), WITHIN, at(as_of))
    assert found == (OverdueOffer("maker", "carrier", "n1", at(100), at(700), None),) * count


def test_overdue_offer_leaves_possession_where_it_is() -> None:
    custody = told(OFFER)
    assert overdue_offers(custody, WITHIN, at(9000))
    assert (custody.state, custody.holder) == (CustodyState.OFFERED, "maker")


def test_no_offer_is_overdue_where_the_policy_sets_no_time() -> None:
    assert overdue_offers(told(OFFER), 0, at(10**9)) == ()


@pytest.mark.parametrize("answer", [Phase.ACCEPTED, Phase.REFUSED, Phase.WITHDRAWN, Phase.DISPUTED])
@pytest.mark.parametrize(("seconds", "answered_at"), [(700, None), (701, at(701))])
def test_offer_that_was_answered_late_stays_known_as_overdue_and_one_in_time_does_not(
    answer: Phase, seconds: float, answered_at: int | None
) -> None:
    found = overdue_offers(told(OFFER, state(answer, seconds)), WITHIN, at(9000))
    late = OverdueOffer("maker", "carrier", "n1", at(100), at(700), answered_at)
    assert found == (() if answered_at is None else (late,))


def test_dispute_in_time_answers_an_offer_whose_end_comes_late() -> None:
    custody = told(OFFER, state(Phase.DISPUTED, 200), state(Phase.ACCEPTED, 5000))
    assert overdue_offers(custody, WITHIN, at(9000)) == ()


def test_overdue_offers_are_told_in_the_order_in_which_they_were_due() -> None:
    custody = told(
        OFFER,
        state(Phase.REFUSED, 2000),
        state(Phase.OFFERED, 2100, nonce="n2"),
        state(Phase.ACCEPTED, 4000, nonce="n2"),
        state(Phase.OFFERED, 4100, "carrier", "shop", "n3"),
    )
    found = overdue_offers(custody, WITHIN, at(9000))
    assert [(one.nonce, one.due_at) for one in found] == [
        ("n1", at(700)),
        ("n2", at(2700)),
        ("n3", at(4700)),
    ]


def test_moment_at_which_an_answer_is_due_is_known_while_an_offer_waits_for_one() -> None:
    assert answer_due_at(told(OFFER), WITHIN) == at(700)
    assert answer_due_at(told(OFFER), 0) is None
    for answer in (Phase.ACCEPTED, Phase.REFUSED, Phase.WITHDRAWN, Phase.DISPUTED):
        assert answer_due_at(told(OFFER, state(answer, 200)), WITHIN) is None
    assert answer_due_at(told(), WITHIN) is None
