"""What was found against the sensors, and the worst values that lie near a limit.

Read off a twin that was settled at the moment that is judged.
"""

from __future__ import annotations

import msgspec

from twins.judging.excursions import is_outside
from twins.judging.outvoted import Outvoted
from twins.policy.condition_policy import Boundary, ConditionPolicy
from twins.readings import POSITION
from twins.sensors.findings import FindingKind, SensorFinding
from twins.sensors.silence import silent_sensors
from twins.sensors.watch import running_of
from twins.state import AssetTwin

FINDINGS_LISTED = 20
"""Most findings that are over and listed: a document has a largest size."""

OUTVOTED_LISTED = 20


class FoundOfSensor(msgspec.Struct, frozen=True):
    """Something found against a sensor; see `SensorFinding`."""

    kind: FindingKind
    device: str
    sensor: str
    quantity: str
    since: int
    until: int | None
    readings: tuple[tuple[int, int], ...]


class Sensors(msgspec.Struct, frozen=True):
    """What was found against the sensors.

    Attributes:
        running: What holds now.
        over: The newest of what is over.
        counts: How often each kind is over, by its word.
        outvoted: Sensors that by themselves were outside a boundary for its delay, where the
            boundary has no excursion; in the policy's order, at most `OUTVOTED_LISTED`.
        outvoted_count: How many sensors they are.
    """

    running: tuple[FoundOfSensor, ...]
    over: tuple[FoundOfSensor, ...]
    counts: dict[str, int]
    outvoted: tuple[Outvoted, ...]
    outvoted_count: int


class NearLimit(msgspec.Struct, frozen=True):
    """A worst value that lies within the sensor's stated accuracy of a limit.

    It is judged as it was read (simple acceptance); this says that it could be otherwise.

    Attributes:
        boundary: Id of the boundary.
        value: The worst value, in steps.
        at: When it was read.
        device: Which device read it.
        sensor: Its sensor.
        is_outside: Whether it was judged outside.
    """

    boundary: str
    value: int
    at: int
    device: str
    sensor: str
    is_outside: bool


def sensors_of(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> Sensors:
    """Return what was found against the sensors."""
    running = list(silent_sensors(twin, policy, as_of))
    end = as_of if twin.closed_at is None else twin.closed_at
    for channel in twin.channels:
        members = [one for one in twin.series if one.quantity == channel.quantity]
        if policy.sensors is not None:
            running += running_of(channel.watch, members, policy.sensors, end)
    logs = [one.log for one in twin.past.series] + [one.log for one in twin.past.channels]
    over = [one for log in logs for one in log.newest]
    counts: dict[str, int] = {}
    for log in logs:
        for word, count in log.counts.items():
            counts[word] = counts.get(word, 0) + count
    outvoted = _outvoted(twin, policy)
    return Sensors(
        tuple(map(_found, sorted(running, key=_finding_key))),
        tuple(map(_found, sorted(over, key=_finding_key)[-FINDINGS_LISTED:])),
        dict(sorted(counts.items())),
        outvoted[:OUTVOTED_LISTED],
        len({(one.device, one.sensor) for one in outvoted}),
    )


def _outvoted(twin: AssetTwin, policy: ConditionPolicy) -> tuple[Outvoted, ...]:
    broken = {one.boundary for one in twin.excursions}
    found = [one for sums in twin.past.channels for one in sums.outvoted]
    return tuple(
        one
        for boundary in policy.boundaries
        if boundary.id not in broken
        for one in found
        if one.boundary == boundary.id
    )


def near_limits_of(twin: AssetTwin, policy: ConditionPolicy) -> tuple[NearLimit, ...]:
    """Return the boundaries whose worst value is within the stated accuracy of the limit."""
    found = []
    for boundary in policy.boundaries:
        accuracy = 0 if policy.sensors is None else policy.sensors.of(boundary.quantity).accuracy
        worst = _worst(twin, boundary)
        if accuracy and worst is not None and abs(worst.value - boundary.limit) <= accuracy:
            found.append(worst)
    return tuple(found)


def _finding_key(one: SensorFinding) -> tuple[int, str, str, str, str]:
    return one.since, one.kind.value, one.quantity, one.device, one.sensor


def _found(one: SensorFinding) -> FoundOfSensor:
    readings = () if one.quantity in POSITION else one.readings
    return FoundOfSensor(
        one.kind, one.device, one.sensor, one.quantity, one.since, one.until, readings
    )


def _worst(twin: AssetTwin, boundary: Boundary) -> NearLimit | None:
    """Return the worst value of a boundary: of an excursion, or else the extreme of a sensor."""
    if boundary.is_of_core:
        return None
    sign = 1 if boundary.is_upper else -1
    mine = [one for one in twin.excursions if one.boundary == boundary.id]
    if mine:
        one = max(mine, key=lambda each: (sign * each.extreme, -each.extreme_at))
        return NearLimit(
            boundary.id, one.extreme, one.extreme_at, one.device, one.sensor, is_outside=True
        )
    read = [
        NearLimit(boundary.id, value, at, one.device, one.sensor, is_outside(boundary, value))
        for one in twin.past.series
        if one.quantity == boundary.quantity
        for value, at in [
            (one.maximum, one.maximum_at) if boundary.is_upper else (one.minimum, one.minimum_at)
        ]
        if value is not None
    ]
    return max(read, key=lambda each: (sign * each.value, -each.at), default=None)
