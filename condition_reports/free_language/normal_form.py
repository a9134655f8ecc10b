"""The normal form of a sentence: what is left when all that means the same is written alike.

A draft's sentence and a sentence of the grammar that have one normal form differ in nothing but
which article stands somewhere, punctuation inside the sentence, and reviewed paraphrases. Order,
negations, comparisons, tenses and what stands beside each slot are kept, so they cannot differ.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from condition_reports.grammar import frames, frames_in, type_of_slot
from condition_reports.shapes import Kind
from condition_reports.slots import UnsoundDraft

from .paraphrases import ARTICLES, NOT_AFTER_ARTICLES, PARAPHRASES
from .wordings import WORDINGS

BREAK = "|"
"""What a comma, a semicolon and a colon are read as."""

WORD_OR_SLOT = r"\{[a-z][a-z0-9_]*\}|[A-Za-z]+(?:['-][A-Za-z]+)*"
"""A slot, or a word with its hyphens."""

_TOKEN = re.compile(rf"{WORD_OR_SLOT}|[,;:.()]")
_BREAKS = frozenset(",;:")
_MOST_ROUNDS = 8
_NO_ARTICLE_AFTER = frozenset({"no", "any"})
_TYPES_AFTER_ARTICLES = frozenset({"level", "duration", "count", "percentage", "words", "title"})

NormalForm = tuple[str, ...]
"""What is left of a sentence."""


class FreeKind(NamedTuple):
    """What sentences of one kind may say: their normal forms, and slots that may begin them."""

    forms: frozenset[NormalForm]
    first_slots: frozenset[str]


def normal_form(sentence: str) -> NormalForm:
    """Return the normal form of a sentence with bare slot names.

    Raises:
        UnsoundDraft: It does not end with its only full stop, or an article stands where none can.
    """
    body = sentence.removesuffix(".")
    words = [BREAK if one in _BREAKS else one.lower() for one in tokens_in(body)]
    if "." in words or body == sentence:
        raise UnsoundDraft("unknown_wording", sentence)
    for word, following in zip(words, [*words[1:], BREAK], strict=True):
        if _is_slip(word, following):
            raise UnsoundDraft("unknown_wording", f"{word} {following}")
    return _paraphrased(_with_like_articles(words))


def _with_like_articles(words: list[str]) -> NormalForm:
    """Return words with `the` for every article but those that begin a clause, which may miss."""
    kept = []
    for before, word in zip([BREAK, *words], words, strict=False):
        if word not in ARTICLES:
            kept.append(word)
        elif before != BREAK:
            kept.append("the")
    return tuple(kept)


def _is_slip(word: str, following: str) -> bool:
    """Tell whether an article stands where none can: whoever slips there may slip elsewhere."""
    if word in _NO_ARTICLE_AFTER:
        return following in ARTICLES
    if word not in ARTICLES:
        return False
    if following.startswith("{"):
        return type_of_slot(following.strip("{}")) not in _TYPES_AFTER_ARTICLES
    return following in NOT_AFTER_ARTICLES or _is_of_other_sound(word, following)


def _is_of_other_sound(article: str, following: str) -> bool:
    """Tell whether `a` stands before a vowel, or `an` before none; a word with u may be either."""
    begins = following[0].lower()
    return (article == "an" and begins not in "aeiou") or (article == "a" and begins in "aeio")


def tokens_in(sentence: str) -> list[str]:
    """Return words, slots and punctuation marks."""
    return _TOKEN.findall(sentence)


def sentences_of(kind: Kind) -> tuple[str, ...]:
    """Return every sentence that may be paraphrased: the grammar's, and those of `wordings`."""
    return frames(kind) + (frames_in(WORDINGS[kind]) if kind in WORDINGS else ())


@cache
def free_kind(kind: Kind) -> FreeKind:
    """Return what sentences of a kind may say."""
    known = sentences_of(kind)
    first = (tokens_in(sentence)[0] for sentence in known)
    return FreeKind(
        frozenset(normal_form(sentence) for sentence in known),
        frozenset(one for one in first if one.startswith("{")),
    )


@cache
def vocabulary() -> frozenset[str]:
    """Return every word that free language may hold."""
    words = set(ARTICLES)
    words |= {word for entry in _entries() for phrase in entry for word in phrase}
    for kind in Kind:
        for sentence in sentences_of(kind):
            words |= {one.lower() for one in tokens_in(sentence)}
    return frozenset(word for word in words if word[0].isalpha())


@cache
def _entries() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return each line of the table: what is kept, then what is read as it."""
    lines = (line.partition(" = ") for line in PARAPHRASES.strip().splitlines())
    return tuple(
        (tuple(kept.split()), *(tuple(one.split()) for one in others.split(" / ")))
        for kept, _, others in lines
    )


@cache
def _replacements() -> dict[tuple[str, ...], tuple[str, ...]]:
    return {other: kept for kept, *others in _entries() for other in others}


@cache
def _longest_paraphrase() -> int:
    return max(len(one) for one in _replacements())


def _paraphrased(words: NormalForm) -> NormalForm:
    """Return words with every paraphrase replaced, until none is left.

    No entry makes words that another turns back, so a few rounds do; the bound makes a mistake in
    the table a refusal and not a loop.
    """
    found = words
    for _ in range(_MOST_ROUNDS):
        after = _replaced_once(found)
        if after == found:
            break
        found = after
    return found


def _replaced_once(words: NormalForm) -> NormalForm:
    """Return words with the longest paraphrase at each place replaced, from left to right."""
    replaced: list[str] = []
    place = 0
    while place < len(words):
        for size in range(min(_longest_paraphrase(), len(words) - place), 0, -1):
            kept = _replacements().get(words[place : place + size])
            if kept is not None:
                replaced += kept
                place += size
                break
        else:
            replaced.append(words[place])
            place += 1
    return tuple(replaced)
