"""The ways in which one of several sensors lies; each gets its own sound values and another's."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

Column = list[tuple[int, float]]
Poison = Callable[[Column, Column, random.Random], Column]

SPIKES = 0.05
"""Share of the readings that are spikes."""


def _offset(own: Column, _other: Column, rng: random.Random) -> Column:
    start = rng.randrange(max(1, len(own) // 2))
    error = rng.choice((-1, 1)) * rng.uniform(2.5, 10.0)
    return [
        (at, value + error if place >= start else value) for place, (at, value) in enumerate(own)
    ]


def _stuck(own: Column, _other: Column, rng: random.Random) -> Column:
    start = rng.randrange(max(1, len(own) // 3))
    return [(at, own[min(place, start)][1]) for place, (at, _) in enumerate(own)]


def _spikes(own: Column, _other: Column, rng: random.Random) -> Column:
    size = rng.choice((-1, 1)) * rng.uniform(8.0, 40.0)
    return [(at, value + size if rng.random() < SPIKES else value) for at, value in own]


def _drift(own: Column, _other: Column, rng: random.Random) -> Column:
    per_hour = rng.choice((-1, 1)) * rng.uniform(0.15, 1.5)
    first = own[0][0]
    return [(at, value + per_hour * (at - first) / 3.6e9) for at, value in own]


def _copied(own: Column, other: Column, _rng: random.Random) -> Column:
    """Repeat what the other sensor last said, a little later."""
    found: Column = []
    place = 0
    for at, value in own:
        while place + 1 < len(other) and other[place + 1][0] <= at:
            place += 1
        found.append((at, other[place][1] if other[place][0] <= at else value))
    return found


def _noise(own: Column, _other: Column, rng: random.Random) -> Column:
    deviation = rng.uniform(3.0, 8.0)
    return [(at, value + rng.gauss(0.0, deviation)) for at, value in own]


def _swapped_unit(own: Column, _other: Column, _rng: random.Random) -> Column:
    """Send degrees Fahrenheit as degrees Celsius."""
    return [(at, round(value * 9 / 5 + 32, 2)) for at, value in own]


POISONS: dict[str, Poison] = {
    "offset": _offset,
    "stuck": _stuck,
    "spikes": _spikes,
    "drift": _drift,
    "copied": _copied,
    "noise": _noise,
    "swapped unit": _swapped_unit,
}
"""Every poison by its name."""


def poisoned(name: str, columns: Sequence[Column], victim: int, rng: random.Random) -> list[Column]:
    """Return the columns of all sensors, that of one of them poisoned.

    Args:
        name: A key of `POISONS`.
        columns: What each sensor read.
        victim: Which one lies.
        rng: How.
    """
    other = columns[(victim + 1) % len(columns)]
    lie = POISONS[name](columns[victim], other, rng) if columns[victim] else []
    return [lie if place == victim else column for place, column in enumerate(columns)]
