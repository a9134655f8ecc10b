"""The server's side of one connection without I/O: what a device's bytes mean, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from typing_extensions import override

from .acknowledging import decode_acknowledgement
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
from .events import ConnectRequested, Disconnected, Event, SubscriptionsChanged
from .outbox import ClientLimits
from .packets import PINGRESP, PacketType, ProtocolVersion
from .ports import Grant
from .properties import NO_PROPERTIES, Properties
from .publish_reader import PublishReader
from .reason_codes import CONNACK_RETURN_CODES_3_1_1, SUBACK_FAILURE_3_1_1, ReasonCode
from .rights import may_publish, may_subscribe
from .session_state import SessionState
from .settings import ListenerSettings
from .subscribing import (
    Subscription,
    decode_subscribe,
    decode_unsubscribe,
    encode_suback,
    encode_unsuback,
)
from .topics import TopicNames

MAXIMUM_QOS_GRANTED: Final = 1
"""The gateway sends at most QoS 1, whatever a SUBSCRIBE asks for (MQTT-3.8.4-8)."""
CONNECT_MAXIMUM_SIZE: Final = 65_536
"""Bytes that a connection may make this server keep before it was accepted.

A client may send on without waiting for CONNACK (§3.1.4); what exceeds this waits in the network.
"""

_LONGEST_NAME: Final = 1024
"""Characters of a client id or a topic filter that the server keeps."""
_BRIDGE_BIT: Final = 0x80
_KEEP_ALIVE_TOLERANCE: Final = 1.5  # MQTT-3.1.2-22


class NoConnectToAnswer(RuntimeError):
    """The shell accepted a connection that did not ask for it: a fault of our own."""

    def __init__(self) -> None:
        super().__init__("accept is called once, after ConnectRequested")


class ServerSession(Endpoint):
    """Speaks MQTT 3.1.1 or 5 with one client, whichever its CONNECT asks for.

    After `ConnectRequested` the shell calls `accept` or `reject`, after `SubscriptionsChanged` it
    calls `confirm`; packets that the client sent meanwhile wait (§3.1.4 allows it to send without
    waiting for CONNACK).

    Args:
        settings: Limits to announce and to enforce.
        new_client_id: Makes an id for a client that has none (§3.1.3.1).
        topic_names: Topic names known so far.
    """

    _first_packet = PacketType.CONNECT

    def __init__(
        self,
        settings: ListenerSettings,
        *,
        new_client_id: Callable[[], str],
        topic_names: TopicNames,
    ) -> None:
        super().__init__(min(settings.maximum_packet_size, CONNECT_MAXIMUM_SIZE))
        self._settings = settings
        self._new_client_id = new_client_id
        self._topic_names = topic_names
        self._claimed_version: ProtocolVersion | None = None
        self._connect: Connect | None = None
        self._state: SessionState | None = None
        self._grant: Grant | None = None
        self._held = b""
        self._client_id = ""  # `client` becomes the name of the session

    @property
    def is_connected(self) -> bool:
        """Whether the client was accepted and the connection stands."""
        return self._reader is not None and not self.is_closed

    @property
    def room_bytes(self) -> int:
        """How many bytes it takes before it is accepted: no more than a CONNECT may have."""
        return max(1, CONNECT_MAXIMUM_SIZE - self._framer.size)

    @property
    def keep_alive_timeout_s(self) -> float | None:
        """Silence after which the client counts as lost: 1.5 times its keep alive."""
        connect = self._connect
        if connect is None:
            return None
        seconds = self._server_keep_alive(connect) or connect.keep_alive
        return seconds * _KEEP_ALIVE_TOLERANCE or None

    @property
    def expiry_s(self) -> int:
        """How long the session shall outlive the connection, within the server's maximum.

        A 3.1.1 client that keeps its session names no time: it gets the maximum.
        """
        connect = self._connect
        if connect is None:
            return 0
        maximum_s = self._settings.session_expiry_maximum_s
        if connect.version is ProtocolVersion.V3_1_1:
            return 0 if connect.clean_start else maximum_s
        return min(self._asked_expiry_s, maximum_s)

    @property
    def _asked_expiry_s(self) -> int:
        connect = self._connect
        return 0 if connect is None else connect.properties.session_expiry_interval or 0

    def accept(self, state: SessionState, grant: Grant, *, is_present: bool) -> list[Event]:
        """Send CONNACK and read what the client has sent in the meantime.

        Args:
            state: The session, begun or taken up again.
            grant: What the client may do.
            is_present: Whether the session was there before (§3.2.2.1.1).
        """
        if self._connect is None or not self._is_waiting:
            raise NoConnectToAnswer
        # Secrets and will are out of the protocol's hands now.
        self._connect = connect = msgspec.structs.replace(self._connect, password=None, will=None)
        self._is_waiting = False
        self._framer.maximum = self._settings.maximum_packet_size
        self._open(connect, state, grant)
        answer = Connack(ReasonCode.SUCCESS, is_present, self._announced(connect))
        self._outgoing += encode_connack(answer, self.version)
        limits = ClientLimits(
            self.version,
            connect.properties.receive_maximum or PACKET_IDS,
            self._peer_maximum,
        )
        self._outgoing += state.outbox.open(limits)
        return self._advance()

    def reject(self, code: ReasonCode) -> None:
        """Answer CONNECT with a failure and close; 3.1.1 is told what it has a code for."""
        self._close()
        answer: int | None = code
        if self.version is ProtocolVersion.V3_1_1:
            answer = CONNACK_RETURN_CODES_3_1_1.get(code)
        if answer is not None:
            self._outgoing += encode_connack(Connack(answer), self.version)

    def regrant(self, grant: Grant) -> None:
        """Put another grant in force; subscriptions are narrowed with the session."""
        self._grant = grant
        if self._reader is not None:
            self._reader.permit(_permits(grant))

    def confirm(self) -> list[Event]:
        """Send the SUBACK or UNSUBACK of a change that is durable now, and read on."""
        if self._is_closed:
            return []
        self._is_waiting = False
        self._outgoing += self._held
        self._held = b""
        return self._advance()

    def publish(self, topic: str, payload: bytes, qos: int) -> None:
        """Queue a message for this client.

        Raises:
            OutboxFull: The client does not acknowledge.
        """
        if self._state is not None and not self.is_closed:
            self._outgoing += self._state.outbox.publish(topic, payload, qos)

    def _open(self, connect: Connect, state: SessionState, grant: Grant) -> None:
        """Begin to take messages, within the limits of both sides."""
        settings = self._settings
        if self.version is ProtocolVersion.V5:
            self._receive_maximum = settings.receive_maximum
        self._state = state
        self._grant = grant
        self._reader = PublishReader(
            self.client,
            self.version,
            self._topic_names,
            topic_alias_maximum=settings.topic_alias_maximum,
            from_client=True,
            permits=_permits(grant),
        )
        self._peer_maximum = connect.properties.maximum_packet_size or LARGEST_PACKET

    def _announced(self, connect: Connect) -> Properties:
        """The limits of this server (§3.2.2.3); that QoS 2 is spoken goes without saying."""
        if self.version is ProtocolVersion.V3_1_1:
            return NO_PROPERTIES
        settings = self._settings
        is_as_asked = self._asked_expiry_s == self.expiry_s
        return Properties(
            session_expiry_interval=None if is_as_asked else self.expiry_s,
            receive_maximum=settings.receive_maximum,
            maximum_packet_size=settings.maximum_packet_size,
            assigned_client_identifier=None if connect.client_id else self._client_id,
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

    @override
    def _receive_packet(self, kind: PacketType, body: bytes) -> Event | None:
        state = self._state
        if state is None:
            return self._receive_connect(kind, body)
        match kind:
            case PacketType.PUBACK:
                packet_id, _ = decode_acknowledgement(body, self.version)
                self._outgoing += state.outbox.acknowledge(packet_id)
            case PacketType.PINGREQ:
                self._expect_no_body(kind, body)
                self._outgoing += PINGRESP
            case PacketType.SUBSCRIBE:
                return self._receive_subscribe(state, body)
            case PacketType.UNSUBSCRIBE:
                return self._receive_unsubscribe(state, body)
            case PacketType.DISCONNECT:
                return self._receive_disconnect(state, body)
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
        if len(connect.client_id) > _LONGEST_NAME:
            problem = f"client id of more than {_LONGEST_NAME} characters"
            raise ProtocolError(problem, "3.1.3.1", ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)
        if not connect.client_id and not self._may_have_no_id(connect):
            problem = "no client id, but clean session 0"
            raise ProtocolError(problem, "3.1.3.1", ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)
        self._connect = connect
        self._is_waiting = True
        self.client = self._client_id = connect.client_id or self._new_client_id()
        return ConnectRequested(self.client, connect)

    @staticmethod
    def _may_have_no_id(connect: Connect) -> bool:
        # 3.1.1 only without a session to come back to (MQTT-3.1.3-8 of 3.1.1).
        return connect.clean_start or connect.version is ProtocolVersion.V5

    def _receive_subscribe(self, state: SessionState, body: bytes) -> Event | None:
        packet = decode_subscribe(body, self.version)
        if packet.properties.subscription_identifiers:
            problem = "subscription identifiers are not offered"
            code = ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED
            raise ProtocolError(problem, "3.2.2.3.12", code)
        before = dict(state.subscriptions)
        codes = [self._subscribe(state, one) for one in packet.subscriptions]
        suback = encode_suback(packet.packet_id, codes, self.version)
        return self._reply(suback, state, before)

    def _subscribe(self, state: SessionState, subscription: Subscription) -> int:
        """Grant what may be granted, or say why not."""
        topic_filter = subscription.topic_filter
        is_new = topic_filter not in state.subscriptions
        if subscription.is_shared:
            refusal = ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED
        elif self._grant is None or not may_subscribe(self._grant, topic_filter):
            refusal = ReasonCode.NOT_AUTHORIZED
        elif len(topic_filter) > _LONGEST_NAME or (
            is_new and len(state.subscriptions) >= self._settings.maximum_subscriptions
        ):
            refusal = ReasonCode.QUOTA_EXCEEDED
        else:
            granted = min(subscription.qos, MAXIMUM_QOS_GRANTED)
            state.subscriptions[topic_filter] = granted
            return granted
        return refusal if self.version is ProtocolVersion.V5 else SUBACK_FAILURE_3_1_1

    def _receive_unsubscribe(self, state: SessionState, body: bytes) -> Event | None:
        packet = decode_unsubscribe(body, self.version)
        before = dict(state.subscriptions)
        codes = [
            ReasonCode.NO_SUBSCRIPTION_EXISTED
            if state.subscriptions.pop(topic_filter, None) is None
            else ReasonCode.SUCCESS
            for topic_filter in packet.topic_filters
        ]
        unsuback = encode_unsuback(packet.packet_id, codes, self.version)
        return self._reply(unsuback, state, before)

    def _reply(self, packet: bytes, state: SessionState, before: dict[str, int]) -> Event | None:
        """Answer at once, or after the change is durable where the session is to be kept."""
        if state.subscriptions == before or not state.is_stored:
            self._outgoing += packet
            return None
        self._held = packet
        self._is_waiting = True
        return SubscriptionsChanged()

    def _receive_disconnect(self, state: SessionState, body: bytes) -> Disconnected:
        disconnect = decode_disconnect(body, self.version)
        expiry_s = disconnect.properties.session_expiry_interval
        if expiry_s is not None:
            if expiry_s and not self._asked_expiry_s:
                problem = "session expiry set by DISCONNECT, but 0 in CONNECT"
                raise ProtocolError(problem, "3.14.2.2.2")
            state.expiry_s = min(expiry_s, self._settings.session_expiry_maximum_s)
        self._close()
        return Disconnected(disconnect)


def _permits(grant: Grant) -> Callable[[str], bool] | None:
    return None if grant.publish is None else lambda topic: may_publish(grant, topic)
