"""Where TLS connections are accepted: their handshakes are counted before they cost anything."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from .settings import ListenerSettings

_log = logging.getLogger(__name__)
_RETRY_S: Final = 1.0
_MINUTE_S: Final = 60.0
MOST_WARNED_PER_MINUTE: Final = 20
"""Addresses without TLS that are named in the log, once each."""
_NO_TLS: Final = (
    "wrong version number",
    "http request",
    "https proxy request",
    "record layer failure",
)
"""What OpenSSL calls bytes that begin no TLS record; all of them the last since its version 3.2."""


def is_unencrypted(error: OSError) -> bool:
    """Tell whether a handshake failed because the client speaks no TLS at all."""
    # Python has no constant of every reason, but OpenSSL's own words always stand in the text.
    return isinstance(error, ssl.SSLError) and any(one in str(error) for one in _NO_TLS)


class Counts(Protocol):
    """Who bounds the handshakes."""

    def begin_handshake(self, host: str) -> bool:
        """Note that a handshake begins; says whether there is room for it."""

    def end_handshake(self, host: str) -> None:
        """Note that a handshake for which there was room has ended."""


class TlsServer:
    """Accepts connections and hands those over that speak TLS.

    `asyncio.Server` tells nobody of a connection before its handshake is over, nor of one that
    fails, so that they cannot be bounded with it.

    Args:
        settings: Address and timeouts.
        context: What TLS is spoken with.
        new_connection: Makes the protocol of a connection.
        counts: Who bounds the handshakes.
    """

    def __init__(
        self,
        settings: ListenerSettings,
        context: ssl.SSLContext,
        new_connection: Callable[[], asyncio.BaseProtocol],
        counts: Counts,
    ) -> None:
        self._settings = settings
        self._context = context
        self._new_connection = new_connection
        self._counts = counts
        self._listening: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._minute = 0
        self._warned: set[str] = set()  # in this minute

    @property
    def sockets(self) -> Sequence[socket.socket]:
        """Where it listens."""
        return self._listening

    async def start(self) -> None:
        """Bind and begin to accept.

        Raises:
            OSError: The address is taken, foreign or forbidden.
        """
        settings = self._settings
        found = await asyncio.get_running_loop().getaddrinfo(
            settings.host or None,
            settings.port,
            type=socket.SOCK_STREAM,
            flags=socket.AI_PASSIVE,
        )
        try:
            for family, _, _, _, address in dict.fromkeys(found):
                listening = socket.create_server(address, family=family)
                listening.setblocking(False)  # noqa: FBT003 -- the socket's own signature
                self._listening.append(listening)
        except OSError:
            self._close_sockets()
            raise
        for listening in self._listening:
            self._keep(asyncio.create_task(self._accept(listening), name="accept TLS"))

    def close(self) -> None:
        """Accept no more, and break off handshakes under way."""
        for task in self._tasks:
            task.cancel()

    async def wait_closed(self) -> None:
        """Wait until nothing of it runs any more."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._close_sockets()

    def _close_sockets(self) -> None:
        for listening in self._listening:
            listening.close()
        self._listening.clear()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with listening:  # closed behind the loop's last look at it
            while True:
                await asyncio.sleep(0)  # `sock_accept` lets nobody run while there are more
                try:
                    wire, address = await loop.sock_accept(listening)
                except ConnectionAbortedError:
                    continue  # the peer was gone before
                except OSError as error:
                    _log.warning("no connection can be accepted: %s; tried again", error)
                    await asyncio.sleep(_RETRY_S)
                    continue
                self._begin(wire, str(address[0]))

    def _begin(self, wire: socket.socket, host: str) -> None:
        if self._counts.begin_handshake(host):
            self._keep(asyncio.create_task(self._greet(wire, host), name=f"greet {host}"))
        else:
            _log.warning("too many connections, one from %s is dropped", host)
            wire.close()

    async def _greet(self, wire: socket.socket, host: str) -> None:
        settings = self._settings
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                self._new_connection,
                wire,
                ssl=self._context,
                ssl_handshake_timeout=settings.connect_timeout_s,
                ssl_shutdown_timeout=settings.close_timeout_s,
            )
        except OSError as error:  # as every error of TLS is
            if is_unencrypted(error):
                self._warn_unencrypted(host)
            else:
                _log.info("%s does not get through the TLS handshake: %s", host, error)
        finally:
            self._counts.end_handshake(host)

    def _warn_unencrypted(self, host: str) -> None:
        """Name a client that cannot be told itself; one that comes again does not fill the log."""
        minute = int(asyncio.get_running_loop().time() / _MINUTE_S)
        if minute != self._minute:
            self._minute, self._warned = minute, set()
        if host in self._warned or len(self._warned) >= MOST_WARNED_PER_MINUTE:
            return
        self._warned.add(host)
        _log.warning(
            "%s does not encrypt and is dropped: let it connect by TLS (mqtts://) and trust the "
            "certificate's authority, or leave listener.certificate_file empty to serve all "
            "without TLS",
            host,
        )
