"""The alarms of an asset: its rules that fired, and since when each of them lasts."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.ports import Alarm
from twins.policy.condition_policy import ConditionPolicy, Disposition
from twins.twin import AssetTwin
from twins.verdict.beginnings import OVER_AND_STAYS, began_at, ends_with_the_close, is_active
from twins.verdict.breach_words import breach_words
from twins.verdict.condition import Condition
from twins.verdict.notes import is_note


def alarms_of(twin: AssetTwin, policy: ConditionPolicy, condition: Condition) -> Iterator[Alarm]:
    """Yield the alarms of an asset, in the order of its condition's rules; a note is none."""
    for fired in condition.rules_fired:
        if is_note(fired):
            continue
        since = began_at(fired, condition, policy, twin)
        lasts = is_active(fired, since)
        yield Alarm(
            id=f"{twin.asset}~{fired.rule}",
            asset=twin.asset,
            rule=fired.rule,
            text=breach_words(fired, policy),
            severity=int(fired.severity),
            since=since,
            is_active=lasts,
            acknowledged_by="",
            acknowledged_at=None,
            is_latched=not lasts
            and (fired.disposition is not Disposition.CONFORMANT or fired.rule in OVER_AND_STAYS),
            closed_at=ends_with_the_close(fired, twin),
        )
