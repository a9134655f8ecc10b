"""The wall clock, in the one unit that records use."""

from __future__ import annotations

import time


def now_us() -> int:
    """Return the wall-clock time in microseconds since 1970-01-01T00:00:00Z."""
    return time.time_ns() // 1000
