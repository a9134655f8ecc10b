"""Which format takes which topic: the most specific filter that matches (MQTT 5 section 4.7).

Filters are compared level by level from the left: a level's own text is more specific than `+`, and
`+` than `#`. Of equal filters the first in the settings wins, and one of the settings before one
that people confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

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
_WILDCARDS = {"+": 1, "#": 2}


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


class _Source(NamedTuple):
    route: Route
    codec: Codec


class _InOrder(NamedTuple):
    """Filters without wildcards, which are the most specific that there can be, and the others."""

    exact: dict[str, _Source]
    wide: list[_Source]


class RoutingTable:
    """Topic filters and the codecs behind them.

    Args:
        routes: Topic filters; of equal ones the first wins.
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
        self._configured = [_Source(one, self._codec(one.codec, one.options)) for one in routes]
        self.maximum_payload_bytes = maximum_payload_bytes
        self._added: dict[str, _Source] = {}
        self._known: dict[str, Codec | None] = {}
        self._in_order: _InOrder | None = None

    @property
    def filters(self) -> tuple[str, ...]:
        """The topic filters, the most specific first."""
        exact, wide = self._in_order or self._sorted()
        return (*exact, *(one.route.filter for one in wide))

    def add(self, route: Route) -> None:
        """Let a format read further topics, behind a route of the settings with the same filter.

        A route of the same filter that was added before gives way.

        Raises:
            UnknownCodec: The route names a format that there is not.
            InvalidCodecOption: An option of the format is wrong.
        """
        self.prepared(route)()

    def prepared(self, route: Route) -> Callable[[], None]:
        """Return what puts a route in force, as `add` does; nothing can go wrong with that.

        Raises:
            UnknownCodec: The route names a format that there is not.
            InvalidCodecOption: An option of the format is wrong.
        """
        source = _Source(route, self._codec(route.codec, route.options))

        def put_in_force() -> None:
            self._added[route.filter] = source
            self._in_order = None
            self._known.clear()

        return put_in_force

    def route(self, topic: str) -> Codec | None:
        """Return the codec of a topic, or None where no filter takes it."""
        if topic in self._known:
            return self._known[topic]
        found = self._source(topic)
        codec = None if found is None else found.codec
        if len(topic) <= _LONGEST_TOPIC:
            if len(self._known) >= _REMEMBERED_TOPICS:
                self._known.clear()
            self._known[topic] = codec
        return codec

    def route_of(self, topic: str) -> Route | None:
        """Return the route that takes a topic, or None where no filter does."""
        found = self._source(topic)
        return None if found is None else found.route

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
        configured = (one.codec for one in self._configured if one.codec.name == name)
        return next(configured, None) or self._codec(name, {})

    def recall(self, memos_of: Callable[[Codec], Mapping[str, bytes]]) -> None:
        """Have each format know again what it learnt before a restart."""
        for _, codec in self._sources():
            if isinstance(codec, RememberingCodec):
                codec.recall(Memo(key, value) for key, value in memos_of(codec).items())

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says; an unknown topic and a large payload are faults."""
        codec = self.route(topic)
        if codec is None:
            remedy = (
                "publish to a configured topic, or let the page Devices or a [[source]] read it"
            )
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

    def _source(self, topic: str) -> _Source | None:
        exact, wide = self._in_order or self._sorted()
        found = exact.get(topic)
        if found is not None:
            return found
        return next((one for one in wide if matches(one.route.filter, topic)), None)

    def _sources(self) -> Iterator[_Source]:
        yield from self._configured
        yield from self._added.values()

    def _sorted(self) -> _InOrder:
        """Put the most specific filters in front; of equal ones the first stays there."""
        exact: dict[str, _Source] = {}
        wide: list[_Source] = []
        for one in self._sources():
            if any(_breadth(one.route.filter)):
                wide.append(one)
            else:
                exact.setdefault(one.route.filter, one)
        wide.sort(key=lambda one: _breadth(one.route.filter))
        self._in_order = _InOrder(exact, wide)
        return self._in_order


def _breadth(topic_filter: str) -> tuple[int, ...]:
    """Return how wide each level of a filter is, to be compared from the left."""
    return tuple(_WILDCARDS.get(level, 0) for level in topic_filter.split("/"))
