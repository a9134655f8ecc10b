"""A clock that nobody has set since power-on counts from zero; its time names no moment."""

from __future__ import annotations

from twins.readings import ClockSource, Quality

from .times import Moment

# 2001-09-09T01:46:40Z, ten digits of seconds: before any device that says so was made.
_EARLIEST = 1_000_000_000 * 1_000_000


def moment(observed_at: int, clock_source: ClockSource, received_at: int) -> Moment:
    """Return when something was observed, by the gateway's clock where the other was not set yet.

    Args:
        observed_at: Microseconds UTC by the clock in question.
        clock_source: Whose clock that is.
        received_at: Microseconds UTC by the gateway's clock.
    """
    if observed_at < _EARLIEST:
        return Moment(received_at, ClockSource.GATEWAY, Quality.CLOCK_SUSPECT)
    return Moment(observed_at, clock_source)
