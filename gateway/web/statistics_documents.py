"""The figures that a verdict rests on, as programs read them."""

from __future__ import annotations

from twins.policy.condition_policy import ConditionPolicy
from twins.readings import MICROSECONDS
from twins.verdict.condition import (
    Budget,
    Coverage,
    LocationFigure,
    SeriesStatistics,
    ShelfLifeLeft,
    Statistics,
)
from twins.verdict.figures import JudgedStatistics, Shocks
from twins.wear.shocks import JudgedShock

from .unknowns import openings_unknown, shocks_unknown
from .values import Document, optional_rfc3339, rfc3339, value_of

_MICRO = 1_000_000


def statistics_document(statistics: Statistics, policy: ConditionPolicy) -> Document:
    """Return the figures of every sensor, of what was judged of all, and of shocks and wear."""
    wear = statistics.wear
    return {
        "series": [_series(one) for one in statistics.series],
        "judged": [_judged(one) for one in statistics.judged],
        "shocks": _shocks(statistics.shocks) | {"is_known": not shocks_unknown(statistics)},
        "openings": statistics.openings,
        "openings_are_known": not openings_unknown(statistics, policy),
        "unjudged": statistics.unjudged,
        "wear": {
            "index_percent": wear.index_ppm / 10_000,
            "shock_percent": wear.shock_ppm / 10_000,
            "handling_percent": wear.handling_ppm / 10_000,
            "exposure_percent": wear.exposure_ppm / 10_000,
            "fatigue_percent": wear.fatigue_ppm / 10_000,
        },
    }


def coverage_document(coverage: Coverage, policy: ConditionPolicy) -> Document:
    """Return how much of the planned time was observed, and what the policy asks."""
    return {
        "percent": coverage.ratio_ppm / 10_000,
        "minimum_percent": policy.observation.minimum_coverage_ppm / 10_000,
        "quorum": quorum_of(policy),
        "planned_from": optional_rfc3339(coverage.planned_from),
        "planned_s": coverage.planned / MICROSECONDS,
        "quantities": [
            {
                "quantity": one.quantity,
                "percent": one.ratio_ppm / 10_000,
                "observed_s": one.observed / MICROSECONDS,
                "longest_gap_s": one.longest_gap / MICROSECONDS,
                "observed_until": optional_rfc3339(one.observed_until),
            }
            for one in coverage.quantities
        ],
    }


def quorum_of(policy: ConditionPolicy) -> int:
    """Return how many trusted sensors must speak for time to count as observed."""
    return 1 if policy.sensors is None else policy.sensors.quorum


def budget_document(one: Budget) -> Document:
    """Return what is left of one cumulative boundary."""
    return {
        "boundary": one.boundary,
        "used_s": one.used / MICROSECONDS,
        "allowed_s": one.allowed / MICROSECONDS,
        "left_s": one.left / MICROSECONDS,
        "used_up_at": optional_rfc3339(one.used_up_at),
    }


def shelf_life_document(left: ShelfLifeLeft, policy: ConditionPolicy) -> Document:
    """Return what is left of the shelf life at its reference temperature."""
    limit = policy.shelf_life
    reference = None if limit is None else value_of(limit.kinetics.reference, "temperature")
    return {
        "life_s": left.life / MICROSECONDS,
        "left_s": left.left / MICROSECONDS,
        "unobserved_s": left.unobserved / MICROSECONDS,
        "reference": reference,
        "used_up_at": optional_rfc3339(left.used_up_at),
    }


def location_document(one: LocationFigure) -> Document:
    """Return where the asset is on its way: stops, times and sums, and no position."""
    return {
        "stop": one.stop or None,
        "last_stop": one.last_stop or None,
        "off_route_since": optional_rfc3339(one.off_route_since),
        "off_route_alarms": one.off_route_alarms,
        "off_route_s": one.off_route / MICROSECONDS,
        "overdue_stops": list(one.overdue_stops),
        "fixes": one.fixes,
        "impossible_fixes": one.impossible,
        "travelled_m": one.travelled_mm / 1_000,
    }


def _series(one: SeriesStatistics) -> Document:
    return {
        "device": one.device,
        "sensor": one.sensor,
        "quantity": one.quantity,
        "readings": one.readings,
        "unusable": one.unusable,
        "conflicts": one.conflicts,
        "clock_suspects": one.clock_suspects,
        "first_at": rfc3339(one.first_at),
        "last_at": rfc3339(one.last_at),
        "last": value_of(one.last, one.quantity),
        "minimum": value_of(one.minimum, one.quantity),
        "minimum_at": optional_rfc3339(one.minimum_at),
        "maximum": value_of(one.maximum, one.quantity),
        "maximum_at": optional_rfc3339(one.maximum_at),
        "mean": value_of(one.mean, one.quantity),
        "mean_kinetic_celsius": one.mean_kinetic_celsius,
        "observed_s": one.observed / MICROSECONDS,
    }


def _judged(one: JudgedStatistics) -> Document:
    window = one.highest_window
    return {
        "quantity": one.quantity,
        "sensors": one.sensors,
        "value": value_of(one.value, one.quantity),
        "lower": value_of(one.lower, one.quantity),
        "observed_s": one.observed / MICROSECONDS,
        "longest_gap_s": one.longest_gap / MICROSECONDS,
        "outside_s": one.outside / MICROSECONDS,
        "mean_kinetic_celsius": one.mean_kinetic_celsius,
        "highest_window": None
        if window is None
        else {
            "begins_at": rfc3339(window.begins_at),
            "ends_at": rfc3339(window.ends_at),
            "observed_s": window.observed / MICROSECONDS,
            "mean_kinetic_celsius": window.mean_kinetic_celsius,
        },
        "core": value_of(one.core, one.quantity),
    }


def _shocks(shocks: Shocks) -> Document:
    return {
        "count": shocks.count,
        "peak": value_of(shocks.peak, "acceleration"),
        "peak_at": optional_rfc3339(shocks.peak_at),
        "drop_m": None if shocks.drop is None else shocks.drop / _MICRO,
        "drop_at": optional_rfc3339(shocks.drop_at),
        "beyond_damage_boundary": shocks.possible,
        "undecided": shocks.unknown,
        "newest": [_shock(one) for one in shocks.newest],
    }


def _shock(one: JudgedShock) -> Document:
    velocity = one.velocity_change
    return {
        "at": rfc3339(one.at),
        "device": one.device,
        "sensor": one.sensor,
        "peak": value_of(one.peak, "acceleration"),
        "velocity_change_m_s": None if velocity is None else velocity / _MICRO,
        "damage": one.zone,
    }
