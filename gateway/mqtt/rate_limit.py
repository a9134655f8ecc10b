"""A rate limit that slows a sender down: a token bucket (pure)."""

from __future__ import annotations

from typing import Final

_SHORTEST_WAIT_S: Final = 0.01


class RateLimit:
    """Lets a number of messages per second pass, and at most those of one second at once.

    Args:
        messages_per_s: The rate, at least 1.
        now_s: Monotonic seconds.
    """

    __slots__ = ("_messages_per_s", "_refilled_at_s")

    def __init__(self, messages_per_s: int, now_s: float) -> None:
        self._messages_per_s = messages_per_s
        self._refilled_at_s = now_s

    @property
    def burst(self) -> int:
        """Messages that may pass at once."""
        return self._messages_per_s

    def refill(self, allowance: int, now_s: float) -> int:
        """Return the allowance with what the time since the last call adds in whole messages."""
        earned = int((now_s - self._refilled_at_s) * self._messages_per_s)
        if earned <= 0:
            return allowance
        if allowance + earned >= self.burst:
            self._refilled_at_s = now_s
            return self.burst
        self._refilled_at_s += earned / self._messages_per_s
        return allowance + earned

    def wait_s(self, now_s: float) -> float:
        """Seconds until more may pass; at high rates not each message is waited for."""
        return max(_SHORTEST_WAIT_S, self._refilled_at_s + 1 / self._messages_per_s - now_s)
