"""Who may connect: limits first, then the gatekeeper, and patience with nobody who guesses."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Final

from .ports import Grant
from .reason_codes import ReasonCode
from .settings import ListenerSettings

_log = logging.getLogger(__name__)
_FORGOTTEN_AFTER_S: Final = 60.0
_FIRST_DELAY_S: Final = 0.25
_LONGEST_DELAY_S: Final = 8.0
_HOSTS_REMEMBERED: Final = 4096


class Failures:
    """Failed attempts by address: from the second within a minute on, the answer takes longer."""

    def __init__(self) -> None:
        self._hosts: dict[str, tuple[int, float]] = {}  # count and time of the last

    def delay_s(self, host: str, now_s: float) -> float:
        """Note a failure; return how long its answer is held back."""
        count, last_s = self._hosts.pop(host, (0, now_s))
        if now_s - last_s > _FORGOTTEN_AFTER_S:
            count = 0
        if len(self._hosts) >= _HOSTS_REMEMBERED:
            del self._hosts[next(iter(self._hosts))]
        self._hosts[host] = (count + 1, now_s)
        if count == 0:
            return 0.0
        doublings = min(count - 1, 16)
        return min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2.0**doublings)


class Places:
    """How many connections there are, by address and by principal.

    Args:
        settings: Limits.
    """

    def __init__(self, settings: ListenerSettings) -> None:
        self._settings = settings
        self._hosts: Counter[str] = Counter()
        self._principals: Counter[str] = Counter()

    def arrive(self, host: str) -> int:
        """Note a TCP connection; return how many come from its address now."""
        self._hosts[host] += 1
        return self._hosts[host]

    def leave(self, host: str, principal: str | None) -> None:
        """Note that a connection is gone, and who had been admitted on it."""
        _take_one(self._hosts, host)
        if principal is not None:
            _take_one(self._principals, principal)

    def is_address_full(self, host: str) -> bool:
        """Whether more connections come from an address than may."""
        maximum = self._settings.maximum_connections_per_address
        return 0 < maximum < self._hosts[host]

    def seat(self, grant: Grant, replaced: str | None) -> ReasonCode:
        """Note whom a connection belongs to; `replaced` is the principal whose it takes over."""
        maximum = grant.maximum_connections
        taken = self._principals[grant.principal] - (replaced == grant.principal)
        if maximum is not None and taken >= maximum:
            return ReasonCode.QUOTA_EXCEEDED
        self._principals[grant.principal] += 1
        return ReasonCode.SUCCESS


def _take_one(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
