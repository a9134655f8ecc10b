"""The corpus: for every prompt that there is, the sentence of the grammar that answers it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import rfc8785

from condition_reports.grammar import wordings
from condition_reports.prompts import (
    CHOICES,
    Manner,
    every_manner,
    prompt_text,
    prompt_tokens,
)
from condition_reports.shapes import Kind

LICENCE = "Apache-2.0"
"""Of the corpus and of what is trained on it: the sentences are this project's own."""


class Example(NamedTuple):
    """A prompt, and its answer with bare slots."""

    kind: Kind
    manner: Manner
    sentence: str

    @property
    def prompt(self) -> tuple[str, ...]:
        """Return the tokens of the prompt."""
        return prompt_tokens(self.kind, self.manner)


@cache
def corpus() -> tuple[Example, ...]:
    """Return every example, in the order of kinds and manners."""
    return tuple(
        Example(kind, manner, wording_of(kind, manner))
        for kind in Kind
        for manner in every_manner()
    )


def wording_of(kind: Kind, manner: Manner) -> str:
    """Return the frame that a manner stands for.

    Its halves are spread evenly over the phrases of the kind, and over the frames of the phrase; a
    phrase of more than `CHOICES` frames shows that many of them.
    """
    phrases = wordings(kind)
    words = phrases[manner.phrase * len(phrases) // CHOICES]
    return words[manner.words * len(words) // CHOICES]


def dataset_digest(examples: Sequence[Example]) -> str:
    """Return the SHA-256 (hex) of the RFC 8785 form of all pairs of prompt and sentence."""
    pairs = [[prompt_text(one.kind, one.manner), one.sentence] for one in examples]
    return hashlib.sha256(rfc8785.dumps(pairs)).hexdigest()
