"""How much of the planned time was observed: unobserved is not compliant.

For each required quantity a clock runs over the planned time and counts the moments at which at
least one sound reading of any sensor was still speaking. What it does not count is a gap.
"""

from __future__ import annotations

import msgspec


class ObservedClock(msgspec.Struct):
    """The union of all holds of one quantity, counted up to `now`.

    Attributes:
        quantity: What is observed.
        now: Up to where time has been counted.
        covered_until: Up to where the readings so far speak.
        observed: Microseconds observed.
        longest_gap: Longest unobserved stretch so far, microseconds.
    """

    quantity: str
    now: int
    covered_until: int
    observed: int = 0
    longest_gap: int = 0


def run_to(clock: ObservedClock, moment: int) -> None:
    """Count the time up to a moment that is not before the clock's own."""
    covered = min(moment, clock.covered_until)
    if covered > clock.now:
        clock.observed += covered - clock.now
    clock.longest_gap = max(clock.longest_gap, moment - clock.covered_until)
    clock.now = moment


def cover(clock: ObservedClock, at: int, until: int) -> None:
    """Note that from a moment on, the readings that still speak do so up to another.

    Args:
        clock: The clock, not beyond `at`.
        at: The moment at which a reading began or ceased to speak.
        until: Up to where the last of them speaks; not after `at` where none is left.
    """
    run_to(clock, at)
    clock.covered_until = until if until > at else min(clock.covered_until, at)
