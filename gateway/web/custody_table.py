"""The custody table of an asset's page: who had the goods, and what each side said and signed."""

from __future__ import annotations

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


def custody_rows(custody: Custody) -> list[CustodyRow]:
    """Return the custody table, oldest first, an open offer last."""
    rows = [_held(one) for one in periods_of(custody) if one.holder]
    if custody.offer is not None:
        rows.append(_offered(custody.offer, custody.offer_signer, custody.disputed))
    return rows


def _held(period: CustodyPeriod) -> CustodyRow:
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
        given=_said("Offered", one.from_party, one.offered.signer),
        taken=_said("Accepted", one.to_party, one.answered.signer),
        is_sound=one.seals is not SealAgreement.SEAL_MISMATCH,
    )


def _offered(offer: HandoverStatement, signer: str, disputed: HandoverSide | None) -> CustodyRow:
    waits = f"Waiting for {offer.to_party}"
    return CustodyRow(
        holder=offer.to_party,
        since=None,
        until=None,
        place=offer.place,
        seal=offer.seal,
        given=_said("Offered", offer.from_party, signer),
        taken=waits if disputed is None else f"Disputed, {_by(disputed.signer)}",
        is_complete=False,
    )


def _said(what: str, party: str, signer: str) -> str:
    return f"{what} by {party}, {_by(signer)}"


def _by(signer: str) -> str:
    if not signer:
        return "not signed"
    return f"signed by {signer[:_SHOWN]}…{signer[-_LAST:]}"


def _seals(handover: AnsweredOffer) -> str:
    offered, accepted = handover.offered.seal, handover.answered.seal
    if offered == accepted:
        return accepted
    if not accepted:
        return f"{offered}, stated by {handover.from_party} alone"
    if not offered:
        return f"{accepted}, stated by {handover.to_party} alone"
    return f"{accepted}, but offered under {offered}"
