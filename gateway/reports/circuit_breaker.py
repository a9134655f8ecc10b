"""A circuit breaker: who fails again and again is left alone for a while, then tried once."""

from __future__ import annotations

from typing import Literal

_FAILURES = 3
_PAUSE_S = 5.0
_LONGEST_PAUSE_S = 300.0

State = Literal["closed", "open", "half_open"]


class CircuitBreaker:
    """Counts failures in a row; knows no clock.

    Args:
        failures: After so many in a row it opens.
        pause_s: How long it stays open at first; each failed trial doubles it,
        longest_pause_s: up to this.
    """

    def __init__(
        self,
        failures: int = _FAILURES,
        pause_s: float = _PAUSE_S,
        longest_pause_s: float = _LONGEST_PAUSE_S,
    ) -> None:
        self._most = failures
        self._first_pause_s = pause_s
        self._longest_pause_s = longest_pause_s
        self._failures = 0
        self._opened_at_s = 0.0

    def state(self, now_s: float) -> State:
        """Return whether work passes (closed), nothing does (open), or one trial (half_open)."""
        if self._failures < self._most:
            return "closed"
        return "half_open" if now_s - self._opened_at_s >= self._pause_s else "open"

    def succeeded(self) -> None:
        """Note that work was done."""
        self._failures = 0

    def failed(self, now_s: float) -> None:
        """Note that work failed."""
        self._failures += 1
        self._opened_at_s = now_s

    @property
    def _pause_s(self) -> float:
        trials = self._failures - self._most
        # Beyond any pause that matters the power would only grow.
        return min(self._longest_pause_s, self._first_pause_s * 2.0 ** min(trials, 32))
