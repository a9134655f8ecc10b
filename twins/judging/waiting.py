"""Sensors that speak while too few others do to outvote them: they are heard out first.

Where three voices and more could speak, the one that lies may be the first to speak, or the last.
One of them alone, or two that do not agree, are therefore judged only when the others had time to
speak. What is said until then is put off. If they still speak, and the others do not, it is
judged from its beginning, as it was. If enough speak in time, or nobody does any more, only that is
judged of which the others could have changed nothing: where both of two were outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from twins.sensors.voices import LEAST_FOR_A_MEDIAN

from .moment import Moment
from .series import Series


class Wait(msgspec.Struct):
    """For how long those that speak alone are heard out.

    Attributes:
        since: Since when too few speak.
        until: Until when they wait for others; None once that is over.
        put_off: What was said meanwhile.
    """

    since: int
    until: int | None
    put_off: list[Moment] = []

    def shorten(self, patience: int) -> None:
        """Wait no longer than so many microseconds from the beginning."""
        if self.until is not None:
            self.until = min(self.until, self.since + patience)


class Audience(msgspec.Struct, frozen=True):
    """Who speaks of a quantity at a moment, beside those that could.

    Attributes:
        speaking: Voices that speak.
        awaited: Voices that could.
        patience: Microseconds for which those that speak wait for the others; None where nobody
            goes on to speak.
        is_by_device: Whether each device has one voice; else each sensor has.
    """

    speaking: int
    awaited: int
    patience: int | None
    is_by_device: bool

    @property
    def is_small(self) -> bool:
        """Whether too few speak to outvote one of them, and more could."""
        return 0 < self.speaking < LEAST_FOR_A_MEDIAN <= self.awaited

    def voices_of(self, sensors: Sequence[Series]) -> int:
        """Return how many voices some sensors have."""
        return len({one.device for one in sensors}) if self.is_by_device else len(sensors)


SILENT = Audience(0, 1, None, is_by_device=False)
"""The only sensor of a shipment says nothing."""

HEARD = Audience(1, 1, None, is_by_device=False)
"""The only sensor of a shipment speaks."""


def audience_of(
    members: Sequence[Series],
    speaking: Sequence[Series],
    bound: Mapping[str, int],
    heard: Iterable[str],
    at: int,
) -> Audience:
    """Return who speaks, and who could.

    A device that was not heard of anything yet may speak. Where several devices could, each has one
    voice; where there is one alone, each of its sensors has.

    Args:
        members: Every series of the quantity.
        speaking: Those that say something at the moment.
        bound: Devices that travel with the asset, with their expected interval.
        heard: Devices that were heard.
        at: The moment.
    """
    ours = [one.device for one in members if one.device in bound]
    unheard = [device for device in bound if device not in heard]
    awaited = {*ours, *unheard}
    is_by_device = len(awaited) > 1
    told = {one.device for one in speaking}
    return Audience(
        speaking=len(told) if is_by_device else len(speaking),
        awaited=len(awaited) if is_by_device else len(ours) + len(unheard),
        patience=_patience(
            [one for one in speaking if one.speaks_until > at],
            [bound[device] for device in (awaited - told if is_by_device else awaited)],
        ),
        is_by_device=is_by_device,
    )


def _patience(speaking: Sequence[Series], awaited: Sequence[int]) -> int | None:
    """Return how long those that speak wait: as long as the silent ones need, if they may.

    Args:
        speaking: Those that go on to speak; they wait no longer than they surely do.
        awaited: Expected intervals of the others.
    """
    if not speaking:
        return None
    holds = [one.speaks_until - one.last_at for one in speaking]
    return min(min(holds) * 4 // 5, max(awaited, default=0) * 5 // 4)
