"""Who holds the asset, how it came there, and who answers for the time outside."""

from __future__ import annotations

from collections.abc import Sequence

from twins.custody.liability import MINUTE_US, whole_minutes
from twins.custody.possession import CustodyState
from twins.verdict.condition import Condition

from .device_text import named
from .fact_holders import holder_named, is_held
from .fact_readings import QUANTITY_WORDS
from .fact_types import CustodyFact, ExcursionFact
from .figures import duration, listed, moment

CHAIN_LENGTH = 4


def custody_fact(condition: Condition, taken_by: str, told: Sequence[ExcursionFact]) -> CustodyFact:
    """Return who holds the asset, how it came there, and who answers for the time outside.

    Args:
        condition: What is worded.
        taken_by: Who accepted what the asset stands in and was not handed the asset; "" for nobody.
        told: The excursions that are told, each with who held the asset for how long.
    """
    custody = condition.custody
    waiting = [one for one in custody.overdue if one.answered_at is None]
    outside = duration(custody.outside)
    of = [QUANTITY_WORDS[one.quantity] for one in condition.statistics.judged if one.outside]
    # Liability sums over quantities (SPECIFICATION, `custody.liability`): of several it may count a
    # minute twice, and is left unsaid.
    outside_of = of[0] if len(of) == 1 else ""
    mine = [one for one in told if one.quantity == outside_of]
    is_told = not mine or any(one.outside == outside for one in mine)
    return CustodyFact(
        state=custody.state,
        holder=named(custody.holder) if is_held(custody.holder) else "",
        since=moment(custody.since) if is_held(custody.holder) else "",
        handovers=custody.handovers,
        chain=_chain(custody.holders),
        offered_to=named(custody.offered_to) if custody.offered_to else "",
        settled_disputes=custody.disputes - (custody.state is CustodyState.DISPUTED),
        refused=custody.refused_statements,
        due_at=moment(waiting[-1].due_at) if waiting else "",
        late_answers=custody.overdue_count - len(waiting),
        seal_mismatches=custody.seal_mismatches,
        outside=outside,
        outside_of=outside_of,
        shares="" if is_told else _shares(condition),
        taken_by=named(taken_by) if taken_by else "",
    )


def _chain(holders: tuple[str, ...]) -> str:
    names = [holder_named(holder) for holder in holders]
    if len(names) > CHAIN_LENGTH:
        left_out = len(names) - CHAIN_LENGTH + 1
        names = [*names[:2], f"{left_out} others in turn", *names[-1:]]
    return " to ".join(names)


def _shares(condition: Condition) -> str:
    """Return each custodian's time outside in whole minutes, which sum to all; "" for one."""
    shares = [one for one in condition.custody.liability if one.outside]
    if len(shares) < 2:  # noqa: PLR2004 - one custodian has no share
        return ""
    return listed(
        [
            f"{duration(share * MINUTE_US) if share else 'less than 1 min'}"
            f" with {holder_named(one.holder)}"
            for one, share in zip(shares, whole_minutes(shares), strict=True)
        ]
    )
