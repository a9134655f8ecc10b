"""What a person must still say of a format's guess, and how the answers configure the format.

An answer stands under the words of the need, such as `zone` or `unit of data.t`; under any other
key it is an option of the format, dotted. This module is pure.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gateway.codecs.base import Guess, Refusal
from gateway.codecs.json_text import parse_object
from gateway.codecs.lorawan_settings import DECODERS
from gateway.codecs.mapping import WHOLE, at_path
from gateway.codecs.sparkplug.settings import NO_MEASUREMENTS
from gateway.codecs.units import UNITS
from gateway.errors import CommandRefused

IGNORE = "ignore"
"""Answer to "quantity of …": the number is no measurement and is passed over."""

_LEVEL = "level of the topic that names the device"
_MEASURED = ("quantity", "unit")
_DECODER = "decoder of device "
_ID = "id of the device "
_SPARKPLUG = "sparkplug_b"
_SPARKPLUG_NODE = 3
_ZONE = "zone"
_WITHOUT_ZONE = "naive_time"

Message = tuple[str, bytes]
"""Topic and payload."""


class Question(msgspec.Struct, frozen=True):
    """One need, as a person is asked.

    Attributes:
        need: The need's own words, under which the answer stands.
        text: The question.
        choices: What may be answered; proposals alone where `is_free`.
        is_free: Whether another answer than these may be right.
        example: An answer of the right form.
    """

    need: str
    text: str
    choices: tuple[str, ...] = ()
    is_free: bool = False
    example: str = ""


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


def questions(needs: Sequence[str], topic: str) -> tuple[Question, ...]:
    """Return what a person is asked, in the order of the needs."""
    return tuple(_question(need, topic) for need in needs)


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
    if codec == "mapping":
        _mark_optional(draft.options, messages)
    return Configured(codec, topic_filter or draft.filter, draft.options, needs)


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
        if key == _LEVEL:
            self._name_device(_level(value, topic), guess, topic)
        elif key == _ZONE:
            # With a zone nothing is left to the time of arrival.
            self.options.pop(_WITHOUT_ZONE, None)
            self.options[_ZONE] = value
        elif key.startswith(_DECODER):
            self.options.setdefault("decoder", {})[key.removeprefix(_DECODER)] = value
        elif key.startswith(_ID):
            self.options.setdefault("devices", {})[key.removeprefix(_ID)] = value
        elif what in _MEASURED and (path or key in guess.needs):
            self._measure(what, path or self._only_path(), str(value))
        else:
            self._set_option(key, value)

    def covers(self, need: str, stated: Mapping[str, object]) -> bool:
        """Tell whether a need is met by another answer than its own."""
        if need == _ZONE:
            return _WITHOUT_ZONE in stated
        if need == "unit":
            return stated.get("quantity") == IGNORE
        return need.removeprefix("unit of ") in self._ignored

    def _name_device(self, place: int, guess: Guess, topic: str) -> None:
        levels = topic.split("/")
        self.options["topic"] = "/".join([*levels[:place], "{device}", *levels[place + 1 :]])
        if guess.filter != topic:
            self.filter = topic

    def _measure(self, what: str, path: str, text: str) -> None:
        if text == IGNORE:
            self._ignore(path)
        elif path not in self._ignored:
            self._entry(path)[what] = text

    def _entry(self, path: str) -> dict[str, Any]:
        """Return the part of the options that says what one number measures."""
        if self.codec in {"mapping", _SPARKPLUG}:
            name, key = ("fields", "path") if self.codec == "mapping" else ("metrics", "name")
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
        if self.codec == "mapping":
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


def _question(need: str, topic: str) -> Question:
    if need == _ZONE:
        text = "In which time zone is the device's clock?"
        return Question(need, text, is_free=True, example="Europe/Berlin")
    if need == _LEVEL:
        return Question(need, "Which part of the topic names the device?", tuple(_levels(topic)))
    if need.startswith(_DECODER):
        device = need.removeprefix(_DECODER)
        return Question(need, f"Of which model is {device}?", tuple(sorted(DECODERS)))
    if need.startswith(_ID):
        text = f"Which id shall {need.removeprefix(_ID)} have?"
        return Question(need, text, is_free=True, example="truck-7")
    return _question_of_number(need)


def _question_of_number(need: str) -> Question:
    what, _, path = need.partition(" of ")
    subject = path or "the number"
    if what == "quantity":
        return Question(need, f"What does {subject} measure?", (*UNITS, IGNORE))
    spellings = (unit.spellings[0] for units in UNITS.values() for unit in units)
    proposals = tuple(dict.fromkeys(spellings))
    return Question(need, f"In which unit is {subject}?", proposals, is_free=True, example="°C")


def _levels(topic: str) -> list[str]:
    """Return what a person may say to name one level: its text, or its number where it is not one.

    Two levels may have the same text.
    """
    levels = topic.split("/")
    return [
        one if one and levels.count(one) == 1 else str(number)
        for number, one in enumerate(levels, 1)
    ]


def _level(answer: object, topic: str) -> int:
    """Return the place of the level that an answer names, from 0.

    Raises:
        CommandRefused: It names none.
    """
    names = _levels(topic)
    text = str(answer)
    if text in names:
        return names.index(text)
    if text.isascii() and text.isdigit() and 1 <= int(text) <= len(names):
        return int(text) - 1
    allowed = f"one of {', '.join(names)}, or its number from 1 to {len(names)}"
    raise CommandRefused("invalid_option", f"{_LEVEL} is {text!r}; allowed is {allowed}")


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
