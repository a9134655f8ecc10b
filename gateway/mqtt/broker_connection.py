"""One TCP connection to a broker: asyncio around a `ClientSession`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from typing_extensions import override

from .client_session import ClientSession
from .connecting import Connack
from .events import ConnectionAnswered, Disconnected, Event, SubscriptionsAnswered
from .ports import PublishSink
from .reason_codes import ReasonCode, describe
from .shell import Shell

_log = logging.getLogger(__name__)
_LARGEST_BACKLOG_BYTES = 1_048_576
_SILENCE_TOLERATED = 1.5  # keep alives, as a server tolerates (MQTT-3.1.2-22)


class BrokerConnection(Shell):
    """Serves one connection to a broker; built by `Subscriber` for each attempt.

    Args:
        session: The protocol state.
        topic_filters: What to subscribe to once the broker accepts.
        qos: The QoS to subscribe with.
        forget: Called when the broker has no session of ours, before anything of it is taken.
        sink: Where received messages go.
        buffer: Where bytes are received.
        clock_us: Microseconds UTC.
        close_timeout_s: Time that a closing connection has for its last bytes.

    Attributes:
        session: The protocol state.
        answered: The broker's CONNACK; `None` when it closed without one.
        refused_filters: Topic filters that the broker did not grant.
        lowered_filters: Topic filters that it granted with a lower QoS than asked for.
        end_reason: Why the connection ended.
    """

    def __init__(
        self,
        session: ClientSession,
        topic_filters: Sequence[str],
        qos: int,
        sink: PublishSink,
        *,
        forget: Callable[[], None],
        buffer: memoryview,
        clock_us: Callable[[], int],
        close_timeout_s: float,
    ) -> None:
        super().__init__(
            session, sink, buffer=buffer, clock_us=clock_us, close_timeout_s=close_timeout_s
        )
        self.session = session
        self.answered: asyncio.Future[Connack | None] = self._loop.create_future()
        self.refused_filters: tuple[str, ...] = ()
        self.lowered_filters: tuple[str, ...] = ()
        self.end_reason = "closed by the broker"
        self._topic_filters = topic_filters
        self._qos = qos
        self._forget = forget

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._flush()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if exc is not None:
            self.end_reason = str(exc)
        if not self.answered.done():
            self.answered.set_result(None)

    def publish(self, topic: str, payload: bytes) -> bool:
        """Send a message with QoS 0; says whether it went out towards the broker."""
        if self._transport.get_write_buffer_size() > _LARGEST_BACKLOG_BYTES:
            return False
        is_sent = self.session.publish(topic, payload)
        self._flush()
        return is_sent and not self._transport.is_closing()

    async def close(self) -> None:
        """Let pending answers out, say goodbye and wait until the connection is gone."""
        await self.wait_answered()
        self.session.disconnect(ReasonCode.SUCCESS)
        self._finish()
        await self.wait_gone()

    @property
    @override
    def _peer(self) -> str:
        return f"broker {self.address}"

    @override
    def _notice(self, event: Event) -> None:
        match event:
            case ConnectionAnswered(connack):
                self._begin(connack)
            case SubscriptionsAnswered(codes):
                self._note_subscriptions(codes)
            case Disconnected(disconnect):
                self.end_reason = describe(disconnect.reason_code)
            case _:
                raise AssertionError(event)  # a client's side reports nothing else

    def _begin(self, connack: Connack) -> None:
        if not self.answered.done():  # it is when the attempt was given up
            self.answered.set_result(connack)
        if connack.reason_code == ReasonCode.SUCCESS:
            if not connack.session_present:
                self._forget()  # packet ids of QoS 2 that the broker uses anew
            self.session.subscribe(self._topic_filters, self._qos)
            self._watch()
        else:
            self.end_reason = describe(connack.reason_code)

    def _note_subscriptions(self, codes: Sequence[int]) -> None:
        granted = dict.fromkeys(self._topic_filters, int(ReasonCode.UNSPECIFIED_ERROR))
        granted.update(zip(self._topic_filters, codes, strict=False))  # without a code: not granted
        self.refused_filters = tuple(
            pattern for pattern, code in granted.items() if code >= ReasonCode.UNSPECIFIED_ERROR
        )
        self.lowered_filters = tuple(
            pattern for pattern, code in granted.items() if code < self._qos
        )
        for pattern in self.refused_filters:
            reason = describe(granted[pattern])
            _log.error("%s refuses to subscribe to %s: %s", self._peer, pattern, reason)
        for pattern in self.lowered_filters:
            qos = granted[pattern]
            _log.warning("%s sends %s with QoS %d at most", self._peer, pattern, qos)

    def _watch(self) -> None:
        """Ping twice per keep alive, and give up a broker that does not answer."""
        keep_alive_s = self.session.keep_alive_s
        if keep_alive_s == 0 or self.session.is_closed:
            return
        if self.is_stuck(keep_alive_s * _SILENCE_TOLERATED):
            self.end_reason = "one packet does not come to its end"
            self.abort()
            return
        if self._silence_s() > keep_alive_s * _SILENCE_TOLERATED:
            self.end_reason = f"silent for {keep_alive_s * _SILENCE_TOLERATED:.1f} s"
            self.abort()
            return
        self.session.ping()
        self._flush()
        self._set_timer(self._loop.call_later(keep_alive_s / 2, self._watch))
