"""Who holds the asset, how it came there, and who answers for the time outside."""

from __future__ import annotations

from twins.custody.liability import MINUTE_US, Share, whole_minutes
from twins.custody.possession import CustodyState
from twins.verdict.condition import CustodySummary

from .device_text import named
from .fact_types import CustodyFact
from .figures import duration, listed, moment

CHAIN_LENGTH = 4


def custody_fact(custody: CustodySummary, taken_by: str) -> CustodyFact:
    """Return who holds the asset, how it came there, and who took it with what it stands in."""
    waiting = [one for one in custody.overdue if one.answered_at is None]
    shares = [one for one in custody.liability if one.outside]
    return CustodyFact(
        state=custody.state,
        holder=named(custody.holder) if custody.holder else "",
        since=moment(custody.since) if custody.holder else "",
        handovers=custody.handovers,
        chain=_chain(custody.holders),
        offered_to=named(custody.offered_to) if custody.offered_to else "",
        settled_disputes=custody.disputes - (custody.state is CustodyState.DISPUTED),
        refused=custody.refused_statements,
        due_at=moment(waiting[-1].due_at) if waiting else "",
        late_answers=custody.overdue_count - len(waiting),
        seal_mismatches=custody.seal_mismatches,
        outside=duration(custody.outside),
        shares=_shares(shares) if len(shares) > 1 else "",
        taken_by=named(taken_by) if taken_by else "",
    )


def _chain(holders: tuple[str, ...]) -> str:
    names = [named(holder) for holder in holders]
    if len(names) > CHAIN_LENGTH:
        left_out = len(names) - CHAIN_LENGTH + 1
        names = [*names[:2], f"{left_out} others in turn", *names[-1:]]
    return " to ".join(names)


def _shares(shares: list[Share]) -> str:
    """Return each custodian's time outside in whole minutes, which sum to that of all."""
    return listed(
        [
            f"{duration(share * MINUTE_US) if share else 'less than 1 min'} with "
            f"{named(one.holder) if one.holder else 'nobody on record'}"
            for one, share in zip(shares, whole_minutes(shares), strict=True)
        ]
    )
