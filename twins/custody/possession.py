"""Who holds the asset: a transition table that needs both sides of every handover.

Every pair of state and phase is either a row of `CUSTODY_TRANSITIONS` or a fault of
`CUSTODY_FAULTS`. A statement that finds no row, names the wrong parties or answers an offer that is
not open changes nothing; it is kept as a fault with its name. Whether its signer may speak for the
party is settled at intake; here its key is only kept. Possession is EPCIS `possessing_party`;
ownership of the token is another thing.
"""

from __future__ import annotations

import enum

import msgspec
from msgspec.structs import replace

from twins.inputs import HandoverPhase, HandoverStatement

from .handovers import AnsweredOffer, HandoverSide, side_of

MOST_REFUSALS = 32
"""Newest statements without effect that are kept: a flood of them must cost no more than itself."""
MOST_ENDED_OFFERS = 32
"""Newest offers that ended without passing possession that are kept."""
MOST_NONCES = 256
"""Newest taken offers whose nonces are refused when they come again."""


class CustodyState(enum.StrEnum):
    """Where a handover stands."""

    HELD = "held"
    OFFERED = "offered"
    DISPUTED = "disputed"


class CustodyFault(enum.StrEnum):
    """Why a statement changed nothing."""

    OFFERED_BY_NON_HOLDER = "offered_by_non_holder"
    OFFERED_TO_SELF = "offered_to_self"
    ANSWERED_WITHOUT_OFFER = "answered_without_offer"
    ANSWERED_BY_WRONG_PARTY = "answered_by_wrong_party"
    NONCE_USED_AGAIN = "nonce_used_again"
    NOT_NOW = "not_now"


class CustodyPeriod(msgspec.Struct, frozen=True):
    """One party's time of possession, from `since` up to, not including, `until`.

    Attributes:
        holder: The possessing party.
        since: Microseconds UTC.
        until: Likewise; None for the present holder.
        place: Where the holder took it, by the acceptance.
        seal: Seal number then, by the acceptance.
        handover: By what it came to the holder, as both sides stated it; None for the first one.
    """

    holder: str
    since: int
    until: int | None
    place: str
    seal: str
    handover: AnsweredOffer | None = None


class CustodyRefusal(msgspec.Struct, frozen=True):
    """A statement that changed nothing, why, and by which key it was signed, if by any."""

    fault: CustodyFault
    phase: HandoverPhase
    from_party: str
    to_party: str
    nonce: str
    observed_at: int
    signer: str = ""


class Custody(msgspec.Struct, frozen=True):
    """The folded state of possession; no integer of it grows beyond 64 bits.

    `state`, `holder`, `since`, `offer`, `nonces` and what stands beside them of the open offer
    decide how the fold goes on. The others are only added to.

    Attributes:
        state: Where a handover stands.
        holder: The possessing party.
        since: Since when, microseconds UTC.
        offer: The open or disputed offer, where there is one.
        periods: Ended periods of possession, oldest first.
        refusals: The newest statements that changed nothing, at most `MOST_REFUSALS`.
        nonces: Nonces of the newest taken offers, at most `MOST_NONCES`.
        place: Where the present holder took it.
        seal: Seal number then.
        disputes: Number of disputes so far.
        offer_signer: Key that signed the open offer, empty where none did.
        disputed: The dispute of the open offer, where there is one.
        handover: By what it came to the present holder; None for the first one.
        refused_statements: Number of all statements that changed nothing.
        ended_offers: The newest offers that were refused or withdrawn, at most `MOST_ENDED_OFFERS`.
        offers_refused: Number of all offers that were refused.
        offers_withdrawn: Number of all offers that were withdrawn.
        taken_by: Who accepted what holds the asset since it came to its holder, where that did not
            pass the asset as well; empty where nobody did.
        takings: How many acceptances did not.
    """

    state: CustodyState
    holder: str
    since: int
    offer: HandoverStatement | None = None
    periods: tuple[CustodyPeriod, ...] = ()
    refusals: tuple[CustodyRefusal, ...] = ()
    nonces: tuple[str, ...] = ()
    place: str = ""
    seal: str = ""
    disputes: int = 0
    offer_signer: str = ""
    disputed: HandoverSide | None = None
    handover: AnsweredOffer | None = None
    refused_statements: int = 0
    ended_offers: tuple[AnsweredOffer, ...] = ()
    offers_refused: int = 0
    offers_withdrawn: int = 0
    taken_by: str = ""
    takings: int = 0


