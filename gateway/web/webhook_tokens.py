"""The tokens of webhooks: one on each line of a file, and what it may bring.

```
TOKEN
TOKEN  FORMAT[,FORMAT…]  [TOPIC FILTER …]
```

A token alone may bring every format under every topic, as any device. With formats it brings these
only, with topic filters only payloads that are decoded under a topic that one of them matches. The
same token on several lines may bring what any of them allows.
"""

from __future__ import annotations

import functools
import hmac

import msgspec

from gateway.codecs.registry import FORMATS
from gateway.mqtt.errors import MalformedPacket
from gateway.mqtt.topics import check_topic_filter, matches
from twins.errors import ConfigurationFault


class WrongTokenLine(ConfigurationFault):
    """A line of the file of webhook tokens cannot be used; it is named without its token."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        super().__init__(
            f"web.ingest_token_file: line {line}: {problem}; write `TOKEN`, or `TOKEN "
            "FORMAT[,FORMAT…] [TOPIC FILTER …]`"
        )


class Right(msgspec.Struct, frozen=True):
    """What a webhook may bring.

    Attributes:
        codecs: Names of formats; empty for every one.
        topic_filters: Topic filters (MQTT 5 section 4.7); empty for every topic.
    """

    codecs: frozenset[str] = frozenset()
    topic_filters: tuple[str, ...] = ()

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
    for topic_filter in scope[1:]:
        try:
            check_topic_filter(topic_filter)
        except MalformedPacket as error:
            raise WrongTokenLine(number, str(error)) from error
    return token.encode(), Right(codecs, tuple(scope[1:]))
