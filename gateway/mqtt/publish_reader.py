"""Reading PUBLISH (§3.3): the hot path."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import Final

from .errors import ProtocolError
from .packets import PUBLISH_HEADERS, ProtocolVersion
from .ports import Publish
from .properties import Place, read_properties
from .reason_codes import ReasonCode
from .topics import TopicNames, decode_topic_name
from .wire import Reader, encode_binary

LONGEST_SHORT_PACKET: Final = 16_386
"""A packet whose remaining length stands in two bytes; `read_run` reads no longer ones."""

_CONTINUES: Final = 0x80
_DUP: Final = 0x08
_RETAIN: Final = 0x01
_TOPICS_REMEMBERED: Final = 1024
_FLAGS: Final = {
    header: (header >> 1 & 3, bool(header & _DUP), bool(header & _RETAIN))
    for header in PUBLISH_HEADERS
}
"""QoS, DUP and RETAIN by the first byte (§3.3.1)."""


class PublishReader:
    """Reads the PUBLISH packets of one connection.

    Args:
        client: Client id, written into each `Publish`.
        version: Protocol version of the connection.
        topic_names: Topic names known so far.
        topic_alias_maximum: Highest alias that this side allowed (§3.3.2.3.4).
        from_client: Whether the sender is a client, which may not send Subscription Identifiers.
        permits: Whether the sender may publish to a topic; None permits all.
    """

    __slots__ = (
        "_aliases",
        "_client",
        "_decided",
        "_from_client",
        "_has_properties",
        "_known_topic",
        "_maximum_alias",
        "_permits",
        "_permitted",
        "_topic_names",
    )

    def __init__(
        self,
        client: str,
        version: ProtocolVersion,
        topic_names: TopicNames,
        *,
        topic_alias_maximum: int = 0,
        from_client: bool,
        permits: Callable[[str], bool] | None = None,
    ) -> None:
        self._client = client
        self._has_properties = version is ProtocolVersion.V5
        self._maximum_alias = topic_alias_maximum
        self._from_client = from_client
        self._topic_names = topic_names
        self._aliases: dict[int, str] = {}
        self.permit(permits)

    def permit(self, permits: Callable[[str], bool] | None) -> None:
        """Put other rights in force, for what is read from now on."""
        self._permits = permits
        # What `read_run` finds is permitted, so that rights cost it nothing.
        self._permitted: dict[bytes, str] = {}
        self._decided: dict[str, bool] = {}
        self._known_topic = self._topic_names.find if permits is None else self._permitted.get

    def read_run(  # noqa: C901 -- one loop without calls is the speed of the whole gateway
        self, data: bytes, start: int, limit: int, received_at: int, publishes: list[Publish]
    ) -> int:
        """Read PUBLISH packets of one kind that need no second look, where they lie in `data`.

        Args:
            data: Received bytes.
            start: Where the first packet begins.
            limit: How many to read at most.
            received_at: Microseconds UTC.
            publishes: Where they are appended.

        Returns:
            Where the first packet begins that is incomplete, of another kind, wrong in any way,
            or has properties or a topic not met before; `read` is for those.
        """
        try:
            header = data[start]
            flags = _FLAGS.get(header)
            if flags is None:
                return start
            qos, dup, retain = flags
            client = self._client
            known_topic = self._known_topic
            has_properties = self._has_properties
            before_payload = (2 if qos else 0) + has_properties
            take = publishes.append
            size = len(data)
            packet_id = None
            for _ in repeat(None, limit):
                if data[start] != header:
                    break
                length = data[start + 1]
                body = start + 2
                if length >= _CONTINUES:
                    high = data[body]
                    if high >= _CONTINUES:
                        break
                    length += (high - 1) << 7
                    body = start + 3
                stop = body + length
                if stop > size or data[body]:  # a topic of 256 bytes and more is for `read`
                    break
                topic_stop = body + 2 + data[body + 1]
                payload = topic_stop + before_payload
                if payload > stop or (has_properties and data[payload - 1]):
                    break
                topic = known_topic(data[body:topic_stop])
                if topic is None:
                    break
                if qos:
                    packet_id = data[topic_stop] << 8 | data[topic_stop + 1]
                    if not packet_id:
                        break
                # By position, because names cost a tenth of the whole; the order is the port's.
                take(
                    Publish(
                        client, topic, data[payload:stop], packet_id, qos, dup, retain, received_at
                    )
                )
                start = stop
        except IndexError:
            return start  # the header of the last packet is incomplete
        return start

    def read(self, header: int, body: bytes, received_at: int) -> Publish:
        """Read one PUBLISH from its first byte, which was checked, and its body.

        Raises:
            MalformedPacket: A body that ends too early, or a property that may not stand here.
            ProtocolError: A topic with a wildcard (0x90), a topic alias that is 0 or above the
                maximum (0x94), or packet id 0.
        """
        qos, dup, retain = _FLAGS[header]
        reader = Reader(body)
        encoded_topic = reader.binary()
        packet_id = reader.u16() if qos else None
        if packet_id == 0:
            problem = "packet id 0"
            raise ProtocolError(problem, "2.2.1")
        alias = self._read_alias(reader) if self._has_properties else None
        topic = self._resolve(encoded_topic, alias)
        return Publish(
            self._client,
            topic,
            reader.rest(),
            packet_id,
            qos,
            dup,
            retain,
            received_at,
            self._is_permitted(topic, encoded_topic),
        )

    def _is_permitted(self, topic: str, encoded_topic: bytes) -> bool:
        """Ask once for each topic name, as long as they are not too many."""
        if self._permits is None:
            return True
        is_permitted = self._decided.get(topic)
        if is_permitted is None:
            if len(self._decided) >= _TOPICS_REMEMBERED:
                self._decided.clear()
                self._permitted.clear()
            is_permitted = self._decided[topic] = self._permits(topic)
        if is_permitted and encoded_topic:  # not where an alias stands for it
            self._permitted[encode_binary(encoded_topic)] = topic
        return is_permitted

    def _resolve(self, encoded_topic: bytes, alias: int | None) -> str:
        if encoded_topic or not self._has_properties:
            topic = self._topic_names.learn(encoded_topic)
            if alias is not None:
                self._aliases[alias] = topic
            return topic
        if alias is None or alias not in self._aliases:
            problem = f"empty topic, and topic alias {alias or 0} stands for none"
            raise ProtocolError(problem, "3.3.2.3.4")
        return self._aliases[alias]

    def _read_alias(self, reader: Reader) -> int | None:
        """Read the properties; of them only the topic alias is of use here."""
        properties = read_properties(reader, Place.PUBLISH)
        if self._from_client and properties.subscription_identifiers:
            problem = "a client sent a subscription identifier"
            raise ProtocolError(problem, "3.3.4")
        alias = properties.topic_alias
        if alias is not None and not 1 <= alias <= self._maximum_alias:
            problem = f"topic alias {alias}, allowed are 1 to {self._maximum_alias}"
            raise ProtocolError(problem, "3.3.2.3.4", ReasonCode.TOPIC_ALIAS_INVALID)
        if properties.response_topic is not None:
            decode_topic_name(properties.response_topic.encode())
        return alias
