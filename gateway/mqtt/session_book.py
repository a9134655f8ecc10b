"""The sessions of a listener: begun, taken up again, kept while the client is away, ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from .ports import SessionStore
from .session_state import SessionState
from .settings import ListenerSettings

_log = logging.getLogger(__name__)
_US_PER_S = 1_000_000


class SessionBook:
    """All sessions by client id; those that outlive their connection are durable.

    Args:
        settings: How many and how long.
        store: Where they are durable.
        clock_us: Microseconds UTC.
        ended: Told the client id of a session that ends.
    """

    def __init__(
        self,
        settings: ListenerSettings,
        store: SessionStore,
        *,
        clock_us: Callable[[], int],
        ended: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock_us = clock_us
        self._ended = ended
        self._sessions: dict[str, SessionState] = {}
        self._away: dict[str, asyncio.TimerHandle] = {}  # the longest away first

    def states(self) -> list[SessionState]:
        """All sessions, connected or not."""
        return list(self._sessions.values())

    def get(self, client: str) -> SessionState | None:
        """The session of a client id."""
        return self._sessions.get(client)

    def restore(self) -> None:
        """Take up what the store kept; a client that was connected left now, by a crash of ours."""
        now = self._clock_us()
        stored = self._store.sessions()
        for one in sorted(stored, key=lambda one: now if one.left_at is None else one.left_at):
            state = SessionState.of(one, self._settings.outbox_capacity)
            self._sessions[state.client] = state
            if state.left_at is None:
                state.left_at = now
                self.keep(state, _nothing)
            self._await_expiry(state)
        self._make_room()

    def begin(
        self,
        client: str,
        principal: str,
        *,
        expiry_s: int,
        is_clean_start: bool,
        begun: Callable[[SessionState, bool], None],
    ) -> None:
        """Begin a session or take it up again.

        Args:
            client: Client id.
            principal: Who was admitted under it.
            expiry_s: Seconds for which it outlives its connection.
            is_clean_start: Whether an earlier session of the client ends.
            begun: Called with the session, and whether it was there before, once both are durable.
        """
        earlier = self._sessions.get(client)
        # A session without expiry ended with the connection that is taken over (§3.1.2.11.2).
        if earlier is not None and (is_clean_start or earlier.expiry_s == 0):
            self.end(earlier)
            earlier = None
        elif earlier is None:
            self._store.drop(client)  # open packet ids of a session that a crash cut off
        state = earlier or SessionState(client, principal, 0, self._settings.outbox_capacity)
        timer = self._away.pop(client, None)
        if timer is not None:
            timer.cancel()
        state.left_at = None
        state.expiry_s = expiry_s
        self._sessions[client] = state
        self._make_room()
        self.keep(state, lambda: begun(state, earlier is not None))

    def keep(self, state: SessionState, kept: Callable[[], None]) -> None:
        """Make a session durable, if it outlives its connection, then call `kept`."""
        if state.expiry_s or state.is_stored:
            state.is_stored = True
            self._store.keep(state.stored, kept)
        else:
            kept()

    def leave(self, state: SessionState) -> None:
        """Note that the client of a session is gone."""
        if self._sessions.get(state.client) is not state:
            return  # it ended meanwhile
        if state.expiry_s == 0:
            self.end(state)
            return
        state.outbox.close()
        state.left_at = self._clock_us()
        self.keep(state, _nothing)
        self._await_expiry(state)

    def end(self, state: SessionState) -> None:
        """End a session: forget its subscriptions, messages and open packet ids."""
        timer = self._away.pop(state.client, None)
        if timer is not None:
            timer.cancel()
        del self._sessions[state.client]
        self._store.drop(state.client)
        self._ended(state.client)

    def close(self) -> None:
        """Stop waiting for sessions to expire; the store keeps them."""
        for timer in self._away.values():
            timer.cancel()
        self._away.clear()

    def _await_expiry(self, state: SessionState) -> None:
        now = self._clock_us()
        away_s = 0.0 if state.left_at is None else (now - state.left_at) / _US_PER_S
        # Nobody is away for less than no time: the clock was set back.
        left_s = state.expiry_s - max(0.0, away_s)
        loop = asyncio.get_running_loop()
        self._away[state.client] = loop.call_later(max(0.0, left_s), self._expire, state)

    def _expire(self, state: SessionState) -> None:
        _log.info("session of client %r expires after %d s", state.client, state.expiry_s)
        self.end(state)

    def _make_room(self) -> None:
        """Let the client that is away the longest give way; connections have their own bound."""
        while len(self._sessions) > self._settings.maximum_sessions and self._away:
            longest_away = next(iter(self._away))
            _log.warning("too many sessions: that of client %r ends", longest_away)
            self.end(self._sessions[longest_away])


def _nothing() -> None:
    """Nobody waits for this to be durable."""
