"""A policy as programs read it: its limits in people's units."""

from __future__ import annotations

from twins.policy.condition_policy import (
    Boundary,
    ConditionPolicy,
    CoreModel,
    CustodyLimits,
    LocationLimits,
    MeanKineticLimit,
    QuantityLimits,
    SensorLimits,
    ShelfLifeLimit,
    ShockLimits,
    WearBudget,
)
from twins.readings import MICROSECONDS
from twins.temperature.shelf_life import Q10, Arrhenius, SquareRoot

from .attention import severity_of
from .values import Document, value_of

_MILLI = 1_000
_PPM = 1_000_000
_PERCENT_PPM = 10_000


def policy_document(policy: ConditionPolicy) -> Document:
    """Return a policy; a section that its file leaves out is null."""
    observation = policy.observation
    return {
        "id": policy.id,
        "title": policy.title,
        "source": policy.source,
        "digest": policy.digest.hex(),
        "required": list(observation.required),
        "minimum_coverage_percent": observation.minimum_coverage_ppm / _PERCENT_PPM,
        "maximum_hold_s": _seconds(observation.maximum_hold),
        "ignore_first_s": _seconds(observation.ignore_first),
        "maximum_gap_s": _seconds(observation.maximum_gap),
        "boundaries": [_boundary(one) for one in policy.boundaries],
        "mean_kinetic_temperature": _mean_kinetic(policy.mean_kinetic),
        "shelf_life": _shelf_life(policy.shelf_life),
        "core": _core(policy.core),
        "sensors": _sensors(policy.sensors),
        "shock": _shock(policy.shock),
        "wear": _wear(policy.wear),
        "custody": _custody(policy.custody),
        "location": _location(policy.location),
    }


def _boundary(one: Boundary) -> Document:
    return {
        "id": one.id,
        "title": one.title,
        "quantity": one.quantity,
        "of": "core" if one.is_of_core else "measured",
        "side": "upper" if one.is_upper else "lower",
        "limit": value_of(one.limit, one.quantity),
        "hysteresis": value_of(one.hysteresis, one.quantity),
        "delay_s": one.delay / MICROSECONDS,
        "mode": "cumulative" if one.is_cumulative else "single",
        "severity": severity_of(one.severity),
        "disposition": one.disposition,
        "latched": one.is_latched,
        "phases": None if one.phases is None else list(one.phases),
    }


def _mean_kinetic(limit: MeanKineticLimit | None) -> Document | None:
    if limit is None:
        return None
    return {
        "limit": value_of(limit.limit, "temperature"),
        "window_s": _seconds(limit.window),
        "above": value_of(limit.above, "temperature"),
        "severity": severity_of(limit.severity),
        "disposition": limit.disposition,
    }


def _shelf_life(limit: ShelfLifeLimit | None) -> Document | None:
    if limit is None:
        return None
    kinetics, warn = limit.kinetics, limit.warn_left_ppm
    return {
        "life_s": kinetics.life / MICROSECONDS,
        "reference": value_of(kinetics.reference, "temperature"),
        "model": _model(kinetics.model),
        "warn_left_percent": None if warn is None else warn / _PERCENT_PPM,
        "severity": severity_of(limit.severity),
        "disposition": limit.disposition,
    }


def _model(model: Arrhenius | Q10 | SquareRoot) -> Document:
    match model:
        case Arrhenius():
            return {
                "name": "arrhenius",
                "activation_kj_per_mol": model.activation_j_per_mol / _MILLI,
            }
        case Q10():
            return {"name": "q10", "q10": model.quotient_ppm / _PPM}
        case SquareRoot():
            return {"name": "square_root", "minimum": value_of(model.minimum, "temperature")}


def _core(core: CoreModel | None) -> Document | None:
    return None if core is None else {"time_constant_s": core.time_constant / MICROSECONDS}


def _sensors(limits: SensorLimits | None) -> Document | None:
    if limits is None:
        return None
    return {
        "quorum": limits.quorum,
        "battery_low": value_of(limits.battery_low, "battery"),
        "calibration_interval_s": limits.calibration_interval / MICROSECONDS,
        "severity": severity_of(limits.severity),
        "quantities": {name: _of(name, one) for name, one in sorted(limits.quantities.items())},
    }


def _of(quantity: str, limits: QuantityLimits) -> Document:
    return {
        "accuracy": value_of(limits.accuracy, quantity),
        "stuck_after_s": limits.stuck_after / MICROSECONDS,
        "largest_step_per_minute": value_of(limits.largest_step, quantity),
        "disagreement": value_of(limits.disagreement, quantity),
        "drift": value_of(limits.drift, quantity),
    }


def _shock(limits: ShockLimits | None) -> Document | None:
    if limits is None:
        return None
    velocity = limits.critical_velocity
    return {
        "restitution": limits.restitution_ppm / _PPM,
        "critical_velocity_m_s": None if velocity is None else velocity / _MILLI,
        "critical_acceleration": value_of(limits.critical_acceleration, "acceleration"),
        "severity": severity_of(limits.severity),
        "disposition": limits.disposition,
    }


def _wear(budget: WearBudget) -> Document:
    cycles, exponent = budget.fatigue_cycles, budget.fatigue_exponent
    return {
        "shock_from": value_of(budget.shock_from, "acceleration"),
        "shock_full": budget.shock_full,
        "handling_full": budget.handling_full,
        "exposure_full_s": budget.exposure_full / MICROSECONDS,
        "fatigue_quantity": budget.fatigue_quantity or None,
        "fatigue_cycles": None if cycles is None else str(cycles),
        "fatigue_exponent": None if exponent is None else str(exponent),
    }


def _custody(limits: CustodyLimits | None) -> Document | None:
    if limits is None:
        return None
    return {
        "answer_within_s": limits.answer_within / MICROSECONDS,
        "severity": severity_of(limits.severity),
    }


def _location(limits: LocationLimits | None) -> Document | None:
    if limits is None:
        return None
    speed = limits.largest_speed
    return {
        "off_route_delay_s": _seconds(limits.off_route_delay),
        "largest_speed_m_s": None if speed is None else speed / _MILLI,
        "severity": severity_of(limits.severity),
    }


def _seconds(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / MICROSECONDS
