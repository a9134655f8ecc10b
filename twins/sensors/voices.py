"""Whose word counts how much: one voice for each device, however many sensors it has.

Whoever can make one device lie can make all its sensors lie. The sensors of a device are put in the
order of their values, and the middle one speaks for it; of the devices likewise. An upper boundary
hears the upper median both times, a lower one the lower: with one sensor that is its value, with
two the worse of them. While three devices and more speak, what is judged lies between what two
others read, however one of them lies; while fewer speak, one can move the verdict. Of a place, as
light and contact are (`Quantity.is_of_place`), the worst of all is judged, and every event counts:
there one always can. Positions have no voices; `twins.position.location` says whose count. Every
value that is judged is one that a reading shows. The sensors of a device that speaks alone have a
voice each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LEAST_FOR_A_MEDIAN = 3
"""Voices from which on one of them can be told to be wrong."""

Said = tuple[str, int]
"""A device, and what one of its sensors says."""


def upper_median(said: Sequence[Said]) -> int:
    """Return what upper boundaries judge, of at least one sensor."""
    return _median(said, 0)


def lower_median(said: Sequence[Said]) -> int:
    """Return what lower boundaries judge, of at least one sensor."""
    return _median(said, 1)


def median(said: Iterable[Said]) -> int:
    """Return the median of the devices' medians; of an even number the mean of the middle two.

    Raises:
        IndexError: There is none.
    """
    by_device = _by_device(said)
    return middle_of(sorted([middle_of(sorted(values)) for values in by_device.values()]))


def middle_of(ordered: Sequence[int]) -> int:
    """Return the middle of values that are in order, of two their mean, half to even."""
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    both = ordered[middle - 1] + ordered[middle]
    return both // 2 + (both % 4 == 3)  # noqa: PLR2004 - an odd sum whose lower half is odd


def voices_among(devices: Sequence[str]) -> int:
    """Return how many voices sensors have, given the device of each of them."""
    different = len(set(devices))
    return different if different > 1 else len(devices)


def _median(said: Sequence[Said], less: int) -> int:
    if len(said) == 1:
        return said[0][1]
    by_device = _by_device(said)
    if len(by_device) == len(said):
        values = sorted([value for _, value in said])
    else:
        values = sorted([_side(sorted(some), less) for some in by_device.values()])
    return _side(values, less)


def _side(ordered: Sequence[int], less: int) -> int:
    return ordered[(len(ordered) - less) // 2]


def _by_device(said: Iterable[Said]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for device, value in said:
        found.setdefault(device, []).append(value)
    return found
