"""The custody table of an asset's page: who had the goods, and what each side said and signed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from twins.custody.handovers import AnsweredOffer, HandoverSide, SealAgreement
from twins.custody.possession import Custody, CustodyPeriod, periods_of
from twins.inputs import HandoverStatement

_SHOWN = 18
_LAST = 4


class CustodyRow(msgspec.Struct, frozen=True):
    """One line of the custody table.

    Attributes:
        holder: Who has, or should get, possession.
        since: Since when, None while it is only offered.
        until: Until when, None for the present holder.
        place: Where it was taken.
        seal: Seal number then, and that of the offer where it is another one.
        given: Who confirmed giving it, and by which key.
        taken: Who confirmed taking it, likewise.
        is_complete: Whether both sides confirmed.
        is_sound: Whether the seals of both sides do not contradict each other.
        is_given_tied: Whether no key signed the giving that no account ties to a party.
        is_taken_tied: The same of the taking.
    """

    holder: str
    since: int | None
    until: int | None
    place: str
    seal: str
    given: str
    taken: str
    is_complete: bool
    is_sound: bool = True
    is_given_tied: bool = True
    is_taken_tied: bool = True


PartyOf = Callable[[str], str | None]
"""Returns which party's key a signer is, None where no account names it."""


def custody_rows(custody: Custody, party_of: PartyOf) -> list[CustodyRow]:
    """Return the custody table, oldest first, an open offer last."""
    rows = [_held(one, party_of) for one in periods_of(custody) if one.holder]
    if custody.offer is not None:
        rows.append(_offered(custody.offer, custody.offer_signer, custody.disputed, party_of))
    return rows


def _held(period: CustodyPeriod, party_of: PartyOf) -> CustodyRow:
    first = CustodyRow(
        holder=period.holder,
        since=period.since,
        until=period.until,
        place=period.place,
        seal=period.seal,
        given="Commissioned",
        taken="First holder",
        is_complete=True,
    )
    one = period.handover
    if one is None:
        return first
    return msgspec.structs.replace(
        first,
        seal=_seals(one),
        given=_said("Offered", one.from_party, one.offered.signer, party_of),
        taken=_said("Accepted", one.to_party, one.answered.signer, party_of),
        is_sound=one.seals is not SealAgreement.SEAL_MISMATCH,
        is_given_tied=_is_tied(one.offered.signer, party_of),
        is_taken_tied=_is_tied(one.answered.signer, party_of),
    )


def _offered(
    offer: HandoverStatement, signer: str, disputed: HandoverSide | None, party_of: PartyOf
) -> CustodyRow:
    waits = f"Waiting for {offer.to_party}"
    return CustodyRow(
        holder=offer.to_party,
        since=None,
        until=None,
        place=offer.place,
        seal=offer.seal,
        given=_said("Offered", offer.from_party, signer, party_of),
        taken=waits if disputed is None else f"Disputed, {_by(disputed.signer, party_of)}",
        is_complete=False,
        is_given_tied=_is_tied(signer, party_of),
        is_taken_tied=disputed is None or _is_tied(disputed.signer, party_of),
    )


def _said(what: str, party: str, signer: str, party_of: PartyOf) -> str:
    return f"{what} by {party}, {_by(signer, party_of)}"


def _is_tied(signer: str, party_of: PartyOf) -> bool:
    return not signer or party_of(signer) is not None


def _by(signer: str, party_of: PartyOf) -> str:
    if not signer:
        return "not signed"
    key = f"{signer[:_SHOWN]}…{signer[-_LAST:]}"
    return (
        f"signed by {key}" if _is_tied(signer, party_of) else f"by key {key}, not tied to a party"
    )


def _seals(handover: AnsweredOffer) -> str:
    offered, accepted = handover.offered.seal, handover.answered.seal
    if offered == accepted:
        return accepted
    if not accepted:
        return f"{offered}, stated by {handover.from_party} alone"
    if not offered:
        return f"{accepted}, stated by {handover.to_party} alone"
    return f"{accepted}, but offered under {offered}"
