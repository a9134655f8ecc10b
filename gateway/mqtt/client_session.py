"""The client's side of one connection without I/O: how the gateway speaks with a broker."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from .connecting import Connack, Connect, decode_connack, decode_disconnect, encode_connect
from .endpoint import LARGEST_PACKET, PACKET_IDS, Endpoint
from .errors import ProtocolError
from .events import ConnectionAnswered, Disconnected, Event, SubscriptionsAnswered
from .packets import PINGREQ, PacketType
from .publish_reader import PublishReader
from .publishing import encode_publish
from .reason_codes import ReasonCode
from .subscribing import Subscribe, Subscription, decode_suback, encode_subscribe
from .topics import TopicNames

_SUBSCRIBE_PACKET_ID = 1


class ClientSession(Endpoint):
    """Connects, subscribes, acknowledges, and publishes with QoS 0.

    Args:
        connect: The CONNECT to send; it also says what is taken from the server.
        maximum_packet_size: Largest packet taken from the server, enforced in 3.1.1 too.
        topic_names: Topic names known so far.
    """

    _first_packet = PacketType.CONNACK

    def __init__(self, connect: Connect, maximum_packet_size: int, topic_names: TopicNames) -> None:
        super().__init__(maximum_packet_size)
        self._wanted = 0  # topic filters that the server has not answered
        self.client = connect.client_id
        self.version = connect.version
        self._connect = connect
        self._topic_names = topic_names
        # A broker may count a message of QoS 2 as ended with its PUBREC (mosquitto does), and then
        # has more in flight than it was told; refusing them would only bring them back for ever.
        self._receive_maximum = PACKET_IDS
        self._keep_alive_s = connect.keep_alive
        self._outgoing += encode_connect(connect)

    @property
    def keep_alive_s(self) -> int:
        """Longest silence allowed towards the server; the server's word counts (§3.2.2.3.14)."""
        return self._keep_alive_s

    def subscribe(self, topic_filters: Sequence[str], qos: int) -> None:
        """Queue a SUBSCRIBE.

        Retained messages are asked for only when the subscription is new, so that a reconnection
        does not repeat all stored state, and what this side publishes itself is not wanted back
        (§3.8.3.1); a 3.1.1 server knows neither option.
        """
        wanted = tuple(
            Subscription(topic_filter, qos, no_local=True, retain_handling=1)
            for topic_filter in topic_filters
        )
        self._wanted = len(wanted)
        self._outgoing += encode_subscribe(Subscribe(_SUBSCRIBE_PACKET_ID, wanted), self.version)

    def _receive_suback(self, body: bytes) -> SubscriptionsAnswered:
        answer = decode_suback(body, self.version)
        if answer.packet_id != _SUBSCRIBE_PACKET_ID or len(answer.reason_codes) != self._wanted:
            problem = "SUBACK that answers no SUBSCRIBE of ours"
            raise ProtocolError(problem, "3.9.3")
        self._wanted = 0
        return SubscriptionsAnswered(answer.reason_codes)

    def ping(self) -> None:
        """Queue a PINGREQ."""
        if not self.is_closed:
            self._outgoing += PINGREQ

    def publish(self, topic: str, payload: bytes) -> bool:
        """Queue a PUBLISH of QoS 0; says whether the server takes it now."""
        if self._reader is None or self.is_closed:
            return False
        packet = encode_publish(topic, payload, version=self.version)
        if len(packet) > self._peer_maximum:
            return False
        self._outgoing += packet
        return True

    @property
    @override
    def _may_disconnect(self) -> bool:
        return self._reader is not None

    @override
    def _receive_packet(self, kind: PacketType, body: bytes) -> Event | None:
        if self._reader is None:
            return self._receive_connack(kind, body)
        match kind:
            case PacketType.SUBACK:
                return self._receive_suback(body)
            case PacketType.DISCONNECT:
                self._is_closed = True
                return Disconnected(decode_disconnect(body, self.version))
            case PacketType.PINGRESP:
                self._expect_no_body(kind, body)
                return None
            case _:
                problem = f"{kind.name} from a server"
                raise ProtocolError(problem, "4.13")

    def _receive_connack(self, kind: PacketType, body: bytes) -> ConnectionAnswered:
        if kind is not PacketType.CONNACK:
            problem = f"{kind.name} before CONNACK"
            raise ProtocolError(problem, "3.2")
        connack = decode_connack(body, self.version)
        if connack.reason_code == ReasonCode.SUCCESS:
            self._open(connack)
        else:
            self._is_closed = True
        return ConnectionAnswered(connack)

    def _open(self, connack: Connack) -> None:
        self._peer_maximum = connack.properties.maximum_packet_size or LARGEST_PACKET
        keep_alive_s = connack.properties.server_keep_alive
        if keep_alive_s is not None:
            self._keep_alive_s = keep_alive_s
        self._reader = PublishReader(
            self.client,
            self.version,
            self._topic_names,
            topic_alias_maximum=self._connect.properties.topic_alias_maximum or 0,
            from_client=False,
        )
