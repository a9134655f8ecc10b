"""The tokens of webhooks: one on each line of a file, and what it may bring.

```
TOKEN
TOKEN  FORMAT[,FORMAT…]  [TOPIC FILTER …]  [device=ID …]
```

A token alone may bring every format under every topic, as any device. With formats it brings these
only, with topic filters only payloads that are decoded under a topic that one of them matches, and
then of a device that this topic names and no account. With `device=` it speaks for the devices
named so and for no others, whatever the topic; an id may end with `*`. The same token on several
lines may bring what any of them allows.
"""

from __future__ import annotations

import functools
import hmac
from collections.abc import Iterable

import msgspec

from gateway.codecs.registry import FORMATS
from gateway.mqtt.errors import MalformedPacket
from gateway.mqtt.ports import DeviceRights
from gateway.mqtt.rights import check_device_name
from gateway.mqtt.topics import check_topic_filter, matches
from twins.errors import ConfigurationFault, InvalidIdentifier

_DEVICE = "device="


class WrongTokenLine(ConfigurationFault):
    """A line of the file of webhook tokens cannot be used; it is named without its token."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        super().__init__(
            f"web.ingest_token_file: line {line}: {problem}; write `TOKEN`, or `TOKEN "
            "FORMAT[,FORMAT…] [TOPIC FILTER …] [device=ID …]`"
        )


class Right(msgspec.Struct, frozen=True):
    """What a webhook may bring.

    Attributes:
        codecs: Names of formats; empty for every one.
        topic_filters: Topic filters (MQTT 5 section 4.7); empty for every topic.
        devices: Ids of devices, or how they begin and then `*`; empty for those that the topics
            name, and without topic filters for all.
    """

    codecs: frozenset[str] = frozenset()
    topic_filters: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()

    @property
    def device_rights(self) -> DeviceRights | None:
        """For which devices it speaks, None for all."""
        if self.devices:
            return DeviceRights(self.devices)
        return DeviceRights((), by_topic=True) if self.topic_filters else None

    def covers_codec(self, codec: str) -> bool:
        """Tell whether payloads of a format may be brought, under some topic."""
        return not self.codecs or codec in self.codecs

    def covers(self, codec: str, topic: str) -> bool:
        """Tell whether a payload of a format may be brought under a topic."""
        is_topic = not self.topic_filters or any(matches(one, topic) for one in self.topic_filters)
        return is_topic and self.covers_codec(codec)


def rights_of(token: str, text: str) -> tuple[Right, ...]:
    """Return what a token may bring; nothing where it is unknown.

    Args:
        token: As its sender showed it.
        text: The file of tokens.

    Raises:
        WrongTokenLine: A line of the file cannot be used.
    """
    shown = token.strip().encode()
    return tuple(right for known, right in token_lines(text) if hmac.compare_digest(shown, known))


def device_rights_of(rights: Iterable[Right], codec: str, topic: str) -> DeviceRights | None:
    """Return for which devices a payload may speak that some of these rights cover, None for all.

    Args:
        rights: Those of its token.
        codec: Its format.
        topic: The topic that it is decoded under.
    """
    granted = [one.device_rights for one in rights if one.covers(codec, topic)]
    limited = [one for one in granted if one is not None]
    if len(limited) < len(granted):
        return None
    names = tuple(name for one in limited for name in one.names)
    return DeviceRights(names, by_topic=any(one.by_topic for one in limited))


@functools.lru_cache(maxsize=4)
def token_lines(text: str) -> tuple[tuple[bytes, Right], ...]:
    """Return the tokens of a file and what they may bring.

    Raises:
        WrongTokenLine: A line cannot be used.
    """
    lines = enumerate(text.splitlines(), start=1)
    return tuple(_token_and_right(number, line.split()) for number, line in lines if line.strip())


def _token_and_right(number: int, words: list[str]) -> tuple[bytes, Right]:
    token, *scope = words
    if not scope:
        return token.encode(), Right()
    codecs = frozenset(scope[0].split(","))
    if not codecs <= FORMATS.keys():
        # The word itself may be a part of a token that somebody wrote with a space.
        problem = (
            f"what follows the token names formats that there are not, of {', '.join(FORMATS)}"
        )
        raise WrongTokenLine(number, problem)
    devices = tuple(word[len(_DEVICE) :] for word in scope[1:] if word.startswith(_DEVICE))
    topic_filters = tuple(word for word in scope[1:] if not word.startswith(_DEVICE))
    try:
        for topic_filter in topic_filters:
            check_topic_filter(topic_filter)
        for device in devices:
            check_device_name(device)
    except (MalformedPacket, InvalidIdentifier) as error:
        raise WrongTokenLine(number, str(error)) from error
    return token.encode(), Right(codecs, topic_filters, devices)
