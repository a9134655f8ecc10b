"""What a policy states, in lines for people (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.web.values import duration_text
from twins.policy.condition_policy import Boundary, ConditionPolicy, Disposition, Severity
from twins.readings import MICROSECONDS, QUANTITIES, decimal_text
from twins.temperature.shelf_life import Q10, Arrhenius, ShelfLife, SquareRoot

_DAY = 86_400 * MICROSECONDS


def policy_lines(policy: ConditionPolicy) -> Iterator[str]:
    """Yield the lines that say what a policy states; what it does not state is not mentioned."""
    yield f"{policy.id}: {policy.title}"
    yield f"digest {policy.digest.hex()}"
    for line in (*_observation(policy), *map(_boundary, policy.boundaries), *_sections(policy)):
        # The page ties numbers to their units by no-break spaces; a terminal needs none.
        yield f"  {line}".replace("\N{NO-BREAK SPACE}", " ")


def _observation(policy: ConditionPolicy) -> Iterator[str]:
    asked = policy.observation
    share = _percent(asked.minimum_coverage_ppm)
    yield f"observed: {', '.join(asked.required)} for {share} of the time ({_word(asked.severity)})"
    if asked.ignore_first:
        yield f"observed: nothing is judged in the first {duration_text(asked.ignore_first)}"


def _boundary(one: Boundary) -> str:
    side = "not above" if one.is_upper else "not below"
    of = "estimated core " if one.is_of_core else ""
    text = f"{one.id}: {of}{one.quantity} {side} {_value(one.limit, one.quantity)}"
    if one.delay:
        mode = "in sum" if one.is_cumulative else "or longer"
        text += f" for {duration_text(one.delay)} {mode}"
    if one.hysteresis:
        text += f", back by {_value(one.hysteresis, one.quantity)}"
    if one.phases is not None:
        text += f", only in {', '.join(one.phases)}"
    return f"{text} ({_weight(one.severity, one.disposition)}{', latched' * one.is_latched})"


def _sections(policy: ConditionPolicy) -> Iterator[str]:
    yield from _temperature(policy)
    sensors, shock = policy.sensors, policy.shock
    if sensors is not None:
        watched = ", ".join(sensors.quantities) or "no quantity"
        yield f"sensors: {watched} watched, quorum {sensors.quorum} ({_word(sensors.severity)})"
    if shock is not None:
        yield f"shock: restitution {shock.restitution_ppm / 1_000_000:g}"
    if shock is not None and shock.critical_velocity is not None:
        yield (
            f"shock: damage from {shock.critical_velocity / 1_000:g} m/s and "
            f"{_value(shock.critical_acceleration or 0, 'acceleration')} on "
            f"({_weight(shock.severity, shock.disposition)})"
        )
    if policy.custody is not None and policy.custody.answer_within:
        within = duration_text(policy.custody.answer_within)
        yield f"custody: an offer is answered within {within} ({_word(policy.custody.severity)})"
    if policy.location is not None and policy.location.off_route_delay is not None:
        after = duration_text(policy.location.off_route_delay)
        yield f"location: off the route for {after} or longer ({_word(policy.location.severity)})"
    fatigue = policy.wear.fatigue_quantity
    if fatigue:
        unit = QUANTITIES[fatigue].unit
        a, b = policy.wear.fatigue_cycles, policy.wear.fatigue_exponent
        yield f"wear: {fatigue} cycles, N = {a:g}·S^-{b:g} with S in {unit}"


def _temperature(policy: ConditionPolicy) -> Iterator[str]:
    kinetic, core, lasts = policy.mean_kinetic, policy.core, policy.shelf_life
    if kinetic is not None:
        text = f"mean kinetic temperature: not above {_value(kinetic.limit, 'temperature')}"
        if kinetic.window is not None and kinetic.above is not None:
            above = _value(kinetic.above, "temperature")
            text += f", over any {duration_text(kinetic.window)} with an excursion above {above}"
        yield f"{text} ({_weight(kinetic.severity, kinetic.disposition)})"
    if core is not None:
        yield f"core: follows the air with a time constant of {duration_text(core.time_constant)}"
    if lasts is not None:
        text = f"shelf life: {_life(lasts.kinetics)}"
        if lasts.warn_left_ppm is not None:
            text += f", warned of from {_percent(lasts.warn_left_ppm)} left"
        yield f"{text} ({_weight(lasts.severity, lasts.disposition)})"


def _life(kinetics: ShelfLife) -> str:
    at = f"{kinetics.life / _DAY:g} days at {_value(kinetics.reference, 'temperature')}"
    match kinetics.model:
        case Arrhenius(activation):
            return f"{at}, Arrhenius with {activation / 1_000:g} kJ/mol"
        case Q10(quotient):
            return f"{at}, Q10 of {quotient / 1_000_000:g}"
        case SquareRoot(minimum):
            return f"{at}, square root from {_value(minimum, 'temperature')}"


def _weight(severity: Severity, disposition: Disposition) -> str:
    return f"{_word(severity)}, {disposition.value}"


def _word(severity: Severity) -> str:
    return severity.name.lower()


def _value(steps: int, quantity: str) -> str:
    return f"{decimal_text(steps, QUANTITIES[quantity].scale)} {QUANTITIES[quantity].unit}"


def _percent(ppm: int) -> str:
    return f"{decimal_text(ppm, 10_000)} %"
