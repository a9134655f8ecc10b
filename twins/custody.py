"""Who holds the asset: a transition table that needs both sides of every handover.

The table is `(state, phase) -> (next state, whether it answers the open offer)`. A statement that
finds no row, names the wrong parties or answers an offer that is not open changes nothing; it is
kept as a fault with its name. Whether its signer may speak for the party is settled at intake.
Possession is EPCIS `possessing_party`; ownership of the token is another thing.
"""

from __future__ import annotations

import enum

import msgspec

from .inputs import HandoverPhase, HandoverStatement


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
    """One party's time of possession; `until` is None for the present holder."""

    holder: str
    since: int
    until: int | None
    place: str
    seal: str


class CustodyRefusal(msgspec.Struct, frozen=True):
    """A statement that changed nothing, and why."""

    fault: CustodyFault
    phase: HandoverPhase
    from_party: str
    to_party: str
    nonce: str
    observed_at: int


class Custody(msgspec.Struct, frozen=True):
    """The folded state of possession.

    Attributes:
        state: Where a handover stands.
        holder: The possessing party.
        since: Since when, microseconds UTC.
        offer: The open or disputed offer, where there is one.
        periods: Ended periods of possession, oldest first.
        refusals: Statements that changed nothing.
        nonces: Nonces of every offer so far.
        place: Where the present holder took it.
        seal: Seal number then.
        disputes: Number of disputes so far.
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
"""Every transition that exists; an absent pair is a fault."""


def pass_custody(
    custody: Custody, statement: HandoverStatement
) -> tuple[Custody, CustodyFault | None]:
    """Return the custody after a statement, and the fault where it changed nothing."""
    fault = _fault_of(custody, statement)
    if fault is not None:
        refusal = CustodyRefusal(
            fault,
            statement.phase,
            statement.from_party,
            statement.to_party,
            statement.nonce,
            statement.observed_at,
        )
        return msgspec.structs.replace(custody, refusals=(*custody.refusals, refusal)), fault
    return _moved(custody, statement), None


def _fault_of(custody: Custody, statement: HandoverStatement) -> CustodyFault | None:
    row = CUSTODY_TRANSITIONS.get((custody.state, statement.phase))
    if row is None:
        is_held = custody.state is CustodyState.HELD
        return CustodyFault.ANSWERED_WITHOUT_OFFER if is_held else CustodyFault.NOT_NOW
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


def _moved(custody: Custody, statement: HandoverStatement) -> Custody:
    phase = statement.phase
    if phase is HandoverPhase.OFFERED:
        return msgspec.structs.replace(
            custody,
            state=CustodyState.OFFERED,
            offer=statement,
            nonces=(*custody.nonces, statement.nonce),
        )
    if phase is HandoverPhase.DISPUTED:
        return msgspec.structs.replace(
            custody, state=CustodyState.DISPUTED, disputes=custody.disputes + 1
        )
    if phase is not HandoverPhase.ACCEPTED:
        return msgspec.structs.replace(custody, state=CustodyState.HELD, offer=None)
    ended = CustodyPeriod(
        custody.holder, custody.since, statement.observed_at, custody.place, custody.seal
    )
    return msgspec.structs.replace(
        custody,
        state=CustodyState.HELD,
        holder=statement.to_party,
        since=statement.observed_at,
        offer=None,
        periods=(*custody.periods, ended),
        place=statement.place,
        seal=statement.seal,
    )
