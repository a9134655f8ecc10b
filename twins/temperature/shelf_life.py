"""Shelf life used up, and what is left of it at the reference temperature.

A life is stated at one temperature; at another it passes `rate` times as fast. The rate is

- Arrhenius: `exp(Ea/R · (1/T_reference - 1/T))` with kelvin and R = 8.3144 J/(mol·K) as
  USP <1079.2> prints it, so that 83.144 kJ/mol stands for 10,000 K here as it does in the mean
  kinetic temperature;
- Q10: `Q10^((T - T_reference)/10)`. A model of the form `ln rate = b·T` is that of Q10 = exp(10 b);
- square root (Ratkowsky 1982): `((T - T_min)/(T_reference - T_min))²`, and 0 at T_min and below.

Rates are integers: their sum over time, `Σ microseconds · rate`, is exact in any order. It outgrows
64 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from operator import mul, sub

import msgspec

from twins.readings import LARGEST

from .decimal_rates import CONTEXT, kelvin_of, kept, scaled

RATE_DIGITS = 24
"""Decimal digits of a rate: of 100 kJ/mol at -80 °C, for a reference of 25 °C, 15 still count."""

RATE_SCALE: int = 10**RATE_DIGITS
"""The rate at the reference temperature."""

_GAS_CONSTANT = Decimal("8.3144")
_PPM = -6
_CELSIUS_PER_DECADE = 10_000


class Arrhenius(msgspec.Struct, frozen=True, tag="arrhenius"):
    """Rate by activation energy.

    Attributes:
        activation_j_per_mol: Activation energy in J/mol.
    """

    activation_j_per_mol: int


class Q10(msgspec.Struct, frozen=True, tag="q10"):
    """Rate by a constant quotient per 10 °C.

    Attributes:
        quotient_ppm: The quotient in parts per million: 2,000,000 doubles the rate.
    """

    quotient_ppm: int


class SquareRoot(msgspec.Struct, frozen=True, tag="square_root"):
    """Rate whose square root is linear in temperature.

    Attributes:
        minimum: Milli-°C at which it is zero; below the reference temperature.
    """

    minimum: int


class ShelfLife(msgspec.Struct, frozen=True):
    """How long goods keep at a temperature, and how that changes with it.

    Attributes:
        life: Microseconds that they keep at the reference temperature.
        reference: That temperature in milli-°C.
        model: How the rate depends on temperature.
    """

    life: int
    reference: int
    model: Arrhenius | Q10 | SquareRoot


@lru_cache(maxsize=256)
def rates_of(shelf_life: ShelfLife) -> Callable[[int], int]:
    """Return the function from milli-°C to the rate, `RATE_SCALE` at the reference temperature.

    Raises:
        ValueError: The reference or, when it is called, a temperature is not above absolute zero;
            the quotient is not above 0; the minimum is not below the reference.
    """
    reference, model = shelf_life.reference, shelf_life.model
    match model:
        case Arrhenius():
            return kept(_arrhenius_rate(reference, model.activation_j_per_mol))
        case Q10():
            return kept(_quotient_rate(reference, model.quotient_ppm))
        case SquareRoot():
            return kept(_square_rate(reference, model.minimum))


def _arrhenius_rate(reference: int, activation_j_per_mol: int) -> Callable[[int], int]:
    activation_kelvin = CONTEXT.divide(Decimal(activation_j_per_mol), _GAS_CONSTANT)
    at_reference = CONTEXT.divide(activation_kelvin, kelvin_of(reference))

    def rate(milli_celsius: int) -> int:
        here = CONTEXT.divide(activation_kelvin, kelvin_of(milli_celsius))
        return scaled(CONTEXT.exp(CONTEXT.subtract(at_reference, here)), RATE_DIGITS)

    return rate


def _quotient_rate(reference: int, quotient_ppm: int) -> Callable[[int], int]:
    if quotient_ppm <= 0:
        message = f"a Q10 of {quotient_ppm} ppm is not above 0"
        raise ValueError(message)
    logarithm = CONTEXT.ln(CONTEXT.scaleb(Decimal(quotient_ppm), _PPM))

    def rate(milli_celsius: int) -> int:
        decades = CONTEXT.divide(Decimal(milli_celsius - reference), Decimal(_CELSIUS_PER_DECADE))
        return scaled(CONTEXT.exp(CONTEXT.multiply(logarithm, decades)), RATE_DIGITS)

    return rate


def _square_rate(reference: int, minimum: int) -> Callable[[int], int]:
    if minimum >= reference:
        message = f"a minimum of {minimum} m°C is not below the reference of {reference} m°C"
        raise ValueError(message)
    whole = reference - minimum

    def rate(milli_celsius: int) -> int:
        ratio = CONTEXT.divide(Decimal(max(0, milli_celsius - minimum)), Decimal(whole))
        return scaled(CONTEXT.multiply(ratio, ratio), RATE_DIGITS)

    return rate


def rate_sum(shelf_life: ShelfLife, times: Sequence[int], values: Sequence[int], until: int) -> int:
    """Return Σ microseconds · rate of values that follow each other.

    Args:
        shelf_life: What the goods keep.
        times: From when each value speaks, in order.
        values: Milli-°C; each speaks until the next one.
        until: Until when the last one speaks.
    """
    spans = map(sub, chain(islice(times, 1, None), (until,)), times)
    return sum(map(mul, spans, map(rates_of(shelf_life), values)))


def life_left(shelf_life: ShelfLife, used: int) -> int:
    """Return the microseconds that the goods keep if held at the reference temperature.

    Args:
        shelf_life: What they keep at first.
        used: Sum of every `rate_sum` so far.

    Returns:
        The time, rounded down: no more is promised than there is. Negative where the life was
        used up that long before, as far as `LARGEST` goes.
    """
    return max(-LARGEST, shelf_life.life + (-used // RATE_SCALE))


def used_up_at(left: int, rate: int, as_of: int) -> int | None:
    """Return when the life will be used up if the temperature stays as it is.

    Args:
        left: What `life_left` says.
        rate: Rate at the temperature of now.
        as_of: Microseconds UTC of now.

    Returns:
        The moment in microseconds UTC, rounded down; `as_of` where nothing is left; None where it
        never comes, or not before the year 10000.
    """
    if left <= 0:
        return as_of
    if rate <= 0:
        return None
    moment = as_of + left * RATE_SCALE // rate
    return moment if moment <= LARGEST else None
