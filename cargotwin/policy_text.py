"""What a policy states, in lines for people (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from twins.policy.condition_policy import (
    Boundary,
    ConditionPolicy,
    Disposition,
    LocationLimits,
    QuantityLimits,
    SensorLimits,
    Severity,
    ShockLimits,
    WearBudget,
)
from twins.readings import MICROSECONDS, QUANTITIES, decimal_text
from twins.temperature.shelf_life import Q10, Arrhenius, ShelfLife, SquareRoot
from twins.verdict.counts import counted
from twins.verdict.finding_words import told
from twins.verdict.spans import at_most

_DAY = 86_400 * MICROSECONDS
_PPM = 1_000_000
_PERCENT_PPM = 10_000
_MILLI = 1_000


def policy_lines(policy: ConditionPolicy) -> Iterator[str]:
    """Yield the lines that say what a policy states; what it does not state is not mentioned."""
    yield f"{policy.id}: {policy.title}"
    yield f"digest {policy.digest.hex()}"
    yield f"  source: {policy.source}"
    for line in (*_observation(policy), *map(_boundary, policy.boundaries), *_sections(policy)):
        yield f"  {line}"


def _observation(policy: ConditionPolicy) -> Iterator[str]:
    asked = policy.observation
    share = _percent(asked.minimum_coverage_ppm)
    yield f"observed: {', '.join(asked.required)} for {share} of the time ({_word(asked.severity)})"
    if asked.maximum_gap is not None:
        weight = _weight(asked.severity, Disposition.UNKNOWN)
        yield f"observed: no gap longer than {at_most(asked.maximum_gap)} ({weight})"
    if asked.maximum_hold is not None:
        yield f"observed: a reading speaks for at most {at_most(asked.maximum_hold)}"
    if asked.ignore_first:
        yield f"observed: no boundary judges in the first {at_most(asked.ignore_first)}"


def _boundary(one: Boundary) -> str:
    side = "not above" if one.is_upper else "not below"
    of = "estimated core " if one.is_of_core else ""
    text = f"{one.id}: {of}{one.quantity} {side} {told(one.limit, one.quantity)}"
    if one.delay:
        mode = "in sum" if one.is_cumulative else "or longer"
        text += f" for {at_most(one.delay)} {mode}"
    if one.hysteresis:
        text += f", back by {told(one.hysteresis, one.quantity)}"
    if one.phases is not None:
        text += f", only in {', '.join(one.phases)}"
    lasts = ", latched" if one.is_latched else " while it lasts"
    return f"{text} ({_weight(one.severity, one.disposition)}{lasts})"


def _sections(policy: ConditionPolicy) -> Iterator[str]:
    yield from _temperature(policy)
    if policy.sensors is not None:
        yield from _sensors(policy.sensors)
    if policy.shock is not None:
        yield from _shock(policy.shock)
    if policy.custody is not None:
        within = policy.custody.answer_within
        if within:
            weight = _word(policy.custody.severity)
            yield f"custody: an offer is answered within {at_most(within)} ({weight})"
        else:
            yield "custody: an offer may be answered at any time"
    if policy.location is not None:
        yield from _location(policy.location)
    yield from _wear(policy.wear)


def _temperature(policy: ConditionPolicy) -> Iterator[str]:
    kinetic, core, lasts = policy.mean_kinetic, policy.core, policy.shelf_life
    if kinetic is not None:
        text = f"mean kinetic temperature: not above {told(kinetic.limit, 'temperature')}"
        if kinetic.window is not None and kinetic.above is not None:
            above = told(kinetic.above, "temperature")
            text += f", over any {at_most(kinetic.window)} with an excursion above {above}"
        yield f"{text} ({_weight(kinetic.severity, kinetic.disposition)})"
    if core is not None:
        yield f"core: follows the air, 63 % of the way in {at_most(core.time_constant)}"
    if lasts is not None:
        text = f"shelf life: {_life(lasts.kinetics)}"
        if lasts.warn_left_ppm is not None:
            text += f", warned of from {_percent(lasts.warn_left_ppm)} left"
        yield f"{text} ({_weight(lasts.severity, lasts.disposition)})"


def _life(kinetics: ShelfLife) -> str:
    at = f"{kinetics.life / _DAY:g} days at {told(kinetics.reference, 'temperature')}"
    match kinetics.model:
        case Arrhenius(activation):
            return f"{at}, Arrhenius with {decimal_text(activation, _MILLI)} kJ/mol"
        case Q10(quotient):
            return f"{at}, Q10 of {decimal_text(quotient, _PPM)}"
        case SquareRoot(minimum):
            return f"{at}, square root from {told(minimum, 'temperature')}"


def _sensors(limits: SensorLimits) -> Iterator[str]:
    asked = f"at least {limits.quorum} trusted {'one' if limits.quorum == 1 else 'ones'} must speak"
    yield f"sensors: {asked}; a finding is {_word(limits.severity)}"
    if limits.battery_low:
        yield f"sensors: a battery is low below {told(limits.battery_low, 'battery')}"
    if limits.calibration_interval:
        yield f"sensors: a calibration holds for {at_most(limits.calibration_interval)}"
    for name, one in limits.quantities.items():
        yield f"{name} sensors: {', '.join(_watched(name, one))}"


def _watched(name: str, one: QuantityLimits) -> Iterator[str]:
    if one.accuracy:
        yield f"accurate to ±{told(one.accuracy, name)}"
    if one.disagreement:
        yield f"at most {told(one.disagreement, name)} apart"
    if one.drift:
        yield f"drift of at most {told(one.drift, name)}"
    if one.largest_step:
        yield f"change of at most {told(one.largest_step, name)} a minute"
    if one.stuck_after:
        yield f"stuck after {at_most(one.stuck_after)}"


def _shock(shock: ShockLimits) -> Iterator[str]:
    share = decimal_text(shock.restitution_ppm, _PPM)
    yield f"shock: drop heights with a restitution of {share}"
    if shock.critical_velocity is not None and shock.critical_acceleration is not None:
        yield (
            f"shock: damage from {decimal_text(shock.critical_velocity, _MILLI)} m/s and "
            f"{told(shock.critical_acceleration, 'acceleration')} on "
            f"({_weight(shock.severity, shock.disposition)})"
        )


def _location(limits: LocationLimits) -> Iterator[str]:
    word = _word(limits.severity)
    yield f"location: every planned stop is reached in time ({word})"
    if limits.off_route_delay is not None:
        yield f"location: off the route for less than {at_most(limits.off_route_delay)} ({word})"
    if limits.largest_speed is not None:
        speed = decimal_text(limits.largest_speed, _MILLI)
        yield f"location: a fix that asks for more than {speed} m/s is not believed"


def _wear(budget: WearBudget) -> Iterator[str]:
    if budget.shock_full:
        shocks, least = counted(budget.shock_full, "shock"), told(budget.shock_from, "acceleration")
        yield f"wear: used up by {shocks} of {least} or more"
    if budget.handling_full:
        yield f"wear: used up by {counted(budget.handling_full, 'handover')} and openings"
    if budget.exposure_full:
        yield f"wear: used up by {at_most(budget.exposure_full)} outside the boundaries"
    name, cycles, exponent = budget.fatigue_quantity, budget.fatigue_cycles, budget.fatigue_exponent
    if cycles is not None and exponent is not None:
        curve = f"N = {cycles.normalize():f}·S^-{exponent.normalize():f}"
        yield f"wear: {name} cycles, {curve} with S in {QUANTITIES[name].unit}"


def _weight(severity: Severity, disposition: Disposition) -> str:
    return f"{_word(severity)}, {disposition.value}"


def _word(severity: Severity) -> str:
    return severity.name.lower()


def _percent(ppm: int) -> str:
    return f"{decimal_text(ppm, _PERCENT_PPM)} %"
