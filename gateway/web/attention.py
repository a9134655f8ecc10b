"""What needs a person: words for severities and dispositions, and the next step."""

from __future__ import annotations

from collections.abc import Iterable

from condition_reports.actions import Action, actions_text
from gateway.ports import Alarm, AssetDetail, AssetSummary
from twins.policy.condition_policy import Disposition

SEVERITY_WORDS = ("none", "minor", "major", "critical")

DISPOSITION_WORDS = {
    Disposition.CONFORMANT: "Within limits",
    Disposition.UNKNOWN: "Not known",
    Disposition.CONTAINER_OPEN: "Opened",
    Disposition.NON_CONFORMANT: "Outside limits",
    Disposition.DAMAGED: "Damaged",
}

_UNREAD = "Attach a device (cargotwin asset bind), or check that it sends."


def severity_word(severity: int) -> str:
    """Return the word for a severity from 0 to 3."""
    return SEVERITY_WORDS[severity]


def severity_of(severity: int) -> dict[str, object]:
    """Return a severity as number and word."""
    return {"level": int(severity), "word": severity_word(severity)}


def disposition_word(disposition: str) -> str:
    """Return a CBV disposition in people's words."""
    return DISPOSITION_WORDS[Disposition(disposition)]


def needs_attention(asset: AssetSummary) -> bool:
    """Tell whether a person should look at the asset: nobody has released it as it is."""
    is_in_order = asset.disposition == Disposition.CONFORMANT and not asset.severity
    is_answered = is_in_order or asset.released_at is not None
    return not is_answered or asset.custody_state == "disputed"


def is_released(asset: AssetSummary) -> bool:
    """Tell whether nobody needs to look at what was found, as quality has released the asset."""
    is_in_order = asset.disposition == Disposition.CONFORMANT and not asset.severity
    return not is_in_order and not needs_attention(asset)


def next_step(asset: AssetSummary) -> str:
    """Return what a person should do next: what the report recommends, in the report's words.

    Of several recommendations that is the most urgent. A shipment on its way that nothing was ever
    read of is told how records come about as well.
    """
    return _told(asset, asset.next_step)


def next_steps(detail: AssetDetail) -> str:
    """Return the same with all that the report recommends, the most urgent first."""
    actions = detail.report.actions if detail.report else ()
    return _told(detail.summary, actions_text(tuple(map(Action, actions))))


def worst_of(alarms: Iterable[Alarm]) -> dict[str, Alarm]:
    """Return per asset its worst alarm: of those that weigh most the first one that lasts.

    Where none of them lasts, the first of those that are over; one without a known beginning last.
    """
    worst: dict[str, tuple[tuple[int, bool, bool, int], Alarm]] = {}
    for alarm in alarms:
        rank = (-alarm.severity, not alarm.is_active, alarm.since is None, alarm.since or 0)
        known = worst.get(alarm.asset)
        if known is None or rank < known[0]:
            worst[alarm.asset] = (rank, alarm)
    return {asset: alarm for asset, (_, alarm) in worst.items()}


def _told(asset: AssetSummary, recommended: str) -> str:
    steps = [f"{recommended[0].upper()}{recommended[1:]}."] if recommended else []
    if asset.last_reading_at is None and not asset.is_closed:
        steps.append(_UNREAD)
    return " ".join(steps)
