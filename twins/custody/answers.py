"""How a twin took a statement about possession, as its author is told."""

from __future__ import annotations

from typing import Final

from twins.inputs import HandoverPhase, HandoverStatement

from .handovers import AnsweredOffer
from .possession import Custody, periods_of

TAKEN: Final = "taken"
UNKNOWN: Final = "unknown"
"""More statements were refused since than the custody keeps; whether this one was, is forgotten."""

_Said = tuple[HandoverPhase, str, str, str, int]


def answer_to(custody: Custody, statement: HandoverStatement) -> str:
    """Return `taken`, the fault for which a statement changed nothing, or `unknown`.

    Args:
        custody: The custody after the statement.
        statement: One that was folded into it.
    """
    said = (
        statement.phase,
        statement.nonce,
        statement.from_party,
        statement.to_party,
        statement.observed_at,
    )
    for one in reversed(custody.refusals):
        if said == (one.phase, one.nonce, one.from_party, one.to_party, one.observed_at):
            return one.fault.value
    are_all_kept = custody.refused_statements == len(custody.refusals)
    if are_all_kept or statement.observed_at > custody.refusals[0].observed_at:
        return TAKEN
    return TAKEN if statement == custody.offer or said in _taken(custody) else UNKNOWN


def _taken(custody: Custody) -> set[_Said]:
    """Return what the statements said of which the custody knows that they were taken."""
    found: set[_Said] = set()
    handovers = [one.handover for one in periods_of(custody) if one.handover is not None]
    for one in (*handovers, *custody.ended_offers):
        found |= _said(one)
    offer, disputed = custody.offer, custody.disputed
    if offer is not None and disputed is not None:
        parties = (offer.nonce, offer.from_party, offer.to_party)
        found.add((HandoverPhase.DISPUTED, *parties, disputed.at))
    return found


def _said(one: AnsweredOffer) -> set[_Said]:
    parties = (one.nonce, one.from_party, one.to_party)
    said: set[_Said] = {
        (HandoverPhase.OFFERED, *parties, one.offered.at),
        (one.answer, *parties, one.answered.at),
    }
    if one.disputed is not None:
        said.add((HandoverPhase.DISPUTED, *parties, one.disputed.at))
    return said
