"""Whether a release by quality answers all that calls for a person.

A release speaks of the goods as they were known. It answers neither what came up after it, nor what
custody or the way there ask of the parties.
"""

from __future__ import annotations

from condition_reports.fact_records import decision_fact
from twins.inputs import DecisionOutcome
from twins.policy.condition_policy import ConditionPolicy, Severity
from twins.twin import AssetTwin
from twins.verdict.beginnings import began_at
from twins.verdict.condition import Condition

_OF_THE_PARTIES = frozenset(
    {"custody_disputed", "custody_overdue", "custody_apart", "off_route", "arrival_overdue"}
)


def released_at(twin: AssetTwin, policy: ConditionPolicy, condition: Condition) -> int | None:
    """Return when quality released an asset, in microseconds UTC; None where a person must look.

    Args:
        twin: The twin that is judged.
        policy: The policy that it is judged by.
        condition: The verdict.
    """
    decided = decision_fact(twin.decisions, condition, twin.milestones)
    if decided is None or twin.decisions[-1].outcome is not DecisionOutcome.RELEASED:
        return None
    at = twin.decisions[-1].observed_at
    weighty = [one for one in condition.rules_fired if one.severity > Severity.NONE]
    if any(one.rule in _OF_THE_PARTIES for one in weighty):
        return None
    if twin.closed_at is not None and twin.closed_at <= at:
        # Nothing is judged behind the close.
        return at
    begun = (began_at(one, condition, policy, twin) or 0 for one in weighty)
    return at if decided.is_current and max(begun, default=0) <= at else None
