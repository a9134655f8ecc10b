"""Two sensors of one quantity that report the same values: one of them is no second witness.

Honest sensors differ: each has its own noise, its own error, and rounds at its own moments. Equal
values alone say little, two sensors in a good refrigerator both read 5.0 °C for hours; what says
much is a change to the same value at the same time. A pair is a copy when `SHARED_CHANGES` changes
in turn were shared and no value differed in between. Where two honest sensors share a change with
probability p, a copy is found falsely about once in p^-32 readings: at p = 1/2, which takes a
resolution of several times their noise and no difference between them, once in four thousand
million. Two channels of one probe share all of it, and rightly count as one.

Which of the two copied cannot be seen in the values; it is said of the one that reads later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from .findings import FindingKind, FindingLog, SensorFinding, Subject

SHARED_CHANGES = 32
"""Shared changes in turn from which on one sensor copies another."""


class Likeness(msgspec.Struct, array_like=True):
    """What one sensor shares with an earlier one of the list.

    Attributes:
        changes: Changes in turn that both shared, at most `SHARED_CHANGES`.
        since: When they shared the first of them.
        is_follower: Whether it is the one that reads later, the other one where not.
        shown: Time and value of the newest shared change.
    """

    changes: int
    since: int
    is_follower: bool
    shown: tuple[int, int]


class Witness(msgspec.Struct, array_like=True):
    """The newest reading of one sensor, and which sensors it is like.

    Attributes:
        device: Id of the device.
        sensor: Its sensor.
        at: When it last read.
        value: What it read.
        alike: What it shares with sensors before it in the list, by their place.
    """

    device: str
    sensor: str
    at: int
    value: int
    alike: dict[int, Likeness] = {}


class Witnesses(msgspec.Struct, array_like=True):
    """The sensors of one quantity.

    All of it is state and depends on the newest reading of each sensor, and on the shared changes
    for as long as two are alike.

    Attributes:
        quantity: What they measure.
        sensors: In the order of their first readings.
    """

    quantity: str
    sensors: list[Witness] = []


def copied(witnesses: Witnesses) -> Witnesses:
    """Return a copy that can be folded on without changing this one."""
    return replace(
        witnesses,
        sensors=[
            replace(one, alike={place: replace(like) for place, like in one.alike.items()})
            for one in witnesses.sensors
        ],
    )


def watch_witness(
    witnesses: Witnesses, log: FindingLog, device: str, sensor: str, at: int, value: int
) -> None:
    """Take a sound reading of one of the sensors.

    It is compared with what the others have read just before: within half the time that has gone
    by since its own last reading.

    Args:
        witnesses: The sensors.
        log: Takes a copy that is over.
        device: Id of the device.
        sensor: Its sensor.
        at: Time of the reading, not before the newest of any of them.
        value: Its value.
    """
    mine = place_of(witnesses, device, sensor)
    if mine < 0:
        witnesses.sensors.append(Witness(device, sensor, at, value))
        return
    _take(witnesses, log, range(len(witnesses.sensors)), mine, at, value)


def copies_among(witnesses: Witnesses) -> set[tuple[str, str]]:
    """Return which sensors repeat another one, by device and sensor."""
    places = [
        late if like.is_follower else early
        for late, one in enumerate(witnesses.sensors)
        if one.alike
        for early, like in one.alike.items()
        if like.changes >= SHARED_CHANGES
    ]
    found = (witnesses.sensors[place] for place in places)
    return {(one.device, one.sensor) for one in found}


def running_copies(witnesses: Witnesses) -> tuple[SensorFinding, ...]:
    """Return the copies that are found and not over."""
    return tuple(
        _copy_found(witnesses, late, early, like, None)
        for late, one in enumerate(witnesses.sensors)
        for early, like in sorted(one.alike.items())
        if like.changes >= SHARED_CHANGES
    )


Read = tuple[int, Sequence[int], Sequence[int]]
"""The place of a sensor, when it read, in order, and what."""


def are_all_different(witnesses: Witnesses, read: Sequence[Read]) -> bool:
    """Tell whether no sensor ever reads what another one has read just before."""
    sensors = witnesses.sensors
    if any(one.alike for one in sensors):
        return False
    values = [{one.value} for one in sensors]
    for place, _, some in read:
        values[place].update(some)
    return len(set().union(*values)) == sum(map(len, values))


def take_in_turn(witnesses: Witnesses, read: Sequence[Read]) -> bool:
    """Take many readings of several sensors; return whether none of them is or was a copy.

    Where one is, the witnesses are left half-way.
    """
    events = sorted(
        [
            (at, witnesses.sensors[place].device, witnesses.sensors[place].sensor, place, value)
            for place, times, values in read
            for at, value in zip(times, values, strict=True)
        ]
    )
    if copies_among(witnesses):
        return False
    sensors, log, alike = witnesses.sensors, FindingLog(), _alike_among(witnesses.sensors)
    holding: defaultdict[int, set[int]] = defaultdict(set)
    for place, one in enumerate(sensors):
        holding[one.value].add(place)
    for at, _, _, place, value in events:
        own = sensors[place]
        before = own.value
        # All that a reading can make alike or part; nearly always nobody.
        others = holding[value] | alike[place]
        if not others:
            own.at, own.value = at, value
        elif _take(witnesses, log, others, place, at, value) >= SHARED_CHANGES:
            return False
        else:
            _note_alike(sensors, alike, place, others)
        if value != before:
            holding[before].discard(place)
            holding[value].add(place)
    return True


def _alike_among(sensors: Sequence[Witness]) -> list[set[int]]:
    """Return for each sensor the places of those that it is like, before it or behind."""
    alike = [set(one.alike) for one in sensors]
    for late, one in enumerate(sensors):
        for early in one.alike:
            alike[early].add(late)
    return alike


def _note_alike(
    sensors: Sequence[Witness], alike: Sequence[set[int]], place: int, others: Iterable[int]
) -> None:
    """Note which of other sensors one is like now."""
    for other in others:
        if min(place, other) in sensors[max(place, other)].alike:
            alike[place].add(other)
            alike[other].add(place)
        else:
            alike[place].discard(other)
            alike[other].discard(place)


def place_of(witnesses: Witnesses, device: str, sensor: str) -> int:
    """Return which of the sensors it is, -1 where it has not read yet."""
    for place, one in enumerate(witnesses.sensors):
        if one.sensor == sensor and one.device == device:
            return place
    return -1


def _take(
    witnesses: Witnesses, log: FindingLog, others: Iterable[int], mine: int, at: int, value: int
) -> int:
    """Take a reading of a sensor that is known; return how many changes it shares at most.

    Args:
        witnesses: The sensors.
        log: Takes a copy that is over.
        others: Places that hold the value or are like the sensor, and any more.
        mine: Its place.
        at: Time of the reading.
        value: What it is.
    """
    own, most = witnesses.sensors[mine], 0
    is_change, age = value != own.value, at - own.at
    for place in others:
        other = witnesses.sensors[place]
        if 2 * (at - other.at) > age:
            continue
        if other.value != value:
            _part(witnesses, log, mine, place, at)
        elif is_change and place != mine:
            most = max(most, _share(witnesses, mine, place, (at, value)))
    own.at, own.value = at, value
    return most


def _part(witnesses: Witnesses, log: FindingLog, mine: int, place: int, at: int) -> None:
    early, late = min(mine, place), max(mine, place)
    like = witnesses.sensors[late].alike.pop(early, None)
    if like is not None and like.changes >= SHARED_CHANGES:
        log.add(_copy_found(witnesses, late, early, like, at))


def _share(witnesses: Witnesses, mine: int, place: int, shown: tuple[int, int]) -> int:
    """Note a shared change; return how many there are now in turn."""
    early, late = min(mine, place), max(mine, place)
    alike = witnesses.sensors[late].alike
    like = alike.get(early)
    if like is None:
        alike[early] = Likeness(1, shown[0], mine == late, shown)
        return 1
    like.changes = min(like.changes + 1, SHARED_CHANGES)
    like.is_follower, like.shown = mine == late, shown
    return like.changes


def _copy_found(
    witnesses: Witnesses, late: int, early: int, like: Likeness, until: int | None
) -> SensorFinding:
    follower, leader = (late, early) if like.is_follower else (early, late)
    one, other = witnesses.sensors[follower], witnesses.sensors[leader]
    text = (
        f"{one.sensor} of {one.device} reads what {other.sensor} of {other.device} reads: "
        f"at least {SHARED_CHANGES} changes in turn were the same"
    )
    subject = Subject(one.device, one.sensor, witnesses.quantity)
    return subject.found(FindingKind.COPIED_SERIES, like.since, until, (like.shown,), text)
