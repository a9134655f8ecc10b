"""Custody as programs read it: who has the goods, how they came there, and who signed it."""

from __future__ import annotations

from gateway.web.values import optional_rfc3339, rfc3339
from twins.custody.handovers import AnsweredOffer, HandoverSide
from twins.custody.possession import Custody, CustodyPeriod, CustodyRefusal
from twins.inputs import HandoverStatement

Document = dict[str, object]


def custody_document(custody: Custody) -> Document:
    """Return an asset's custody; a side's `signer` is null where it is not signed."""
    return {
        "state": custody.state,
        "holder": custody.holder,
        "since": rfc3339(custody.since),
        "handover": _handover(custody.handover),
        "offer": _offer(custody.offer, custody),
        "periods": [_period(one) for one in custody.periods],
        "ended_offers": [_handover(one) for one in custody.ended_offers],
        "offers_refused": custody.offers_refused,
        "offers_withdrawn": custody.offers_withdrawn,
        "refused_statements": [_refusal(one) for one in custody.refusals],
        "refused_statement_count": custody.refused_statements,
        "disputes": custody.disputes,
    }


def _offer(offer: HandoverStatement | None, custody: Custody) -> Document | None:
    if offer is None:
        return None
    return {
        "from": offer.from_party,
        "to": offer.to_party,
        "nonce": offer.nonce,
        "at": rfc3339(offer.observed_at),
        "place": offer.place,
        "seal": offer.seal,
        "signer": custody.offer_signer or None,
        "disputed": _side(custody.disputed),
    }


def _period(one: CustodyPeriod) -> Document:
    return {
        "holder": one.holder,
        "since": rfc3339(one.since),
        "until": optional_rfc3339(one.until),
        "place": one.place,
        "seal": one.seal,
        "handover": _handover(one.handover),
    }


def _handover(one: AnsweredOffer | None) -> Document | None:
    if one is None:
        return None
    return {
        "from": one.from_party,
        "to": one.to_party,
        "nonce": one.nonce,
        "answer": one.answer,
        "offered": _side(one.offered),
        "answered": _side(one.answered),
        "disputed": _side(one.disputed),
        "seals": one.seals,
    }


def _side(one: HandoverSide | None) -> Document | None:
    if one is None:
        return None
    return {
        "at": rfc3339(one.at),
        "place": one.place,
        "seal": one.seal,
        "signer": one.signer or None,
    }


def _refusal(one: CustodyRefusal) -> Document:
    return {
        "fault": one.fault,
        "phase": one.phase,
        "from": one.from_party,
        "to": one.to_party,
        "at": rfc3339(one.observed_at),
        "signer": one.signer or None,
    }
