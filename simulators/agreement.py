"""Where a judged shipment and the truth about it part, in words."""

from __future__ import annotations

from collections.abc import Iterable

from twins.verdict.condition import RuleFired

from .score import score
from .shipment import Label, LabelKind

_BOUNDARY = "boundary:"


def disagreements(asset: str, fired: Iterable[RuleFired], labels: Iterable[Label]) -> list[str]:
    """Return what is missing and what is invented, one sentence for each boundary where any is.

    A rule counts all its excursions and lists some; those that are not listed can stand for any
    label that has none.

    Args:
        asset: Id of the asset.
        fired: The rules that fired on it.
        labels: The truth about it; only labels of excursions count.
    """
    boundaries = [one for one in fired if one.rule.startswith(_BOUNDARY)]
    rules = {one.rule.removeprefix(_BOUNDARY): one for one in boundaries}
    truth: dict[str, list[Label]] = {boundary: [] for boundary in rules}
    for label in labels:
        if label.kind is LabelKind.EXCURSION:
            truth.setdefault(label.boundary, []).append(label)
    found = (
        _disagreement(f"asset {asset}: boundary {boundary}", rules.get(boundary), truth[boundary])
        for boundary in sorted(truth)
    )
    return [sentence for sentence in found if sentence]


def _disagreement(subject: str, rule: RuleFired | None, labels: list[Label]) -> str:
    listed = score(rule.excursions if rule else (), labels)
    unlisted = rule.count - len(rule.excursions) if rule else 0
    missing = max(0, listed.missed - unlisted)
    invented = listed.invented + max(0, unlisted - listed.missed)
    if not missing and not invented:
        return ""
    return (
        f"{subject}: of {len(labels)} labelled excursions {missing} missing, and {invented} "
        "found without a label"
    )