class _Row(msgspec.Struct, frozen=True):
    """What one row of the table asks and does."""

    next_state: CustodyState
    answers_offer: bool


CUSTODY_TRANSITIONS: dict[tuple[CustodyState, HandoverPhase], _Row] = {
    (CustodyState.HELD, HandoverPhase.OFFERED): _Row(CustodyState.OFFERED, answers_offer=False),
    (CustodyState.OFFERED, HandoverPhase.ACCEPTED): _Row(CustodyState.HELD, answers_offer=True),
    (CustodyState.OFFERED, HandoverPhase.REFUSED): _Row(CustodyState.HELD, answers_offer=True),
    (CustodyState.OFFERED, HandoverPhase.WITHDRAWN): _Row(CustodyState.HELD, answers_offer=True),
    (CustodyState.OFFERED, HandoverPhase.DISPUTED): _Row(CustodyState.DISPUTED, answers_offer=True),
    (CustodyState.DISPUTED, HandoverPhase.ACCEPTED): _Row(CustodyState.HELD, answers_offer=True),
    (CustodyState.DISPUTED, HandoverPhase.REFUSED): _Row(CustodyState.HELD, answers_offer=True),
    (CustodyState.DISPUTED, HandoverPhase.WITHDRAWN): _Row(CustodyState.HELD, answers_offer=True),
}
"""Every transition that exists."""

CUSTODY_FAULTS: dict[tuple[CustodyState, HandoverPhase], CustodyFault] = {
    (CustodyState.HELD, HandoverPhase.ACCEPTED): CustodyFault.ANSWERED_WITHOUT_OFFER,
    (CustodyState.HELD, HandoverPhase.REFUSED): CustodyFault.ANSWERED_WITHOUT_OFFER,
    (CustodyState.HELD, HandoverPhase.WITHDRAWN): CustodyFault.ANSWERED_WITHOUT_OFFER,
    (CustodyState.HELD, HandoverPhase.DISPUTED): CustodyFault.ANSWERED_WITHOUT_OFFER,
    (CustodyState.OFFERED, HandoverPhase.OFFERED): CustodyFault.NOT_NOW,
    (CustodyState.DISPUTED, HandoverPhase.OFFERED): CustodyFault.NOT_NOW,
    (CustodyState.DISPUTED, HandoverPhase.DISPUTED): CustodyFault.NOT_NOW,
}
"""Every other pair, and what a statement of that phase is refused for."""


def pass_custody(
    custody: Custody, statement: HandoverStatement, signer: str = ""
) -> tuple[Custody, CustodyFault | None]:
    """Return the custody after a statement, and the fault where it changed nothing.

    Args:
        custody: The custody so far.
        statement: The statement, not earlier than any before.
        signer: Name of the key that signed it, checked at intake; empty where none did.
    """
    fault = _fault_of(custody, statement)
    if fault is None:
        return _moved(custody, statement, signer), None
    refusal = CustodyRefusal(
        fault,
        statement.phase,
        statement.from_party,
        statement.to_party,
        statement.nonce,
        statement.observed_at,
        signer,
    )
    kept = (*custody.refusals, refusal)[-MOST_REFUSALS:]
    count = custody.refused_statements + 1
    return replace(custody, refusals=kept, refused_statements=count), fault


