"""Fatigue by rainflow counting (ASTM E1049-85, section 5.4.4; SPECIFICATION section 9)."""

from collections import Counter
from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Any

from .history import History
from .quantities import STEPS

WHOLE = 10**18
"""The damage at which N cycles are used up."""

ROUGH, FINE = Context(prec=45), Context(prec=60)


def reversals(values: Sequence[int]) -> list[int]:
    """Return the first, the last and each value at which the direction changes."""
    changing = [one for place, one in enumerate(values) if not place or one != values[place - 1]]
    return [
        one
        for place, one in enumerate(changing)
        if place in (0, len(changing) - 1)
        or (one > changing[place - 1]) != (changing[place + 1] > one)
    ]


def halves(values: Sequence[int]) -> Counter[int]:
    """Return how many half cycles there are of each range."""
    counted: Counter[int] = Counter()
    points: list[int] = []
    for one in reversals(values):
        points.append(one)
        while len(points) >= 3:
            newest, before = abs(points[-1] - points[-2]), abs(points[-2] - points[-3])
            if newest < before:
                break
            if len(points) == 3:
                # It contains the start of the history.
                counted[before] += 1
                points.pop(0)
            else:
                counted[before] += 2
                del points[-3:-1]
    for place in range(len(points) - 1):
        counted[abs(points[place + 1] - points[place])] += 1
    return counted


def damage_of_half(size: int, scale: int, cycles: float, exponent: float) -> int:
    """Return the damage of half a cycle by N = a · S^-b."""
    share = FINE.divide(Decimal(size), Decimal(scale))
    power = FINE.exp(FINE.multiply(Decimal(repr(exponent)), FINE.ln(share)))
    damage = FINE.divide(power, FINE.multiply(Decimal(2), Decimal(repr(cycles))))
    return int(ROUGH.plus(damage.scaleb(18, FINE)).to_integral_value(context=FINE))


def fatigue(found: History, wear: dict[str, Any]) -> int:
    """Return the greatest damage of a series, 10^18 being all that it bears."""
    if "fatigue_quantity" not in wear:
        return 0
    quantity = wear["fatigue_quantity"]
    cycles, exponent = wear["fatigue_cycles"], wear["fatigue_exponent"]
    sums = [
        sum(
            count * damage_of_half(size, STEPS[quantity], cycles, exponent)
            for size, count in halves([one.value for one in some if one.is_sound]).items()
        )
        for key, some in found.series.items()
        if key[2] == quantity
    ]
    return max(sums, default=0)
