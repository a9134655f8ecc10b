"""Offers that were not answered in time; that alone never changes who holds the asset."""

from __future__ import annotations

import msgspec

from .possession import Custody, periods_of


class OverdueOffer(msgspec.Struct, frozen=True):
    """An offer that was not answered within the time that the policy allows.

    Attributes:
        from_party: Who offered.
        to_party: To whom.
        nonce: That of the offer.
        offered_at: When, microseconds UTC.
        due_at: By when an answer was due, likewise.
        answered_at: When it was answered after all, be it by a dispute; None while it is open.
    """

    from_party: str
    to_party: str
    nonce: str
    offered_at: int
    due_at: int
    answered_at: int | None


def overdue_offers(custody: Custody, answer_within: int, as_of: int) -> tuple[OverdueOffer, ...]:
    """Return the offers that were or are overdue, by the moment at which they were due.

    An answer at the very moment is in time; without one the offer is overdue from that moment on. A
    dispute is an answer: it has a rule of its own. Of offers that were refused or withdrawn only
    those are looked at that the custody keeps.

    Args:
        custody: The custody at `as_of`.
        answer_within: Microseconds from an offer to its answer; 0 where no offer is ever overdue.
        as_of: The moment judged, microseconds UTC.
    """
    if not answer_within:
        return ()
    handovers = [one.handover for one in periods_of(custody) if one.handover is not None]
    found = [
        OverdueOffer(
            one.from_party,
            one.to_party,
            one.nonce,
            one.offered.at,
            one.offered.at + answer_within,
            one.first_answer_at,
        )
        for one in (*handovers, *custody.ended_offers)
        if one.first_answer_at > one.offered.at + answer_within
    ]
    still_open = _open_offer(custody, answer_within, as_of)
    if still_open is not None:
        found.append(still_open)
    return tuple(sorted(found, key=lambda one: one.due_at))


def answer_due_at(custody: Custody, answer_within: int) -> int | None:
    """Return from when on the open offer is overdue unless it is answered before.

    None where no offer waits for an answer, or none is ever overdue.

    Args:
        custody: The custody now.
        answer_within: As in `overdue_offers`.
    """
    offer = custody.offer
    if not answer_within or offer is None or custody.disputed is not None:
        return None
    return offer.observed_at + answer_within


def _open_offer(custody: Custody, answer_within: int, as_of: int) -> OverdueOffer | None:
    offer = custody.offer
    if offer is None:
        return None
    due_at = offer.observed_at + answer_within
    answered_at = None if custody.disputed is None else custody.disputed.at
    is_late = as_of >= due_at if answered_at is None else answered_at > due_at
    if not is_late:
        return None
    return OverdueOffer(
        offer.from_party, offer.to_party, offer.nonce, offer.observed_at, due_at, answered_at
    )
