"""The grammar of reports: every sentence frame, to write from and to read back by.

A frame is a sentence of `phrases` with each choice made. Writing fills a frame; reading back asks
which frame a sentence fits, and what its slots then say. Both use this one table.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from itertools import product

import rfc8785

from .phrases import PHRASES
from .shapes import Kind, Section

SECTION_PARAGRAPHS = (
    frozenset({Section.OPENING}),
    frozenset(
        {
            Section.MEASUREMENTS,
            Section.EXCURSIONS,
            Section.SHOCKS,
            Section.ENCLOSURE,
            Section.WEAR,
        }
    ),
    frozenset({Section.CUSTODY, Section.COVERAGE, Section.BUDGETS}),
    frozenset({Section.ACTION}),
)
"""Which sections stand in one paragraph, in order."""

_CHOICE = re.compile(r"\[([^\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_EMPTY_LINE = re.compile(r"\n\s*\n")
_END_OF_SENTENCE = re.compile(r"(?<=\.) ")

_LEVEL = r"-?\d+(?:\.\d+)?(?: \S+)?"
_NAME = r"[A-Za-z0-9][\w.:\-]*|“[^“”]+”"
_PATTERNS = {
    "level": _LEVEL,
    "moment": r"\d{4}-\d\d-\d\d \d\d:\d\dZ",
    "period": r"\d{4}-\d\d-\d\d \d\d:\d\d to (?:\d{4}-\d\d-\d\d )?\d\d:\d\dZ",
    "duration": r"\d+ (?:d|h|min|s)(?: \d\d (?:h|min))*",
    "percentage": r"\d+\.\d %",
    "count": r"\d+ [a-z ]+",
    "counted": r"\d+ [a-z ]+ \([a-z, ]+\)",
    "name": _NAME,
    "title": r"“[^“”]+”",
    "side": r"above|below",
    "severity": r"[a-z ]+",
    "disposition": r"“[a-z\- ]+”",
    "words": r"[a-z ]+",
    "custodians": r".+",
    "actions": r".+",
    "causes": r".+",
    "witnesses": r"devices? .+|the core model",
    "findings": r"\d.*",
    "sensor": rf"(?:sensor|device) (?:{_NAME})(?: of (?:{_NAME}))?|\d+ further sensors",
    "doubts": r"[a-z, ]+",
    "allowances": r"[a-z ]+ (?:above|below) .+ \(\d.*\)",
}
_TYPES = {
    "level": "limit lowest highest mean lowest_mean highest_mean kinetic extreme threshold peak"
    " value accuracy drop reference",
    "moment": "as_of milestone_at began_at peak_at opened_at since decided_at"
    " drop_at due_at used_up_at away_since",
    "duration": "outside allowed planned gap used left life unobserved",
    "percentage": "coverage minimum index least",
    "count": "sensors details shocks peaks openings disputes refused readings unusable"
    " conflicts unjudged damaging undecided late mismatches stops early after alone",
    "counted": "more",
    "name": "asset holder offered_to decided_by taken_by",
    "title": "title policy",
    "side": "side",
    "severity": "severity",
    "disposition": "disposition",
    "words": "milestone quantity judged beyond watched covered outcome standing",
    "custodians": "chain custody shares",
    "actions": "actions",
    "causes": "causes",
    "witnesses": "shown_by",
    "findings": "findings past_findings",
    "sensor": "sensor",
    "doubts": "doubts",
    "period": "period",
    "allowances": "allowances",
}
_TYPE_OF = {slot: name for name, slots in _TYPES.items() for slot in slots.split()}


@cache
def frames(kind: Kind) -> tuple[str, ...]:
    """Return every frame of a kind of statement, in the order of `phrases`."""
    return tuple(frame for wording in wordings(kind) for frame in wording)


@cache
def wordings(kind: Kind) -> tuple[tuple[str, ...], ...]:
    """Return the frames of a kind by the phrase that they come from."""
    return tuple(tuple(_choices_made(phrase)) for phrase in phrases(kind))


def phrases(kind: Kind) -> tuple[str, ...]:
    """Return the reviewed sentences of a kind, choices still open, on one line each."""
    return tuple(" ".join(one.split()) for one in _EMPTY_LINE.split(PHRASES[kind]))


def frames_in(text: str) -> tuple[str, ...]:
    """Return every frame of a list of sentences in the notation of `phrases`."""
    lines = (" ".join(one.split()) for one in _EMPTY_LINE.split(text.strip()))
    return tuple(frame for line in lines for frame in _choices_made(line))


def type_of_slot(name: str) -> str:
    """Return what a slot holds: level, moment, duration, percentage, count or name, say."""
    return _TYPE_OF[name]


def prefixed(frame: str, prefix: str) -> str:
    """Return a frame whose slots carry a prefix, as one statement of several alike needs it."""
    return _SLOT.sub(lambda slot: f"{{{prefix}{slot[1]}}}", frame)


def makes(frame: str, values: dict[str, str], sentence: str) -> bool:
    """Tell whether a frame makes a sentence of values for its bare slot names."""
    return _has_ends_of(frame, sentence) and filled(frame, values) == sentence


def filled(frame: str, values: dict[str, str]) -> str:
    """Return the sentence that a frame makes with values for its bare slot names."""
    parts = _parts(frame)
    return "".join(values[part] if place % 2 else part for place, part in enumerate(parts))


def sentences_in(paragraph: str) -> tuple[str, ...]:
    """Return the sentences of a paragraph. No value holds a full stop before a blank."""
    return tuple(_END_OF_SENTENCE.split(paragraph))


def readings_of(sentence: str) -> list[tuple[Kind, dict[str, str]]]:
    """Return every way in which the grammar can read a sentence: its kind and its slots."""
    found = []
    known = _by_first_word()
    for kind, frame in (*known.get(_first_word(sentence), ()), *known[""]):
        # Most end otherwise, which is seen without compiling their pattern.
        match = _has_ends_of(frame, sentence) and _pattern(frame).fullmatch(sentence)
        if match:
            found.append((kind, match.groupdict()))
    return found


@cache
def grammar_digest() -> bytes:
    """Return the SHA-256 of the RFC 8785 form of the table of phrases."""
    table = {kind.value: phrases(kind) for kind in Kind}
    return hashlib.sha256(rfc8785.dumps(table)).digest()


def _choices_made(phrase: str) -> list[str]:
    parts = _CHOICE.split(phrase)
    # Odd parts are what stood in brackets.
    choices = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*choices)]


@cache
def _parts(frame: str) -> list[str]:
    """Return a frame cut at its slots; odd places are slot names."""
    return _SLOT.split(frame)


@cache
def _by_first_word() -> dict[str, list[tuple[Kind, str]]]:
    """Return all frames by the word that they begin with, "" for those that begin with a slot."""
    known: dict[str, list[tuple[Kind, str]]] = {"": []}
    for kind in Kind:
        for frame in frames(kind):
            known.setdefault(_first_word(_parts(frame)[0]), []).append((kind, frame))
    return known


def _first_word(text: str) -> str:
    word, blank, _ = text.partition(" ")
    return word if blank else ""


def _has_ends_of(frame: str, sentence: str) -> bool:
    parts = _parts(frame)
    return sentence.startswith(parts[0]) and sentence.endswith(parts[-1])


@cache
def _pattern(frame: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            f"(?P<{part}>{_PATTERNS[type_of_slot(part)]})" if place % 2 else re.escape(part)
            for place, part in enumerate(_parts(frame))
        )
    )
