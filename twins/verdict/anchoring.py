"""Which change of a twin is worth a token version of its own, and which is a heartbeat.

Mint, handover, milestone, decision and every change of disposition or severity are anchored
alone and at once; an unchanged twin is a heartbeat, which may wait for a batch. What came late may
show besides that the newest version says something false of its own moment: that is corrected.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from twins.policy.condition_policy import Disposition, Severity
from twins.readings import MICROSECONDS
from twins.twin import AssetTwin

from .condition import Condition


class AnchorReason(enum.StrEnum):
    """Why a version is anchored alone; where several hold, the first of this order is named.

    `correction` stands for a version that late inputs contradict, `late_input` for the final one of
    a closed shipment, which says nothing more by itself, `wording` for the version before in other
    words.
    """

    MINT = "mint"
    DISPOSITION = "disposition"
    SEVERITY = "severity"
    CUSTODY = "custody"
    MILESTONE = "milestone"
    DECISION = "decision"
    CORRECTION = "correction"
    LATE_INPUT = "late_input"
    WORDING = "wording"


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


_MINUTE = 60 * MICROSECONDS
_OF_SENSORS = frozenset({"sensors", "sensors_before"})
"""A device that is late all the time was silent at every moment that was judged."""


class RuleClaim(msgspec.Struct, frozen=True):
    """What a condition states of one rule that fired, beside its words.

    Attributes:
        rule: Its name.
        severity: What it weighs.
        disposition: What it says of the goods.
        count: Of what made it fire.
        extremes: The lowest and the highest extreme of its listed excursions; None without one.
    """

    rule: str
    severity: int
    disposition: str
    count: int
    extremes: tuple[int, int] | None


class Claims(msgspec.Struct, frozen=True):
    """What a condition states of the time up to its moment, as far as somebody acts on it.

    Attributes:
        rules: The rules that fired, but for those that tell of sensors alone.
        holder: The possessing party.
        liability: To whom time outside falls, and whole minutes of it.
    """

    rules: tuple[RuleClaim, ...]
    holder: str
    liability: tuple[tuple[str, int], ...]


class _Excursion(msgspec.Struct, frozen=True):
    extreme: int


class _Rule(msgspec.Struct, frozen=True):
    rule: str
    severity: int
    disposition: str
    count: int
    excursions: tuple[_Excursion, ...]


class _Share(msgspec.Struct, frozen=True):
    holder: str
    outside: int


class _Custody(msgspec.Struct, frozen=True):
    holder: str
    liability: tuple[_Share, ...]


class _Stated(msgspec.Struct, frozen=True):
    rules_fired: tuple[_Rule, ...]
    custody: _Custody


def claims_in(condition: Mapping[str, object]) -> Claims:
    """Return what a condition document of today's schema claims."""
    stated = msgspec.convert(condition, _Stated)
    return Claims(
        rules=tuple(_claim_of(one) for one in stated.rules_fired if one.rule not in _OF_SENSORS),
        holder=stated.custody.holder,
        liability=tuple((one.holder, one.outside // _MINUTE) for one in stated.custody.liability),
    )


def _claim_of(rule: _Rule) -> RuleClaim:
    extremes = [one.extreme for one in rule.excursions]
    worst = (min(extremes), max(extremes)) if extremes else None
    return RuleClaim(rule.rule, rule.severity, rule.disposition, rule.count, worst)


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
