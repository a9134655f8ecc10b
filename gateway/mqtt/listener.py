"""Where devices connect to the gateway itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection

from gateway.senders import is_reserved
from twins.errors import ConfigurationFault

from .admission import Places, Turns
from .connecting import Connect
from .connection import Connection
from .ports import Attempt, Gatekeeper, Grant, PublishSink, SessionStore
from .reason_codes import ReasonCode, describe
from .session import ServerSession
from .session_book import SessionBook
from .session_state import SessionState, session_name
from .settings import ListenerSettings
from .shell import receive_buffer
from .tls import server_context
from .tls_server import TlsServer
from .topics import TopicNames, decode_topic_name
from .wills import Wills

_log = logging.getLogger(__name__)
_SWEEPS_PER_TIMEOUT = 4
_OWN_FAULTS = frozenset({ReasonCode.SERVER_BUSY, ReasonCode.SERVER_UNAVAILABLE})


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
        sessions: Where sessions are durable.
        gatekeeper: Who decides whether a client is admitted.
        clock_us: Microseconds UTC.
        new_client_id: Makes an id for a client that has none.
        reserved_clients: Client ids that no device may take, such as those of subscribers.
    """

    def __init__(
        self,
        settings: ListenerSettings,
        sink: PublishSink,
        *,
        sessions: SessionStore,
        gatekeeper: Gatekeeper,
        clock_us: Callable[[], int],
        new_client_id: Callable[[], str],
        reserved_clients: Collection[str] = (),
    ) -> None:
        self._settings = settings
        self._sink = sink
        self._gatekeeper = gatekeeper
        self._clock_us = clock_us
        self._new_client_id = new_client_id
        self._reserved_clients = reserved_clients
        self._wills = Wills(sink, clock_us)
        self._book = SessionBook(
            settings, sessions, clock_us=clock_us, ended=self._wills.session_ended
        )
        self._places = Places(settings)
        self._turns = Turns()
        self._topic_names = TopicNames()
        self._buffer = receive_buffer()
        self._server: asyncio.Server | TlsServer | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._is_closing = False
        self._is_filled = False
        self._connections: set[Connection] = set()
        self._clients: dict[str, Connection] = {}  # by the name of their session
        self._grant_of: Callable[[str], Grant | None] | None = None

    @property
    def port(self) -> int:
        """The bound TCP port; 0 while not started."""
        if self._server is None or not self._server.sockets:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def clients(self) -> list[str]:
        """Names of the connected clients, as in `Publish.client`."""
        return list(self._clients)

    async def start(self) -> None:
        """Take up the sessions that were kept, bind and begin to serve.

        Raises:
            AddressNotBound: The address is taken, foreign or forbidden.
            UnusableTlsFile: A file that TLS needs cannot be used.
        """
        settings = self._settings
        context = server_context(settings)
        self._book.restore()
        try:
            if context is None:
                loop = asyncio.get_running_loop()
                self._server = await loop.create_server(
                    self._connection, settings.host, settings.port
                )
            else:
                self._server = TlsServer(settings, context, self._connection, self._places)
                await self._server.start()
        except OSError as error:
            raise AddressNotBound(settings.host, settings.port, str(error)) from error
        self._end_stuck_connections()
        _log.info("MQTT listener on %s:%s", settings.host, self.port)

    def publish(self, topic: str, payload: bytes, qos: int = 0) -> int:
        """Send a message of the gateway's own to all who subscribed; gives how many they are.

        For a client that is away it waits with its session, if it has QoS 1.

        Raises:
            MqttFault: `topic` is no topic name.
        """
        decode_topic_name(topic.encode())
        return sum(self._send(state, topic, payload, qos) for state in self._book.states())

    def review(self, grant_of: Callable[[str], Grant | None]) -> None:
        """Put other rights in force, for those who are connected and for sessions that are kept.

        Connections and sessions of a principal that is gone end; a will of it is delivered as one
        without a right. Clients of nobody in particular are left alone.

        Args:
            grant_of: What a principal may do now, None where there is none of that name.
        """
        self._grant_of = grant_of
        for connection in list(self._connections):
            if connection.grant is None or not connection.grant.principal:
                continue
            grant = grant_of(connection.grant.principal)
            if grant is None:
                connection.regrant(Grant(connection.grant.principal, (), ()))
                connection.end(ReasonCode.NOT_AUTHORIZED)
            else:
                connection.regrant(grant)
        self._wills.review(grant_of)
        self._book.review(grant_of)

    async def close(self) -> None:
        """Stop accepting and reading, let pending answers out, and say goodbye (0x8B)."""
        self._is_closing = True
        if self._server is not None:
            self._server.close()
        if self._sweep is not None:
            self._sweep.cancel()
        self._turns.close()
        async with asyncio.TaskGroup() as closing:
            for connection in list(self._connections):
                closing.create_task(
                    connection.close(ReasonCode.SERVER_SHUTTING_DOWN),
                    name=f"close {connection.address}",
                )
        self._wills.close()
        self._book.close()
        if self._server is not None:
            await self._server.wait_closed()

    def arrive(self, connection: Connection) -> None:
        """Note a TCP connection; a flood that never sends CONNECT is cut off."""
        self._connections.add(connection)
        if not self._places.arrive(connection.host):
            _log.warning("too many connections, %s is dropped", connection.address)
            connection.abort()

    def admit(self, connection: Connection, connect: Connect) -> None:
        """Decide on a CONNECT: limits of the address, then the gatekeeper."""
        client = connection.session.client
        if self._is_reserved(client):
            _log.warning("%s: client id %r is reserved; choose another", connection.address, client)
            connection.reject(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)
            return
        if self._places.is_address_full(connection.host):
            connection.reject(ReasonCode.QUOTA_EXCEEDED)
            return
        attempt = Attempt(
            client,
            connect.user_name,
            connect.password,
            connection.certificate_name,
            connection.host,
        )
        if connect.password is None:
            self._gatekeeper.admit(
                attempt, lambda decision: self._decide(connection, connect, decision)
            )
        elif not self._turns.take(
            connection.host,
            connect.user_name,
            lambda turn: self._check(turn, connection, connect, attempt),
        ):
            connection.reject(ReasonCode.SERVER_BUSY)

    def keep(self, connection: Connection, kept: Callable[[], None]) -> None:
        """Make the changed session of a connection durable, then call `kept`."""
        client = connection.session.client
        state = self._book.get(client)
        if state is not None and self._clients.get(client) is connection:
            self._book.keep(state, kept)

    def leave(self, connection: Connection) -> None:
        """Forget a connection; its session and its will go their own ways."""
        if connection in self._connections:
            self._connections.discard(connection)
            self._places.leave(connection.host, connection.principal)
        client = connection.session.client
        if self._clients.get(client) is connection:
            del self._clients[client]
            self._note_lost(connection)
            state = self._book.get(client)
            if state is not None:
                self._book.leave(state)

    def fill(self) -> None:
        """Let all connections stop reading: each chunk more would make memory grow."""
        if self._is_filled:
            return
        self._is_filled = True
        self._sink.on_room(self._empty)
        for connection in self._connections:
            connection.pause_while_full()

    def _empty(self) -> None:
        self._is_filled = False

    def _check(self, turn: str, connection: Connection, connect: Connect, attempt: Attempt) -> None:
        """Let a password be checked, now that it is its turn."""

        def decided(decision: Grant | ReasonCode) -> None:
            if isinstance(decision, Grant):
                self._turns.note_admitted(attempt.host, attempt.user_name)
            elif decision not in _OWN_FAULTS:
                self._turns.note_failure(turn)
            self._turns.end(turn)
            self._decide(connection, connect, decision)

        if connection.is_over:
            self._turns.end(turn)
        else:
            self._gatekeeper.admit(attempt, decided)

    def _decide(
        self, connection: Connection, connect: Connect, decision: Grant | ReasonCode
    ) -> None:
        if connection.is_over or connection.grant is not None:
            return
        if isinstance(decision, Grant):
            decision = self._in_force(decision)
        if isinstance(decision, Grant):
            refusal = self._seat(connection, connect, decision)
            if refusal.is_failure:
                connection.reject(refusal)
            return
        delay_s = 0.0
        if connect.password is None and decision not in _OWN_FAULTS:
            delay_s = self._turns.note_failure(connection.host)
        _log.warning(
            "client %r, user %r at %s is not admitted: %s; told after %.2f s",
            connection.session.client,
            connect.user_name,
            connection.address,
            describe(decision),
            delay_s,
        )
        if delay_s:
            asyncio.get_running_loop().call_later(delay_s, connection.reject, decision)
        else:
            connection.reject(decision)

    def _in_force(self, grant: Grant) -> Grant | ReasonCode:
        """Return the grant as it is now: checking a password takes a while."""
        if self._grant_of is None or not grant.principal:
            return grant
        return self._grant_of(grant.principal) or ReasonCode.NOT_AUTHORIZED

    def _seat(self, connection: Connection, connect: Connect, grant: Grant) -> ReasonCode:
        """Give a client id to a connection; a second one takes it over (MQTT-3.1.4-3)."""
        client = session_name(grant.principal, connection.session.client)
        if self._is_reserved(client):
            _log.warning("%s: client id %r is reserved; choose another", connection.address, client)
            return ReasonCode.CLIENT_IDENTIFIER_NOT_VALID
        earlier = self._clients.get(client)
        state = self._book.get(client)
        # A session of nobody in particular, kept before there were accounts, may be ended by all.
        is_foreign = state is not None and state.principal != grant.principal
        if state is not None and is_foreign and state.principal:
            return ReasonCode.NOT_AUTHORIZED
        if earlier is None and len(self._clients) >= self._settings.maximum_connections:
            return ReasonCode.QUOTA_EXCEEDED
        refusal = self._places.seat(grant, None if earlier is None else earlier.principal)
        if refusal.is_failure:
            return refusal
        connection.grant = grant
        connection.session.client = client
        self._clients[client] = connection
        if earlier is not None:
            earlier.end(ReasonCode.SESSION_TAKEN_OVER)
            self._note_lost(earlier)

        def begun(state: SessionState, is_present: bool) -> None:  # noqa: FBT001 -- the book's word
            if is_present:
                self._wills.client_back(client)
            connection.accept(state, is_present=is_present)

        self._book.begin(
            client,
            grant,
            expiry_s=connection.session.expiry_s,
            is_clean_start=connect.clean_start or is_foreign,
            begun=begun,
        )
        return ReasonCode.SUCCESS

    def _is_reserved(self, client: str) -> bool:
        """Tell whether a name is the gateway's own, or of those that come by another door."""
        return client in self._reserved_clients or is_reserved(client)

    def _note_lost(self, connection: Connection) -> None:
        """Hand over the will of a connection that ended without a normal DISCONNECT (§3.1.2.5).

        When it is the gateway that shuts down, no will is published: it would enter into the
        evidence that a device was lost which was not. The standard lets a server defer wills to
        its restart; by then the device has connected anew, with a new will.
        """
        last_will, connection.last_will = connection.last_will, None
        if last_will is not None and not self._is_closing:
            self._wills.client_lost(last_will)

    def _send(self, state: SessionState, topic: str, payload: bytes, qos: int) -> bool:
        granted = state.granted_qos(topic)
        if granted is None:
            return False
        qos = min(qos, granted)
        connection = self._clients.get(state.client)
        if connection is not None and connection.session.is_connected:
            return connection.publish(topic, payload, qos)
        state.outbox.close()
        state.outbox.publish(topic, payload, qos)
        return qos > 0

    def _end_stuck_connections(self) -> None:
        """Look at all connections several times within the time that a packet may take."""
        for connection in list(self._connections):
            connection.end_if_stuck()
        interval_s = self._settings.packet_timeout_s / _SWEEPS_PER_TIMEOUT
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(interval_s, self._end_stuck_connections)

    def _connection(self) -> Connection:
        session = ServerSession(
            self._settings,
            new_client_id=self._new_client_id,
            topic_names=self._topic_names,
        )
        return Connection(
            session,
            self._settings,
            self._sink,
            self,
            buffer=self._buffer,
            clock_us=self._clock_us,
        )
