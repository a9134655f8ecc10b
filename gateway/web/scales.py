"""Axes: from values to places, and round numbers and times to write along them."""

from __future__ import annotations

import datetime as dt

import msgspec

from twins.readings import MICROSECONDS

_MINUTE = 60 * MICROSECONDS
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_TIME_STEPS = (
    *(MICROSECONDS * seconds for seconds in (1, 5, 15, 30)),
    *(_MINUTE * minutes for minutes in (1, 5, 10, 15, 30)),
    *(_HOUR * hours for hours in (1, 2, 3, 6, 12)),
    *(_DAY * days for days in (1, 2, 7, 14, 28, 91, 182, 364)),
)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Scale(msgspec.Struct, frozen=True):
    """Maps an interval of values linearly to an interval of places."""

    value_from: int
    value_to: int
    place_from: float
    place_to: float

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        share = (value - self.value_from) / (self.value_to - self.value_from)
        return self.place_from + share * (self.place_to - self.place_from)


def value_ticks(lowest: int, highest: int, at_most: int) -> list[int]:
    """Return round values, 1, 2 or 5 times a power of ten apart, that enclose an interval."""
    span = max(1, highest - lowest)
    step = next(
        step
        for power in range(20)
        for step in (10**power, 2 * 10**power, 5 * 10**power)
        if span / step <= max(1, at_most)
    )
    first = lowest // step * step
    last = -(-highest // step) * step
    if first == last:
        last += step
    return list(range(first, last + 1, step))


def time_ticks(start: int, end: int, at_most: int) -> tuple[list[int], int]:
    """Return round moments within an interval, and how far apart they are (µs)."""
    step = next((one for one in _TIME_STEPS if (end - start) / one <= at_most), _TIME_STEPS[-1])
    first = -(-start // step) * step
    return list(range(first, end + 1, step)), step


def time_label(moment: int, step: int) -> tuple[str, str]:
    """Return the clock time and the date of a tick; the clock is left out between whole days."""
    at = _EPOCH + dt.timedelta(microseconds=moment)
    date = f"{at.day} {at:%b %Y}"
    if step >= _DAY:
        return f"{at.day} {at:%b}", f"{at:%Y}"
    clock = f"{at:%H:%M:%S}" if step < _MINUTE else f"{at:%H:%M}"
    return clock, date
