"""One device's TCP connection: asyncio around a `ServerSession`."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import Protocol

import msgspec
from typing_extensions import override

from .connecting import Connect
from .errors import ProtocolError
from .events import ConnectRequested, Disconnected, Event, SubscriptionsChanged
from .outbox import OutboxFull
from .ports import Grant, PublishSink
from .rate_limit import RateLimit
from .reason_codes import ReasonCode, describe
from .rights import may_publish
from .session import ServerSession
from .session_state import SessionState
from .settings import ListenerSettings
from .shell import Shell
from .tls import common_name
from .wills import LastWill

_log = logging.getLogger(__name__)
_HOLDING_BACK = "the sink was full at CONNECT"
_DECIDING = "admission is being decided"
_KEEPING = "the session is being kept"
_RATE = "the rate limit"


class Door(Protocol):
    """What a connection asks of its listener."""

    def arrive(self, connection: Connection) -> None:
        """Note a new TCP connection."""

    def admit(self, connection: Connection, connect: Connect) -> None:
        """Decide on a CONNECT, at once or later, by `Connection.accept` or `Connection.reject`."""

    def keep(self, connection: Connection, kept: Callable[[], None]) -> None:
        """Make the changed session of a connection durable, then call `kept`."""

    def leave(self, connection: Connection) -> None:
        """Note that a connection is gone."""

    def fill(self) -> None:
        """Note that the sink is full, so that all connections stop reading, not one by one."""


class Connection(Shell):
    """Serves one device; built by `Listener` for each TCP connection.

    Attributes:
        session: The protocol state.
        grant: What the client may do, None before it is admitted.
        last_will: What to publish should the client be lost, None where there is nothing.
        certificate_name: Common name of the client certificate that TLS verified.
    """

    def __init__(
        self,
        session: ServerSession,
        settings: ListenerSettings,
        sink: PublishSink,
        door: Door,
        *,
        buffer: memoryview,
        clock_us: Callable[[], int],
    ) -> None:
        super().__init__(
            session,
            sink,
            buffer=buffer,
            clock_us=clock_us,
            close_timeout_s=settings.close_timeout_s,
        )
        self.session = session
        self.grant: Grant | None = None
        self.last_will: LastWill | None = None
        self.certificate_name: str | None = None
        self._settings = settings
        self._door = door
        self._connect: Connect | None = None
        self._rate: RateLimit | None = None
        self._has_ended = False  # no more bytes come
        self._has_left = False

    @property
    def principal(self) -> str | None:
        """Who was admitted, None before."""
        return None if self.grant is None else self.grant.principal

    @property
    def is_over(self) -> bool:
        """Whether the connection is gone or about to be, and nothing of it waits to be read."""
        return self._has_left or self.session.is_closed

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.certificate_name = common_name(transport)
        timeout_s = self._settings.connect_timeout_s
        self._set_timer(self._loop.call_later(timeout_s, self._expire_connect))
        self._door.arrive(self)

    @override
    def get_buffer(self, sizehint: int) -> memoryview:
        if self.grant is None:
            return self._buffer[: self.session.room_bytes]
        return self._buffer

    @override
    def buffer_updated(self, nbytes: int) -> None:
        if self._rate is not None:
            self.session.allowance = self._rate.refill(self.session.allowance, self._loop.time())
        super().buffer_updated(nbytes)

    @override
    def eof_received(self) -> bool:
        # With TLS it comes although reading is paused, and the transport closes behind it.
        self._end_limits()
        return super().eof_received()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        _log.info("%s is gone: %s", self._peer, exc or "closed")
        self._end_limits()
        self._handle(self.session.read_on())
        self._leave_once_read()

    def accept(self, state: SessionState, *, is_present: bool) -> None:
        """Let the client in with its session, which is durable by now where it is to be."""
        grant = self.grant
        if self.is_over or grant is None:
            return
        _log.info("%s connects as %r", self._peer, grant.principal)
        connect, self._connect = self._connect, None
        if connect is not None and connect.will is not None:
            is_permitted = may_publish(grant, connect.will.topic)
            self.last_will = LastWill(
                self.session.client, grant.principal, connect.will, is_permitted
            )
        if not self._has_ended:
            self._begin_rate(grant)
            if self._sink.is_full:
                self._hold_back()
        events = self.session.accept(state, grant, is_present=is_present)
        self._watch_keep_alive()
        self._go_on(_DECIDING, events)

    def regrant(self, grant: Grant) -> None:
        """Put another grant in force: for messages that come, for the will, and for the rate."""
        before = self.grant
        if before is None or grant == before:
            return
        _log.info("%s: other rights are in force for %r", self._peer, grant.principal)
        self.grant = grant
        self.session.regrant(grant)
        if self.last_will is not None:
            is_permitted = may_publish(grant, self.last_will.will.topic)
            self.last_will = msgspec.structs.replace(self.last_will, is_permitted=is_permitted)
        is_running = self.session.is_connected and not self._has_ended
        if is_running and grant.messages_per_s != before.messages_per_s:
            is_throttled = self.session.is_throttled
            self._begin_rate(grant)
            if is_throttled:
                self._go_on(_RATE, self.session.read_on())

    def _begin_rate(self, grant: Grant) -> None:
        self._rate, self.session.allowance = None, sys.maxsize
        if grant.messages_per_s is not None:
            self._rate = RateLimit(grant.messages_per_s, self._loop.time())
            self.session.allowance = self._rate.burst

    def _end_limits(self) -> None:
        """Let all be read that came: what is held back longer would be lost, a goodbye too."""
        self._has_ended = True
        self._rate = None
        self.session.allowance = sys.maxsize

    def _leave_once_read(self) -> None:
        """Leave the listener, unless bytes wait for a decision, after which they are read."""
        if self._has_left or not self._is_gone or self.session.is_held:
            return
        self._has_left = True
        self._set_timer(None)
        self._door.leave(self)

    def _hold_back(self) -> None:
        """Read no message before the sink has room, not even one that came with CONNECT."""
        allowance, self.session.allowance = self.session.allowance, 0
        self._delivery.pause(_HOLDING_BACK)

        def go_on() -> None:
            if not self._has_ended:
                self.session.allowance += allowance
            if not self.is_over:
                self._go_on(_HOLDING_BACK, self.session.read_on())

        self._sink.on_room(go_on)

    def reject(self, code: ReasonCode) -> None:
        """Refuse the client."""
        if self.is_over:
            return
        _log.warning("%s is refused: %s", self._peer, describe(code))
        self._connect = None
        self.session.reject(code)
        self._finish()

    def publish(self, topic: str, payload: bytes, qos: int) -> bool:
        """Send a message to this client; says whether it could be taken.

        A client that lets more than one largest packet lie unread is disconnected.
        """
        if self._transport.get_write_buffer_size() > self._settings.maximum_packet_size:
            _log.warning("%s does not read", self._peer)
            self.end(ReasonCode.QUOTA_EXCEEDED)
            return False
        try:
            self.session.publish(topic, payload, qos)
        except OutboxFull as full:
            _log.warning("%s: %s", self._peer, full)
            self.end(ReasonCode.QUOTA_EXCEEDED)
            return False
        self._flush()
        return True

    def pause_while_full(self) -> None:
        """Stop reading until the sink has room, if it has none."""
        self._delivery.pause_while_full()

    def end(self, code: ReasonCode) -> None:
        """Say why and close."""
        self.session.disconnect(code)
        self._finish()

    def end_if_stuck(self) -> None:
        """End a connection whose packet does not come to its end."""
        timeout_s = self._settings.packet_timeout_s
        if not self.is_over and self.is_stuck(timeout_s):
            problem = f"one packet incomplete for more than {timeout_s} s"
            fault = ProtocolError(problem, "3.1.2.10", ReasonCode.KEEP_ALIVE_TIMEOUT)
            self._handle([self.session.fail(fault)])

    async def close(self, code: ReasonCode) -> None:
        """Stop reading, let pending answers out, say why and wait until the connection is gone."""
        await self.wait_answered()
        self.end(code)
        await self.wait_gone()

    @override
    def _notice(self, event: Event) -> None:
        match event:
            case ConnectRequested(_, connect):
                self._set_timer(None)  # deciding takes the time that it takes
                self._delivery.pause(_DECIDING)
                self._connect = connect
                self._door.admit(self, connect)
            case SubscriptionsChanged():
                self._delivery.pause(_KEEPING)
                self._door.keep(self, self._note_kept)
            case Disconnected(disconnect):
                _log.info("%s disconnects: %s", self._peer, describe(disconnect.reason_code))
                if disconnect.reason_code == ReasonCode.SUCCESS:
                    self.last_will = None  # MQTT-3.14.4-3
            case _:
                raise AssertionError(event)  # a server's side reports nothing else

    @override
    def _handle(self, events: list[Event]) -> None:
        super()._handle(events)
        if self._sink.is_full:
            self._door.fill()
        if self._rate is not None and self.session.is_throttled:
            self._delivery.pause(_RATE)
            self._loop.call_later(self._rate.wait_s(self._loop.time()), self._read_on)

    @override
    def _finish(self) -> None:
        super()._finish()
        self._leave_once_read()

    def _read_on(self) -> None:
        """Read what the rate limit held back, as far as it allows now."""
        if self._rate is None or self.is_over:
            return
        self.session.allowance = self._rate.refill(self.session.allowance, self._loop.time())
        self._go_on(_RATE, self.session.read_on())

    def _note_kept(self) -> None:
        # By way of the loop: a chunk may hold thousands of SUBSCRIBEs, each of which comes here.
        self._loop.call_soon(self._confirm)

    def _confirm(self) -> None:
        self._go_on(_KEEPING, self.session.confirm())

    def _go_on(self, pause: str, events: list[Event]) -> None:
        """Take a reason for pausing away, unless what was read meanwhile gives it anew."""
        self._delivery.resume(pause)
        if not self._has_left:
            self._handle(events)
            self._leave_once_read()

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
