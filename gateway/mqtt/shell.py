"""asyncio around an `Endpoint`: what a device's connection and a broker's connection share."""

from __future__ import annotations

import asyncio
import logging
import socket
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import cast

from typing_extensions import override

from .delivery import Delivery
from .endpoint import Endpoint
from .errors import MqttFault
from .events import Event, Published, Refused
from .ports import PublishSink

_log = logging.getLogger(__name__)
_NOT_TAKING = "the peer does not take what we write"
_CLOSING = "closing"


class Shell(asyncio.Protocol):
    """Moves bytes between a transport and an endpoint, and batches between it and the sink.

    Args:
        endpoint: The protocol state.
        sink: Where received messages go.
        clock_us: Microseconds UTC.
        close_timeout_s: Time that a closing connection has for its last bytes.

    Attributes:
        address: ``host:port`` of the peer, empty until it is connected.
        fault: What the peer did wrong, if that ended the connection.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        sink: PublishSink,
        *,
        clock_us: Callable[[], int],
        close_timeout_s: float,
    ) -> None:
        self.address = ""
        self.fault: MqttFault | None = None
        self._endpoint = endpoint
        self._sink = sink
        self._clock_us = clock_us
        self._close_timeout_s = close_timeout_s
        self._loop = asyncio.get_running_loop()
        self._heard_at_s = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._gone = asyncio.Event()
        self._is_finishing = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self.address = f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else str(peer)
        wire = transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._delivery = Delivery(self._transport, self._sink, self._acknowledge)

    @override
    def data_received(self, data: bytes) -> None:
        """Read a chunk; all its messages go to the sink as one batch."""
        self._heard_at_s = self._loop.time()
        if not self._endpoint.is_closed:
            self._handle(self._endpoint.receive_data(data, self._clock_us()))

    @override
    def eof_received(self) -> bool:
        self._handle(self._endpoint.receive_eof())
        return False

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._set_timer(None)
        self._delivery.close()
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
        await self._gone.wait()

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

    def _acknowledge(self, packet_ids: Sequence[int], codes: Sequence[int]) -> None:
        self._endpoint.answer(packet_ids, codes)
        self._flush()

    def _flush(self) -> None:
        data = self._endpoint.data_to_send()
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def _finish(self) -> None:
        """Write what is left and close, but read on for a moment.

        A socket closed with unread bytes resets the connection, and the peer never sees why.
        """
        if self._is_finishing or self._transport.is_closing():
            return
        self._is_finishing = True
        self._flush()
        self._delivery.close()
        self._transport.resume_reading()
        if self._transport.can_write_eof():
            self._transport.write_eof()
            self._set_timer(self._loop.call_later(self._close_timeout_s, self.abort))
        else:
            self._transport.close()  # TLS has no half-closed state

    def _silence_s(self) -> float:
        """Seconds since the peer was heard; none while it is we who do not listen."""
        if self._delivery.is_paused:
            self._heard_at_s = self._loop.time()
        return self._loop.time() - self._heard_at_s

    def _set_timer(self, timer: asyncio.TimerHandle | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer
