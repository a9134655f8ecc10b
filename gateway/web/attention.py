"""What needs a person: words for severities and dispositions, and the next step for each."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.ports import Alarm, AssetSummary
from twins.policy import Disposition

SEVERITY_WORDS = ("none", "minor", "major", "critical")

DISPOSITION_WORDS = {
    Disposition.CONFORMANT: "Within limits",
    Disposition.UNKNOWN: "Not known",
    Disposition.CONTAINER_OPEN: "Opened",
    Disposition.NON_CONFORMANT: "Outside limits",
    Disposition.DAMAGED: "Damaged",
}

_NEXT_STEPS = {
    Disposition.DAMAGED: "Hold the goods, inspect them, and record a quality decision.",
    Disposition.NON_CONFORMANT: "Hold the goods and ask quality for a decision.",
    Disposition.CONTAINER_OPEN: "Check seal and contents, and note who opened it.",
    Disposition.UNKNOWN: "Find out why it is unobserved; read out the sensor before release.",
}


def severity_word(severity: int) -> str:
    """Return the word for a severity from 0 to 3."""
    return SEVERITY_WORDS[severity]


def disposition_word(disposition: str) -> str:
    """Return a CBV disposition in people's words."""
    return DISPOSITION_WORDS[Disposition(disposition)]


def needs_attention(asset: AssetSummary) -> bool:
    """Tell whether a person should look at the asset."""
    is_in_order = asset.disposition == Disposition.CONFORMANT and not asset.severity
    return not is_in_order or asset.custody_state == "disputed"


def next_step(asset: AssetSummary) -> str:
    """Return what a person should do next; empty where there is nothing to do."""
    if asset.last_reading_at is None:
        return "Attach a device (cargotwin asset bind), or check that it sends."
    if asset.disposition != Disposition.CONFORMANT:
        return _NEXT_STEPS[Disposition(asset.disposition)]
    if asset.custody_state == "disputed":
        return "Settle with both parties who holds it."
    if asset.severity:
        return "Look at the reasons and decide whether they matter."
    if asset.custody_state == "offered":
        return "Wait for the receiver to accept custody."
    return ""


def since_of(alarms: Iterable[Alarm]) -> dict[str, int]:
    """Return per asset since when its worst active alarm lasts."""
    since: dict[str, tuple[int, int]] = {}
    for alarm in alarms:
        if alarm.is_active:
            rank = (-alarm.severity, alarm.since)
            since[alarm.asset] = min(since.get(alarm.asset, rank), rank)
    return {asset: moment for asset, (_, moment) in since.items()}
