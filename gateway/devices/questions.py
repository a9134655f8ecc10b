"""What a person is asked before a format can read a device; nothing of it is guessed.

An answer stands under the words of the need, such as `zone` or `unit of data.t`. This module is
pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gateway.codecs.lorawan_settings import DECODERS
from gateway.codecs.units import UNITS
from gateway.errors import CommandRefused

IGNORE = "ignore"
"""Answer to "quantity of …": the number is no measurement and is passed over."""

LEVEL = "level of the topic that names the device"
DECODER = "decoder of device "
ID = "id of the device "
ZONE = "zone"
SCALED = frozenset(("mapping", "sparkplug_b"))
"""Formats that can multiply a number before its unit counts."""


class Question(msgspec.Struct, frozen=True):
    """One need, as a person is asked.

    Attributes:
        need: The need's own words, under which the answer stands.
        text: The question.
        choices: What may be answered; proposals alone where `is_free`.
        is_free: Whether another answer than these may be right.
        example: An answer of the right form.
        is_optional: Whether nothing need be answered.
    """

    need: str
    text: str
    choices: tuple[str, ...] = ()
    is_free: bool = False
    example: str = ""
    is_optional: bool = False


def questions(needs: Sequence[str], topic: str, codec: str = "") -> tuple[Question, ...]:
    """Return what a person is asked, in the order of the needs.

    Args:
        needs: What the format still needs.
        topic: A topic of the device.
        codec: Name of the format.
    """
    return tuple(_asked(needs, topic, codec))


def _asked(needs: Sequence[str], topic: str, codec: str) -> Iterator[Question]:
    for need in needs:
        yield _question(need, topic)
        what, of, path = need.partition(" of ")
        if what == "unit" and codec in SCALED:
            subject = path or "the number"
            text = f"By what is {subject} to be multiplied? Empty where it is the value itself."
            yield Question(
                f"scale{of}{path}",
                text,
                is_free=True,
                example="0.1 for tenths",
                is_optional=True,
            )


def _question(need: str, topic: str) -> Question:
    if need == ZONE:
        text = "In which time zone is the device's clock?"
        return Question(need, text, is_free=True, example="Europe/Berlin")
    if need == LEVEL:
        return Question(need, "Which part of the topic names the device?", tuple(levels(topic)))
    if need.startswith(DECODER):
        device = need.removeprefix(DECODER)
        return Question(need, f"Of which model is {device}?", tuple(sorted(DECODERS)))
    if need.startswith(ID):
        text = f"Which id shall {need.removeprefix(ID)} have?"
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


def levels(topic: str) -> list[str]:
    """Return what a person may say to name one level: its text, or its number where it is not one.

    Two levels may have the same text.
    """
    every = topic.split("/")
    return [
        one if one and every.count(one) == 1 else str(number) for number, one in enumerate(every, 1)
    ]


def level(answer: object, topic: str) -> int:
    """Return the place of the level that an answer names, from 0.

    Raises:
        CommandRefused: It names none.
    """
    names = levels(topic)
    text = str(answer)
    if text in names:
        return names.index(text)
    if text.isascii() and text.isdigit() and 1 <= int(text) <= len(names):
        return int(text) - 1
    allowed = f"one of {', '.join(names)}, or its number from 1 to {len(names)}"
    raise CommandRefused("invalid_option", f"{LEVEL} is {text!r}; allowed is {allowed}")
