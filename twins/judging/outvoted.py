"""Sensors that are outside a boundary by themselves, whatever the others say.

The median of several takes a true local event, such as the one corner of a load that froze, for the
lie of one sensor. The verdict stays with the median; a sensor that by itself was outside for as
long as the boundary allows is remembered, so that somebody looks before the goods are released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from twins.policy.condition_policy import Boundary

from .excursions import Shown, has_returned, is_outside
from .moment import Moment


class Alone(msgspec.Struct):
    """A sensor that is outside a boundary, or of a cumulative one was.

    Attributes:
        boundary: Id of the boundary.
        device: Its device.
        sensor: The sensor.
        outside: For how many microseconds; of a cumulative boundary all of them.
        is_open: Whether it has not returned.
    """

    boundary: str
    device: str
    sensor: str
    outside: int = 0
    is_open: bool = True


class Outvoted(msgspec.Struct, frozen=True):
    """A sensor that by itself was outside a boundary for its delay.

    Attributes:
        boundary: Id of the boundary.
        device: Its device.
        sensor: The sensor.
        at: When it first had been for so long, microseconds UTC.
    """

    boundary: str
    device: str
    sensor: str
    at: int


def heed(
    alone: list[Alone],
    boundaries: Sequence[Boundary],
    moment: Moment,
    is_active: Callable[[Boundary], bool],
) -> list[Outvoted]:
    """Note which sensors are outside from a moment on; return those that are at once too much.

    Args:
        alone: Those that are; changed.
        boundaries: Those of what is measured.
        moment: What is said, and held.
        is_active: Tells whether one of them judges now.
    """
    if not moment.high:
        return []
    if not is_any_open(alone) and not _is_any_outside(boundaries, moment.high):
        return []
    found = []
    for boundary in boundaries:
        is_judging = is_active(boundary)
        for one in moment.high:
            mine = _of(alone, boundary, one)
            if is_judging and is_outside(boundary, one.value):
                if mine is None:
                    alone.append(Alone(boundary.id, one.device, one.sensor))
                else:
                    mine.is_open = True
                if not boundary.delay:
                    found.append(Outvoted(boundary.id, one.device, one.sensor, moment.at))
            elif mine is not None and (not is_judging or has_returned(boundary, one.value)):
                mine.is_open = False
                if not boundary.is_cumulative:
                    alone.remove(mine)
    return found


def is_any_open(alone: Iterable[Alone]) -> bool:
    """Tell whether any sensor has not returned."""
    return any(one.is_open for one in alone)


def count_alone(
    alone: Iterable[Alone], boundaries: Sequence[Boundary], moment: Moment, start: int, span: int
) -> list[Outvoted]:
    """Count time for those that are outside; return those for which it becomes too much.

    Args:
        alone: Those that are; changed.
        boundaries: Those of what is measured.
        moment: What is said meanwhile.
        start: Since when.
        span: Microseconds.
    """
    limits = {one.id: one for one in boundaries}
    said = {(one.device, one.sensor): one.value for one in moment.high}
    found = []
    for one in alone:
        boundary, value = limits[one.boundary], said.get((one.device, one.sensor))
        if one.is_open and value is not None and is_outside(boundary, value):
            before, one.outside = one.outside, one.outside + span
            if before < boundary.delay <= one.outside:
                at = start + boundary.delay - before
                found.append(Outvoted(one.boundary, one.device, one.sensor, at))
    return found


def joined_outvoted(earlier: Iterable[Outvoted], later: Iterable[Outvoted]) -> tuple[Outvoted, ...]:
    """Return those of two stretches of time that follow each other, each once, in order."""
    found: dict[tuple[str, str, str], Outvoted] = {}
    for one in (*earlier, *later):
        found.setdefault((one.boundary, one.device, one.sensor), one)
    return tuple(found[place] for place in sorted(found))


def _of(alone: Iterable[Alone], boundary: Boundary, shown: Shown) -> Alone | None:
    for one in alone:
        if (one.boundary, one.device, one.sensor) == (boundary.id, shown.device, shown.sensor):
            return one
    return None


def _is_any_outside(boundaries: Iterable[Boundary], said: Sequence[Shown]) -> bool:
    values = [one.value for one in said]
    highest, lowest = max(values), min(values)
    return any(is_outside(one, highest if one.is_upper else lowest) for one in boundaries)
