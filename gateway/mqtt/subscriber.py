"""Where the gateway takes messages from any broker, for ever."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable

from twins.errors import TransientFault

from .broker_connection import BrokerConnection
from .client_session import ClientSession
from .connecting import Connack, Connect
from .packets import ProtocolVersion
from .ports import PublishSink
from .properties import NO_PROPERTIES, Properties
from .reason_codes import ReasonCode, describe
from .settings import SubscriberSettings, broker_address
from .shell import receive_buffer
from .tls import UnusableTlsFile, client_context
from .topics import TopicNames, decode_topic_name

_log = logging.getLogger(__name__)
_MAXIMUM_DOUBLINGS = 20


class BrokerAway(TransientFault):
    """The broker cannot be reached, refuses us or went away; the subscriber tries again."""

    def __init__(self, address: object, reason: str) -> None:
        self.address = str(address)
        self.reason = reason
        super().__init__(f"broker {address}: {reason}")


def reconnect_delay_s(attempt: int, minimum_s: float, maximum_s: float, jitter: float) -> float:
    """Seconds before the next attempt: exponential, at least half of it sure, the rest by chance.

    Args:
        attempt: Failures so far, from 0.
        minimum_s: Full delay after the first failure.
        maximum_s: Bound of the full delay.
        jitter: From 0 to below 1; it keeps a fleet of gateways from coming back all at once.
    """
    full_s = min(maximum_s, minimum_s * 2.0 ** min(attempt, _MAXIMUM_DOUBLINGS))
    return full_s * (1 + jitter) / 2


class Subscriber:
    """A client of one broker with a persistent session, which acknowledges what became durable.

    It speaks MQTT 5, because only there the receive maximum overrules the broker's own narrow
    window; it falls back to 3.1.1 with a broker that knows no other.

    Args:
        settings: Broker, topics and limits.
        sink: Where received messages become durable.
        forget: Called when the broker has no session of ours (any more): packet ids of QoS 2 that
            are open under our client id mean nothing then, because the broker uses them anew.
        clock_us: Microseconds UTC.
        jitter: Random numbers from 0 to below 1.

    Attributes:
        problem: Why there is no connection, for people; `None` while connected.
    """

    def __init__(
        self,
        settings: SubscriberSettings,
        sink: PublishSink,
        *,
        forget: Callable[[], None],
        clock_us: Callable[[], int],
        jitter: Callable[[], float],
    ) -> None:
        self.problem: str | None = "not yet connected"
        self._settings = settings
        self._address = broker_address(settings.url)
        self._sink = sink
        self._forget = forget
        self._clock_us = clock_us
        self._jitter = jitter
        self._topic_names = TopicNames()
        self._buffer = receive_buffer()
        self._version = ProtocolVersion.V5
        self._tls: ssl.SSLContext | None = None
        self._connection: BrokerConnection | None = None
        self._closing = asyncio.Event()

    @property
    def is_connected(self) -> bool:
        """Whether the broker accepted us and the connection stands."""
        return self.problem is None

    @property
    def refused_filters(self) -> tuple[str, ...]:
        """Topic filters that the broker did not grant on this connection."""
        return () if self._connection is None else self._connection.refused_filters

    @property
    def lowered_filters(self) -> tuple[str, ...]:
        """Topic filters that the broker granted with a lower QoS than the one asked for."""
        return () if self._connection is None else self._connection.lowered_filters

    def publish(self, topic: str, payload: bytes) -> bool:
        """Send a message to the broker with QoS 0; says whether it was sent.

        Raises:
            MqttFault: `topic` is no topic name.
        """
        decode_topic_name(topic.encode())
        connection = self._connection
        return connection is not None and self.is_connected and connection.publish(topic, payload)

    async def run(self) -> None:
        """Stay connected until `close`."""
        loop = asyncio.get_running_loop()
        attempt = 0
        while not self._closing.is_set():
            began_s = loop.time()
            try:
                await self._visit()
            except BrokerAway as away:
                self.problem = str(away)
            if self._closing.is_set():
                break
            if loop.time() - began_s > self._settings.keep_alive_s:
                attempt = 0
            await self._pause(attempt)
            attempt += 1

    async def close(self) -> None:
        """Let pending answers out, say goodbye, and end `run`; the broker keeps the session."""
        self._closing.set()
        if self._connection is not None:
            await self._connection.close()

    async def _pause(self, attempt: int) -> None:
        settings = self._settings
        delay_s = reconnect_delay_s(
            attempt, settings.reconnect_minimum_s, settings.reconnect_maximum_s, self._jitter()
        )
        _log.warning("%s; next attempt in %.1f s", self.problem, delay_s)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay_s):
                await self._closing.wait()

    async def _visit(self) -> None:
        """Serve one connection to its end.

        Raises:
            BrokerAway: It could not be made, was refused, or ended.
        """
        connection = await self._open()
        try:
            if self._closing.is_set():
                raise BrokerAway(self._address, "closing")
            connack = await self._answer(connection)
            self._check(connack, connection)
            self.problem = None
            _log.info(
                "broker %s: connected by MQTT %s, session %s",
                self._address,
                self._version.name,
                "kept" if connack is not None and connack.session_present else "new",
            )
            await connection.wait_gone()
            raise BrokerAway(self._address, str(connection.fault or connection.end_reason))
        finally:
            self._connection = None
            connection.abort()

    async def _open(self) -> BrokerConnection:
        loop = asyncio.get_running_loop()
        try:
            if self._tls is None:
                self._tls = client_context(self._settings)
            async with asyncio.timeout(self._settings.connect_timeout_s):
                _, connection = await loop.create_connection(
                    self._connection_to_broker,
                    self._address.host,
                    self._address.port,
                    ssl=self._tls,
                )
        except UnusableTlsFile as error:
            # One broker's fault must not end what else is taken in; a mended file is seen.
            raise BrokerAway(self._address, str(error)) from error
        except OSError as error:  # TimeoutError and TLS errors are of its kind
            raise BrokerAway(self._address, str(error) or "no connection in time") from error
        self._connection = connection
        return connection

    async def _answer(self, connection: BrokerConnection) -> Connack | None:
        try:
            async with asyncio.timeout(self._settings.connect_timeout_s):
                return await connection.answered
        except TimeoutError as error:
            raise BrokerAway(self._address, "no CONNACK in time") from error

    def _check(self, connack: Connack | None, connection: BrokerConnection) -> None:
        """Fall back to 3.1.1, or back to 5, when the broker does not take the version."""
        if connack is None:
            if connection.fault is not None:
                raise BrokerAway(self._address, str(connection.fault))
            # Some 3.1.1 brokers close without a word; a broker that is starting does so too.
            self._version = _other(self._version)
            reason = f"{connection.end_reason} before CONNACK, next by MQTT {self._version.name}"
            raise BrokerAway(self._address, reason)
        if connack.reason_code == ReasonCode.SUCCESS:
            return
        reason = describe(connack.reason_code)
        if connack.reason_code == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION:
            self._version = _other(self._version)
            reason += f", falling back to MQTT {self._version.name}"
        raise BrokerAway(self._address, reason)

    def _connection_to_broker(self) -> BrokerConnection:
        settings = self._settings
        properties = Properties(
            session_expiry_interval=settings.session_expiry_s,
            receive_maximum=settings.receive_maximum,
            maximum_packet_size=settings.maximum_packet_size,
        )
        connect = Connect(
            version=self._version,
            client_id=settings.client_id,
            clean_start=False,
            keep_alive=settings.keep_alive_s,
            user_name=self._address.user_name,
            password=self._address.password,
            properties=properties if self._version is ProtocolVersion.V5 else NO_PROPERTIES,
        )
        return BrokerConnection(
            ClientSession(connect, settings.maximum_packet_size, self._topic_names),
            settings.topic_filters,
            settings.qos,
            self._sink,
            forget=self._forget,
            buffer=self._buffer,
            clock_us=self._clock_us,
            close_timeout_s=settings.close_timeout_s,
        )


def _other(version: ProtocolVersion) -> ProtocolVersion:
    return ProtocolVersion.V3_1_1 if version is ProtocolVersion.V5 else ProtocolVersion.V5
