"""A format with a person's answers: how they configure it.

An answer stands under the words of the need, such as `zone` or `unit of data.t`; under any other
key it is an option of the format, dotted. This module is pure.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gateway.codecs.base import Guess, Refusal
from gateway.codecs.json_text import parse_object
from gateway.codecs.mapping import WHOLE, at_path
from gateway.codecs.sparkplug.settings import NO_MEASUREMENTS
from gateway.devices.questions import DECODER, ID, IGNORE, LEVEL, SCALED, ZONE, level
from gateway.errors import CommandRefused

_MEASURED = ("quantity", "unit")
_SCALE = "scale"
_MAPPING = "mapping"
_SPARKPLUG = "sparkplug_b"
_SPARKPLUG_NODE = 3
_WITHOUT_ZONE = "naive_time"

Message = tuple[str, bytes]
"""Topic and payload."""


class Configured(msgspec.Struct, frozen=True):
    """A format with all that is known of its configuration.

    Attributes:
        codec: Name of the format.
        filter: Topic filter that it shall read.
        options: Its options.
        open: Needs that nobody has answered.
    """

    codec: str
    filter: str
    options: dict[str, Any]
    open: tuple[str, ...]


def own_filter(codec: str, topic_filter: str, topic: str) -> str:
    """Return the part of a guessed filter that is of one topic's device alone.

    What a person says of one device's zone or units must not be taken for another's. A filter that
    does not tell devices apart stays as it is.
    """
    levels = topic.split("/")
    if codec == _SPARKPLUG and len(levels) > _SPARKPLUG_NODE:
        return f"{levels[0]}/{levels[1]}/+/{levels[_SPARKPLUG_NODE]}/#"
    parts = topic_filter.split("/")
    if "+" not in parts:
        return topic_filter
    place = parts.index("+")
    return "/".join([*parts[:place], *levels[place : place + 1], *parts[place + 1 :]])


def configured(
    codec: str,
    guess: Guess,
    messages: Sequence[Message],
    answers: Mapping[str, object],
    topic_filter: str = "",
) -> Configured:
    """Return a guess with a person's answers.

    Args:
        codec: Name of the format.
        guess: What the messages show.
        messages: The device's messages, at least one.
        answers: By the words of the need, or by option.
        topic_filter: What the format shall read; the device's own topics where it is empty.

    Raises:
        CommandRefused: An answer cannot be one.
    """
    topic = messages[0][0]
    draft = _Draft(codec, own_filter(codec, guess.filter, topic), copy.deepcopy(guess.options))
    stated = {key: value for key, value in answers.items() if value not in ("", None)}
    for key, value in stated.items():
        draft.take(key, value, guess, topic)
    needs = tuple(one for one in guess.needs if one not in stated and not draft.covers(one, stated))
    if codec == _MAPPING:
        _mark_optional(draft.options, messages)
    return Configured(codec, topic_filter or draft.filter, draft.options, needs)


def filter_of_all(one: Configured, guessed: str) -> str:
    """Return the topics of all devices of a kind; of a mapping they follow from its template.

    Args:
        one: The format as it is configured for a device.
        guessed: The filter that its messages showed.
    """
    if one.codec != _MAPPING:
        return guessed
    levels = str(one.options["topic"]).split("/")
    return "/".join("+" if level.startswith("{") else level for level in levels)


def unanswered(one: Configured) -> dict[str, Any]:
    """Return a format's options with the question in the place of each answer that is missing.

    A format does not start with such options.
    """
    draft = _Draft(one.codec, one.filter, copy.deepcopy(one.options))
    open_needs = Guess(one.filter, {}, 1, one.open)
    for need in one.open:
        if need == LEVEL:
            topic = str(draft.options.get("topic", ""))
            draft.options["topic"] = topic.replace("{device}", question_mark(need))
        else:
            draft.take(need, question_mark(need), open_needs, "")
    return draft.options


def question_mark(need: str) -> str:
    """Return what stands for an answer that is missing."""
    return f"?{need}?"


class _Draft:
    """A configuration into which answers are put one by one."""

    def __init__(self, codec: str, topic_filter: str, options: dict[str, Any]) -> None:
        self.codec = codec
        self.filter = topic_filter
        self.options = options
        self._ignored: set[str] = set()

    def take(self, key: str, value: object, guess: Guess, topic: str) -> None:
        """Put one answer where it belongs."""
        what, _, path = key.partition(" of ")
        if key == LEVEL:
            self._name_device(level(value, topic), guess, topic)
        elif key == ZONE:
            # With a zone nothing is left to the time of arrival.
            self.options.pop(_WITHOUT_ZONE, None)
            self.options[ZONE] = value
        elif key.startswith(DECODER):
            self.options.setdefault("decoder", {})[key.removeprefix(DECODER)] = value
        elif key.startswith(ID):
            self.options.setdefault("devices", {})[key.removeprefix(ID)] = value
        elif what in _MEASURED and (path or key in guess.needs):
            self._measure(what, path or self._only_path(), str(value))
        elif what == _SCALE and self.codec in SCALED and (path or "unit" in guess.needs):
            self._measure(what, path or self._only_path(), _number(key, value))
        else:
            self._set_option(key, value)

    def covers(self, need: str, stated: Mapping[str, object]) -> bool:
        """Tell whether a need is met by another answer than its own."""
        if need == ZONE:
            return _WITHOUT_ZONE in stated
        if need == "unit":
            return stated.get("quantity") == IGNORE
        return need.removeprefix("unit of ") in self._ignored

    def _name_device(self, place: int, guess: Guess, topic: str) -> None:
        levels = topic.split("/")
        self.options["topic"] = "/".join([*levels[:place], "{device}", *levels[place + 1 :]])
        if guess.filter != topic:
            self.filter = topic

    def _measure(self, what: str, path: str, answer: str | float) -> None:
        if answer == IGNORE:
            self._ignore(path)
        elif path not in self._ignored:
            self._entry(path)[what] = answer

    def _entry(self, path: str) -> dict[str, Any]:
        """Return the part of the options that says what one number measures."""
        if self.codec in {"mapping", _SPARKPLUG}:
            name, key = ("fields", "path") if self.codec == _MAPPING else ("metrics", "name")
            entries = self.options.setdefault(name, [])
            found = next((one for one in entries if one[key] == path), None)
            if found is None:
                found = {key: path}
                entries.append(found)
            return found
        entry: dict[str, Any] = self.options.setdefault("fields", {}).setdefault(path, {})
        return entry

    def _ignore(self, path: str) -> None:
        self._ignored.add(path)
        entry = self._entry(path)
        if self.codec == _MAPPING:
            self.options["fields"].remove(entry)
        elif self.codec == _SPARKPLUG:
            self.options["metrics"].remove(entry)
            self.options.setdefault("ignored", list(NO_MEASUREMENTS)).append(path)
        else:
            del self.options["fields"][path]

    def _only_path(self) -> str:
        return str(self.options["fields"][0]["path"]) if self.options.get("fields") else WHOLE

    def _set_option(self, key: str, value: object) -> None:
        *parents, last = key.split(".")
        place = self.options
        for name in parents:
            place = place.setdefault(name, {})
            if not isinstance(place, dict):
                raise CommandRefused("invalid_option", f"{key} is no option: {name} is no table")
        place[last] = value


def _number(key: str, answer: object) -> float:
    """Return an answer that is a number.

    Raises:
        CommandRefused: It is none.
    """
    try:
        number = float(str(answer))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        allowed = "a number such as 0.1, with a point"
        raise CommandRefused("invalid_option", f"{key} is {str(answer)!r}; allowed is {allowed}")
    return number


def _mark_optional(options: dict[str, Any], messages: Sequence[Message]) -> None:
    """Let a field be absent where a message without it was seen beside one with it."""
    contents = []
    for _, payload in messages:
        try:
            contents.append(parse_object(payload))
        except Refusal:
            # A number alone, or what the preview shows as a fault.
            continue
    for field in options.get("fields", []):
        path = str(field.get("path", ""))
        if path != WHOLE and any(at_path(one, path) is None for one in contents):
            field.setdefault("optional", True)
