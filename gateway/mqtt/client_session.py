"""The client's side of one connection without I/O: how the gateway speaks with a broker."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from .connecting import Connack, Connect, decode_connack, decode_disconnect, encode_connect
from .endpoint import LARGEST_PACKET, PACKET_IDS, Endpoint
from .errors import ProtocolError
from .events import ConnectionAnswered, Disconnected, Event, SubscriptionsAnswered
from .packets import PINGREQ, PacketType
from .publishing import PublishReader
from .reason_codes import ReasonCode
from .subscribing import Subscribe, Subscription, decode_suback, encode_subscribe
from .topics import TopicNames

_SUBSCRIBE_PACKET_ID = 1


class ClientSession(Endpoint):
    """Connects, subscribes with QoS 1 and acknowledges.

    Args:
        connect: The CONNECT to send; it also says what is taken from the server.
        maximum_packet_size: Largest packet taken from the server, enforced in 3.1.1 too.
        topic_names: Topic names known so far.
    """

    _first_packet = PacketType.CONNACK

    def __init__(self, connect: Connect, maximum_packet_size: int, topic_names: TopicNames) -> None:
        super().__init__(maximum_packet_size)
        self.client = connect.client_id
        self.version = connect.version
        self._connect = connect
        self._topic_names = topic_names
        self._receive_maximum = connect.properties.receive_maximum or PACKET_IDS
        self._keep_alive_s = connect.keep_alive
        self._outgoing += encode_connect(connect)

    @property
    def keep_alive_s(self) -> int:
        """Longest silence allowed towards the server; the server's word counts (§3.2.2.3.14)."""
        return self._keep_alive_s

    def subscribe(self, topic_filters: Sequence[str]) -> None:
        """Queue a SUBSCRIBE with QoS 1.

        Retained messages are asked for only when the subscription is new, so that a reconnection
        does not repeat all stored state (§3.8.3.1).
        """
        wanted = tuple(
            Subscription(topic_filter, qos=1, retain_handling=1) for topic_filter in topic_filters
        )
        self._outgoing += encode_subscribe(Subscribe(_SUBSCRIBE_PACKET_ID, wanted), self.version)

    def ping(self) -> None:
        """Queue a PINGREQ."""
        if not self.is_closed:
            self._outgoing += PINGREQ

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
                return SubscriptionsAnswered(decode_suback(body, self.version).reason_codes)
            case PacketType.DISCONNECT:
                self._is_closed = True
                return Disconnected(decode_disconnect(body, self.version))
            case PacketType.PINGRESP:
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
