"""Topic names and topic filters (MQTT 5 §4.7)."""

from __future__ import annotations

from typing import Final

from .errors import MalformedPacket, ProtocolError
from .reason_codes import ReasonCode
from .wire import decode_text, encode_binary

SHARED_PREFIX: Final = "$share/"
_NAMES_REMEMBERED: Final = 65_536
_LONGEST_REMEMBERED: Final = 256


def decode_topic_name(encoded: bytes) -> str:
    """Decode the topic name of a PUBLISH.

    Raises:
        ProtocolError: It contains a wildcard (MQTT-3.3.2-2), with reason code 0x90.
        MalformedPacket: It is not UTF-8 or is empty (MQTT-4.7.3-1).
    """
    topic = decode_text(encoded)
    if not topic:
        problem = "topic name is empty"
        raise MalformedPacket(problem, "4.7.3")
    if "+" in topic or "#" in topic:
        problem = f"topic name {topic[:80]!r} contains a wildcard"
        raise ProtocolError(problem, "3.3.2.1", ReasonCode.TOPIC_NAME_INVALID)
    return topic


class TopicNames:
    """Topic names that were checked once, because devices have few and use them for ever.

    All connections of one shell share it, so that no number of devices makes it grow.

    Attributes:
        find: Returns the topic name of encoded text, its two bytes of length included; None where
            it was not learnt.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}
        self.find = self._known.get

    def learn(self, encoded: bytes) -> str:
        """Decode a topic name, given without its length, and remember it.

        Raises:
            MqttFault: It is no topic name.
        """
        if len(encoded) > _LONGEST_REMEMBERED:
            return decode_topic_name(encoded)
        key = encode_binary(encoded)
        topic = self._known.get(key)
        if topic is None:
            topic = decode_topic_name(encoded)
            if len(self._known) >= _NAMES_REMEMBERED:
                self._known.clear()
            self._known[key] = topic
        return topic


def check_topic_filter(topic_filter: str) -> None:
    """Check the place of wildcards in a topic filter.

    Raises:
        MalformedPacket: It is empty (MQTT-4.7.3-1), a `#` is not the last level of its own
            (MQTT-4.7.1-1) or a `+` does not fill its level (MQTT-4.7.1-2).
    """
    if not topic_filter:
        problem = "topic filter is empty"
        raise MalformedPacket(problem, "4.7.3")
    levels = topic_filter.split("/")
    for level in levels:
        if len(level) > 1 and ("+" in level or "#" in level):
            problem = f"topic filter {topic_filter[:80]!r}: a wildcard does not fill its level"
            raise MalformedPacket(problem, "4.7.1")
    if "#" in levels[:-1]:
        problem = f"topic filter {topic_filter[:80]!r}: # is not the last level"
        raise MalformedPacket(problem, "4.7.1.2")


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a topic name matches a filter; a wildcard at the start spares `$` (MQTT-4.7.2-1)."""
    if topic.startswith("$") and topic_filter[:1] in {"+", "#"}:
        return False
    filter_levels = topic_filter.split("/")
    topic_levels = topic.split("/")
    for index, level in enumerate(filter_levels):
        if level == "#":
            return True
        if index >= len(topic_levels) or level not in {"+", topic_levels[index]}:
            return False
    return len(filter_levels) == len(topic_levels)


def covers(wide: str, narrow: str) -> bool:
    """Whether each topic name that matches the filter `narrow` matches `wide` too."""
    if narrow.startswith("$") and wide[:1] in {"+", "#"}:
        return False
    wide_levels = wide.split("/")
    narrow_levels = narrow.split("/")
    for index, level in enumerate(wide_levels):
        if level == "#":
            return True
        if index >= len(narrow_levels) or narrow_levels[index] == "#":
            return False
        if level not in {"+", narrow_levels[index]}:
            return False
    return len(wide_levels) == len(narrow_levels)
