"""Many readings of one series at once, where none of them changes what the series is worth.

What is said here of many is what `twins.sensors.health` says of them one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, compress, islice, repeat
from operator import gt, ne, sub

from twins.readings import Reading

from .counter_order import grows
from .findings import FindingKind, FindingLog
from .health import LEAST_REPEATS, Health, calibration_ends, ordered_count
from .limits import SensorLimits
from .spikes import has_no_step, settle_at

_STEPS_TOGETHER = 8

NO_COUNTS: tuple[int, ...] = ()
"""What to hand in where none of the readings has a count that must grow."""


def ordered_counts(readings: Sequence[Reading]) -> Sequence[int]:
    """Return `ordered_count` of many readings, `NO_COUNTS` where none has one."""
    if readings[0].seq is None and not any(one.seq is not None for one in readings):
        return NO_COUNTS
    return list(map(ordered_count, readings))


def is_quiet(
    health: Health,
    times: Sequence[int],
    values: Sequence[int],
    counts: Sequence[int],
    limits: SensorLimits,
) -> bool:
    """Tell whether nothing is found, and the series as trusted after each of many as before.

    Args:
        health: What is known of their series.
        times: When they were read, in order; at least one.
        values: What was read.
        counts: `ordered_counts` of them.
        limits: What the policy asks.
    """
    rules = limits.of(health.subject.quantity)
    if rules.largest_step and not has_no_step(health.steps, values, rules.largest_step):
        return False
    if rules.stuck_after and not _changes_in_time(health, times, values, rules.stuck_after):
        return False
    if counts and not grows(health.counter, counts):
        return False
    if limits.battery_low and not _stays_charged(health, values, limits.battery_low):
        return False
    ends_at = calibration_ends(health, limits)
    if ends_at is None or times[-1] <= ends_at:
        return True
    return health.last_at is not None and health.last_at > ends_at


def pass_quietly(
    health: Health,
    log: FindingLog,
    times: Sequence[int],
    values: Sequence[int],
    counts: Sequence[int],
    limits: SensorLimits,
) -> None:
    """Take many readings that are quiet; see `is_quiet`."""
    rules = limits.of(health.subject.quantity)
    if health.hold:
        _count_gaps(health, log, times)
    if counts:
        health.counter.last = counts[-1]
    if rules.stuck_after:
        _pass_repeats(health, times, values)
    if rules.largest_step:
        settle_at(health.steps, times[-1], values[-1])
    health.last_at, health.last_value = times[-1], values[-1]


def _stays_charged(health: Health, values: Sequence[int], limit: int) -> bool:
    if health.subject.quantity != "battery":
        return True
    return health.low_since is None and min(values) >= limit


def _changes_in_time(
    health: Health, times: Sequence[int], values: Sequence[int], stuck_after: int
) -> bool:
    since = times[0] if health.last_at is None else health.same_since
    if times[-1] - since <= stuck_after:
        return True
    # A value is held for no longer than until the next change.
    changes = list(compress(times, _are_changes(health, values)))
    ends = chain(changes, (times[-1],))
    longest: int = max(map(sub, ends, chain((since,), changes)))
    return longest <= stuck_after


def _are_changes(health: Health, values: Sequence[int]) -> map[bool]:
    before = (None if health.last_at is None else health.last_value,)
    return map(ne, values, chain(before, values))


def _pass_repeats(health: Health, times: Sequence[int], values: Sequence[int]) -> None:
    last, first = values[-1], len(values) - 1
    while first and values[first - 1] == last:
        first -= 1
    repeats = len(values) - first
    if not first and health.last_at is not None and health.last_value == last:
        repeats += health.repeats
    else:
        health.same_since = times[first]
    health.repeats = min(repeats, LEAST_REPEATS)


def _count_gaps(health: Health, log: FindingLog, times: Sequence[int]) -> None:
    if health.last_at is not None:
        times = [health.last_at, *times]
    # Where some steps together are no gap, none of them is.
    far = [*times[::_STEPS_TOGETHER], times[-1]]
    if max(map(sub, islice(far, 1, None), far)) <= health.hold:
        return
    gaps = sum(map(gt, map(sub, islice(times, 1, None), times), repeat(health.hold)))
    if gaps:
        log.count(FindingKind.GAP, gaps)
