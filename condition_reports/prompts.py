"""Prompts: all that the project's own models are ever asked, one statement at a time.

A prompt is three tokens: the kind of statement, and a manner of saying it in two halves, one for
the choice of phrase and one for the choice of words in it. There are no other prompts than kinds
times manners, so whoever tests a model can ask everything that it will ever be asked.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

from .shapes import Kind

CHOICES = 16
"""How many phrases, and how many choices of words, a manner tells apart."""

MANNERS = CHOICES * CHOICES
"""Seeds that differ by a multiple of this word alike."""

_STRIDE = 99
"""Odd, so that a walk visits every manner before it repeats one; of the odd strides the one with
the fewest repeats of a sentence within four steps, and with none from one step to the next."""


class Manner(NamedTuple):
    """How to say something: which phrase, and which of its words, each in 0 to `CHOICES` - 1."""

    phrase: int
    words: int


def manner_of(kind: Kind, place: int, seed: int) -> Manner:
    """Return the manner of a statement at a place of its section, counted from 0.

    Neighbours, by place or by seed, come far apart; kinds start at different manners, so that they
    do not turn in step.
    """
    start = crc32(kind.value.encode())
    return Manner(*divmod((start + (seed + place) * _STRIDE) % MANNERS, CHOICES))


def every_manner() -> tuple[Manner, ...]:
    """Return all manners there are."""
    return tuple(Manner(*divmod(number, CHOICES)) for number in range(MANNERS))


def prompt_tokens(kind: Kind, manner: Manner) -> tuple[str, str, str]:
    """Return the tokens of a prompt."""
    return (kind_token(kind), phrase_token(manner.phrase), words_token(manner.words))


def prompt_text(kind: Kind, manner: Manner) -> str:
    """Return a prompt as the text that a tokenizer cuts into its three tokens."""
    return "".join(prompt_tokens(kind, manner))


def kind_token(kind: Kind) -> str:
    """Return the token that asks for a kind of statement."""
    return f"<{kind.value}>"


def phrase_token(number: int) -> str:
    """Return the token of the first half of a manner."""
    return f"<phrase_{number}>"


def words_token(number: int) -> str:
    """Return the token of the second half of a manner."""
    return f"<words_{number}>"
