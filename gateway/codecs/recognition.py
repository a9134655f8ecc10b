"""Which formats a device's messages look like, and what each would make of them.

Nothing is decided here: a person chooses among what is listed, says what is still needed, and only
then is anything judged.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.mqtt.topics import matches

from .base import Fault, Guess, Record
from .registry import FORMATS, InvalidCodecOption, codec_named

CLEAR = 90
"""From this certainty on, guesses that little speaks for are not worth a person's time."""

UNLIKELY = 50
"""Below this, little speaks for a guess."""

_PREVIEWED_RECORDS = 100


class Recognised(msgspec.Struct, frozen=True):
    """A format that messages may be of.

    Attributes:
        codec: Name of the format.
        guess: How it would be configured, and what a person must still say.
        messages: How many of the messages it would take.
        records: What it reads of them, at most 100; none while it cannot work without an answer.
        faults: What it could not use of them.
    """

    codec: str
    guess: Guess
    messages: int
    records: tuple[Record, ...] = ()
    faults: tuple[Fault, ...] = ()


def recognised(messages: Sequence[tuple[str, bytes]], received_at: int) -> tuple[Recognised, ...]:
    """Return the formats that messages look like, the likeliest first.

    Args:
        messages: Topic and payload of a few messages, in order of arrival.
        received_at: Microseconds UTC; where a message has no time of its own, its preview has this.
    """
    guesses = guessed(messages)
    found = [_previewed(name, guess, messages, received_at) for (name, _), guess in guesses.items()]
    return tuple(sorted(found, key=lambda one: (-one.guess.certainty, -one.messages, one.codec)))


def guessed(messages: Sequence[tuple[str, bytes]]) -> dict[tuple[str, str], Guess]:
    """Return what messages look like, by format and topic filter; nothing is decoded.

    Args:
        messages: Topic and payload of a few messages.
    """
    guesses: dict[tuple[str, str], Guess] = {}
    for topic, payload in messages:
        for name, one in FORMATS.items():
            guess = one.recognise(topic, payload)
            if guess is not None:
                key = (name, guess.filter)
                guesses[key] = joined(guesses[key], guess) if key in guesses else guess
    best = max((guess.certainty for guess in guesses.values()), default=0)
    return {
        key: guess for key, guess in guesses.items() if best < CLEAR or guess.certainty >= UNLIKELY
    }


def joined(first: Guess, second: Guess) -> Guess:
    """Return what two messages of one kind show together."""
    return Guess(
        first.filter,
        _joined_options(first.options, second.options),
        max(first.certainty, second.certainty),
        tuple(dict.fromkeys((*first.needs, *second.needs))),
    )


def _joined_options(first: dict[str, object], second: dict[str, object]) -> dict[str, object]:
    options = dict(first)
    for key, value in second.items():
        known = options.setdefault(key, value)
        if isinstance(known, dict) and isinstance(value, dict):
            options[key] = _joined_options(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            options[key] = known + [one for one in value if one not in known]
    return options


def _previewed(
    name: str, guess: Guess, messages: Sequence[tuple[str, bytes]], received_at: int
) -> Recognised:
    taken = [message for message in messages if matches(guess.filter, message[0])]
    try:
        codec = codec_named(name, guess.options)
    except InvalidCodecOption:
        return Recognised(name, guess, len(taken))
    answers = [codec.decode(topic, payload, received_at) for topic, payload in taken]
    records = tuple(record for answer in answers for record in answer.records)
    faults = tuple(fault for answer in answers for fault in answer.faults)
    return Recognised(
        name, guess, len(taken), records[:_PREVIEWED_RECORDS], faults[:_PREVIEWED_RECORDS]
    )
