"""The sessions of a listener: begun, taken up again, kept while the client is away, ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from .ports import Grant, SessionStore
from .session_state import SessionState
from .settings import ListenerSettings

_log = logging.getLogger(__name__)
_US_PER_S = 1_000_000


class SessionBook:
    """All sessions by the name of their client; those that outlive their connection are durable.

    Args:
        settings: How many and how long.
        store: Where they are durable.
        clock_us: Microseconds UTC.
        ended: Told the client's name of a session that ends.
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
        # By principal and client; of each principal the one that is away the longest comes first.
        self._away: dict[str, dict[str, asyncio.TimerHandle]] = {}

    def states(self) -> list[SessionState]:
        """All sessions, connected or not."""
        return list(self._sessions.values())

    def get(self, client: str) -> SessionState | None:
        """The session of a client."""
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
        self._make_room("")

    def begin(
        self,
        client: str,
        grant: Grant,
        *,
        expiry_s: int,
        is_clean_start: bool,
        begun: Callable[[SessionState, bool], None],
    ) -> None:
        """Begin a session or take it up again, without subscriptions that are not granted any more.

        Args:
            client: Name of the client.
            grant: What it may do, and under whose name.
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
        principal = grant.principal
        state = earlier or SessionState(client, principal, 0, self._settings.outbox_capacity)
        self._note_back(state)
        state.narrow(grant)
        state.left_at = None
        state.expiry_s = expiry_s
        self._sessions[client] = state
        self._make_room(principal)
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
        self._note_back(state)
        del self._sessions[state.client]
        self._store.drop(state.client)
        self._ended(state.client)

    def close(self) -> None:
        """Stop waiting for sessions to expire; the store keeps them."""
        for away in self._away.values():
            for timer in away.values():
                timer.cancel()
        self._away.clear()

    def review(self, grant_of: Callable[[str], Grant | None]) -> None:
        """End the sessions of principals that are gone, and narrow those of the others."""
        for state in self.states():
            if not state.principal:
                continue
            grant = grant_of(state.principal)
            if grant is None:
                _log.warning("session of client %r ends: its account is gone", state.client)
                self.end(state)
            elif state.narrow(grant):
                self.keep(state, _nothing)

    def _await_expiry(self, state: SessionState) -> None:
        now = self._clock_us()
        away_s = 0.0 if state.left_at is None else (now - state.left_at) / _US_PER_S
        # Nobody is away for less than no time: the clock was set back.
        left_s = state.expiry_s - max(0.0, away_s)
        loop = asyncio.get_running_loop()
        timer = loop.call_later(max(0.0, left_s), self._expire, state)
        self._away.setdefault(state.principal, {})[state.client] = timer

    def _note_back(self, state: SessionState) -> None:
        away = self._away.get(state.principal, {})
        timer = away.pop(state.client, None)
        if timer is not None:
            timer.cancel()
            if not away:
                del self._away[state.principal]

    def _expire(self, state: SessionState) -> None:
        _log.info("session of client %r expires after %d s", state.client, state.expiry_s)
        self.end(state)

    def _make_room(self, principal: str) -> None:
        """Let sessions of clients that are away give way; connections have their own bound.

        Those of the principal that needs the room come first, then those of whoever has the most:
        nobody ends the sessions of others by beginning many.
        """
        while len(self._sessions) > self._settings.maximum_sessions and self._away:
            away = self._away.get(principal) or max(self._away.values(), key=len)
            longest_away = next(iter(away))
            _log.warning("too many sessions: that of client %r ends", longest_away)
            self.end(self._sessions[longest_away])


def _nothing() -> None:
    """Nobody waits for this to be durable."""
