"""Custody as programs read it: who has the goods, how they came there, and who signed it."""

from __future__ import annotations

from gateway.web.custody_table import PartyOf
from gateway.web.values import optional_rfc3339, rfc3339
from twins.custody.handovers import AnsweredOffer, HandoverSide
from twins.custody.possession import Custody, CustodyPeriod, CustodyRefusal
from twins.inputs import HandoverStatement

Document = dict[str, object]


def custody_document(custody: Custody, party_of: PartyOf) -> Document:
    """Return an asset's custody.

    A side's `signer` is null where it is not signed; `signer_party` is the party whose key that is,
    null where no account ties it to one.
    """
    return {
        "state": custody.state,
        "holder": custody.holder,
        "since": rfc3339(custody.since),
        "handover": _handover(custody.handover, party_of),
        "offer": _offer(custody.offer, custody, party_of),
        "periods": [_period(one, party_of) for one in custody.periods],
        "ended_offers": [_handover(one, party_of) for one in custody.ended_offers],
        "offers_refused": custody.offers_refused,
        "offers_withdrawn": custody.offers_withdrawn,
        "refused_statements": [_refusal(one, party_of) for one in custody.refusals],
        "refused_statement_count": custody.refused_statements,
        "disputes": custody.disputes,
    }


def _offer(offer: HandoverStatement | None, custody: Custody, party_of: PartyOf) -> Document | None:
    if offer is None:
        return None
    return {
        "from": offer.from_party,
        "to": offer.to_party,
        "nonce": offer.nonce,
        "at": rfc3339(offer.observed_at),
        "place": offer.place,
        "seal": offer.seal,
        **_signed(custody.offer_signer, party_of),
        "disputed": _side(custody.disputed, party_of),
    }


def _period(one: CustodyPeriod, party_of: PartyOf) -> Document:
    return {
        "holder": one.holder,
        "since": rfc3339(one.since),
        "until": optional_rfc3339(one.until),
        "place": one.place,
        "seal": one.seal,
        "handover": _handover(one.handover, party_of),
    }


def _handover(one: AnsweredOffer | None, party_of: PartyOf) -> Document | None:
    if one is None:
        return None
    return {
        "from": one.from_party,
        "to": one.to_party,
        "nonce": one.nonce,
        "answer": one.answer,
        "offered": _side(one.offered, party_of),
        "answered": _side(one.answered, party_of),
        "disputed": _side(one.disputed, party_of),
        "seals": one.seals,
    }


def _side(one: HandoverSide | None, party_of: PartyOf) -> Document | None:
    if one is None:
        return None
    return {
        "at": rfc3339(one.at),
        "place": one.place,
        "seal": one.seal,
        **_signed(one.signer, party_of),
    }


def _refusal(one: CustodyRefusal, party_of: PartyOf) -> Document:
    return {
        "fault": one.fault,
        "phase": one.phase,
        "from": one.from_party,
        "to": one.to_party,
        "at": rfc3339(one.observed_at),
        **_signed(one.signer, party_of),
    }


def _signed(signer: str, party_of: PartyOf) -> Document:
    return {"signer": signer or None, "signer_party": party_of(signer) if signer else None}
