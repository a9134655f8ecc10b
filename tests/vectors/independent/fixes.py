"""Fixes: a latitude and a longitude of one device and moment (section 9, *Position*)."""

from typing import NamedTuple

from .history import UNUSABLE_BITS, Record, event_key
from .sphere import Point

POSITIONS = ("latitude", "longitude")


class Fix(NamedTuple):
    """A position of a device."""

    at: int
    device: str
    sensor: str
    point: Point


def fixes_of(at: int, readings: list[Record]) -> list[Fix]:
    """Return the fixes of what was read of positions at a moment, in their order."""
    found = []
    for device in sorted({one[2] for one in readings}):
        mine = [one for one in readings if one[2] == device]
        sides = [
            {
                sensor: _last([one for one in mine if one[3:5] == [sensor, name]])
                for sensor in {one[3] for one in mine if one[4] == name}
            }
            for name in POSITIONS
        ]
        both = [(sensor, sensor) for sensor in sides[0] if sensor in sides[1]]
        alone = [[one for one in own if one not in other] for own, other in (sides, sides[::-1])]
        if [len(one) for one in alone] == [1, 1]:
            both.append((alone[0][0], alone[1][0]))
        for north, east in sorted(both):
            latitude, longitude = sides[0][north], sides[1][east]
            if latitude is not None and longitude is not None and latitude[0] == longitude[0]:
                found.append(Fix(at, device, north, (latitude[1], longitude[1])))
    return found


def _last(some: list[Record]) -> tuple[int | None, int] | None:
    """Return seq and value of the last measurement of a series at a moment, if it is sound."""
    # Of one series and moment, event order is that of seq.
    ordered = sorted(some, key=event_key)
    newest = ordered[-1][8]
    same = [one for one in ordered if one[8] == newest]
    is_sound = len({one[5] for one in same}) == 1 and not same[0][9] & UNUSABLE_BITS
    return (newest, same[0][5]) if is_sound else None
