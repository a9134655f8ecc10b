"""A format with a person's answers: how they configure it.

An answer stands under the words of the need, such as `zone` or `unit of data.t`; under any other
key it is an option of the format, dotted. This module is pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gateway.codecs.base import Guess, Refusal
from gateway.codecs.json_text import parse_object
from gateway.codecs.mapping import WHOLE, at_path
from gateway.devices.draft import MAPPING, SPARKPLUG, Draft, stated
from gateway.devices.questions import LEVEL
from gateway.errors import CommandRefused

_SPARKPLUG_NODE = 3

Message = tuple[str, bytes]
"""Topic and payload."""


class Configured(msgspec.Struct, frozen=True):
    """A format with all that is known of its configuration.

    Attributes:
        codec: Name of the format.
        filter: Topic filter that it shall read.
        options: Its options.
        open: Needs that nobody has answered.
        answered: The numbers of which a person said what they measure.
    """

    codec: str
    filter: str
    options: dict[str, Any]
    open: tuple[str, ...]
    answered: tuple[str, ...] = ()


def own_filter(codec: str, topic_filter: str, topic: str) -> str:
    """Return the part of a guessed filter that is of one topic's device alone.

    What a person says of one device's zone or units must not be taken for another's. A filter that
    does not tell devices apart stays as it is.
    """
    levels = topic.split("/")
    if codec == SPARKPLUG and len(levels) > _SPARKPLUG_NODE:
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
    topic, said = messages[0][0], stated(answers)
    draft = Draft(codec, guess.options, topic)
    for key, value in said.items():
        draft.take(key, value, is_need=_is_need(key, guess.needs))
    needs = tuple(one for one in guess.needs if one not in said and not draft.covers(one, said))
    if codec == MAPPING:
        _mark_optional(draft.options, messages)
    own = own_filter(codec, guess.filter, topic)
    if draft.names_device and guess.filter != topic:
        own = topic
    answered = tuple(sorted(draft.measured))
    return Configured(codec, topic_filter or own, draft.options, needs, answered)


def agrees(
    codec: str,
    options: Mapping[str, Any],
    answers: Mapping[str, object],
    topic: str,
    device: str = "",
) -> bool:
    """Tell whether answers are what a format is set to already: whether they change nothing.

    Args:
        codec: Name of the format.
        options: What it is set to.
        answers: By the words of the need, or by option.
        topic: A topic of the device.
        device: Its id, where entries may be of one device alone.
    """
    draft = Draft(codec, options, topic, device)
    try:
        for key, value in stated(answers).items():
            draft.take(key, value, is_need=True)
    except CommandRefused:
        return False
    return draft.options == dict(options)


def filter_of_all(one: Configured, guessed: str) -> str:
    """Return the topics of all devices of a kind; of a mapping they follow from its template.

    Args:
        one: The format as it is configured for a device.
        guessed: The filter that its messages showed.
    """
    if one.codec != MAPPING:
        return guessed
    levels = str(one.options["topic"]).split("/")
    return "/".join("+" if "{" in level else level for level in levels)


def unanswered(one: Configured) -> dict[str, Any]:
    """Return a format's options with the question in the place of each answer that is missing.

    A format does not start with such options.
    """
    draft = Draft(one.codec, one.options)
    for need in one.open:
        if need == LEVEL:
            topic = str(draft.options.get("topic", ""))
            draft.options["topic"] = topic.replace("{device}", question_mark(need))
        else:
            draft.take(need, question_mark(need), is_need=True)
    return draft.options


def question_mark(need: str) -> str:
    """Return what stands for an answer that is missing."""
    return f"?{need}?"


def _is_need(key: str, needs: Sequence[str]) -> bool:
    """Tell whether an answer is one to a need; a scale is asked for with the unit."""
    return key in needs or (key == "scale" and "unit" in needs)


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
