"""What a twin says at a moment: disposition, severity, the rules that fired, and the figures.

`assess` is the verdict. Rules alone decide it; every rule that fired stands in the condition with
what made it fire. `condition_document` is the form that `condition_digest` covers: integers and
strings only, nothing about arrival, evidence, versions or wording.
"""

from __future__ import annotations

import msgspec

from twins.policy.condition_policy import (
    ConditionPolicy,
    Disposition,
    Phase,
    Severity,
    worst_disposition,
)
from twins.position.location_figure import LocationFigure, location_of
from twins.twin import AssetTwin, settled_at

from .custody_figures import CustodySummary, custody_of
from .figures import (
    Budget,
    Coverage,
    CoverageOf,
    JudgedStatistics,
    SeriesStatistics,
    ShelfLifeLeft,
    Shocks,
    Statistics,
    WindowFigure,
    budgets_of,
    coverage_of,
    shelf_life_of,
    statistics_of,
)
from .rules import EXCURSIONS_LISTED, PERCENT_PPM, Figures, RuleFired, rules_fired
from .sensor_figures import FoundOfSensor, NearLimit, Sensors, near_limits_of, sensors_of

__all__ = [
    "EXCURSIONS_LISTED",
    "PERCENT_PPM",
    "RULES",
    "Budget",
    "Condition",
    "Coverage",
    "CoverageOf",
    "CustodySummary",
    "FoundOfSensor",
    "JudgedStatistics",
    "LocationFigure",
    "NearLimit",
    "RuleFired",
    "Sensors",
    "SeriesStatistics",
    "ShelfLifeLeft",
    "Shocks",
    "Statistics",
    "WindowFigure",
    "assess",
    "condition_document",
]

RULES = 3
"""Raised when a golden condition vector changes: other rules judge the same readings otherwise."""


class Condition(msgspec.Struct, frozen=True):
    """The verdict on an asset at `as_of`, with its reasons and figures."""

    schema: int
    rules: int
    asset: str
    policy: str
    policy_digest: str
    as_of: int
    phase: Phase
    disposition: Disposition
    severity: Severity
    rules_fired: tuple[RuleFired, ...]
    statistics: Statistics
    coverage: Coverage
    custody: CustodySummary
    budgets: tuple[Budget, ...]
    shelf_life: ShelfLifeLeft | None
    sensors: Sensors
    near_limits: tuple[NearLimit, ...]
    location: LocationFigure | None


def assess(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> Condition:
    """Return the condition that a twin shows at a moment.

    Args:
        twin: The folded twin.
        policy: The policy it was folded under.
        as_of: Microseconds UTC, not before the twin's newest input.

    Raises:
        OutOfOrderInput: The moment lies before what the twin has folded.
    """
    settled = settled_at(twin, as_of, policy)
    figures = Figures(
        statistics=statistics_of(settled, policy, as_of),
        coverage=coverage_of(settled, policy, as_of),
        custody=custody_of(settled, policy, as_of),
        sensors=sensors_of(settled, policy, as_of),
        shelf_life=shelf_life_of(settled, policy, as_of),
        location=location_of(settled, as_of),
    )
    fired = rules_fired(settled, policy, figures)
    return Condition(
        schema=3,
        rules=RULES,
        asset=twin.asset,
        policy=policy.id,
        policy_digest=policy.digest.hex(),
        as_of=as_of,
        phase=settled.phase,
        disposition=worst_disposition([one.disposition for one in fired]),
        severity=max((one.severity for one in fired), default=Severity.NONE),
        rules_fired=fired,
        statistics=figures.statistics,
        coverage=figures.coverage,
        custody=figures.custody,
        budgets=budgets_of(settled, policy, as_of),
        shelf_life=figures.shelf_life,
        sensors=figures.sensors,
        near_limits=near_limits_of(settled, policy),
        location=figures.location,
    )


def condition_document(condition: Condition) -> dict[str, object]:
    """Return the JSON document whose RFC 8785 bytes `condition_digest` covers."""
    document: dict[str, object] = msgspec.to_builtins(condition)
    return document
