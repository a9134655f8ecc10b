"""What sensors say, and the runs outside a boundary that follow from it, second by second.

Written from the words of the specification alone; nothing is shared with the fold but the records.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby

from tests.unit.twins.samples import at
from twins.policy.condition_policy import Boundary, Phase
from twins.readings import Quality, Reading

SECOND = at(1)
Sensor = tuple[str, str]

Heard = list[tuple[int, Sensor, int]]
"""(value, sensor, when it was read) of all that speak."""

UNSOUND = Quality.SENTINEL | Quality.IMPLAUSIBLE | Quality.CONFLICT


@dataclass
class Measured:
    """What one sensor said since the shipment began, all times in seconds."""

    count: int = 0
    conflicts: int = 0
    unusable: int = 0
    sound: list[tuple[int, int]] = field(default_factory=list)
    """(value, when) of the sound ones."""
    spoken: list[int] = field(default_factory=list)
    """The value of each second in which it spoke."""
    speaking: tuple[int, int, int] | None = None
    """(value, when it was read, up to when it speaks)"""


def measurements(found: list[Reading]) -> list[tuple[tuple[str, str, int], list[Reading]]]:
    """Return the readings of one moment by their identity: device, sensor and seq."""

    def identity(one: Reading) -> tuple[str, str, int]:
        return one.device, one.sensor, -1 if one.seq is None else one.seq

    ordered = sorted(found, key=identity)
    return [(key, list(same)) for key, same in groupby(ordered, key=identity)]


def soundness(same: list[Reading]) -> tuple[bool, bool]:
    """Tell whether a measurement contradicts itself, and whether it says something."""
    is_conflict = len({reading.value for reading in same}) > 1
    return is_conflict, not is_conflict and not same[0].quality & UNSOUND


@dataclass
class Saying:
    """What was said in a second."""

    second: int
    high: Heard
    low: Heard
    phase: Phase
    holder: str
    lasts: bool
    voices: int = 0
    is_open: bool = False
    """Whether others that did not speak could have changed the verdict."""
    is_mild: bool = False
    """Whether the milder of two is judged."""


@dataclass
class Outing:
    """A run outside, or of a cumulative boundary all of them."""

    began: int
    outside: int = 0
    worst: tuple[int, Sensor, int] | None = None
    """(value, sensor, when it was read)"""
    alarmed: int | None = None
    ended: int | None = None
    shown: tuple[tuple[Sensor, int, int], ...] = ()
    """(sensor, when it was read, value) of all that were outside at the alarm."""
    held: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Watch:
    """One boundary and what it saw."""

    boundary: Boundary
    outings: list[Outing] = field(default_factory=list)
    is_open: bool = False
    outside: int = 0

    def is_beyond(self, value: int) -> bool:
        limit = self.boundary.limit
        return value > limit if self.boundary.is_upper else value < limit

    def is_back(self, value: int) -> bool:
        limit, dead = self.boundary.limit, self.boundary.hysteresis
        return value <= limit - dead if self.boundary.is_upper else value >= limit + dead

    def judge(
        self,
        second: int,
        heard: Heard,
        *,
        is_active: bool,
        is_mild: bool = False,
    ) -> None:
        """Judge the value of a moment, `heard` being (value, sensor, when it was read)."""
        if not heard:
            if self.is_open and not is_active:
                self._close(second)
            return
        value, _, _ = judged(heard, is_upper=self.boundary.is_upper is not is_mild)
        if not is_active:
            if self.is_open:
                self._close(second)
        elif self.is_beyond(value):
            self.go_beyond(second, heard, is_mild=is_mild)
        elif self.is_open and self.is_back(value) and not is_mild:
            self._close(second)

    def go_beyond(self, second: int, heard: Heard, *, is_mild: bool = False) -> None:
        """Open the run or deepen it, where what is judged is outside."""
        value, sensor, read_at = judged(heard, is_upper=self.boundary.is_upper is not is_mild)
        if not self.is_beyond(value):
            return
        if not self.is_open:
            self._open(second)
        mine = self.outings[-1]
        if mine.worst is None or self._is_worse(value, mine.worst[0]):
            mine.worst = (value, sensor, read_at)
        if self.boundary.delay == 0:
            self._alarm(second, heard)

    def count(
        self,
        second: int,
        heard: Heard,
        holder: str,
        *,
        is_mild: bool = False,
    ) -> bool:
        """Count the second that begins; return whether it is one outside."""
        if not heard or not self.is_open:
            return False
        if not self.is_beyond(judged(heard, is_upper=self.boundary.is_upper is not is_mild)[0]):
            return False
        mine = self.outings[-1]
        mine.outside += 1
        self.outside += 1
        if mine.held and mine.held[-1][0] == holder:
            mine.held[-1] = (holder, mine.held[-1][1] + 1)
        else:
            mine.held.append((holder, 1))
        if mine.outside * SECOND >= self.boundary.delay:
            self._alarm(second + 1, heard)
        return True

    def excursions(self) -> list[Outing]:
        return [one for one in self.outings if one.alarmed is not None]

    def _is_worse(self, value: int, than: int) -> bool:
        return value > than if self.boundary.is_upper else value < than

    def _open(self, second: int) -> None:
        self.is_open = True
        if self.boundary.is_cumulative and self.outings:
            self.outings[-1].ended = None
        else:
            self.outings.append(Outing(second))

    def _close(self, second: int) -> None:
        self.is_open = False
        self.outings[-1].ended = second

    def _alarm(self, second: int, heard: Heard) -> None:
        mine = self.outings[-1]
        if mine.alarmed is None:
            mine.alarmed = second
            beyond = [one for one in heard if self.is_beyond(one[0])]
            mine.shown = tuple(
                (sensor, read_at, value) for value, sensor, read_at in sorted(beyond, key=_place)
            )


def _place(one: tuple[int, Sensor, int]) -> Sensor:
    return one[1]


def judged(heard: Heard, *, is_upper: bool) -> tuple[int, Sensor, int]:
    """Return what devices' medians come to, shown by the first sensor that has this value."""
    by_device: dict[str, list[int]] = defaultdict(list)
    for value, (device, _), _ in heard:
        by_device[device].append(value)
    of_each = [_middle(values, is_upper=is_upper) for values in by_device.values()]
    middle = _middle(of_each, is_upper=is_upper)
    return next(one for one in sorted(heard, key=_place) if one[0] == middle)


def _middle(values: list[int], *, is_upper: bool) -> int:
    """Return the upper or lower median."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if is_upper else ordered[(len(ordered) - 1) // 2]
