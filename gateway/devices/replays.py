"""Where a device repeats a long stretch of its own stored readings: old data, sent again as new.

No part of any verdict: a fold would have to remember everything, and a person must look.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Protocol

from gateway.ports import DeviceSeries
from twins.readings import MICROSECONDS, UNUSABLE, Reading
from twins.sensors.findings import SensorFinding, Subject
from twins.sensors.replayed_series import find_replays

MOST = 20_000
"""Readings of a device that are looked at; a page waits for them."""

_LONGEST = 14 * 86_400 * MICROSECONDS
_in_series_order = attrgetter("quantity", "sensor", "observed_at")
_series = attrgetter("quantity", "sensor")


class KeptReadings(Protocol):
    """Readings as they are stored, by device."""

    def all_series_of(self, device: str) -> tuple[DeviceSeries, ...]:
        """Return a device's series, each with its newest reading."""

    def count_since(self, device: str, moment: int) -> int:
        """Return how many readings of a device were observed from a moment on."""

    def between(self, device: str, start: int, end: int) -> list[tuple[int, Reading]]:
        """Return (position, reading) of a device with start ≤ observed_at < end, unordered."""


def newest_replays(kept: KeptReadings, device: str) -> tuple[SensorFinding, ...]:
    """Return what a device repeats within its newest readings: 14 days, less where they are many.

    Args:
        kept: The stored readings.
        device: Id of the device.
    """
    end = max((one.last_at for one in kept.all_series_of(device)), default=None)
    if end is None:
        return ()
    span = _LONGEST
    while span and kept.count_since(device, end + 1 - span) > MOST:
        span //= 2
    newest = [one for _, one in kept.between(device, end + 1 - span, end + 1)]
    sound = [one for one in newest if not one.quality & UNUSABLE]
    return tuple(
        found
        for (quantity, sensor), some in groupby(sorted(sound, key=_in_series_order), _series)
        for found in _of_series(list(some), Subject(device, sensor, quantity))
    )


def _of_series(readings: list[Reading], subject: Subject) -> list[SensorFinding]:
    times = [one.observed_at for one in readings]
    return find_replays(times, [one.value for one in readings], subject)
