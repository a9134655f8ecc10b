"""Fatigue by Miner's sum: which share of its life each counted cycle takes from an asset.

N = a·S^-b cycles of the range S, in units of the quantity, use the asset up (Basquin's line of an
S-N curve); n of them take the share n / N, and shares of different ranges add up (Palmgren, Miner).
`a` and `b` are product data: there is no value that fits every asset, so there is no default.
Damages are integers, each rounded once: their sum is exact and the same in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

import msgspec

from .rainflow import FULL_CYCLE, Cycle, half_cycles_of, push_all

DAMAGE_SCALE = 10**18
"""The damage that uses the asset up, Miner's sum of 1."""

LARGEST_CYCLES = Decimal("1e30")
LARGEST_EXPONENT = Decimal(64)

_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)
# A damage halfway between two integers must not be moved off its place by the last digits of exp.
_ROUNDED = Context(prec=45, rounding=ROUND_HALF_EVEN)

_CURVES_KEPT = 16
_RANGES_KEPT = 50_000


class FatigueCurve(msgspec.Struct, frozen=True):
    """How many cycles an asset endures: N = cycles · S^-exponent.

    Attributes:
        cycles: The `a`: cycles of a range of one unit; more than 0, at most `LARGEST_CYCLES`.
        exponent: The `b`, a whole or any other number; more than 0, at most `LARGEST_EXPONENT`.

    Raises:
        ValueError: A number lies outside of these.
    """

    cycles: Decimal
    exponent: Decimal

    def __post_init__(self) -> None:
        if not (self.cycles.is_finite() and 0 < self.cycles <= LARGEST_CYCLES):
            message = f"{self.cycles} cycles are not more than 0 and at most {LARGEST_CYCLES}"
            raise ValueError(message)
        if not (self.exponent.is_finite() and 0 < self.exponent <= LARGEST_EXPONENT):
            message = f"exponent {self.exponent} is not more than 0 and at most {LARGEST_EXPONENT}"
            raise ValueError(message)


class _HalfCycleDamages(dict[int, int]):
    """Damages that were computed, by range in steps; begun anew when there are too many."""

    def __init__(self, curve: FatigueCurve, scale: int) -> None:
        self._curve = curve
        self._scale = scale

    def __missing__(self, range_steps: int) -> int:
        if len(self) >= _RANGES_KEPT:
            self.clear()
        damage = self[range_steps] = _computed_damage(self._curve, self._scale, range_steps)
        return damage


def _computed_damage(curve: FatigueCurve, scale: int, range_steps: int) -> int:
    if range_steps <= 0:
        message = f"a range of {range_steps} steps is no range"
        raise ValueError(message)
    units = _CONTEXT.divide(range_steps, scale)
    power = _CONTEXT.exp(_CONTEXT.multiply(curve.exponent, _CONTEXT.ln(units)))
    half = _CONTEXT.divide(power, _CONTEXT.multiply(FULL_CYCLE, curve.cycles))
    damage = _ROUNDED.plus(_CONTEXT.multiply(half, DAMAGE_SCALE))
    return int(_CONTEXT.to_integral_value(damage))


@lru_cache(maxsize=_CURVES_KEPT)
def half_cycle_damage(curve: FatigueCurve, scale: int) -> Callable[[int], int]:
    """Return the function from a range in steps to the damage of half a cycle of it.

    The damage is `DAMAGE_SCALE` / (2·N), rounded half to even. Half cycles of less than 5e-19 of a
    life count nothing: a million million of them would not be seen. The function raises ValueError
    for a range that is not positive.

    Args:
        curve: The asset's.
        scale: Steps in one unit of the quantity.
    """
    return _HalfCycleDamages(curve, scale).__getitem__


def damage_of(cycles: Iterable[Cycle], half_damage: Callable[[int], int]) -> int:
    """Return Miner's sum of counted cycles, of which `DAMAGE_SCALE` uses the asset up.

    Args:
        cycles: Of any part of the history; damages of parts add up.
        half_damage: What `half_cycle_damage` returned.
    """
    return sum([halves * half_damage(size) for size, _, halves in cycles])


class Fatigue(msgspec.Struct):
    """The fatigue of one series of values so far.

    `residue` alone decides how counting goes on; the other two are sums, which add up over parts
    of a history that follow each other.

    Attributes:
        residue: Peaks and valleys not yet counted and the newest value; see `twins.wear.rainflow`.
        half_cycles: How many half cycles have been closed.
        damage: Miner's sum of them, of which `DAMAGE_SCALE` uses the asset up. It may need more
            than 64 bits, for a cycle may take more than one life.
    """

    residue: list[int] = []
    half_cycles: int = 0
    damage: int = 0


def feed(fatigue: Fatigue, values: Iterable[int], half_damage: Callable[[int], int]) -> None:
    """Count more values of the series.

    Args:
        fatigue: The series' fatigue; it is changed.
        values: In steps of the quantity, in order.
        half_damage: What `half_cycle_damage` returned.
    """
    closed = push_all(fatigue.residue, values)
    if closed:
        fatigue.half_cycles += sum([halves for _, _, halves in closed])
        fatigue.damage += damage_of(closed, half_damage)


def ended(fatigue: Fatigue, half_damage: Callable[[int], int]) -> Fatigue:
    """Return the fatigue as it would stand if the history ended now; it never falls with a value.

    Args:
        fatigue: The series' fatigue; it is not changed.
        half_damage: What `half_cycle_damage` returned.
    """
    left = half_cycles_of(fatigue.residue)
    return Fatigue(
        half_cycles=fatigue.half_cycles + len(left),
        damage=fatigue.damage + damage_of(left, half_damage),
    )
