"""One device's TCP connection: asyncio around a `ServerSession`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from typing_extensions import override

from .errors import ProtocolError
from .events import ConnectRequested, Disconnected, Event
from .outbox import OutboxFull
from .ports import PublishSink
from .reason_codes import ReasonCode, describe
from .session import ServerSession
from .settings import ListenerSettings
from .shell import Shell

_log = logging.getLogger(__name__)


class Door(Protocol):
    """What a connection asks of its listener."""

    def arrive(self, connection: Connection) -> None:
        """Note a new TCP connection."""

    def admit(self, connection: Connection) -> ReasonCode:
        """Decide on a CONNECT; on success the client id belongs to this connection."""

    def leave(self, connection: Connection) -> None:
        """Note that a connection is gone."""


class Connection(Shell):
    """Serves one device; built by `Listener` for each TCP connection.

    Attributes:
        session: The protocol state.
    """

    def __init__(
        self,
        session: ServerSession,
        settings: ListenerSettings,
        sink: PublishSink,
        door: Door,
        clock_us: Callable[[], int],
    ) -> None:
        super().__init__(session, sink, clock_us=clock_us, close_timeout_s=settings.close_timeout_s)
        self.session = session
        self._settings = settings
        self._door = door

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        timeout_s = self._settings.connect_timeout_s
        self._set_timer(self._loop.call_later(timeout_s, self._expire_connect))
        self._door.arrive(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._door.leave(self)
        _log.info("%s is gone: %s", self._peer, exc or "closed")

    def publish(self, topic: str, payload: bytes, qos: int) -> bool:
        """Send a message if this client subscribed to it; says whether it did.

        A client that lets more than one largest packet lie unread is disconnected.
        """
        if self._transport.get_write_buffer_size() > self._settings.maximum_packet_size:
            _log.warning("%s does not read", self._peer)
            self.end(ReasonCode.QUOTA_EXCEEDED)
            return False
        try:
            is_sent = self.session.publish(topic, payload, qos)
        except OutboxFull as full:
            _log.warning("%s: %s", self._peer, full)
            self.end(ReasonCode.QUOTA_EXCEEDED)
            return False
        self._flush()
        return is_sent

    def end(self, code: ReasonCode) -> None:
        """Say why and close."""
        self.session.disconnect(code)
        self._finish()

    async def close(self, code: ReasonCode) -> None:
        """Stop reading, let pending answers out, say why and wait until the connection is gone."""
        await self.wait_answered()
        self.end(code)
        await self.wait_gone()

    @override
    def _notice(self, event: Event) -> None:
        match event:
            case ConnectRequested():
                self._answer_connect()
            case Disconnected(disconnect):
                _log.info("%s disconnects: %s", self._peer, describe(disconnect.reason_code))
            case _:
                raise AssertionError(event)  # a server's side reports nothing else

    def _answer_connect(self) -> None:
        code = self._door.admit(self)
        if code.is_failure:
            _log.warning("%s: %s", self._peer, describe(code))
            self.session.reject(code)
            return
        _log.info("%s connects", self._peer)
        events = self.session.accept()
        self._watch_keep_alive()
        self._handle(events)

    def _expire_connect(self) -> None:
        problem = f"no CONNECT within {self._settings.connect_timeout_s} s"
        self._handle([self.session.fail(ProtocolError(problem, "3.1"))])

    def _watch_keep_alive(self) -> None:
        """End the connection after 1.5 keep alives of silence (MQTT-3.1.2-22)."""
        timeout_s = self.session.keep_alive_timeout_s
        if timeout_s is None:
            self._set_timer(None)
            return
        left_s = timeout_s - self._silence_s()
        if left_s > 0:
            self._set_timer(self._loop.call_later(left_s, self._watch_keep_alive))
            return
        _log.warning("%s is silent for %.1f s", self._peer, timeout_s)
        self.end(ReasonCode.KEEP_ALIVE_TIMEOUT)
