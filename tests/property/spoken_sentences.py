"""Free language as models speak it: known sentences with reviewed turns put in, drawn by a seed.

The table of turns is read here by code of its own, which knows nothing of normal forms: words are
replaced in the sentence as a person would replace them.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import permutations
from random import Random

from condition_reports.free_language.normal_form import sentences_of
from condition_reports.free_language.paraphrases import PARAPHRASES
from condition_reports.shapes import Kind

MOST_TURNS = 3
_TOKEN = re.compile(r"\{\w+\}|[A-Za-z]+(?:['-][A-Za-z]+)*|[,;:.()]")
_ARTICLES = {"the", "a", "an"}
_COMMAS = {",", ";", ":"}

Words = list[str]


@cache
def turns() -> tuple[tuple[Words, Words], ...]:
    """Return what may be said otherwise, and how."""
    found: list[tuple[Words, Words]] = []
    for line in PARAPHRASES.strip().splitlines():
        kept, _, others = line.partition(" = ")
        alike = [one.split() for one in (kept, *others.split(" / "))]
        found += permutations(alike, 2)
    return tuple(found)


@cache
def known_words(kind: Kind) -> tuple[tuple[str, ...], ...]:
    """Return the words, slots and marks of each sentence that is known of a kind."""
    return tuple(tuple(_TOKEN.findall(one)) for one in sentences_of(kind))


@cache
def _places(words: tuple[str, ...]) -> tuple[tuple[int, int, int], ...]:
    """Return each place where a turn fits: where it begins, where it ends, and which it is."""
    found = [
        (start, end, number)
        for start, word in enumerate(words)
        for number in _turns_by_first_word().get(_entry_of(word), ())
        if (end := _end_of(turns()[number][0], words, start))
    ]
    # What a longer turn names it says itself, and keeps a shorter one away.
    spans = {(start, end) for start, end, _ in found}
    return tuple(
        (first, last, number)
        for first, last, number in found
        if not any(
            start <= first and last <= end and (start, end) != (first, last) for start, end in spans
        )
    )


@cache
def _turns_by_first_word() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, (kept, _) in enumerate(turns()):
        found.setdefault(kept[0], []).append(number)
    return found


def _end_of(kept: Words, words: tuple[str, ...], start: int) -> int:
    """Return where a turn's words end that begin at a place; 0 where they do not stand there."""
    place = start
    for one in kept:
        # The table sets an article aside that follows a comma, and names none at the beginning.
        if place > start and words[place - 1] in _COMMAS and words[place : place + 1] == ("the",):
            place += 1
        if place == len(words) or one != _entry_of(words[place]):
            return 0
        place += 1
    return place


def _entry_of(word: str) -> str:
    """Return how the table writes a word or mark."""
    if word in _COMMAS:
        return "|"
    if word.startswith("{"):
        return word
    return "the" if word.lower() in _ARTICLES else word.lower()


def spoken(kind: Kind, random: Random) -> str:
    """Return a sentence of a kind, its slots bare, in words that the tables bear."""
    words = random.choice(known_words(kind))
    wanted = random.randint(0, MOST_TURNS)
    places = _places(words)
    last = len(words)
    # From right to left, so that the places of what is still to come stay what they are.
    for start, end, number in sorted(random.sample(places, min(wanted, len(places))), reverse=True):
        put = tuple("," if one == "|" else one for one in turns()[number][1])
        changed = (*words[:start], *put, *words[end:])
        if end <= last and _is_english(changed, start, words[0]):
            words, last = changed, start
    return _written(words)


def _is_english(words: tuple[str, ...], start: int, first: str) -> bool:
    """Tell whether a turn left a sentence: no comma where none can stand."""
    if not start:
        return words[0][0].isalpha() or words[0] == first
    return words[start - 1] not in _COMMAS or words[start] not in _COMMAS


def _written(words: tuple[str, ...]) -> str:
    first = words[0] if words[0].startswith("{") else words[0][0].upper() + words[0][1:]
    rest = [one.lower() if one[0].isalpha() else one for one in words[1:]]
    text = _with_articles_of_their_sound(" ".join([first, *rest]))
    return re.sub(r" ([,;:.)])", r"\1", text).replace("( ", "(")


def _with_articles_of_their_sound(text: str) -> str:
    """Return a text with `an` before vowels; what a word with u wants, no turn changes."""
    text = re.sub(r"\b([Aa])n (?=[^aeiou{\W])", r"\1 ", text)
    return re.sub(r"\b([Aa]) (?=[aeio])", r"\1n ", text)
