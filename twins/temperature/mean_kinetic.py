"""Mean kinetic temperature from exact sums.

MKT in kelvin is `(ΔH/R) / -ln(Σ w·exp(-ΔH/(R·T)) / Σ w)` (Haynes 1971; USP <1079.2>), with the
pharmacopoeia's ΔH = 83.144 kJ/mol and R = 8.3144e-3 kJ/(mol·K), so that ΔH/R is 10,000 K exactly.
The factors are integers, computed once per milli-°C with correctly rounded decimal arithmetic:
their weighted sum is the same in any order, on any machine.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from .decimal_rates import CONTEXT, FREEZING_KELVIN, kelvin_of, kept, scaled

ACTIVATION_KELVIN = 10_000
"""ΔH/R of USP <1079.2>."""

FACTOR_SCALE = 75
"""Decimal digits of a factor: at -196 °C, the coldest cargo, 19 of them still count."""

_PLACES = Decimal("0.0001")


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
    mean_factor = CONTEXT.scaleb(CONTEXT.divide(factor_sum, weight_sum), -FACTOR_SCALE)
    kelvin = CONTEXT.divide(-ACTIVATION_KELVIN, CONTEXT.ln(mean_factor))
    celsius = CONTEXT.quantize(CONTEXT.subtract(kelvin, FREEZING_KELVIN), _PLACES)
    return CONTEXT.plus(celsius)  # plus makes -0.0000 the same text as 0.0000
