"""What is left of the allowances: cumulative limits, and the shelf life."""

from __future__ import annotations

from twins.policy.condition_policy import Boundary, ConditionPolicy
from twins.readings import MICROSECONDS
from twins.verdict.condition import Budget, Condition

from .fact_readings import side_of, words_of
from .fact_types import BudgetFact, LifeFact
from .figures import duration, level, moment, percent_up

NEARLY_SPENT_PERCENT = 80
"""From here on a budget is worth a recommendation."""


def budget_facts(condition: Condition, policy: ConditionPolicy) -> tuple[BudgetFact, ...]:
    """Return the budget of every cumulative limit, in the policy's order."""
    limits = {one.id: one for one in policy.boundaries}
    return tuple(_budget(one, limits[one.boundary]) for one in condition.budgets)


def _budget(budget: Budget, limit: Boundary) -> BudgetFact:
    is_spent = budget.left == 0
    return BudgetFact(
        rule=limit.id,
        quantity=words_of(limit),
        side=side_of(limit),
        limit=level(limit.limit, limit.quantity),
        used=duration(budget.used),
        allowed=duration(budget.allowed),
        left=duration(budget.left),
        is_untouched=budget.used == 0,
        is_nearly_spent=not is_spent and budget.used * 100 >= budget.allowed * NEARLY_SPENT_PERCENT,
        is_spent=is_spent,
        used_up_at="" if budget.used_up_at is None else moment(budget.used_up_at),
    )


def life_fact(condition: Condition, policy: ConditionPolicy) -> LifeFact | None:
    """Return what is left of the shelf life; None where the policy knows of none."""
    limit, found = policy.shelf_life, condition.shelf_life
    if limit is None or found is None:
        return None
    fired = {one.rule for one in condition.rules_fired}
    least = limit.warn_left_ppm if "shelf_life_left" in fired else None
    is_used_up = found.left <= 0
    return LifeFact(
        life=duration(found.life),
        reference=level(limit.kinetics.reference, "temperature"),
        left="" if is_used_up else duration(found.left),
        least="" if least is None else percent_up(least),
        used_up_at="" if is_used_up or found.used_up_at is None else moment(found.used_up_at),
        unobserved=duration(found.unobserved) if found.unobserved >= MICROSECONDS else "",
    )
