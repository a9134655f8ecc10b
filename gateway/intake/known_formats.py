"""What the formats know beyond their settings, kept in the journal.

That is which further topics people confirmed while the gateway ran, and what formats with a memory
have learnt from earlier messages.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gateway.codecs.base import Codec
from gateway.codecs.registry import InvalidCodecOption, UnknownCodec
from gateway.codecs.route import Route, RoutingTable

SOURCE = "source"
"""What they are kept as in the journal, by topic filter."""

_log = logging.getLogger(__name__)


class ConfirmedSource(msgspec.Struct, frozen=True):
    """What a person said of the topics that a filter takes.

    Attributes:
        codec: Name of the format.
        options: Its settings.
        by: Id of the person's party or role.
        device: Id of the device that it was said of; empty where that is not known.
        answers: What was answered then, by the words of each need.
    """

    codec: str
    options: dict[str, Any]
    by: str
    device: str = ""
    answers: dict[str, Any] = {}

    def to_bytes(self) -> bytes:
        """Return it as it is kept."""
        return msgspec.msgpack.encode(self)


def memos_of(codec: Codec) -> str:
    """Return what the memory of a format is kept as."""
    return f"memo:{codec.name}"


def teach(table: RoutingTable, kept: Callable[[str], Mapping[str, bytes]]) -> None:
    """Have formats know what is kept of them; `kept` returns it by kind."""
    _add_confirmed(table, kept(SOURCE))
    table.recall(lambda codec: kept(memos_of(codec)))


_decoder = msgspec.msgpack.Decoder(ConfirmedSource)


def confirmed_sources(stored: Mapping[str, bytes]) -> dict[str, ConfirmedSource]:
    """Return what people confirmed, by topic filter; `stored` is what is kept as `SOURCE`."""
    return {topic_filter: _decoder.decode(data) for topic_filter, data in stored.items()}


def _add_confirmed(table: RoutingTable, stored: Mapping[str, bytes]) -> None:
    """Add the sources that people confirmed; one that no longer fits is left to them."""
    for topic_filter, source in confirmed_sources(stored).items():
        try:
            table.add(Route(filter=topic_filter, codec=source.codec, options=source.options))
        except (UnknownCodec, InvalidCodecOption) as error:
            _log.error("confirmed source %s is not read: %s", topic_filter, error)
