"""Facts: everything that a report may state, taken from a condition and from nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec
import rfc8785

from twins.custody.possession import Custody
from twins.errors import CargotwinError
from twins.inputs import Decision, Milestone
from twins.policy.condition_policy import ConditionPolicy
from twins.verdict.condition import Condition

from . import (
    fact_allowances,
    fact_custody,
    fact_events,
    fact_excursions,
    fact_readings,
    fact_records,
)
from .device_text import asset_named, quoted
from .fact_types import Facts
from .figures import moment

__all__ = ["Facts", "ForeignPolicy", "facts_digest", "facts_of"]


class ForeignPolicy(CargotwinError):
    """A condition was to be worded with a policy that did not judge it."""

    def __init__(self, asset: str, judged_under: str, given: str) -> None:
        self.asset = asset
        self.judged_under = judged_under
        self.given = given
        super().__init__(
            f"asset {asset}: the condition was judged under policy {judged_under}, "
            f"not under {given}; assess again or hand over that policy"
        )


def facts_of(
    condition: Condition,
    *,
    title: str,
    policy: ConditionPolicy,
    custody: Custody,
    milestones: Sequence[Milestone] = (),
    decisions: Sequence[Decision] = (),
) -> Facts:
    """Return what a report on the condition may state.

    Args:
        condition: The verdict with its figures.
        title: What people call the asset; untrusted.
        policy: The policy that judged it; its limits and its title are stated.
        custody: The twin's custody, for who held the asset during an excursion.
        milestones: The twin's milestones.
        decisions: The twin's quality decisions.

    Raises:
        ForeignPolicy: The condition was judged under another policy.
    """
    if (condition.policy, condition.policy_digest) != (policy.id, policy.digest.hex()):
        given = f"{policy.id} {policy.digest.hex()[:12]}"
        judged_under = f"{condition.policy} {condition.policy_digest[:12]}"
        raise ForeignPolicy(condition.asset, judged_under, given)
    told, more = fact_excursions.excursions(condition, policy, custody)
    counts = {one.rule: one.count for one in condition.rules_fired}
    taken_by = custody.taken_by if "custody_apart" in counts else ""
    levels = fact_readings.levels(condition, policy)
    held = fact_custody.custody_fact(condition, taken_by, told)
    return Facts(
        schema=6,
        rules=condition.rules,
        asset=asset_named(condition.asset),
        as_of=condition.as_of,
        as_of_text=moment(condition.as_of),
        title=quoted(title),
        policy=condition.policy,
        policy_digest=condition.policy_digest,
        policy_title=quoted(policy.title),
        disposition=condition.disposition,
        severity=condition.severity,
        fired=tuple(one.rule for one in condition.rules_fired),
        is_finished=fact_records.is_finished(milestones),
        milestone=fact_records.milestone_fact(milestones),
        route=fact_records.route_fact(condition),
        levels=levels,
        judged=fact_readings.judged_quantities(condition, policy),
        has_limits=bool(fact_readings.limits_of_levels(policy)),
        excursions=told,
        more=more,
        before_start=counts.get("before_start", 0),
        after_close=counts.get("after_close", 0),
        outvoted=counts.get("outvoted", 0),
        # Where custodians share it, it is told with their shares.
        outside=() if held.shares else fact_excursions.time_outside(condition, policy, told),
        outside_now=fact_excursions.outside_now(condition, policy, told),
        is_outside=fact_excursions.is_outside_now(condition, policy),
        kinetic=fact_readings.kinetic_fact(condition, policy, is_excursion_told=bool(told)),
        near=fact_readings.near_limits(condition, policy),
        shocks=fact_events.shocks(condition, policy, custody),
        enclosure=fact_events.enclosure(condition, policy, custody),
        wear=fact_records.wear_fact(condition, policy),
        custody=held,
        coverage=fact_records.coverage_fact(condition, policy),
        quality=fact_records.quality_fact(condition),
        sensors=fact_records.sensors_fact(condition, levels),
        budgets=fact_allowances.budget_facts(condition, policy),
        shelf_life=fact_allowances.life_fact(condition, policy),
        decision=fact_records.decision_fact(decisions, condition, milestones),
    )


def facts_digest(facts: Facts) -> bytes:
    """Return the SHA-256 of the facts' RFC 8785 form."""
    return hashlib.sha256(rfc8785.dumps(msgspec.to_builtins(facts))).digest()
