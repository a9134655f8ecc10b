"""For how long what made an alarm lasts, as people read it."""

from __future__ import annotations

from gateway.ports import Alarm

from .values import duration_text, duration_up_text

_UNOBSERVED = frozenset({"coverage", "gap"})
"""Kinds of rules about time in which nothing was seen: cut, it would flatter the goods."""


def lasted(alarm: Alarm, now: int) -> str:
    """Return for how long an alarm has lasted whose beginning is known, empty where it is not.

    Args:
        alarm: The alarm, which is active.
        now: Microseconds UTC; of a closed shipment its close counts instead.
    """
    if alarm.since is None:
        return ""
    until = now if alarm.closed_at is None else alarm.closed_at
    is_unobserved = alarm.rule.partition(":")[0] in _UNOBSERVED
    return (duration_up_text if is_unobserved else duration_text)(until - alarm.since)
