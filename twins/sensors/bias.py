"""Whether one sensor lies beside the median of all: drift, and an offset that was always there.

Differences are averaged over whole hours of the UTC day, so that a sum never reaches far back. A
sensor drifts when it lay beyond the limit on the same side for `HOURS` hours in which it was
compared, one after the other, and does so until the mean of an hour is within the limit. Door
openings and sensors that read some minutes after each other average out in the hour; what is
farther from the middle of the load than the others is a matter of the policy's limit.

It needs the others: with two sensors nobody can tell which one drifts.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from twins.readings import MICROSECONDS

from .findings import FindingKind, SensorFinding, Subject

HOUR = 3600 * MICROSECONDS

HOURS = 3
"""Hours beyond the limit from which on a sensor drifts."""


class Bias(msgspec.Struct, array_like=True):
    """Differences of one series from the median; all of it is state.

    Attributes:
        hour: The hour that is being summed up, counted from 1970; None before the first.
        total: Sum of the differences in it, in steps.
        count: How many there are.
        hours: Hours in turn beyond the limit, at most `HOURS`.
        since: Beginning of the first of them.
        mean: Mean difference in the newest of them, cut towards zero; below 0 where the series
            lies below the median.
        shown: Time and value of the newest reading in it.
        last: Time and value of the newest reading compared.
    """

    hour: int | None = None
    total: int = 0
    count: int = 0
    hours: int = 0
    since: int = 0
    mean: int = 0
    shown: tuple[int, int] = (0, 0)
    last: tuple[int, int] = (0, 0)

    @property
    def is_drifting(self) -> bool:
        """Whether the series lies beside the median."""
        return self.hours >= HOURS


def compare(
    bias: Bias, at: int, value: int, judged: int, limit: int, subject: Subject
) -> SensorFinding | None:
    """Take a value and the median of all at the same moment; return a drift that ended.

    Args:
        bias: The differences so far.
        at: Time of the reading, not before the one before.
        value: Its value.
        judged: The median of what all sensors hold then, this one among them.
        limit: Steps by which the mean of an hour may differ from 0.
        subject: The series.
    """
    found = _close(bias, at, limit, subject) if at // HOUR != bias.hour else None
    bias.total += value - judged
    bias.count += 1
    bias.last = (at, value)
    return found


def compare_all(
    bias: Bias,
    times: Sequence[int],
    values: Sequence[int],
    judged: Sequence[int],
    limit: int,
    subject: Subject,
) -> None:
    """Take many values with their medians, where `is_quiet` says so; see `compare`."""
    if times[0] // HOUR != bias.hour:
        _close(bias, times[0], limit, subject)
    bias.total += sum(values) - sum(judged)
    bias.count += len(values)
    bias.last = (times[-1], values[-1])


def is_quiet(bias: Bias, times: Sequence[int], limit: int, subject: Subject) -> bool:
    """Tell whether many moments lie in one hour, and its beginning finds and changes nothing."""
    if times[0] // HOUR != times[-1] // HOUR or bias.is_drifting:
        return False
    if times[0] // HOUR == bias.hour:
        return True
    begun = replace(bias)
    return _close(begun, times[0], limit, subject) is None and not begun.is_drifting


def drift_found(bias: Bias, until: int | None, subject: Subject) -> SensorFinding:
    """Return the finding that the series drifts, up to a moment or until now."""
    side = "above" if bias.mean > 0 else "below"
    text = f"on average {subject.told(abs(bias.mean))} {side} the median of all sensors"
    return subject.found(FindingKind.DRIFT, bias.since, until, (bias.shown,), text)


def _close(bias: Bias, at: int, limit: int, subject: Subject) -> SensorFinding | None:
    found = None
    if bias.hour is not None:
        began_at = bias.hour * HOUR
        is_beyond = abs(bias.total) > limit * bias.count
        if bias.hours and not (is_beyond and (bias.total > 0) == (bias.mean > 0)):
            found = drift_found(bias, began_at, subject) if bias.is_drifting else None
            bias.hours = bias.since = bias.mean = 0
            bias.shown = (0, 0)
        if is_beyond:
            bias.since = bias.since if bias.hours else began_at
            bias.hours = min(bias.hours + 1, HOURS)
            size = abs(bias.total) // bias.count
            bias.mean = size if bias.total > 0 else -size
            bias.shown = bias.last
    bias.hour, bias.total, bias.count = at // HOUR, 0, 0
    return found
