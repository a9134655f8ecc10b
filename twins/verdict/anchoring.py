"""Which change of a twin is worth a token version of its own, and which is a heartbeat.

Mint, handover, milestone, decision and every change of disposition or severity are anchored
alone and at once; an unchanged twin is a heartbeat, which may wait for a batch.
"""

from __future__ import annotations

import enum

import msgspec

from twins.policy.condition_policy import Disposition, Severity
from twins.twin import AssetTwin

from .condition import Condition


class AnchorReason(enum.StrEnum):
    """Why a version is anchored alone; where several hold, the first of this order is named."""

    MINT = "mint"
    DISPOSITION = "disposition"
    SEVERITY = "severity"
    CUSTODY = "custody"
    MILESTONE = "milestone"
    DECISION = "decision"


class Standing(msgspec.Struct, frozen=True):
    """What of a twin makes a new version when it changes.

    Attributes:
        disposition: What the condition says of the goods.
        severity: What the fired rules weigh.
        holder: The possessing party.
        handovers: Number of accepted handovers.
        milestones: Number of milestones reached.
        decisions: Number of quality decisions.
    """

    disposition: Disposition
    severity: Severity
    holder: str
    handovers: int
    milestones: int
    decisions: int


def standing_of(twin: AssetTwin, condition: Condition) -> Standing:
    """Return how an asset stands, from its twin and the condition assessed from it."""
    return Standing(
        disposition=condition.disposition,
        severity=condition.severity,
        holder=condition.custody.holder,
        handovers=condition.custody.handovers,
        milestones=len(twin.milestones),
        decisions=len(twin.decisions),
    )


def anchor_reason(published: Standing | None, current: Standing) -> AnchorReason | None:
    """Return why the current standing is anchored alone, or None for a heartbeat.

    Args:
        published: The standing of the newest version; None before the first.
        current: The standing now.
    """
    if published is None:
        return AnchorReason.MINT
    changed = {
        AnchorReason.DISPOSITION: published.disposition is not current.disposition,
        AnchorReason.SEVERITY: published.severity is not current.severity,
        AnchorReason.CUSTODY: (published.holder, published.handovers)
        != (current.holder, current.handovers),
        AnchorReason.MILESTONE: published.milestones != current.milestones,
        AnchorReason.DECISION: published.decisions != current.decisions,
    }
    return next((reason for reason, has_changed in changed.items() if has_changed), None)
