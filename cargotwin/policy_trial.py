"""What a policy would have decided of a recorded series, folded without any gateway (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from statistics import median_low

import msgspec

from gateway.codecs.units import conversion
from gateway.logger_files.series import FileReading
from gateway.ports import Bucket, SeriesBuckets
from gateway.web.charts import ChartSubject, Window
from twins.errors import ConfigurationFault
from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Input,
    Milestone,
    MilestoneName,
    PolicyAssigned,
    in_event_order,
)
from twins.policy.condition_policy import ConditionPolicy, hold_of
from twins.readings import MICROSECONDS, QUANTITIES, UNUSABLE, ClockSource, Quality, Reading
from twins.sensors.findings import SensorFinding, Subject
from twins.sensors.replayed_series import find_replays
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, assess

ASSET = "trial"
DEVICE = "logger"
_LONE_READING = 15 * 60 * MICROSECONDS


class EmptySeries(ConfigurationFault):
    """There is nothing to judge."""

    def __init__(self) -> None:
        super().__init__("the file holds no reading that can be taken; name another column or file")


class Trial(msgspec.Struct, frozen=True):
    """A series, and what a policy decided of it.

    Attributes:
        policy: The policy.
        condition: Its verdict at the end of the series.
        readings: The series, in event order.
        interval: Microseconds between two readings as planned.
    """

    policy: ConditionPolicy
    condition: Condition
    readings: tuple[Reading, ...]
    interval: int


def readings_of(found: Sequence[FileReading]) -> list[Reading]:
    """Return the readings that a gateway would make of a file's."""
    return [_reading(one) for one in found]


def _reading(one: FileReading) -> Reading:
    unit = conversion(one.quantity, one.unit)
    steps = unit.steps(one.value)
    quality = unit.quality(steps) | Quality.HISTORICAL
    return Reading(
        1,
        DEVICE,
        one.sensor,
        one.quantity,
        steps,
        one.observed_at,
        int(ClockSource.DEVICE),
        one.seq,
        int(quality),
    )


def usual_interval(readings: Sequence[Reading]) -> int:
    """Return the median time between two readings of one sensor, in microseconds."""
    by_sensor = sorted(readings, key=_series_key)
    gaps = [
        later.observed_at - earlier.observed_at
        for _, some in groupby(by_sensor, _series_key)
        for earlier, later in pairwise(sorted(some, key=lambda one: one.observed_at))
        if later.observed_at > earlier.observed_at
    ]
    return median_low(gaps) if gaps else _LONE_READING


def _series_key(one: Reading) -> tuple[str, str]:
    return one.quantity, one.sensor


def tried(
    policy: ConditionPolicy,
    readings: Sequence[Reading],
    interval: int | None = None,
    milestones: Mapping[MilestoneName, int] | None = None,
) -> Trial:
    """Return what a policy decides of readings, from the first to the last of them.

    The last reading speaks for no time: what came after it is not known. A milestone outside of the
    readings makes the time longer.

    Args:
        policy: The policy.
        readings: Of one device, in any order.
        interval: Planned microseconds between two readings; None for the usual one.
        milestones: Moments of the shipment, microseconds UTC; without any it never departed.

    Raises:
        EmptySeries: There is no reading.
    """
    if not readings:
        raise EmptySeries
    every = usual_interval(readings) if interval is None else interval
    stated = dict(milestones or {})
    moments = [*(one.observed_at for one in readings), *stated.values()]
    begin, end = min(moments), max(moments)
    inputs: list[Input] = [
        Commissioned(1, ASSET, "", "", policy.title, begin),
        PolicyAssigned(1, ASSET, policy.id, policy.digest, begin),
        Binding(1, BindingAction.ADD, DEVICE, ASSET, begin, every),
        *(Milestone(1, ASSET, name, moment) for name, moment in stated.items()),
        *readings,
    ]
    twin = advance(AssetTwin(ASSET), in_event_order(inputs), policy)
    return Trial(policy, assess(twin, policy, end), tuple(in_order(readings)), every)


def in_order(readings: Sequence[Reading]) -> list[Reading]:
    """Return readings by their time."""
    return sorted(readings, key=lambda one: one.observed_at)


def replays_of(trial: Trial) -> Iterator[SensorFinding]:
    """Yield where a sensor repeats a stretch of its own readings: stored data, sent again as new.

    It is no part of the verdict: a fold would have to remember everything, and a person must look.
    """
    for (quantity, sensor), some in groupby(sorted(trial.readings, key=_series_key), _series_key):
        sound = [one for one in some if not one.quality & UNUSABLE]
        times = [one.observed_at for one in sound]
        values = [one.value for one in sound]
        yield from find_replays(times, values, Subject(DEVICE, sensor, quantity))


def charts_of(trial: Trial, buckets: int) -> Iterator[ChartSubject]:
    """Yield a chart for each quantity that was read and that the policy limits or asks for.

    Args:
        trial: The trial.
        buckets: How many parts of the time a chart has room for.
    """
    first, last = trial.readings[0].observed_at, trial.condition.as_of
    window = Window(first, max(last, first + MICROSECONDS), first, last)
    step = max(1, -(-(window.end - window.start) // buckets))
    for quantity in QUANTITIES:
        boundaries = tuple(one for one in trial.policy.boundaries if one.quantity == quantity)
        read = [one for one in trial.readings if one.quantity == quantity]
        if not read or not (boundaries or quantity in trial.policy.observation.required):
            continue
        yield ChartSubject(
            title=f"{quantity.capitalize()} under {trial.policy.title}",
            quantity=quantity,
            window=window,
            series=tuple(_buckets(read, step)),
            hold=hold_of(trial.policy, trial.interval),
            boundaries=boundaries,
            excursions=tuple(
                one
                for rule in trial.condition.rules_fired
                for one in rule.excursions
                if one.quantity == quantity
            ),
        )


def _buckets(readings: Sequence[Reading], step: int) -> Iterator[SeriesBuckets]:
    """Yield the buckets of each sensor; readings that say nothing are left out."""
    for (quantity, sensor), some in groupby(sorted(readings, key=_series_key), _series_key):
        sound = [one for one in some if not one.quality & UNUSABLE]
        buckets = tuple(
            _bucket(place * step, [one.value for one in part])
            for place, part in groupby(sound, lambda one: one.observed_at // step)
        )
        yield SeriesBuckets(DEVICE, sensor, quantity, step, buckets)


def _bucket(start: int, values: Sequence[int]) -> Bucket:
    return Bucket(start, min(values), sum(values) // len(values), max(values), len(values))