def passed_over(custody: Custody, statement: HandoverStatement) -> Custody:
    """Return the custody after a statement about what holds the asset that finds no row here.

    It is no fault of the asset's own: it was judged on what it names. Whoever accepted that has the
    asset now and was not handed it, which shows until a handover passes it.

    Args:
        custody: The custody so far.
        statement: The statement, not earlier than any before.
    """
    if statement.phase is not HandoverPhase.ACCEPTED:
        return custody
    if statement.to_party == custody.holder:
        return replace(custody, taken_by="", takings=0)
    return replace(custody, taken_by=statement.to_party, takings=custody.takings + 1)


def periods_of(custody: Custody) -> tuple[CustodyPeriod, ...]:
    """Return every period of possession, oldest first, the present holder's last."""
    return (*custody.periods, _present_until(custody, None))


def _present_until(custody: Custody, until: int | None) -> CustodyPeriod:
    return CustodyPeriod(
        custody.holder, custody.since, until, custody.place, custody.seal, custody.handover
    )


def _fault_of(custody: Custody, statement: HandoverStatement) -> CustodyFault | None:
    pair = (custody.state, statement.phase)
    row = CUSTODY_TRANSITIONS.get(pair)
    if row is None:
        return CUSTODY_FAULTS[pair]
    if not row.answers_offer:
        return _offer_fault(custody, statement)
    offer = custody.offer
    if offer is None or offer.nonce != statement.nonce:
        return CustodyFault.ANSWERED_WITHOUT_OFFER
    if (offer.from_party, offer.to_party) != (statement.from_party, statement.to_party):
        return CustodyFault.ANSWERED_BY_WRONG_PARTY
    return None


def _offer_fault(custody: Custody, statement: HandoverStatement) -> CustodyFault | None:
    if statement.from_party != custody.holder:
        return CustodyFault.OFFERED_BY_NON_HOLDER
    if statement.to_party == statement.from_party:
        return CustodyFault.OFFERED_TO_SELF
    if statement.nonce in custody.nonces:
        return CustodyFault.NONCE_USED_AGAIN
    return None


def _moved(custody: Custody, statement: HandoverStatement, signer: str) -> Custody:
    offer = custody.offer
    if offer is None:  # then the table has one row, that of an offer
        return replace(
            custody,
            state=CustodyState.OFFERED,
            offer=statement,
            offer_signer=signer,
            nonces=(*custody.nonces, statement.nonce)[-MOST_NONCES:],
        )
    if statement.phase is HandoverPhase.DISPUTED:
        return replace(
            custody,
            state=CustodyState.DISPUTED,
            disputed=side_of(statement, signer),
            disputes=custody.disputes + 1,
        )
    answered = AnsweredOffer(
        from_party=offer.from_party,
        to_party=offer.to_party,
        nonce=offer.nonce,
        answer=statement.phase,
        offered=side_of(offer, custody.offer_signer),
        answered=side_of(statement, signer),
        disputed=custody.disputed,
    )
    settled = replace(custody, state=CustodyState.HELD, offer=None, offer_signer="", disputed=None)
    is_accepted = statement.phase is HandoverPhase.ACCEPTED
    return _passed(settled, answered) if is_accepted else _ended(settled, answered)


def _passed(custody: Custody, handover: AnsweredOffer) -> Custody:
    taken = handover.answered
    return replace(
        custody,
        holder=handover.to_party,
        since=taken.at,
        periods=(*custody.periods, _present_until(custody, taken.at)),
        place=taken.place,
        seal=taken.seal,
        handover=handover,
        taken_by="",
        takings=0,
    )


def _ended(custody: Custody, offer: AnsweredOffer) -> Custody:
    was_refused = offer.answer is HandoverPhase.REFUSED
    return replace(
        custody,
        ended_offers=(*custody.ended_offers, offer)[-MOST_ENDED_OFFERS:],
        offers_refused=custody.offers_refused + was_refused,
        offers_withdrawn=custody.offers_withdrawn + (not was_refused),
    )
