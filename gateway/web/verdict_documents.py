"""A verdict as programs read it: what it is, on which readings, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable

from twins.judging.excursions import Excursion, Shown
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import MICROSECONDS
from twins.state import AssetTwin
from twins.verdict.allowances import Allowance, allowances
from twins.verdict.breach_words import breach_words
from twins.verdict.condition import Condition, RuleFired
from twins.verdict.outlook import what_would_change

from .attention import severity_of
from .sensor_documents import near_limit_document, sensors_document
from .statistics_documents import (
    budget_document,
    coverage_document,
    location_document,
    shelf_life_document,
    statistics_document,
)
from .values import Document, optional_rfc3339, rfc3339, value_of


def verdict_document(
    condition: Condition, policy: ConditionPolicy, twin: AssetTwin | None
) -> Document:
    """Return what a condition says, why, what would change it, and the figures of its rules.

    Args:
        condition: The verdict.
        policy: The policy that it was judged by.
        twin: The twin, settled at the moment of the verdict; None where only the verdict is known.
    """
    is_closed = twin is not None and twin.closed_at is not None
    bound = None if twin is None else twin.bound
    left, location = condition.shelf_life, condition.location
    return {
        "as_of": rfc3339(condition.as_of),
        "phase": condition.phase,
        "disposition": condition.disposition,
        "severity": severity_of(condition.severity),
        "rules_fired": [
            _rule(one, breach_words(one, policy))
            | {
                "what_would_change": what_would_change(
                    one, condition, policy, is_closed=is_closed, bound=bound
                )
            }
            for one in condition.rules_fired
        ],
        "allowances": [_allowance(one) for one in allowances(condition, policy, twin)],
        "statistics": statistics_document(condition.statistics, policy),
        "coverage": coverage_document(condition.coverage, policy),
        "budgets": [budget_document(one) for one in condition.budgets],
        "shelf_life": None if left is None else shelf_life_document(left, policy),
        "sensors": sensors_document(condition.sensors, policy, is_closed=is_closed, bound=bound),
        "location": None if location is None else location_document(location),
        "near_limits": [near_limit_document(one, policy) for one in condition.near_limits],
    }


def excursion_document(one: Excursion) -> Document:
    """Return one excursion; `device` and `sensor` are empty where the core is estimated."""
    return {
        "boundary": one.boundary,
        "device": one.device,
        "sensor": one.sensor,
        "quantity": one.quantity,
        "began_at": rfc3339(one.began_at),
        "alarmed_at": rfc3339(one.alarmed_at),
        "ended_at": optional_rfc3339(one.ended_at),
        "extreme": value_of(one.extreme, one.quantity),
        "extreme_at": rfc3339(one.extreme_at),
        "outside_s": one.outside / MICROSECONDS,
        "shown_by": list(_shown(one.shown_by, one.quantity)),
        "held_by": [
            {"holder": held.holder, "outside_s": held.outside / MICROSECONDS}
            for held in one.held_by
        ],
    }


def _rule(rule: RuleFired, happened: str) -> Document:
    return {
        "rule": rule.rule,
        "happened": happened,
        "text": rule.text,
        "severity": severity_of(rule.severity),
        "disposition": rule.disposition,
        "count": rule.count,
        "newest_alarm_at": optional_rfc3339(rule.newest_alarm_at),
        "excursions": [excursion_document(one) for one in rule.excursions],
    }


def _shown(readings: Iterable[Shown], quantity: str) -> Iterable[Document]:
    for one in readings:
        yield {
            "device": one.device,
            "sensor": one.sensor,
            "observed_at": rfc3339(one.observed_at),
            "value": value_of(one.value, quantity),
        }


def _allowance(one: Allowance) -> Document:
    return {
        "rule": one.rule,
        "text": one.text,
        "used_percent": None if one.used_ppm is None else one.used_ppm / 10_000,
        "used_up_at": optional_rfc3339(one.used_up_at),
    }
