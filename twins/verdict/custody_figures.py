"""The custody that a condition states: who holds the asset, and on whom time outside fell."""

from __future__ import annotations

import msgspec

from twins.custody.handovers import SealAgreement
from twins.custody.liability import Share
from twins.custody.overdue import OverdueOffer, overdue_offers
from twins.custody.possession import CustodyState, periods_of
from twins.custody.summary import HandoverSummary, handover_summaries
from twins.judging.channel import joined_holders
from twins.policy.condition_policy import ConditionPolicy
from twins.state import AssetTwin

OVERDUE_LISTED = 20
"""Most overdue offers that are listed: a document has a largest size."""


class CustodySummary(msgspec.Struct, frozen=True):
    """Who holds the asset, since when, and how it came there.

    Attributes:
        state: Where a handover stands.
        holder: The possessing party.
        since: Since when.
        offered_to: To whom it is offered; empty without an open offer.
        handovers: Accepted handovers.
        refused_statements: Statements that changed nothing.
        disputes: Offers that were disputed.
        holders: Every holder, oldest first, the present one last.
        seal_mismatches: Handovers whose sides state different seals.
        unsigned_sides: Sides of accepted handovers that no key signed.
        sides: The newest handovers, and by which keys both sides signed.
        overdue: The newest offers that were or are overdue, at most `OVERDUE_LISTED`.
        overdue_count: Number of all of them that the twin knows.
        liability: Observed microseconds outside of every custodian to whom some fell, outside
            several boundaries of a quantity at once counted once; they sum to `outside`.
        outside: Of all of them.
    """

    state: CustodyState
    holder: str
    since: int
    offered_to: str
    handovers: int
    refused_statements: int
    disputes: int
    holders: tuple[str, ...]
    seal_mismatches: int
    unsigned_sides: int
    sides: tuple[HandoverSummary, ...]
    overdue: tuple[OverdueOffer, ...]
    overdue_count: int
    liability: tuple[Share, ...]
    outside: int


def custody_of(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> CustodySummary:
    """Return who holds the asset."""
    custody = twin.custody
    passed = [one.handover for one in periods_of(custody) if one.handover is not None]
    answer_within = 0 if policy.custody is None else policy.custody.answer_within
    overdue = overdue_offers(custody, answer_within, as_of)
    shares = _liability(twin)
    return CustodySummary(
        state=custody.state,
        holder=custody.holder,
        since=custody.since,
        offered_to=custody.offer.to_party if custody.offer else "",
        handovers=len(custody.periods),
        refused_statements=custody.refused_statements,
        disputes=custody.disputes,
        holders=(*(period.holder for period in custody.periods), custody.holder),
        seal_mismatches=sum(one.seals is SealAgreement.SEAL_MISMATCH for one in passed),
        unsigned_sides=sum(
            not side.signer for one in passed for side in (one.offered, one.answered)
        ),
        sides=handover_summaries(custody),
        overdue=overdue[-OVERDUE_LISTED:],
        overdue_count=len(overdue),
        liability=shares,
        outside=sum(one.outside for one in shares),
    )


def _liability(twin: AssetTwin) -> tuple[Share, ...]:
    """Return what time outside fell to whom, in the order in which they first held the asset.

    Whom a commissioning replaced has no period of its own; such holders come last, by name.
    """
    held = joined_holders((), [one for sums in twin.past.channels for one in sums.outside_by])
    found = {one.holder: one.outside for one in held}
    periods = [one.holder for one in periods_of(twin.custody)]
    order = dict.fromkeys(("", *periods, *sorted(found)))
    return tuple(Share(holder, found[holder]) for holder in order if holder in found)
