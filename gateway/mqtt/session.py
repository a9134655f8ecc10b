"""The server's side of one connection without I/O: what a device's bytes mean, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from .connecting import (
    Connack,
    Connect,
    UnsupportedVersion,
    claimed_version,
    decode_connect,
    decode_disconnect,
    encode_connack,
)
from .endpoint import LARGEST_PACKET, PACKET_IDS, Endpoint
from .errors import MqttFault, ProtocolError
from .events import ConnectRequested, Disconnected, Event
from .outbox import Outbox
from .packets import PINGRESP, PacketType, ProtocolVersion
from .properties import NO_PROPERTIES, Properties
from .publishing import PublishReader, decode_puback
from .reason_codes import CONNACK_RETURN_CODES_3_1_1, SUBACK_FAILURE_3_1_1, ReasonCode
from .settings import ListenerSettings
from .subscribing import (
    Subscription,
    decode_subscribe,
    decode_unsubscribe,
    encode_suback,
    encode_unsuback,
)
from .topics import TopicNames, matches

MAXIMUM_QOS: Final = 1
CONNECT_MAXIMUM_SIZE: Final = 65_536
"""Bytes that a connection may make this server keep before it was accepted."""

_BRIDGE_BIT: Final = 0x80
_KEEP_ALIVE_TOLERANCE: Final = 1.5  # MQTT-3.1.2-22


class NoConnectToAnswer(RuntimeError):
    """The shell accepted a connection that did not ask for it: a fault of our own."""

    def __init__(self) -> None:
        super().__init__("accept is called once, after ConnectRequested")


class ServerSession(Endpoint):
    """Speaks MQTT 3.1.1 or 5 with one client, whichever its CONNECT asks for.

    After `ConnectRequested` the shell calls `accept` or `reject`; packets that the client sent
    meanwhile wait (§3.1.4 allows it to send without waiting for CONNACK).

    Args:
        settings: Limits to announce and to enforce.
        may_subscribe: Whether a client (first argument) may subscribe to a topic filter.
        new_client_id: Makes an id for a client that has none (§3.1.3.1).
        topic_names: Topic names known so far.
    """

    _first_packet = PacketType.CONNECT

    def __init__(
        self,
        settings: ListenerSettings,
        *,
        may_subscribe: Callable[[str, str], bool],
        new_client_id: Callable[[], str],
        topic_names: TopicNames,
    ) -> None:
        super().__init__(min(settings.maximum_packet_size, CONNECT_MAXIMUM_SIZE))
        self._settings = settings
        self._may_subscribe = may_subscribe
        self._new_client_id = new_client_id
        self._topic_names = topic_names
        self._claimed_version: ProtocolVersion | None = None
        self._connect: Connect | None = None
        self._outbox: Outbox | None = None
        self._subscriptions: dict[str, int] = {}

    @property
    def is_connected(self) -> bool:
        """Whether the client was accepted and the connection stands."""
        return self._reader is not None and not self.is_closed

    @property
    def keep_alive_timeout_s(self) -> float | None:
        """Silence after which the client counts as lost: 1.5 times its keep alive."""
        connect = self._connect
        if connect is None:
            return None
        seconds = self._server_keep_alive(connect) or connect.keep_alive
        return seconds * _KEEP_ALIVE_TOLERANCE or None

    def accept(self) -> list[Event]:
        """Send CONNACK and read what the client has sent in the meantime."""
        connect = self._requested()
        self._is_waiting = False
        self._framer.maximum = self._settings.maximum_packet_size
        self._open(connect)
        answer = Connack(ReasonCode.SUCCESS, properties=self._announced(connect))
        self._outgoing += encode_connack(answer, self.version)
        return self._advance()

    def reject(self, code: ReasonCode) -> None:
        """Answer CONNECT with a failure and close; 3.1.1 is told what it has a code for."""
        self._is_closed = True
        answer: int | None = code
        if self.version is ProtocolVersion.V3_1_1:
            answer = CONNACK_RETURN_CODES_3_1_1.get(code)
        if answer is not None:
            self._outgoing += encode_connack(Connack(answer), self.version)

    def publish(self, topic: str, payload: bytes, qos: int) -> bool:
        """Queue a message if a subscription of this client matches; says whether one did.

        Overlapping subscriptions give one copy with the highest QoS granted (§3.3.4).

        Raises:
            OutboxFull: The client does not acknowledge.
        """
        if self._outbox is None or self.is_closed:
            return False
        granted = [
            maximum for pattern, maximum in self._subscriptions.items() if matches(pattern, topic)
        ]
        if not granted:
            return False
        self._outgoing += self._outbox.publish(topic, payload, min(qos, max(granted)))
        return True

    def _open(self, connect: Connect) -> None:
        """Begin to take messages, within the limits of both sides."""
        settings = self._settings
        properties = connect.properties
        if self.version is ProtocolVersion.V5:
            self._receive_maximum = settings.receive_maximum
        self._reader = PublishReader(
            self.client,
            self.version,
            self._topic_names,
            topic_alias_maximum=settings.topic_alias_maximum,
            maximum_qos=MAXIMUM_QOS,
            from_client=True,
        )
        self._peer_maximum = properties.maximum_packet_size or LARGEST_PACKET
        self._outbox = Outbox(
            self.version,
            properties.receive_maximum or PACKET_IDS,
            self._peer_maximum,
            settings.outbox_capacity,
        )

    def _announced(self, connect: Connect) -> Properties:
        """The limits of this server (§3.2.2.3); it keeps no session beyond the connection."""
        if self.version is ProtocolVersion.V3_1_1:
            return NO_PROPERTIES
        settings = self._settings
        return Properties(
            session_expiry_interval=0 if connect.properties.session_expiry_interval else None,
            receive_maximum=settings.receive_maximum,
            maximum_qos=MAXIMUM_QOS,
            maximum_packet_size=settings.maximum_packet_size,
            assigned_client_identifier=None if connect.client_id else self.client,
            topic_alias_maximum=settings.topic_alias_maximum,
            subscription_identifier_available=0,
            shared_subscription_available=0,
            server_keep_alive=self._server_keep_alive(connect),
        )

    def _server_keep_alive(self, connect: Connect) -> int | None:
        """The keep alive in place of the client's; only MQTT 5 can be told one (§3.2.2.3.14)."""
        maximum = self._settings.maximum_keep_alive_s
        if connect.version is ProtocolVersion.V5 and not 0 < connect.keep_alive <= maximum:
            return maximum
        return None

    @property
    @override
    def _may_disconnect(self) -> bool:
        return self._reader is not None and self.version is ProtocolVersion.V5

    @override
    def _answer_fault(self, fault: MqttFault) -> None:
        if self._reader is not None:
            super()._answer_fault(fault)
        elif isinstance(fault, UnsupportedVersion):
            # mosquitto's bridges set the highest bit of a 3.1.1 level, and drop it when told so.
            is_newer = ProtocolVersion.V5 < fault.level < _BRIDGE_BIT
            self.version = ProtocolVersion.V5 if is_newer else ProtocolVersion.V3_1_1
            self.reject(fault.reason_code)
        elif self._claimed_version is not None:
            self.version = self._claimed_version
            self.reject(fault.reason_code)

    def _requested(self) -> Connect:
        if self._connect is None or not self._is_waiting:
            raise NoConnectToAnswer
        return self._connect

    @override
    def _receive_packet(self, kind: PacketType, body: bytes) -> Event | None:
        if self._connect is None:
            return self._receive_connect(kind, body)
        match kind:
            case PacketType.PUBACK if self._outbox is not None:
                packet_id, _ = decode_puback(body, self.version)
                self._outgoing += self._outbox.acknowledge(packet_id)
            case PacketType.PINGREQ:
                self._outgoing += PINGRESP
            case PacketType.SUBSCRIBE:
                self._receive_subscribe(body)
            case PacketType.UNSUBSCRIBE:
                self._receive_unsubscribe(body)
            case PacketType.DISCONNECT:
                return self._receive_disconnect(body)
            case _:
                problem = f"{kind.name} from a connected client"
                raise ProtocolError(problem, "4.13")
        return None

    def _receive_connect(self, kind: PacketType, body: bytes) -> Event:
        if kind is not PacketType.CONNECT:
            problem = f"{kind.name} before CONNECT"
            raise ProtocolError(problem, "3.1")
        self._claimed_version = claimed_version(body)
        connect = decode_connect(body)
        self.version = connect.version
        if connect.properties.authentication_method is not None:
            problem = "enhanced authentication is not offered"
            raise ProtocolError(problem, "4.12", ReasonCode.BAD_AUTHENTICATION_METHOD)
        if connect.will is not None and connect.will.qos > MAXIMUM_QOS:
            problem = f"will with QoS {connect.will.qos}, allowed is {MAXIMUM_QOS}"
            raise ProtocolError(problem, "3.2.2.3.4", ReasonCode.QOS_NOT_SUPPORTED)
        if not connect.client_id and not self._may_have_no_id(connect):
            problem = "no client id, but clean session 0"
            raise ProtocolError(problem, "3.1.3.1", ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)
        self._connect = connect
        self._is_waiting = True
        self.client = connect.client_id or self._new_client_id()
        return ConnectRequested(self.client, connect)

    @staticmethod
    def _may_have_no_id(connect: Connect) -> bool:
        # 3.1.1 only without a session to come back to (MQTT-3.1.3-8 of 3.1.1).
        return connect.clean_start or connect.version is ProtocolVersion.V5

    def _receive_subscribe(self, body: bytes) -> None:
        packet = decode_subscribe(body, self.version)
        if packet.properties.subscription_identifiers:
            problem = "subscription identifiers are not offered"
            code = ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED
            raise ProtocolError(problem, "3.2.2.3.12", code)
        codes = [self._subscribe(subscription) for subscription in packet.subscriptions]
        self._outgoing += encode_suback(packet.packet_id, codes, self.version)

    def _subscribe(self, subscription: Subscription) -> int:
        """Grant at most QoS 1 (MQTT-3.8.4-8), or say why not."""
        if subscription.is_shared:
            refusal = ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED
        elif not self._may_subscribe(self.client, subscription.topic_filter):
            refusal = ReasonCode.NOT_AUTHORIZED
        elif len(self._subscriptions) >= self._settings.maximum_subscriptions:
            refusal = ReasonCode.QUOTA_EXCEEDED
        else:
            granted = min(subscription.qos, MAXIMUM_QOS)
            self._subscriptions[subscription.topic_filter] = granted
            return granted
        return refusal if self.version is ProtocolVersion.V5 else SUBACK_FAILURE_3_1_1

    def _receive_unsubscribe(self, body: bytes) -> None:
        packet = decode_unsubscribe(body, self.version)
        codes = [
            ReasonCode.NO_SUBSCRIPTION_EXISTED
            if self._subscriptions.pop(topic_filter, None) is None
            else ReasonCode.SUCCESS
            for topic_filter in packet.topic_filters
        ]
        self._outgoing += encode_unsuback(packet.packet_id, codes, self.version)

    def _receive_disconnect(self, body: bytes) -> Disconnected:
        disconnect = decode_disconnect(body, self.version)
        asked = self._requested_expiry
        if disconnect.properties.session_expiry_interval and not asked:
            problem = "session expiry set by DISCONNECT, but 0 in CONNECT"
            raise ProtocolError(problem, "3.14.2.2.2")
        self._is_closed = True
        return Disconnected(disconnect)

    @property
    def _requested_expiry(self) -> int:
        connect = self._connect
        return 0 if connect is None else connect.properties.session_expiry_interval or 0
