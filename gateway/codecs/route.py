"""Which format takes which topic: the first matching topic filter wins (MQTT 5 section 4.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, field_validator

from gateway.mqtt.errors import MalformedPacket
from gateway.mqtt.topics import check_topic_filter, matches

from .base import Codec, Decoded, Memo, RememberingCodec
from .refusals import PayloadTooLarge, UnknownTopic
from .registry import codec_named

DEFAULT_MAXIMUM_PAYLOAD_BYTES = 262_144
# A publisher chooses its topics: what is remembered of them must not grow without end.
_REMEMBERED_TOPICS = 65_536
_LONGEST_TOPIC = 256


class Route(BaseModel):
    """One line of the routing table.

    Attributes:
        filter: MQTT topic filter.
        codec: Name of the format.
        options: Settings of the format.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    filter: str
    codec: str
    options: dict[str, object] = Field(default_factory=dict)

    @field_validator("filter")
    @classmethod
    def _is_topic_filter(cls, text: str) -> str:
        try:
            check_topic_filter(text)
        except MalformedPacket as error:
            raise ValueError(str(error)) from error
        return text


DEFAULT_ROUTES = (Route(filter="cargotwin/v1/+/+", codec="cargotwin"),)
"""Where settings name no route: Cargotwin's own format alone."""


class RoutingTable:
    """Topic filters and the codecs behind them.

    Args:
        routes: Topic filters, the first that matches wins.
        maximum_payload_bytes: Largest payload that is decoded.
        around: What every codec is wrapped in, such as the check of signatures.
        defaults: Options of every format, unless a route says otherwise.

    Raises:
        UnknownCodec: A route names a format that there is not.
        InvalidCodecOption: An option of a format is wrong.
    """

    def __init__(
        self,
        routes: Sequence[Route] = DEFAULT_ROUTES,
        maximum_payload_bytes: int = DEFAULT_MAXIMUM_PAYLOAD_BYTES,
        around: Callable[[Codec], Codec] = lambda codec: codec,
        defaults: Mapping[str, object] | None = None,
    ) -> None:
        self._defaults = dict(defaults or {})
        self._around = around
        self._codecs = [(one.filter, self._codec(one.codec, one.options)) for one in routes]
        self.maximum_payload_bytes = maximum_payload_bytes
        self._added: dict[str, Codec] = {}
        self._known: dict[str, Codec | None] = {}

    @property
    def filters(self) -> tuple[str, ...]:
        """The topic filters that a subscriber asks its broker for."""
        return tuple(topic_filter for topic_filter, _ in self._routes())

    def add(self, route: Route) -> None:
        """Let a format read further topics, behind all other routes.

        A route of the same filter that was added before gives way.

        Raises:
            UnknownCodec: The route names a format that there is not.
            InvalidCodecOption: An option of the format is wrong.
        """
        self._added[route.filter] = self._codec(route.codec, route.options)
        self._known.clear()

    def route(self, topic: str) -> Codec | None:
        """Return the codec of a topic, or None where no filter takes it."""
        if topic in self._known:
            return self._known[topic]
        found = (codec for topic_filter, codec in self._routes() if matches(topic_filter, topic))
        codec = next(found, None)
        if len(topic) <= _LONGEST_TOPIC:
            if len(self._known) >= _REMEMBERED_TOPICS:
                self._known.clear()
            self._known[topic] = codec
        return codec

    def codec_named(self, name: str, topic: str) -> Codec:
        """Return a format as the topic's own route configures it, else the first in the settings.

        What people said of other topics while the gateway ran holds for those alone.

        Raises:
            UnknownCodec: There is no such format.
            InvalidCodecOption: No route of the settings names it, and it has no defaults.
        """
        own = self.route(topic)
        if own is not None and own.name == name:
            return own
        configured = (codec for _, codec in self._codecs if codec.name == name)
        return next(configured, None) or self._codec(name, {})

    def recall(self, memos_of: Callable[[Codec], Mapping[str, bytes]]) -> None:
        """Have each format know again what it learnt before a restart."""
        for _, codec in self._routes():
            if isinstance(codec, RememberingCodec):
                codec.recall(Memo(key, value) for key, value in memos_of(codec).items())

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says; an unknown topic and a large payload are faults."""
        codec = self.route(topic)
        if codec is None:
            remedy = "publish to a configured topic, or add a route"
            return Decoded(faults=[UnknownTopic(topic, remedy).fault()])
        return self.decode_by(codec, topic, payload, received_at)

    def decode_by(self, codec: Codec, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says in a format of the caller's choice."""
        if len(payload) > self.maximum_payload_bytes:
            refusal = PayloadTooLarge(len(payload), self.maximum_payload_bytes)
            return Decoded(faults=[refusal.fault()])
        return codec.decode(topic, payload, received_at)

    def decode_again(self, codec: Codec, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message that came earlier says by what the format knows today."""
        if isinstance(codec, RememberingCodec) and len(payload) <= self.maximum_payload_bytes:
            return codec.decode_again(topic, payload, received_at)
        return self.decode_by(codec, topic, payload, received_at)

    def _codec(self, name: str, options: Mapping[str, object]) -> Codec:
        return self._around(codec_named(name, {**self._defaults, **options}))

    def _routes(self) -> list[tuple[str, Codec]]:
        return [*self._codecs, *self._added.items()]
