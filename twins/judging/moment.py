"""What the sensors of one quantity say from a moment on, and which value of it is judged."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

import msgspec

from twins.policy.condition_policy import Boundary, Phase
from twins.sensors.voices import lower_median, upper_median

from .excursions import Shown, is_outside
from .series import Series

_by_place = attrgetter("device", "sensor")


class Circumstances(msgspec.Struct, frozen=True, array_like=True):
    """What of the shipment bears on a verdict.

    Attributes:
        phase: The phase it is in.
        holder: Who holds the asset.
    """

    phase: Phase
    holder: str


class Moment(msgspec.Struct, frozen=True, array_like=True):
    """What is to be judged from a moment on.

    Attributes:
        at: The moment.
        high: What upper boundaries judge, in the order of device and sensor.
        low: What lower boundaries judge; the same where values are held.
        trusted: Trusted voices.
        then: The circumstances.
        voices: How many speak.
        is_held: Whether what is said lasts; else it was said at this moment alone.
        is_open: Whether sensors that did not speak could have changed what is judged.
        is_mild: Whether of two the milder one is judged: any third could only have shown more.
        is_of_place: Whether each sensor tells of its own place, and the worst of all is judged.
    """

    at: int
    high: tuple[Shown, ...]
    low: tuple[Shown, ...]
    trusted: int
    then: Circumstances
    voices: int = 0
    is_held: bool = True
    is_open: bool = False
    is_mild: bool = False
    is_of_place: bool = False

    @property
    def upper(self) -> int | None:
        """What upper boundaries judge; None where nobody speaks."""
        if not self.high:
            return None
        if self.is_of_place:
            return max(one.value for one in self.high)
        median = lower_median if self.is_mild else upper_median
        return median([(one.device, one.value) for one in self.high])

    @property
    def lower(self) -> int | None:
        """What lower boundaries judge; None where nobody speaks."""
        if not self.low:
            return None
        if self.is_of_place:
            return min(one.value for one in self.low)
        median = upper_median if self.is_mild else lower_median
        return median([(one.device, one.value) for one in self.low])

    def shown_for(self, boundary: Boundary, value: int) -> list[Shown]:
        """Return the first reading that shows a value judged, and behind it all that are outside.

        Args:
            boundary: What judges.
            value: What is judged; one of the readings shows it.
        """
        said = self.high if boundary.is_upper else self.low
        judged = next(one for one in said if one.value == value)
        return [judged, *(one for one in said if is_outside(boundary, one.value))]


def held(speaking: Iterable[Series]) -> tuple[Shown, ...]:
    """Return what series hold, in the order of device and sensor."""
    return tuple(
        [
            Shown(one.device, one.sensor, one.last_at, one.last_value)
            for one in sorted(speaking, key=_by_place)
        ]
    )


def extreme(
    read: Iterable[Series], others: Iterable[Series], *, is_upper: bool
) -> tuple[Shown, ...]:
    """Return the worst that each series said at a moment, and what others hold.

    Args:
        read: Series of which something sound was read at that moment, their newest one.
        others: Series that were not.
        is_upper: Whether high values are the worse ones.
    """
    worst = max if is_upper else min
    told = [Shown(one.device, one.sensor, one.last_at, worst(_sound_of(one))) for one in read]
    return tuple(sorted([*told, *held(others)], key=_by_place))


def _sound_of(one: Series) -> list[int]:
    """Return the sound values that a series read at the moment of its newest one."""
    before = [value for _, value in one.same_moment]
    return [*before, one.last_value] if one.is_sound else before
