"""Settings of the two MQTT shells, with their limits. Durations are in seconds, sizes in bytes."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec
from typing_extensions import override

from twins.errors import ConfigurationFault

from .errors import MqttFault
from .topics import check_topic_filter

_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_U16: Final = 65_535
_U32: Final = 4_294_967_295


class InvalidMqttSetting(ConfigurationFault):
    """A setting of the listener or the subscriber is outside what is allowed.

    Attributes:
        key: Name of the setting.
        found: What stands there.
        allowed: What may stand there.
    """

    def __init__(self, key: str, found: object, allowed: str) -> None:
        self.key = key
        self.found = found
        self.allowed = allowed
        super().__init__(f"mqtt setting {key} is {found!r}, allowed is {allowed}")


class ListenerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the gateway serves devices that connect to it.

    Attributes:
        host: Address to listen on.
        port: TCP port, 0 for any free one.
        maximum_packet_size: Largest packet taken from a device.
        receive_maximum: Messages of QoS 1 and 2 that a device may leave unacknowledged.
        topic_alias_maximum: Topic aliases that a device may use.
        maximum_keep_alive_s: Longest silence of an MQTT 5 device, also of one that asks for none:
            it is told so (§3.2.2.3.14). A 3.1.1 device cannot be told, and to cut off one that
            keeps to what it announced would publish a will without a loss: its own keep alive
            counts, and where it has none, TCP's probes find a peer that vanished.
        maximum_connections: Devices connected at once.
        maximum_connections_per_address: Of these from one address, 0 for any number.
        maximum_subscriptions: Topic filters of one device.
        maximum_sessions: Sessions kept. Beyond that the principal that begins one loses its own
            that is away the longest; where it has none away, the principal with the most does.
        session_expiry_maximum_s: How long a session may outlive its connection.
        connect_timeout_s: Time for the TLS handshake, and from there to CONNECT.
        packet_timeout_s: Time that one packet may take from its first byte to its last.
        close_timeout_s: Time that a closing connection has for its last bytes.
        outbox_capacity: Own messages that one client may leave unacknowledged.
        certificate_file: PEM file with the server's certificate chain; without it there is no TLS.
        key_file: PEM file with its private key; None where the chain's file holds it.
        client_ca_file: PEM file of the authorities that sign client certificates; with it each
            client must show one.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    maximum_packet_size: int = 2 * 1024 * 1024
    receive_maximum: int = 10_000
    topic_alias_maximum: int = 16
    maximum_keep_alive_s: int = 300
    maximum_connections: int = 1_000
    maximum_connections_per_address: int = 0
    maximum_subscriptions: int = 100
    maximum_sessions: int = 10_000
    session_expiry_maximum_s: int = 7 * 86_400
    connect_timeout_s: float = 10.0
    packet_timeout_s: float = 60.0
    close_timeout_s: float = 5.0
    outbox_capacity: int = 1_000
    certificate_file: str | None = None
    key_file: str | None = None
    client_ca_file: str | None = None

    def __post_init__(self) -> None:
        """Check the ranges that MQTT and good sense give."""
        _check("port", self.port, 0, _U16)
        _check("maximum_packet_size", self.maximum_packet_size, 64, _U32)
        _check("receive_maximum", self.receive_maximum, 1, _U16)
        _check("topic_alias_maximum", self.topic_alias_maximum, 0, _U16)
        _check("maximum_keep_alive_s", self.maximum_keep_alive_s, 1, _U16)
        _check("maximum_connections", self.maximum_connections, 1, 1_000_000)
        _check(
            "maximum_connections_per_address", self.maximum_connections_per_address, 0, 1_000_000
        )
        _check("maximum_subscriptions", self.maximum_subscriptions, 1, _U16)
        _check("maximum_sessions", self.maximum_sessions, 1, 1_000_000)
        _check("session_expiry_maximum_s", self.session_expiry_maximum_s, 0, _U32)
        _check("packet_timeout_s", self.packet_timeout_s, 0.01, 3600)
        _check("connect_timeout_s", self.connect_timeout_s, 0.01, 3600)
        _check("close_timeout_s", self.close_timeout_s, 0.01, 3600)
        _check("outbox_capacity", self.outbox_capacity, 1, _U16)
        for key in ("key_file", "client_ca_file"):
            if getattr(self, key) is not None and self.certificate_file is None:
                raise InvalidMqttSetting(key, getattr(self, key), "set with certificate_file only")


class SubscriberSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the gateway takes messages from a broker.

    Attributes:
        url: ``mqtt://user:password@host:1883`` or ``mqtts://…``; user name, password and port
            may be absent, and special characters in them are percent-encoded.
        client_id: Fixed, because the broker keeps the session under it.
        topic_filters: What to subscribe to.
        qos: Highest QoS at which the broker shall send; it may grant less.
        receive_maximum: Messages that the broker may leave unacknowledged with us.
        maximum_packet_size: Largest packet taken from the broker.
        session_expiry_s: How long the broker keeps our session while we are away.
        keep_alive_s: Longest silence towards the broker.
        connect_timeout_s: Time for TCP, TLS and CONNACK together.
        close_timeout_s: Time that pending answers have when the subscriber closes.
        reconnect_minimum_s: First delay between two attempts.
        reconnect_maximum_s: Longest delay between two attempts.
        ca_file: Certificates to trust instead of the system's, PEM.
        certificate_file: Own certificate, PEM.
        key_file: Key of the own certificate, PEM.
    """

    url: str
    client_id: str
    topic_filters: tuple[str, ...]
    qos: int = 1
    receive_maximum: int = 10_000
    maximum_packet_size: int = 2 * 1024 * 1024
    session_expiry_s: int = 7 * 24 * 3600
    keep_alive_s: int = 30
    connect_timeout_s: float = 10.0
    close_timeout_s: float = 5.0
    reconnect_minimum_s: float = 0.5
    reconnect_maximum_s: float = 60.0
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None

    def __post_init__(self) -> None:
        """Check the address, the filters and the ranges."""
        broker_address(self.url)
        if not self.client_id:
            raise InvalidMqttSetting("client_id", self.client_id, "a fixed name")
        if not self.topic_filters:
            raise InvalidMqttSetting("topic_filters", self.topic_filters, "at least one filter")
        for topic_filter in self.topic_filters:
            try:
                check_topic_filter(topic_filter)
            except MqttFault as fault:
                raise InvalidMqttSetting("topic_filters", topic_filter, str(fault)) from fault
        _check("qos", self.qos, 0, 2)
        _check("receive_maximum", self.receive_maximum, 1, _U16)
        _check("maximum_packet_size", self.maximum_packet_size, 64, _U32)
        _check("session_expiry_s", self.session_expiry_s, 1, _U32)
        _check("keep_alive_s", self.keep_alive_s, 1, _U16)
        _check("connect_timeout_s", self.connect_timeout_s, 0.01, 3600)
        _check("close_timeout_s", self.close_timeout_s, 0.01, 3600)
        _check("reconnect_minimum_s", self.reconnect_minimum_s, 0.001, 3600)
        _check("reconnect_maximum_s", self.reconnect_maximum_s, self.reconnect_minimum_s, 86_400)


