"""asyncio around an `Endpoint`: what a device's connection and a broker's connection share."""

from __future__ import annotations

import asyncio
import logging
import socket
from abc import abstractmethod
from collections.abc import Callable
from typing import cast

from typing_extensions import override

from .delivery import Delivery
from .endpoint import Endpoint
from .errors import MqttFault
from .events import Event, Published, Refused, Released
from .ports import PublishSink

_log = logging.getLogger(__name__)
_NOT_TAKING = "the peer does not take what we write"
_CLOSING = "closing"
_READ_SIZE = 262_144
_TLS_LINGER_S = 0.5
_PROBES = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}
"""A peer without keep alive that vanished is noticed after two minutes, where the system can."""


def receive_buffer() -> memoryview:
    """Return a buffer for all connections of one event loop.

    Bytes are received into it and taken out in one go, so that one is enough: a buffer for each
    chunk would cost as many page faults as the chunk has pages, a fifth of the time per message.
    """
    return memoryview(bytearray(_READ_SIZE))


class Shell(asyncio.BufferedProtocol):
    """Moves bytes between a transport and an endpoint, and batches between it and the sink.

    Args:
        endpoint: The protocol state.
        sink: Where received messages go.
        buffer: Where bytes are received; from `receive_buffer`.
        clock_us: Microseconds UTC.
        close_timeout_s: Time that a closing connection has for its last bytes.

    Attributes:
        host: Address of the peer, empty until it is connected.
        address: The same with its port: ``host:port``.
        fault: What the peer did wrong, if that ended the connection.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        sink: PublishSink,
        *,
        buffer: memoryview,
        clock_us: Callable[[], int],
        close_timeout_s: float,
    ) -> None:
        self.host = ""
        self.address = ""
        self.fault: MqttFault | None = None
        self._endpoint = endpoint
        self._sink = sink
        self._buffer = buffer
        self._clock_us = clock_us
        self._close_timeout_s = close_timeout_s
        self._loop = asyncio.get_running_loop()
        self._heard_at_s = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._gone: asyncio.Event | None = None
        self._is_gone = False
        self._is_finishing = False
        self._incomplete: int | None = None
        self._incomplete_since_s = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        is_tcp = isinstance(peer, tuple)
        self.host = str(peer[0] if is_tcp else peer)
        self.address = f"{peer[0]}:{peer[1]}" if is_tcp else str(peer)
        wire = transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _PROBES.items():
            if hasattr(socket, option):
                wire.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
        self._delivery = Delivery(self._transport, self._sink, self._endpoint, self._flush)

    @override
    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    @override
    def buffer_updated(self, nbytes: int) -> None:
        """Read a chunk; all its messages go to the sink as one batch."""
        self._heard_at_s = self._loop.time()
        if not self._endpoint.is_closed:
            chunk = self._buffer[:nbytes]
            self._handle(self._endpoint.receive_data(chunk, self._clock_us()))

    @override
    def eof_received(self) -> bool:
        self._handle(self._endpoint.receive_eof())
        return False

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._set_timer(None)
        self._delivery.close()
        self._is_gone = True
        if self._gone is not None:
            self._gone.set()

    @override
    def pause_writing(self) -> None:
        """Stop reading from a peer that does not read our answers."""
        self._delivery.pause(_NOT_TAKING)

    @override
    def resume_writing(self) -> None:
        self._delivery.resume(_NOT_TAKING)

    def abort(self) -> None:
        """Drop the connection at once."""
        self._transport.abort()

    async def wait_answered(self) -> None:
        """Stop reading and let pending answers out, within the close timeout."""
        self._delivery.pause(_CLOSING)
        try:
            async with asyncio.timeout(self._close_timeout_s):
                await self._delivery.wait_idle()
        except TimeoutError:
            _log.warning("%s: closed with messages unacknowledged", self._peer)

    async def wait_gone(self) -> None:
        """Wait until the connection is closed."""
        if not self._is_gone:
            self._gone = self._gone or asyncio.Event()
            await self._gone.wait()

    def is_stuck(self, timeout_s: float) -> bool:
        """Whether the same packet has been incomplete for a time; ask several times within it."""
        now_s = self._loop.time()
        incomplete = self._endpoint.incomplete_since
        if incomplete is None or incomplete != self._incomplete or self._delivery.pauses:
            self._incomplete = incomplete
            self._incomplete_since_s = now_s
            return False
        return now_s - self._incomplete_since_s >= timeout_s

    @abstractmethod
    def _notice(self, event: Event) -> None:
        """Handle an event of one kind of endpoint."""

    @property
    def _peer(self) -> str:
        return f"client {self._endpoint.client!r} at {self.address}"

    def _handle(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case Published(publishes):
                    self._delivery.submit(publishes)
                case Released(packet_ids):
                    self._delivery.release(packet_ids)
                case Refused():
                    self._note_refused(event)
                case _:
                    self._notice(event)
        if self._endpoint.is_closed:
            self._finish()
        else:
            self._flush()

    def _note_refused(self, event: Refused) -> None:
        self.fault = event.fault
        reason = str(event.fault)
        _log.warning("%s: %s", self._peer, reason)
        client = self._endpoint.client
        self._sink.refuse(client, self.address, reason, event.head, self._clock_us())

    def _flush(self) -> None:
        data = self._endpoint.data_to_send()
        if data and not self._is_gone and not self._transport.is_closing():
            self._transport.write(data)

    def _finish(self) -> None:
        """Write what is left and close, but read on for a moment.

        A socket closed with unread bytes resets the connection, and the peer never sees why.
        """
        self._delivery.close()
        if self._is_finishing or self._is_gone or self._transport.is_closing():
            return
        self._is_finishing = True
        self._flush()
        self._transport.resume_reading()
        if self._transport.can_write_eof():
            try:
                self._transport.write_eof()
            except OSError:
                # The peer was gone before: a paused transport has not seen its reset.
                self.abort()
                return
        else:
            # TLS has no half-closed state: what the peer has under way would be refused.
            linger_s = min(_TLS_LINGER_S, self._close_timeout_s / 2)
            self._loop.call_later(linger_s, self._transport.close)
        self._set_timer(self._loop.call_later(self._close_timeout_s, self.abort))

    def _silence_s(self) -> float:
        """Seconds since the peer was heard; none while it is we who do not listen."""
        if self._delivery.pauses - {_NOT_TAKING}:
            self._heard_at_s = self._loop.time()
        return self._loop.time() - self._heard_at_s

    def _set_timer(self, timer: asyncio.TimerHandle | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer
