"""Where devices connect to the gateway itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from twins.errors import ConfigurationFault

from .connection import Connection
from .ports import PublishSink
from .reason_codes import ReasonCode
from .session import ServerSession
from .settings import ListenerSettings
from .topics import TopicNames, decode_topic_name

_log = logging.getLogger(__name__)
_UNCONNECTED_PER_CONNECTION = 2


class AddressNotBound(ConfigurationFault):
    """The listener's address is taken by another process, foreign or forbidden."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host = host
        self.port = port
        self.reason = reason
        super().__init__(
            f"MQTT listener cannot use {host}:{port}: {reason}; set another host or port, "
            "or stop the process that uses it"
        )


class Listener:
    """An MQTT 3.1.1 and 5 server that takes messages and publishes its own, but relays none.

    Args:
        settings: Address and limits.
        sink: Where received messages become durable.
        clock_us: Microseconds UTC.
        new_client_id: Makes an id for a client that has none.
        may_subscribe: Whether a client (first argument) may subscribe to a topic filter.
    """

    def __init__(
        self,
        settings: ListenerSettings,
        sink: PublishSink,
        *,
        clock_us: Callable[[], int],
        new_client_id: Callable[[], str],
        may_subscribe: Callable[[str, str], bool],
    ) -> None:
        self._settings = settings
        self._sink = sink
        self._clock_us = clock_us
        self._new_client_id = new_client_id
        self._may_subscribe = may_subscribe
        self._topic_names = TopicNames()
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._clients: dict[str, Connection] = {}

    @property
    def port(self) -> int:
        """The bound TCP port; 0 while not started."""
        if self._server is None or not self._server.sockets:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def clients(self) -> list[str]:
        """Ids of the connected clients."""
        return list(self._clients)

    async def start(self) -> None:
        """Bind and begin to serve.

        Raises:
            AddressNotBound: The address is taken, foreign or forbidden.
        """
        loop = asyncio.get_running_loop()
        host, port = self._settings.host, self._settings.port
        try:
            self._server = await loop.create_server(self._connection, host, port)
        except OSError as error:
            raise AddressNotBound(host, port, str(error)) from error
        _log.info("MQTT listener on %s:%s", self._settings.host, self.port)

    def publish(self, topic: str, payload: bytes, qos: int = 0) -> int:
        """Send a message of the gateway's own to all who subscribed; gives how many they are.

        Raises:
            MqttFault: `topic` is no topic name.
        """
        decode_topic_name(topic.encode())
        connections = list(self._clients.values())
        return sum(connection.publish(topic, payload, qos) for connection in connections)

    async def close(self) -> None:
        """Stop accepting and reading, let pending answers out, and say goodbye (0x8B)."""
        if self._server is not None:
            self._server.close()
        async with asyncio.TaskGroup() as closing:
            for connection in list(self._connections):
                closing.create_task(
                    connection.close(ReasonCode.SERVER_SHUTTING_DOWN),
                    name=f"close {connection.address}",
                )
        if self._server is not None:
            await self._server.wait_closed()

    def arrive(self, connection: Connection) -> None:
        """Note a TCP connection; a flood that never sends CONNECT is cut off."""
        self._connections.add(connection)
        if (
            len(self._connections)
            > self._settings.maximum_connections * _UNCONNECTED_PER_CONNECTION
        ):
            _log.warning("too many connections, %s is dropped", connection.address)
            connection.abort()

    def admit(self, connection: Connection) -> ReasonCode:
        """Decide on a CONNECT; a second one with the same client id takes over (MQTT-3.1.4-3)."""
        client = connection.session.client
        earlier = self._clients.pop(client, None)
        if earlier is not None:
            earlier.end(ReasonCode.SESSION_TAKEN_OVER)
        elif len(self._clients) >= self._settings.maximum_connections:
            return ReasonCode.QUOTA_EXCEEDED
        self._clients[client] = connection
        return ReasonCode.SUCCESS

    def leave(self, connection: Connection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
        if self._clients.get(connection.session.client) is connection:
            del self._clients[connection.session.client]

    def _connection(self) -> Connection:
        session = ServerSession(
            self._settings,
            may_subscribe=self._may_subscribe,
            new_client_id=self._new_client_id,
            topic_names=self._topic_names,
        )
        return Connection(session, self._settings, self._sink, self, self._clock_us)