class BrokerAddress(msgspec.Struct, frozen=True):
    """A broker's URL taken apart; `str` of it shows no secret."""

    host: str
    port: int
    is_tls: bool
    user_name: str | None
    password: bytes | None

    @override
    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @override
    def __repr__(self) -> str:
        return f"BrokerAddress({self})"


def broker_address(url: str) -> BrokerAddress:
    """Take a broker's URL apart.

    Raises:
        InvalidMqttSetting: It is no ``mqtt://`` or ``mqtts://`` address. The message leaves the
            URL out, because it may hold a password.
    """
    allowed = "mqtt://[user:password@]host[:port] or mqtts://…"
    unclear = "an address that cannot be parsed; write special characters in it as %2F and the like"
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError as error:  # a UnicodeError is one
        raise InvalidMqttSetting("url", unclear, allowed) from error
    if "@" in f"{parts.path}{parts.query}{parts.fragment}":
        # A password with / ? or # in it: what was taken for the host is the user name.
        raise InvalidMqttSetting("url", unclear, allowed)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InvalidMqttSetting("url", f"{parts.scheme}://{parts.hostname or ''}", allowed)
    return BrokerAddress(
        parts.hostname,
        port or _PORTS[parts.scheme],
        parts.scheme == "mqtts",
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password).encode(),
    )


def _check(key: str, value: float, minimum: float, maximum: float) -> None:
    if not minimum <= value <= maximum:
        raise InvalidMqttSetting(key, value, f"{minimum} to {maximum}")
