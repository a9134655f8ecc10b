"""The sections of a policy file made into integer limits.

Numbers become steps of their quantity, parts per million or microseconds by their decimal text;
what a file does not state is None. What an S-N curve is made of stays decimal numbers as written.
"""

from __future__ import annotations

from decimal import Decimal

from twins.readings import MICROSECONDS, QUANTITIES
from twins.sensors.limits import QuantityLimits, SensorLimits
from twins.temperature.shelf_life import Q10, Arrhenius, ShelfLife, SquareRoot

from .file import (
    BoundaryFile,
    CoreFile,
    CustodyFile,
    LocationFile,
    MeanKineticFile,
    NumbersByQuantity,
    ObservationFile,
    SensorsFile,
    ShelfLifeFile,
    ShockFile,
    WearFile,
    steps,
)
from .limits import (
    Boundary,
    CoreModel,
    CustodyLimits,
    LocationLimits,
    MeanKineticLimit,
    Observation,
    ShelfLifeLimit,
    ShockLimits,
    WearBudget,
)
from .words import Disposition, Phase, Severity

_HOUR = 3_600 * MICROSECONDS
_DAY = 24 * _HOUR
_PPM = 1_000_000
_JOULES = 1_000


def severity(word: str) -> Severity:
    """Return the severity of a word."""
    return Severity[word.upper()]


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(repr(number))


def boundary(entry: BoundaryFile) -> Boundary:
    """Return the limit that a `[[boundary]]` states."""
    quantity = QUANTITIES[entry.quantity]
    phases = entry.phases
    return Boundary(
        id=entry.id,
        quantity=entry.quantity,
        is_upper=entry.side == "upper",
        limit=steps(entry.limit, quantity.scale),
        hysteresis=steps(entry.hysteresis, quantity.scale),
        delay=entry.delay_s * MICROSECONDS,
        is_cumulative=entry.mode == "cumulative",
        severity=severity(entry.severity),
        disposition=Disposition(entry.disposition),
        is_latched=entry.latched,
        title=entry.title,
        phases=None if phases is None else tuple(one for one in Phase if one.value in phases),
        is_of_core=entry.of == "core",
    )


def observation(entry: ObservationFile) -> Observation:
    """Return what `[observation]` states."""
    hold, gap = entry.maximum_hold_s, entry.maximum_gap_s
    return Observation(
        required=tuple(entry.required),
        minimum_coverage_ppm=steps(entry.minimum_coverage, _PPM),
        maximum_hold=None if hold is None else hold * MICROSECONDS,
        severity=severity(entry.severity),
        ignore_first=entry.ignore_first_s * MICROSECONDS,
        maximum_gap=None if gap is None else gap * MICROSECONDS,
    )


def mean_kinetic(entry: MeanKineticFile | None) -> MeanKineticLimit | None:
    """Return what `[mean_kinetic_temperature]` states."""
    if entry is None:
        return None
    scale = QUANTITIES["temperature"].scale
    return MeanKineticLimit(
        limit=steps(entry.limit, scale),
        severity=severity(entry.severity),
        disposition=Disposition(entry.disposition),
        window=None if entry.window_h is None else entry.window_h * _HOUR,
        above=None if entry.above is None else steps(entry.above, scale),
    )


def shelf_life(entry: ShelfLifeFile | None) -> ShelfLifeLimit | None:
    """Return what `[shelf_life]` states."""
    if entry is None:
        return None
    left = entry.warn_left
    return ShelfLifeLimit(
        kinetics=ShelfLife(
            life=steps(entry.days, _DAY),
            reference=steps(entry.reference, QUANTITIES["temperature"].scale),
            model=_rate_model(entry),
        ),
        severity=severity(entry.severity),
        disposition=Disposition(entry.disposition),
        warn_left_ppm=None if left is None else steps(left, _PPM),
    )


def _rate_model(entry: ShelfLifeFile) -> Arrhenius | Q10 | SquareRoot:
    if entry.activation_kj_per_mol is not None:
        return Arrhenius(steps(entry.activation_kj_per_mol, _JOULES))
    if entry.q10 is not None:
        return Q10(steps(entry.q10, _PPM))
    # The check of the file has seen to it that the one that is left is stated.
    return SquareRoot(steps(entry.minimum or 0.0, QUANTITIES["temperature"].scale))


def sensors(entry: SensorsFile | None) -> SensorLimits | None:
    """Return what `[sensors]` states."""
    if entry is None:
        return None
    limits = {name: _limits(entry, name) for name in NumbersByQuantity.__struct_fields__}
    return SensorLimits(
        quantities={name: one for name, one in limits.items() if one != QuantityLimits()},
        quorum=entry.quorum,
        battery_low=steps(entry.battery_low or 0.0, QUANTITIES["battery"].scale),
        calibration_interval=(entry.calibration_days or 0) * _DAY,
        severity=severity(entry.severity),
    )


def _limits(entry: SensorsFile, name: str) -> QuantityLimits:
    scale = QUANTITIES[name].scale

    def number(table: NumbersByQuantity) -> int:
        return steps(getattr(table, name) or 0.0, scale)

    return QuantityLimits(
        accuracy=number(entry.accuracy),
        stuck_after=(getattr(entry.stuck_after_s, name) or 0) * MICROSECONDS,
        largest_step=number(entry.largest_step_per_minute),
        disagreement=number(entry.disagreement),
        drift=number(entry.drift),
    )


def core(entry: CoreFile | None) -> CoreModel | None:
    """Return what `[core]` states."""
    return None if entry is None else CoreModel(entry.time_constant_s * MICROSECONDS)


def shock(entry: ShockFile | None) -> ShockLimits | None:
    """Return what `[shock]` states."""
    if entry is None:
        return None
    restitution = steps(entry.restitution, _PPM)
    velocity, acceleration = entry.critical_velocity_m_s, entry.critical_acceleration_g
    if velocity is None or acceleration is None or entry.severity is None:
        return ShockLimits(restitution)
    return ShockLimits(
        restitution,
        critical_velocity=steps(velocity, 1_000),
        critical_acceleration=steps(acceleration, QUANTITIES["acceleration"].scale),
        severity=severity(entry.severity),
        disposition=Disposition(entry.disposition),
    )


def custody(entry: CustodyFile | None) -> CustodyLimits | None:
    """Return what `[custody]` states."""
    if entry is None:
        return None
    return CustodyLimits(entry.answer_within_s * MICROSECONDS, severity(entry.severity))


def location(entry: LocationFile | None) -> LocationLimits | None:
    """Return what `[location]` states."""
    if entry is None:
        return None
    delay, speed = entry.off_route_delay_s, entry.largest_speed_m_s
    return LocationLimits(
        off_route_delay=None if delay is None else delay * MICROSECONDS,
        largest_speed=None if speed is None else steps(speed, 1_000),
        severity=severity(entry.severity),
    )


def wear(entry: WearFile) -> WearBudget:
    """Return what `[wear]` states."""
    return WearBudget(
        shock_from=steps(entry.shock_from, QUANTITIES["acceleration"].scale),
        shock_full=entry.shock_full,
        handling_full=entry.handling_full,
        exposure_full=entry.exposure_full_s * MICROSECONDS,
        fatigue_quantity=entry.fatigue_quantity or "",
        fatigue_cycles=_decimal(entry.fatigue_cycles),
        fatigue_exponent=_decimal(entry.fatigue_exponent),
    )
