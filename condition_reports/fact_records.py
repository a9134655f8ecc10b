"""What is known beside the levels: custody, coverage, quality, wear, budgets, people's words."""

from __future__ import annotations

from collections.abc import Sequence

from twins.condition import Budget, Condition, CustodySummary, RuleFired
from twins.custody import CustodyState
from twins.inputs import Decision, DecisionOutcome, Milestone, MilestoneName
from twins.policy import Boundary, ConditionPolicy
from twins.wear import Wear

from .device_text import named
from .fact_readings import QUANTITY_WORDS
from .fact_types import (
    BudgetFact,
    CoverageFact,
    CustodyFact,
    DecisionFact,
    MilestoneFact,
    QualityFact,
    WearFact,
)
from .figures import duration, level, listed, moment, percent_down, percent_up

CHAIN_LENGTH = 4
NEARLY_SPENT_PERCENT = 80
"""From here on a budget is worth a recommendation."""

_OUTCOMES = {
    DecisionOutcome.RELEASED: "released",
    DecisionOutcome.PARTIALLY_RELEASED: "partially released",
    DecisionOutcome.QUARANTINED: "quarantined",
    DecisionOutcome.REJECTED: "rejected",
}


def custody_fact(custody: CustodySummary) -> CustodyFact:
    """Return who holds the asset and how it came there."""
    return CustodyFact(
        state=custody.state,
        holder=named(custody.holder) if custody.holder else "",
        since=moment(custody.since) if custody.holder else "",
        handovers=custody.handovers,
        chain=_chain(custody.holders),
        offered_to=named(custody.offered_to) if custody.offered_to else "",
        settled_disputes=custody.disputes - (custody.state is CustodyState.DISPUTED),
        refused=custody.refused_statements,
    )


def _chain(holders: tuple[str, ...]) -> str:
    names = [named(holder) for holder in holders]
    if len(names) > CHAIN_LENGTH:
        left_out = len(names) - CHAIN_LENGTH + 1
        names = [*names[:2], f"{left_out} others in turn", *names[-1:]]
    return " to ".join(names)


def coverage_fact(condition: Condition, policy: ConditionPolicy) -> CoverageFact:
    """Return the coverage of the required quantity that was observed least."""
    coverage = condition.coverage
    worst = min(coverage.quantities, key=lambda one: (one.ratio_ppm, -one.longest_gap))
    is_low = any(one.rule.startswith("coverage:") for one in condition.rules_fired)
    return CoverageFact(
        planned="" if coverage.planned_from is None else duration(coverage.planned),
        is_begun=coverage.planned > 0,
        quantity=QUANTITY_WORDS[worst.quantity],
        ratio=percent_down(worst.ratio_ppm),
        longest_gap=duration(worst.longest_gap),
        minimum=percent_up(policy.observation.minimum_coverage_ppm) if is_low else "",
        is_complete=worst.observed == coverage.planned,
        is_nothing=worst.observed == 0,
    )


def quality_fact(condition: Condition) -> QualityFact:
    """Return how many readings there are and how many of them say nothing."""
    series = condition.statistics.series
    return QualityFact(
        readings=sum(one.readings for one in series),
        unusable=sum(one.unusable for one in series),
        conflicts=sum(one.conflicts for one in series),
        unjudged=condition.statistics.unjudged,
    )


def wear_fact(condition: Condition, policy: ConditionPolicy) -> WearFact | None:
    """Return the wear; None where the policy has no wear budget."""
    budget, wear = policy.wear, condition.statistics.wear
    if not (budget.shock_full or budget.handling_full or budget.exposure_full):
        return None
    return WearFact(
        is_used=wear.index_ppm > 0, index=percent_up(wear.index_ppm), causes=_causes(wear)
    )


def _causes(wear: Wear) -> str:
    shares = {
        "shocks": wear.shock_ppm,
        "handling": wear.handling_ppm,
        "time outside limits": wear.exposure_ppm,
    }
    used = {name: percent_up(ppm) for name, ppm in shares.items() if ppm}
    if len(used) == 1:
        return f"{next(iter(used))} alone"
    return listed([f"{name} ({share})" for name, share in used.items()])


def budget_facts(condition: Condition, policy: ConditionPolicy) -> tuple[BudgetFact, ...]:
    """Return the fullest budget of every cumulative limit, in the policy's order."""
    facts = []
    for limit in policy.boundaries:
        mine = [one for one in condition.budgets if one.boundary == limit.id]
        if mine:
            facts.append(_budget(max(mine, key=lambda one: one.used), limit))
    return tuple(facts)


def _budget(budget: Budget, limit: Boundary) -> BudgetFact:
    is_spent = budget.left == 0
    return BudgetFact(
        rule=limit.id,
        quantity=QUANTITY_WORDS[limit.quantity],
        side="above" if limit.is_upper else "below",
        limit=level(limit.limit, limit.quantity),
        used=duration(budget.used),
        allowed=duration(budget.allowed),
        left=duration(budget.left),
        is_untouched=budget.used == 0,
        is_nearly_spent=not is_spent and budget.used * 100 >= budget.allowed * NEARLY_SPENT_PERCENT,
        is_spent=is_spent,
    )


def milestone_fact(milestones: Sequence[Milestone]) -> MilestoneFact | None:
    """Return the newest milestone, None where there is none."""
    if not milestones:
        return None
    newest = milestones[-1]
    return MilestoneFact(newest.name.value, moment(newest.observed_at))


def is_finished(milestones: Sequence[Milestone]) -> bool:
    """Tell whether the shipment was delivered or closed."""
    last = {MilestoneName.DELIVERY, MilestoneName.CLOSE}
    return any(one.name in last for one in milestones)


def decision_fact(decisions: Sequence[Decision], condition: Condition) -> DecisionFact | None:
    """Return the newest decision; it is current when no alarm came after it."""
    if not decisions:
        return None
    newest = decisions[-1]
    return DecisionFact(
        outcome=_OUTCOMES[newest.outcome],
        by=named(newest.by),
        at=moment(newest.observed_at),
        is_current=not any(_may_be_newer(rule, newest) for rule in condition.rules_fired),
    )


def _may_be_newer(rule: RuleFired, decision: Decision) -> bool:
    """Tell whether a rule may have been broken, or broken further, after a decision.

    A mean over the whole time has no moment; an excursion that lasted beyond the decision, or one
    that the condition does not list, may have become worse since.
    """
    if rule.rule == "mean_kinetic_temperature":
        return True
    lasted = any(
        one.ended_at is None or one.ended_at > decision.observed_at for one in rule.excursions
    )
    is_hidden = rule.count > len(rule.excursions)
    return lasted or is_hidden or (rule.newest_alarm_at or 0) > decision.observed_at
