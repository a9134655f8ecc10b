"""Whether the readings of one series can be believed, one after the other.

What is found lowers how much of the time counts as observed, never the verdict: a value that is
not trusted is judged all the same. `watch` takes one sound reading; `twins.sensors.steady_health`
takes many of which each would only bring the state forward.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from twins.readings import UNUSABLE, ClockSource, Quality, Reading

from .bias import Bias, compare, drift_found
from .counter_order import Counter, double_found, watch_count
from .findings import FindingKind, FindingLog, SensorFinding, Subject, in_hours
from .limits import SensorLimits
from .spikes import Steps, turns_found, watch_step

LEAST_REPEATS = 10
"""Readings of the same value below which a series is not stuck, however long they took."""

_CONFLICT = int(Quality.CONFLICT)
_GATEWAY = int(ClockSource.GATEWAY)
_OUT_OF_ORDER = int(Quality.HISTORICAL | Quality.CLOCK_SUSPECT)


class Health(msgspec.Struct, array_like=True):
    """What is known of one series now; what was found and is over goes to its `FindingLog`.

    All of it is state and depends on the newest readings alone: on the value that repeats and the
    counters that take turns for as long as they do, on the hours that a drift takes, else on the
    last few readings. No field outgrows 64 bits.

    Attributes:
        subject: The series.
        hold: Microseconds for which a reading speaks; 0 where no silence is a gap.
        calibrated_at: When the sensor was calibrated, microseconds UTC; None where not known.
        last_at: Time of the newest sound reading, None before the first.
        last_value: Its value.
        same_since: Time of the first reading of the newest value in turn.
        repeats: How many of them there are, at most `LEAST_REPEATS`.
        steps: What is in doubt.
        counter: The device's own counter.
        bias: Differences from the median of all sensors.
        low_since: When the battery became low, None while it is not.
    """

    subject: Subject
    hold: int = 0
    calibrated_at: int | None = None
    last_at: int | None = None
    last_value: int = 0
    same_since: int = 0
    repeats: int = 0
    steps: Steps = msgspec.field(default_factory=Steps)
    counter: Counter = msgspec.field(default_factory=Counter)
    bias: Bias = msgspec.field(default_factory=Bias)
    low_since: int | None = None


def copied(health: Health) -> Health:
    """Return a copy that can be folded on without changing this one."""
    return replace(
        health,
        steps=replace(health.steps),
        counter=replace(health.counter),
        bias=replace(health.bias),
    )


def watch(health: Health, log: FindingLog, reading: Reading, limits: SensorLimits) -> None:
    """Take a reading that no other can contradict any more.

    Args:
        health: What is known of its series.
        log: Takes what is over.
        reading: The reading, not before the one before; `Quality.CONFLICT` is set where another
            of its identity carries another value.
        limits: What the policy asks.
    """
    if reading.quality & UNUSABLE:
        if reading.quality & _CONFLICT:
            note_conflict(health, log, reading.observed_at, reading.value)
        return
    watch_value(health, log, reading.observed_at, reading.value, ordered_count(reading), limits)


def ordered_count(reading: Reading) -> int:
    """Return the device's counter where it must grow with the reading's time, else -1.

    It need not where the time is that of arrival, and where a stored reading is sent under the
    count of a later message.
    """
    if reading.seq is None or reading.clock_source == _GATEWAY or reading.quality & _OUT_OF_ORDER:
        return -1
    return reading.seq


def watch_value(
    health: Health, log: FindingLog, at: int, value: int, count: int, limits: SensorLimits
) -> None:
    """Take a sound value.

    Args:
        health: What is known of its series.
        log: Takes what is over.
        at: Time of the reading, microseconds UTC.
        value: Its value in steps.
        count: See `ordered_count`.
        limits: What the policy asks.
    """
    rules = limits.of(health.subject.quantity)
    if health.last_at is not None and health.hold and at - health.last_at > health.hold:
        log.count(FindingKind.GAP, 1)
    if count >= 0:
        _watch_count(health, log, at, value, count)
    if rules.stuck_after:
        _watch_repeats(health, log, at, value, rules.stuck_after)
    if rules.largest_step:
        found = watch_step(health.steps, at, value, rules.largest_step, health.subject)
        if found is not None:
            log.add(found)
    if limits.battery_low and health.subject.quantity == "battery":
        _watch_battery(health, log, at, value, limits.battery_low)
    health.last_at, health.last_value = at, value


def note_conflict(health: Health, log: FindingLog, at: int, value: int) -> None:
    """Note that another value came under the identity of a reading."""
    text = "two values at one moment under one count: two devices under one id, or a damaged copy"
    log.add(health.subject.found(FindingKind.CONFLICT, at, at, ((at, value),), text))


def watch_median(
    health: Health, log: FindingLog, at: int, value: int, judged: int, limits: SensorLimits
) -> None:
    """Take a watched value and the median of what at least three sensors hold at that moment.

    A value in doubt is not compared: a spike is no drift.
    """
    limit = limits.of(health.subject.quantity).drift
    if limit and not health.steps.in_doubt:
        found = compare(health.bias, at, value, judged, limit, health.subject)
        if found is not None:
            log.add(found)


def is_trusted(health: Health, limits: SensorLimits) -> bool:
    """Tell whether the time for which the newest value is held counts as observed."""
    return not (
        health.steps.in_doubt
        or health.bias.is_drifting
        or is_stuck(health, limits)
        or health.counter.is_double
        or health.steps.is_taking_turns
        or is_calibration_due(health, limits)
    )


def is_stuck(health: Health, limits: SensorLimits) -> bool:
    """Tell whether the series has reported one value for too long."""
    if health.last_at is None or health.repeats < LEAST_REPEATS:
        return False
    stuck_after = limits.of(health.subject.quantity).stuck_after
    return 0 < stuck_after < health.last_at - health.same_since


def calibration_ends(health: Health, limits: SensorLimits) -> int | None:
    """Return until when the calibration holds; None where no date or no limit is known."""
    if health.calibrated_at is None or not limits.calibration_interval:
        return None
    return health.calibrated_at + limits.calibration_interval


def is_calibration_due(health: Health, limits: SensorLimits) -> bool:
    """Tell whether the newest reading came after the calibration had ended."""
    ends_at = calibration_ends(health, limits)
    return ends_at is not None and health.last_at is not None and health.last_at > ends_at


def calibration_found(health: Health, limits: SensorLimits) -> SensorFinding | None:
    """Return that the calibration has ended; None where it holds or is not known."""
    ends_at = calibration_ends(health, limits)
    if ends_at is None or health.last_at is None or health.last_at <= ends_at:
        return None
    text = f"the calibration ended {in_hours(health.last_at - ends_at)} before"
    shown = (_newest(health),)
    return health.subject.found(FindingKind.CALIBRATION_DUE, ends_at, None, shown, text)


def running_findings(health: Health, limits: SensorLimits) -> tuple[SensorFinding, ...]:
    """Return what is found and not over, in the order of `FindingKind`."""
    subject, running = health.subject, []
    if is_stuck(health, limits):
        running.append(_stuck_found(health, None))
    if health.bias.is_drifting:
        running.append(drift_found(health.bias, None, subject))
    if health.low_since is not None:
        running.append(_low_found(health, health.low_since, None))
    due = calibration_found(health, limits)
    if due is not None:
        running.append(due)
    if health.counter.is_double:
        running.append(double_found(health.counter, None, subject))
    if health.steps.is_taking_turns:
        running.append(turns_found(health.steps, None, subject))
    return tuple(running)


def _newest(health: Health) -> tuple[int, int]:
    return health.last_at or 0, health.last_value


def _watch_count(health: Health, log: FindingLog, at: int, value: int, count: int) -> None:
    shown = ((at, value),) if health.last_at is None else (_newest(health), (at, value))
    for found in watch_count(health.counter, count, shown, health.subject):
        log.add(found)


def _watch_repeats(health: Health, log: FindingLog, at: int, value: int, stuck_after: int) -> None:
    if health.last_at is not None and value == health.last_value:
        health.repeats = min(health.repeats + 1, LEAST_REPEATS)
        return
    if (
        health.last_at is not None
        and health.repeats >= LEAST_REPEATS
        and health.last_at - health.same_since > stuck_after
    ):
        log.add(_stuck_found(health, at, (at, value)))
    health.same_since, health.repeats = at, 1


def _stuck_found(health: Health, until: int | None, *after: tuple[int, int]) -> SensorFinding:
    at, value = _newest(health)
    lasted, subject = at - health.same_since, health.subject
    text = f"reported {subject.told(value)} and nothing else for {in_hours(lasted)}"
    shown = ((health.same_since, value), (at, value), *after)
    return subject.found(FindingKind.STUCK, health.same_since, until, shown, text)


def _watch_battery(health: Health, log: FindingLog, at: int, value: int, limit: int) -> None:
    if value < limit:
        health.low_since = at if health.low_since is None else health.low_since
    elif health.low_since is not None:
        log.add(_low_found(health, health.low_since, at))
        health.low_since = None


def _low_found(health: Health, since: int, until: int | None) -> SensorFinding:
    text = f"battery at {health.subject.told(health.last_value)}"
    return health.subject.found(FindingKind.BATTERY_LOW, since, until, (_newest(health),), text)
