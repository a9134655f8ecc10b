"""Rates of temperature as exact integers, the same on every machine.

A rate is computed once per milli-°C with correctly rounded decimal arithmetic (`exp` and `ln` of
`decimal` are correctly rounded, `power` is not) and kept as an integer of stated scale, so that
weighted sums of rates are exact in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal

CONTEXT = Context(prec=110, rounding=ROUND_HALF_EVEN)
"""110 digits hold every rate that can be kept with 75 decimals."""

FREEZING_KELVIN = Decimal("273.15")
_STEP = Decimal("0.001")
_KEPT = 200_000


def kelvin_of(milli_celsius: int) -> Decimal:
    """Return a temperature in kelvin.

    Raises:
        ValueError: It is not above absolute zero.
    """
    kelvin = CONTEXT.add(CONTEXT.multiply(Decimal(milli_celsius), _STEP), FREEZING_KELVIN)
    if kelvin <= 0:
        message = f"{milli_celsius} m°C is not above absolute zero"
        raise ValueError(message)
    return kelvin


def scaled(number: Decimal, digits: int) -> int:
    """Return a number times a power of ten, rounded half to even."""
    return int(CONTEXT.to_integral_value(CONTEXT.scaleb(number, digits)))


class _Kept(dict[int, int]):
    """Numbers that were computed; begun anew when there are too many."""

    def __init__(self, compute: Callable[[int], int]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, argument: int) -> int:
        if len(self) >= _KEPT:
            self.clear()
        number = self[argument] = self._compute(argument)
        return number


def kept(compute: Callable[[int], int]) -> Callable[[int], int]:
    """Return a function that computes each number once and then looks it up at the speed of C."""
    return _Kept(compute).__getitem__
