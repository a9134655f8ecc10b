"""Who may connect: limits first, then the gatekeeper, and patience with nobody who guesses."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from typing import Final

from .ports import Grant
from .reason_codes import ReasonCode
from .settings import ListenerSettings

_FORGOTTEN_AFTER_S: Final = 60.0
_FIRST_DELAY_S: Final = 0.25
_LONGEST_DELAY_S: Final = 8.0
_UNCONNECTED_PER_CONNECTION: Final = 2
_HOSTS_REMEMBERED: Final = 4096
_USERS_REMEMBERED: Final = 65_536
_WAITING_MAXIMUM: Final = 64
"""Attempts that wait for their turn in one place; a further one is told that we are busy."""


class Failures:
    """Failed attempts by address: from the second within a minute on, each takes longer."""

    def __init__(self) -> None:
        self._hosts: dict[str, tuple[int, float]] = {}  # count and time of the last

    def note(self, host: str, now_s: float) -> float:
        """Note a failure; return how long its answer is held back where no check took time."""
        count = self._count(host, now_s)
        self._hosts.pop(host, None)
        if len(self._hosts) >= _HOSTS_REMEMBERED:
            del self._hosts[next(iter(self._hosts))]
        self._hosts[host] = (count + 1, now_s)
        return _earned_s(count)

    def delay_s(self, host: str, now_s: float) -> float:
        """Seconds after which the next attempt of an address may be decided."""
        count = self._count(host, now_s)
        return max(0.0, self._hosts[host][1] + _earned_s(count) - now_s) if count else 0.0

    def _count(self, host: str, now_s: float) -> int:
        count, last_s = self._hosts.get(host, (0, now_s))
        return 0 if now_s - last_s > _FORGOTTEN_AFTER_S else count


def _earned_s(count: int) -> float:
    return min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2.0 ** min(count - 1, 16)) if count else 0.0


class Turns:
    """Passwords of one address are checked one at a time, each after the delay it has earned.

    A guesser would else have as many guesses under way as it has connections, however long each
    answer takes. A user that was admitted from an address before has turns of its own there, so
    that who guesses behind the same router holds up none of its neighbours.
    """

    def __init__(self) -> None:
        self._failures = Failures()
        self._waiting: dict[str, deque[Callable[[], None]]] = {}  # of each that is busy
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._known: dict[str, None] = {}

    def take(self, host: str, user_name: str | None, check: Callable[[str], None]) -> bool:
        """Begin a check when it is its turn; says whether it may wait for that.

        Args:
            host: Address without port.
            user_name: Who it says it is.
            check: Called with the name of the turn, which `end` must be called with.
        """
        own = f"{host} {user_name}"
        name = own if own in self._known else host
        waiting = self._waiting.get(name)
        if waiting is not None:
            if len(waiting) >= _WAITING_MAXIMUM:
                return False
            waiting.append(lambda: check(name))
            return True
        self._waiting[name] = deque([lambda: check(name)])
        self._begin_next(name)
        return True

    def end(self, name: str) -> None:
        """Note that a check has ended, and begin the next one by and by."""
        if self._waiting.get(name):
            asyncio.get_running_loop().call_soon(self._begin_next, name)
        else:
            self._waiting.pop(name, None)

    def note_admitted(self, host: str, user_name: str | None) -> None:
        """Note who comes from an address rightly."""
        if len(self._known) >= _USERS_REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[f"{host} {user_name}"] = None

    def note_failure(self, name: str) -> float:
        """Note a refusal; return how long its answer is held back where no check took time."""
        return self._failures.note(name, asyncio.get_running_loop().time())

    def close(self) -> None:
        """Begin no further check."""
        for timer in self._timers.values():
            timer.cancel()
        self._waiting.clear()

    def _begin_next(self, name: str) -> None:
        loop = asyncio.get_running_loop()
        delay_s = self._failures.delay_s(name, loop.time())
        if delay_s:
            self._timers[name] = loop.call_later(delay_s, self._begin, name)
        else:
            self._begin(name)

    def _begin(self, name: str) -> None:
        self._timers.pop(name, None)
        waiting = self._waiting.get(name)
        if waiting:  # which it is not after `close`
            waiting.popleft()()


class Places:
    """How many connections there are, by address and by principal.

    Args:
        settings: Limits.
    """

    def __init__(self, settings: ListenerSettings) -> None:
        self._settings = settings
        self._hosts: Counter[str] = Counter()
        self._handshakes: Counter[str] = Counter()
        self._principals: Counter[str] = Counter()
        self._connections = 0

    def arrive(self, host: str) -> bool:
        """Note a TCP connection; says whether there is room for it to send its CONNECT."""
        self._hosts[host] += 1
        self._connections += 1
        return self._has_room(self._connections, self._hosts[host])

    def begin_handshake(self, host: str) -> bool:
        """Note a TLS handshake if there is room: it counts like a connection without CONNECT."""
        under_way = self._handshakes
        has_room = self._has_room(
            self._connections + under_way.total() + 1, self._hosts[host] + under_way[host] + 1
        )
        under_way[host] += has_room
        return has_room

    def end_handshake(self, host: str) -> None:
        """Note that a handshake has ended, well or not."""
        _take_one(self._handshakes, host)

    def leave(self, host: str, principal: str | None) -> None:
        """Note that a connection is gone, and who had been admitted on it."""
        _take_one(self._hosts, host)
        self._connections -= 1
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

    def _has_room(self, in_all: int, of_address: int) -> bool:
        settings = self._settings
        maximum_of_address = settings.maximum_connections_per_address * _UNCONNECTED_PER_CONNECTION
        return in_all <= settings.maximum_connections * _UNCONNECTED_PER_CONNECTION and (
            maximum_of_address == 0 or of_address <= maximum_of_address
        )


def _take_one(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
