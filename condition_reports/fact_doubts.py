"""Sensors that cannot be believed: whose readings they are, and why they are doubted."""

from __future__ import annotations

from collections.abc import Sequence

from twins.sensors.findings import FindingKind
from twins.verdict.condition import Condition, FoundOfSensor, SeriesStatistics

from .device_text import named
from .fact_types import DoubtFact
from .figures import count, level, listed, shortened

DOUBTS = {
    FindingKind.STUCK: "a value that does not change",
    FindingKind.SPIKE: "lone outliers",
    FindingKind.DRIFT: "drift",
    FindingKind.CALIBRATION_DUE: "a calibration that has ended",
    FindingKind.CLONED_ID: "a device id in use twice",
    FindingKind.COPIED_SERIES: "values copied from another sensor",
}
"""Findings for which a value cannot be believed, now or when it was read."""

REASONS = {**DOUBTS, FindingKind.DISAGREEMENT: "disagreement with other sensors"}
"""What is told of a sensor that cannot be believed; of one that can, none is a doubt by itself."""

_TOLD = 3
"""Doubted sensors of one quantity that are told by name."""


def doubted_series(
    condition: Condition, series: Sequence[SeriesStatistics]
) -> list[SeriesStatistics]:
    """Return the series of which anything says that they cannot be believed."""
    return [one for one in series if any(kind in DOUBTS for kind in _kinds_against(condition, one))]


def doubt_facts(
    condition: Condition, series: Sequence[SeriesStatistics], *, is_left_out: bool
) -> tuple[DoubtFact, ...]:
    """Return what doubted sensors of one quantity read, each by itself, of many the rest as one."""
    groups = [[one] for one in series]
    if len(series) > _TOLD + 1:
        groups = [*groups[:_TOLD], list(series[_TOLD:])]
    return tuple(_fact(condition, group, is_left_out=is_left_out) for group in groups)


def whose(found: Sequence[FoundOfSensor], words: dict[str, str]) -> str:
    """Return whom findings are about, the first ones by name: a sensor, or else a quantity."""
    names = [_name(one.device, one.sensor) if one.device else words[one.quantity] for one in found]
    return listed(shortened(list(dict.fromkeys(names)), "others"))


def sensor_named(device: str, sensor: str) -> str:
    """Return a sensor as it is told by name: "sensor t2 of logger-1", or "device logger-1"."""
    return f"{'sensor' if sensor else 'device'} {_name(device, sensor)}"


def _fact(
    condition: Condition, group: Sequence[SeriesStatistics], *, is_left_out: bool
) -> DoubtFact:
    first = group[0]
    kinds = [kind for one in group for kind in _kinds_against(condition, one)]
    return DoubtFact(
        sensor=sensor_named(first.device, first.sensor)
        if len(group) == 1
        else count(len(group), "further sensor", "further sensors"),
        lowest=level(min(one.minimum or 0 for one in group), first.quantity),
        highest=level(max(one.maximum or 0 for one in group), first.quantity),
        doubts=listed([words for kind, words in REASONS.items() if kind in kinds]),
        is_left_out=is_left_out,
    )


def _name(device: str, sensor: str) -> str:
    return f"{named(sensor)} of {named(device)}" if sensor else named(device)


def _kinds_against(condition: Condition, one: SeriesStatistics) -> list[FindingKind]:
    sensors = condition.sensors
    return [
        found.kind
        for found in (*sensors.running, *sensors.over)
        if found.kind in REASONS
        and (found.device, found.sensor, found.quantity) == (one.device, one.sensor, one.quantity)
    ]
