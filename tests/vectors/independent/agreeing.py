"""What several sensors of a quantity show of each other (SPECIFICATION section 9, *Sensors*)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .drifting import last_of_moments
from .findings import Found
from .history import Measurement

Sensor = tuple[str, str]
Spoken = tuple[str, str, Measurement]
"""(device, sensor, measurement)"""

Copying = tuple[Sensor, int, int | None]
"""Who copies another, from when until when."""

ENOUGH, ENOUGH_SHARED = 3, 32


def speaking_at(series: Mapping[Sensor, Sequence[Measurement]], at: int) -> list[Spoken]:
    return [
        (*key, one)
        for key, some in sorted(series.items())
        for one in some
        if one.at <= at < one.until
    ]


def median(values: Iterable[int]) -> int:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return round(Fraction(ordered[middle - 1] + ordered[middle], 2))


def common_median(spoken: Sequence[Spoken]) -> int | None:
    """Return the median of the devices' medians, None where too few speak."""
    by_device: dict[str, list[int]] = {}
    for device, _, one in spoken:
        by_device.setdefault(device, []).append(one.value)
    is_enough = len(by_device) >= ENOUGH or (len(by_device) == 1 and len(spoken) >= ENOUGH)
    return median(median(some) for some in by_device.values()) if is_enough else None


@dataclass
class About:
    """A finding about a sensor of several."""

    device: str
    sensor: str
    found: Found
    seen_at: int = 0


@dataclass
class Pair:
    """Changes that two sensors share in turn: when, the value, and who read later."""

    shared: list[tuple[int, int, Sensor]] = field(default_factory=list)

    @property
    def is_copy(self) -> bool:
        return len(self.shared) >= ENOUGH_SHARED

    def found(self, until: int | None) -> About:
        at, value, (device, sensor) = self.shared[-1]
        shown = [[at, value]]
        found = Found("copied_series", self.shared[0][0], until, shown)
        return About(device, sensor, found, until or 0)

    def copying(self, until: int | None) -> Iterable[Copying]:
        """Return who copied the other, and from when until when."""
        some = self.shared[ENOUGH_SHARED - 1 :]
        ends = [*(at for at, _, _ in some[1:]), until]
        for (at, _, sensor), end in zip(some, ends, strict=True):
            yield sensor, at, end


def copies(series: Mapping[Sensor, Sequence[Measurement]]) -> tuple[list[About], list[Copying]]:
    """Return what was copied, and who copied when."""
    begin = _two_from(series)
    events = [
        (one.at, key, one)
        for key, some in series.items()
        for one in last_of_moments(some)
        if begin is not None and one.at >= begin
    ]
    newest: dict[Sensor, Measurement] = {}
    pairs: dict[tuple[Sensor, Sensor], Pair] = {}
    ended: list[tuple[Pair, int | None]] = []
    for at, own, x in sorted(events, key=lambda one: one[:2]):
        before = newest.get(own, x)
        for other, theirs in sorted(newest.items()):
            if other == own or 2 * (at - theirs.at) > at - before.at or before is x:
                continue
            key = (min(own, other), max(own, other))
            if theirs.value != x.value:
                ended.append((pairs.pop(key, Pair()), at))
            elif x.value != before.value:
                pairs.setdefault(key, Pair()).shared.append((at, x.value, own))
        newest[own] = x
    ended += [(one, None) for one in pairs.values()]
    told = [one.found(until) for one, until in ended if one.is_copy]
    return told, [some for one, until in ended if one.is_copy for some in one.copying(until)]


def _two_from(series: Mapping[Sensor, Sequence[Measurement]]) -> int | None:
    """Return the moment from which on there are two series."""
    firsts = sorted(some[0].at for some in series.values())
    return firsts[1] if len(firsts) > 1 else None


def disagreements(
    series: Mapping[Sensor, Sequence[Measurement]], limit: int, end: int
) -> list[About]:
    begin = _two_from(series)
    if begin is None or not limit:
        return []
    moments = sorted({one.at for some in series.values() for one in some})
    told: list[About] = []
    apart: list[tuple[int, list[Spoken]]] = []
    for at in [one for one in moments if one >= begin]:
        spoken = speaking_at(series, at)
        if spoken and _spread(spoken) > limit:
            apart.append((at, spoken))
            continue
        told += _disagreed(apart, at, at)
        apart = []
    return told + _disagreed(apart, None, end)


def _spread(spoken: Sequence[Spoken]) -> int:
    values = [one.value for _, _, one in spoken]
    return max(values) - min(values)


def _disagreed(
    apart: Sequence[tuple[int, list[Spoken]]], until: int | None, now: int
) -> list[About]:
    if not apart or now - apart[0][0] <= max(one.hold for _, _, one in apart[0][1]):
        return []
    ends = [*(at for at, _ in apart[1:]), now]
    lasted: dict[Sensor, int] = {}
    for (at, spoken), end in zip(apart, ends, strict=True):
        name = farthest(spoken)
        lasted[name] = lasted.get(name, 0) + end - at
    named = [one for one in lasted if one != ("", "")]
    blamed = min(named, key=lambda one: (-lasted[one], one)) if named else ("", "")
    mine = [spoken for _, spoken in apart if farthest(spoken) == blamed]
    widest = max(mine, key=_spread)
    shown = [[at, value] for at, value in sorted((one.at, one.value) for _, _, one in widest)]
    found = Found("disagreement", apart[0][0], until, shown)
    return [About(*blamed, found, until or 0)]


def farthest(spoken: Sequence[Spoken]) -> tuple[str, str]:
    """Return the sensor farthest from the median; empty names where none is it alone."""
    middle = common_median(spoken)
    if middle is None:
        return "", ""
    distances = [(abs(one.value - middle), device, sensor) for device, sensor, one in spoken]
    most = max(distances)[0]
    far: list[tuple[Any, ...]] = [one for one in distances if one[0] == most]
    is_of_one = len({one[1] for one in far}) == 1 < len({one[1] for one in distances})
    return (far[0][1], far[0][2]) if len(far) == 1 or is_of_one else ("", "")
