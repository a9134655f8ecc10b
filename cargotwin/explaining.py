"""Why an asset is judged as it is, in lines for people (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.web.values import duration_text
from twins.readings import MICROSECONDS

Json = dict[str, Any]


def explanation(asset: Json) -> Iterator[str]:
    """Yield the lines that explain an asset.

    Args:
        asset: The asset's JSON as the status page serves it.
    """
    yield (
        f"{asset['id']}: {asset['disposition']}, severity {asset['severity']['word']}, "
        f"judged as of {asset['as_of']}"
    )
    for rule in asset["rules_fired"]:
        yield from _rule(rule)
    if not asset["rules_fired"]:
        yield "  every rule of the policy is kept"
    for one in asset["coverage"]["quantities"]:
        gap = _duration(one["longest_gap_s"])
        yield (
            f"  coverage: {one['quantity']} observed for {one['percent']:g} % of the planned time, "
            f"longest gap {gap}"
        )
    for budget in asset["budgets"]:
        yield (
            f"  budget: {budget['boundary']}: "
            f"{_duration(budget['used_s'])} of {_duration(budget['allowed_s'])} used, "
            f"{_duration(budget['left_s'])} left"
            + (f", at this rate until {budget['used_up_at']}" if budget["used_up_at"] else "")
        )


def _rule(rule: Json) -> Iterator[str]:
    yield f"  not kept ({rule['severity']['word']}): {rule['text']} [{rule['rule']}]"
    for one in rule["excursions"]:
        until = f"to {one['ended_at']}" if one["ended_at"] else "and lasts"
        yield (
            f"    {one['device']} {one['sensor']}: from {one['began_at']} {until}, "
            f"outside for {_duration(one['outside_s'])}, "
            f"extreme {one['extreme']['value']:g} {one['extreme']['unit']} at {one['extreme_at']}"
        )
    hidden = rule["count"] - len(rule["excursions"])
    if hidden > 0:
        yield f"    and {hidden} more"


def _duration(seconds: float) -> str:
    # The page ties numbers to their units by no-break spaces; a terminal needs none.
    return duration_text(round(seconds * MICROSECONDS)).replace("\N{NO-BREAK SPACE}", " ")
