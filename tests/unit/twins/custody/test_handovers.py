import pytest

from tests.unit.twins.samples import at, state
from twins.custody.handovers import AnsweredOffer, HandoverSide, SealAgreement, speakers_of
from twins.inputs import HandoverPhase


def handover(offered: str, answered: str) -> AnsweredOffer:
    sides = HandoverSide(at(1), "", offered), HandoverSide(at(2), "", answered)
    return AnsweredOffer("maker", "carrier", "n1", HandoverPhase.ACCEPTED, *sides)


@pytest.mark.parametrize(
    ("offered", "answered", "agreement"),
    [
        ("", "", SealAgreement.NOT_STATED),
        ("S-1", "", SealAgreement.STATED_BY_ONE),
        ("", "S-1", SealAgreement.STATED_BY_ONE),
        ("S-1", "S-1", SealAgreement.SEALS_AGREE),
        ("S-1", "s-1", SealAgreement.SEAL_MISMATCH),
        ("S-1", "S-2", SealAgreement.SEAL_MISMATCH),
    ],
)
def test_seals_of_both_sides_are_compared(
    offered: str, answered: str, agreement: SealAgreement
) -> None:
    assert handover(offered, answered).seals is agreement


# Who gives offers and takes the offer back; who receives accepts or refuses; both may dispute.
@pytest.mark.parametrize(
    ("phase", "speakers"),
    [
        (HandoverPhase.OFFERED, ("maker",)),
        (HandoverPhase.WITHDRAWN, ("maker",)),
        (HandoverPhase.ACCEPTED, ("carrier",)),
        (HandoverPhase.REFUSED, ("carrier",)),
        (HandoverPhase.DISPUTED, ("maker", "carrier")),
    ],
)
def test_each_statement_comes_from_the_side_whose_it_is_to_say(
    phase: HandoverPhase, speakers: tuple[str, ...]
) -> None:
    assert speakers_of(state(phase)) == speakers
