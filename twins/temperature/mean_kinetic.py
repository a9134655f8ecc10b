"""Mean kinetic temperature from exact sums.

MKT in kelvin is `(ΔH/R) / -ln(Σ w·exp(-ΔH/(R·T)) / Σ w)` (Haynes 1971; USP <1079.2>), with the
pharmacopoeia's ΔH = 83.144 kJ/mol and R = 8.3144e-3 kJ/(mol·K), so that ΔH/R is 10,000 K exactly.
The factors are integers, computed once per milli-°C with correctly rounded decimal arithmetic:
their weighted sum is the same in any order, on any machine.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import log

from .decimal_rates import CONTEXT, FREEZING_KELVIN, kelvin_of, kept, scaled

ACTIVATION_KELVIN = 10_000
"""ΔH/R of USP <1079.2>."""

FACTOR_SCALE = 75
"""Decimal digits of a factor: at -196 °C, the coldest cargo, 19 of them still count."""

_PLACES = Decimal("0.0001")
_STEPS_PER_KELVIN = 10_000
_LOWEST_KELVIN, _HIGHEST_KELVIN = 70, 1_000
_CERTAINLY_NEAREST = 0.5 - 1e-4
"""Of a step: so far from the middle of two, 10^-8 K, plain arithmetic rounds as the exact one."""


def _computed_factor(milli_celsius: int) -> int:
    power = CONTEXT.exp(CONTEXT.divide(-ACTIVATION_KELVIN, kelvin_of(milli_celsius)))
    return scaled(power, FACTOR_SCALE)


arrhenius_factor: Callable[[int], int] = kept(_computed_factor)
"""Returns exp(-10000/T) of a temperature in milli-°C, scaled by 10^75 and rounded half to even.

Raises ValueError where the temperature is not above absolute zero.
"""


def mean_kinetic_celsius(factor_sum: int, weight_sum: int) -> Decimal | None:
    """Return the mean kinetic temperature in °C, to four places.

    Args:
        factor_sum: Σ weight · `arrhenius_factor`.
        weight_sum: Σ weight, in the same unit of time.

    Returns:
        The temperature, or None where nothing was observed.
    """
    if weight_sum <= 0 or factor_sum <= 0:
        return None
    kelvin = _nearly_kelvin(factor_sum / weight_sum)
    steps = (kelvin - float(FREEZING_KELVIN)) * _STEPS_PER_KELVIN
    nearest = round(steps)
    if _LOWEST_KELVIN < kelvin < _HIGHEST_KELVIN and abs(steps - nearest) < _CERTAINLY_NEAREST:
        return CONTEXT.scaleb(nearest, -4)
    return _exact_celsius(factor_sum, weight_sum)


def _nearly_kelvin(scaled_factor: float) -> float:
    """Return the temperature of a mean factor with an error below 10^-10 K, if below 1,000 K.

    That holds for whatever logarithm a machine has, if it is right to four units in the last place.
    """
    exponent = log(scaled_factor) - FACTOR_SCALE * log(10)
    return ACTIVATION_KELVIN / max(-exponent, 1.0)


def _exact_celsius(factor_sum: int, weight_sum: int) -> Decimal:
    mean_factor = CONTEXT.scaleb(CONTEXT.divide(factor_sum, weight_sum), -FACTOR_SCALE)
    kelvin = CONTEXT.divide(-ACTIVATION_KELVIN, CONTEXT.ln(mean_factor))
    celsius = CONTEXT.quantize(CONTEXT.subtract(kelvin, FREEZING_KELVIN), _PLACES)
    return CONTEXT.plus(celsius)  # plus makes -0.0000 the same text as 0.0000
