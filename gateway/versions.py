"""A published version as the status page shows it: what it says, recommends, and how far it is."""

from __future__ import annotations

from condition_reports.actions import ACTION_SENTENCES, Action
from contracts.canonical import cid_of
from gateway.ports import Version
from gateway.store.ledger import Anchored, Published


def version_of(published: Published, anchored: Anchored | None, *, is_refused: bool) -> Version:
    """Return a version with the state of its anchoring.

    Args:
        published: What was published.
        anchored: Its transaction; None before it is sent.
        is_refused: Whether the chain refused a transaction of its asset for good.
    """
    state = "queued"
    if anchored is not None:
        state = "sent" if anchored.block is None else "confirmed"
    if state != "confirmed" and is_refused:
        state = "failed"
    return Version(
        version=published.version,
        digest=published.digest.hex(),
        cid=cid_of(published.digest),
        as_of=published.as_of,
        published_at=published.published_at,
        reason=published.reason,
        disposition=published.disposition,
        severity=published.severity,
        writer=published.writer,
        evidence_size=published.evidence_size,
        evidence_root=published.evidence_root.hex(),
        state=state,
        transaction=anchored.hash if anchored else "",
        block=anchored.block if anchored else None,
    )


def recommended_first(published: Published) -> str:
    """Return what the report of a version recommends first."""
    return ACTION_SENTENCES[Action(published.condition_report().actions[0])]
