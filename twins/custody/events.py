"""What happened to an asset's custody between two states of it, in the past tense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twins.event_record import EventRecord, added
from twins.inputs import HandoverPhase, HandoverStatement

from .handovers import AnsweredOffer, SealAgreement
from .overdue import OverdueOffer
from .possession import Custody, CustodyFault, periods_of


class CustodyOffered(EventRecord, frozen=True):
    """A party offers possession to another."""

    from_party: str
    to_party: str
    nonce: str


class CustodyOfferEnded(EventRecord, frozen=True):
    """An offer ended and possession stays where it was.

    `answer` is `refused` or `withdrawn`; None where late data undid the offer.
    """

    from_party: str
    to_party: str
    nonce: str
    answer: HandoverPhase | None


class CustodyPassed(EventRecord, frozen=True):
    """Possession passed; both parties said so."""

    from_party: str
    to_party: str
    place: str


class SealMismatched(EventRecord, frozen=True):
    """Possession passed, and the two parties stated different seals."""

    from_party: str
    to_party: str
    offered_seal: str
    accepted_seal: str


class CustodyDisputed(EventRecord, frozen=True):
    """A party disputes an open offer."""

    from_party: str
    to_party: str
    nonce: str


class CustodyRefused(EventRecord, frozen=True):
    """A statement about possession changed nothing, and why."""

    fault: CustodyFault
    phase: HandoverPhase
    from_party: str
    to_party: str
    nonce: str


class CustodyFlooded(EventRecord, frozen=True):
    """More statements changed nothing than are kept one by one; `count` of them are not told."""

    count: int


class CustodyOverdue(EventRecord, frozen=True):
    """An offer was not answered in time."""

    from_party: str
    to_party: str
    nonce: str


class CustodyOverdueWithdrawn(EventRecord, frozen=True):
    """Late data shows that an offer was answered in time after all."""

    from_party: str
    to_party: str
    nonce: str


CustodyEvent = (
    CustodyOffered
    | CustodyOfferEnded
    | CustodyPassed
    | SealMismatched
    | CustodyDisputed
    | CustodyRefused
    | CustodyFlooded
    | CustodyOverdue
    | CustodyOverdueWithdrawn
)


def custody_changes(
    asset: str, before: Custody, after: Custody, newest: int
) -> Iterator[CustodyEvent]:
    """Give what is the case in one custody and was not in another.

    Args:
        asset: Id of the asset.
        before: The custody that was told of last.
        after: The custody now.
        newest: Moment of the newest input, for what late data undid.
    """
    yield from added(_passes(asset, before), _passes(asset, after))
    yield from added(_disputes(asset, before), _disputes(asset, after))
    yield from _offers(asset, before, after, newest)
    yield from _refusals(asset, before, after, newest)


def overdue_changes(
    asset: str, before: Sequence[OverdueOffer], after: Sequence[OverdueOffer], newest: int
) -> Iterator[CustodyOverdue | CustodyOverdueWithdrawn]:
    """Give which offers are overdue now and were not, and the reverse."""
    old, new = (
        {(one.nonce, one.offered_at, one.from_party, one.to_party): one for one in some}
        for some in (before, after)
    )
    for key, one in new.items():
        if key not in old:
            yield CustodyOverdue(asset, one.due_at, one.from_party, one.to_party, one.nonce)
    for key, one in old.items():
        if key not in new:
            yield CustodyOverdueWithdrawn(asset, newest, one.from_party, one.to_party, one.nonce)


def _passes(asset: str, custody: Custody) -> list[CustodyPassed | SealMismatched]:
    """Return every handover, oldest first, and whose seals differ."""
    found: list[CustodyPassed | SealMismatched] = []
    for one in _handovers(custody):
        at, parties = one.answered.at, (one.from_party, one.to_party)
        found.append(CustodyPassed(asset, at, *parties, one.answered.place))
        if one.seals is SealAgreement.SEAL_MISMATCH:
            seals = (one.offered.seal, one.answered.seal)
            found.append(SealMismatched(asset, at, *parties, *seals))
    return found


def _disputes(asset: str, custody: Custody) -> list[CustodyDisputed]:
    """Return the dispute of every offer that is known, whatever became of it."""
    answered = (*_handovers(custody), *custody.ended_offers)
    found = [
        CustodyDisputed(asset, one.disputed.at, one.from_party, one.to_party, one.nonce)
        for one in answered
        if one.disputed is not None
    ]
    offer, disputed = custody.offer, custody.disputed
    if offer is not None and disputed is not None:
        parties = (offer.from_party, offer.to_party)
        found.append(CustodyDisputed(asset, disputed.at, *parties, offer.nonce))
    return found


def _offers(
    asset: str, before: Custody, after: Custody, newest: int
) -> Iterator[CustodyOffered | CustodyOfferEnded]:
    # What has left the window of the newest may come back into it; it was told of then.
    was_full = before.offers_refused + before.offers_withdrawn > len(before.ended_offers)
    told_until = before.ended_offers[0].answered.at if was_full else None
    for one in added(before.ended_offers, after.ended_offers):
        if told_until is None or one.answered.at >= told_until:
            parties = (one.from_party, one.to_party)
            yield CustodyOfferEnded(asset, one.answered.at, *parties, one.nonce, one.answer)
    old, new = before.offer, after.offer
    if old is not None and old != new and not _is_answered(old, after):
        yield CustodyOfferEnded(asset, newest, old.from_party, old.to_party, old.nonce, None)
    if new is not None and new != old:
        parties = (new.from_party, new.to_party)
        yield CustodyOffered(asset, new.observed_at, *parties, new.nonce)


def _is_answered(offer: HandoverStatement, after: Custody) -> bool:
    return any(
        (one.nonce, one.from_party, one.to_party, one.offered.at)
        == (offer.nonce, offer.from_party, offer.to_party, offer.observed_at)
        for one in (*_handovers(after), *after.ended_offers)
    )


def _refusals(
    asset: str, before: Custody, after: Custody, newest: int
) -> Iterator[CustodyRefused | CustodyFlooded]:
    was_full = before.refused_statements > len(before.refusals)
    told_until = before.refusals[0].observed_at if was_full else None
    new = [
        one
        for one in added(before.refusals, after.refusals)
        if told_until is None or one.observed_at >= told_until
    ]
    for one in new:
        parties = (one.from_party, one.to_party)
        yield CustodyRefused(asset, one.observed_at, one.fault, one.phase, *parties, one.nonce)
    untold = after.refused_statements - before.refused_statements - len(new)
    if untold > 0 and len(after.refusals) < after.refused_statements:
        yield CustodyFlooded(asset, newest, untold)


def _handovers(custody: Custody) -> list[AnsweredOffer]:
    return [one.handover for one in periods_of(custody) if one.handover is not None]
