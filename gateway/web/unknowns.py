"""What a count of zero says nothing of, as nothing was read that could tell."""

from __future__ import annotations

from collections.abc import Collection

from twins.policy.condition_policy import ConditionPolicy, Disposition
from twins.verdict.condition import Statistics

_OF_SHOCKS = ("acceleration", "velocity_change", "free_fall")


def shocks_unknown(statistics: Statistics) -> str:
    """Return why nothing can be said of shocks, in words; empty where a sensor told of any."""
    return "" if _is_read(statistics, _OF_SHOCKS) else "nothing can be said: no shock sensor spoke"


def openings_unknown(statistics: Statistics, policy: ConditionPolicy) -> str:
    """Return why nothing can be said of openings, in words; empty where it can."""
    opened = (one for one in policy.boundaries if one.disposition is Disposition.CONTAINER_OPEN)
    watched = list(dict.fromkeys(one.quantity for one in opened))
    if not watched:
        return "not judged: the policy has no rule that tells an opening"
    if _is_read(statistics, watched):
        return ""
    return f"nothing can be said: no sensor of {' or '.join(watched)} spoke"


def _is_read(statistics: Statistics, quantities: Collection[str]) -> bool:
    return any(one.quantity in quantities and one.minimum is not None for one in statistics.series)
