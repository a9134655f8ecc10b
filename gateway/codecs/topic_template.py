"""Topic templates such as `plant/{device}/{sensor}`: each placeholder takes one topic level."""

from __future__ import annotations

import re

from .refusals import UnknownTopic

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class TopicTemplate:
    """A topic with named levels.

    A level is a literal, `{name}`, or `+` for a level of no interest. Literal text may stand around
    a placeholder inside its level, as in `{application}@{tenant}`.

    Raises:
        ValueError: A level holds a stray brace, or a name stands twice.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.names = _PLACEHOLDER.findall(text)
        if len(set(self.names)) != len(self.names):
            message = f"topic template {text!r}: a placeholder stands twice"
            raise ValueError(message)
        if set("{}#") & set(_PLACEHOLDER.sub("", text)):
            message = f"topic template {text!r}: only levels, {{name}} and + may stand in it"
            raise ValueError(message)
        levels = "/".join(self._level(level) for level in text.split("/"))
        self._pattern = re.compile(levels)

    def match(self, topic: str) -> dict[str, str] | None:
        """Return the levels by name, or None where the topic is another one."""
        found = self._pattern.fullmatch(topic)
        return None if found is None else found.groupdict()

    def levels(self, topic: str) -> dict[str, str]:
        """Return the levels by name.

        Raises:
            UnknownTopic: The topic is another one.
        """
        found = self.match(topic)
        if found is None:
            raise UnknownTopic(topic, f"publish to {self.text}")
        return found

    def device(self, topic: str) -> str | None:
        """Return what stands for `{device}`, None where the topic is another one or names none."""
        found = self.match(topic)
        return None if found is None else found.get("device")

    def can_match(self, topic_filter: str) -> bool:
        """Whether some topic name is of this template and matches a topic filter."""
        own, wanted = self.text.split("/"), topic_filter.split("/")
        for index, level in enumerate(wanted):
            if level == "#":
                return True  # it matches the level above, too (MQTT 5 §4.7.1.2)
            if index >= len(own):
                return False
            if level != "+" and not re.fullmatch(self._level(own[index]), level):
                return False
        return len(own) == len(wanted)

    @staticmethod
    def _level(level: str) -> str:
        if level == "+":
            return "[^/]+"
        parts = _PLACEHOLDER.split(level)
        literal, names = parts[::2], parts[1::2]
        pattern = re.escape(literal[0])
        for name, text in zip(names, literal[1:], strict=True):
            pattern += f"(?P<{name}>[^/]+)" + re.escape(text)
        return pattern
