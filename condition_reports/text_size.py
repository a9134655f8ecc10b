"""How long a text about some statements may be: what is longer is refused before it is parsed.

A sentence and its values have a length, and a report a sentence for each statement. A text far
beyond that is no report, and reading it would cost whoever reads it seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from .statements import Statement

_SENTENCE_CHARACTERS = 500
"""Beside its values; the longest sentence of the grammar has half of it."""
_TIMES_AS_MANY = 2
_MORE_SENTENCES = 16
"""A text that is a little too long is read, so that its writer is told what is wrong with it."""


def too_long(texts: Sequence[str], statements: Sequence[Statement]) -> str:
    """Return why a text is too long to be read, "" where it is not.

    Args:
        texts: Its sections, or the whole as one.
        statements: What it shall say.
    """
    most = _TIMES_AS_MANY * len(statements) + _MORE_SENTENCES
    values = sum(len(value) for one in statements for value in one.values.values())
    most_characters = most * _SENTENCE_CHARACTERS + _TIMES_AS_MANY * values
    characters = sum(map(len, texts))
    if characters > most_characters:
        return f"{characters} characters, and at most {most_characters} are read"
    # Each is counted where it ends: no value holds a full stop before a blank.
    sentences = sum(text.count(". ") + text.count("\n\n") for text in texts)
    if max(sentences, len(texts)) > most:
        return f"{max(sentences, len(texts))} sentences, and at most {most} are read"
    return ""
