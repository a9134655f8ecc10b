"""The verifier: reads a finished text back, sentence by sentence, and compares with the facts.

It knows neither the writer nor the seed. A text is sound when its sentences are, one for one and
in order, sentences that the grammar derives for exactly the statements that the facts demand.
Whatever else a text may say, swapped figures, another unit, a negation, a sentence too many or
too few, is no such sequence. The reasons given for a refusal serve people and counters; the
verdict does not depend on them.
"""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from typing import Literal

import msgspec
import rfc8785

from .actions import ACTION_SENTENCES
from .brevity import brevity_digest
from .fact_types import Facts
from .free_language.rules import free_language_digest
from .grammar import (
    SECTION_PARAGRAPHS,
    frames,
    grammar_digest,
    makes,
    readings_of,
    sentences_in,
    type_of_slot,
)
from .shapes import Section
from .statements import (
    DISPOSITION_PHRASES,
    SEVERITY_PHRASES,
    Statement,
    statements_of,
    supported_statements,
)
from .text_size import too_long
from .value_forms import has_form

VERIFIER = 3
"""Raised when the same text and facts get another verdict under the same rules."""

PARAGRAPH_BREAK = "\n\n"
OF_THE_VALUES = frozenset({"malformed_text", "malformed_value"})
"""Codes of refusals that no other wording of the same facts mends."""


class Verified(msgspec.Struct, frozen=True):
    """A sound text, by section.

    Attributes:
        sections: Each section and its sentences, in order.
        language: Whether every sentence is one of the grammar's own (closed), or says the same in
            other words that the rules for free language know (free): then the text alone cannot be
            checked again, but the draft behind it can.
    """

    sections: tuple[tuple[Section, str], ...]
    language: Literal["closed", "free"] = "closed"


class Rejected(msgspec.Struct, frozen=True):
    """Why a text is not released.

    Attributes:
        code: too_long, malformed_text, malformed_value, unknown_sentence, unsupported_statement,
            repeated_statement, left_statement, missing_statement, out_of_order, wrong_paragraph, a
            code of `UnsoundDraft`, or wrong_ and the type of the slot that is wrong, such as
            wrong_level or wrong_custodians.
        sentence: The offending sentence; "" where it is missing.
        detail: What the facts say instead.
    """

    code: str
    sentence: str
    detail: str


def verify_text(text: str, facts: Facts) -> Verified | Rejected:
    """Return whether every sentence of a text is borne by the facts, and nothing is left out."""
    statements = statements_of(facts)
    malformed = _oversize(text, statements) or _malformed_text(text) or _malformed_value(statements)
    if malformed is not None:
        return malformed
    paragraphs = [sentences_in(one) for one in text.split(PARAGRAPH_BREAK)]
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph]
    for place, statement in enumerate(statements):
        if place == len(sentences):
            return Rejected("missing_statement", "", statement.kind.value)
        if not derives(statement, sentences[place]):
            return _reason(place, sentences, statements, facts)
    if len(sentences) > len(statements):
        return _reason(len(statements), sentences, statements, facts)
    wrong = _first_misplaced(paragraphs, statements)
    if wrong is not None:
        return Rejected("wrong_paragraph", sentences[wrong], statements[wrong].section.value)
    return Verified(_by_section(sentences, statements))


def derives(statement: Statement, sentence: str) -> bool:
    """Tell whether a sentence makes a statement with exactly its values."""
    return any(makes(frame, statement.values, sentence) for frame in frames(statement.kind))


@cache
def ruleset_digest() -> bytes:
    """Return the SHA-256 of everything that the verdict depends on beside text and facts."""
    rules = {
        "verifier": VERIFIER,
        "grammar": grammar_digest().hex(),
        "brevity": brevity_digest().hex(),
        "free_language": free_language_digest().hex(),
        "paragraphs": [sorted(one.value for one in group) for group in SECTION_PARAGRAPHS],
        "severities": {one.name: phrase for one, phrase in SEVERITY_PHRASES.items()},
        "dispositions": {one.value: phrase for one, phrase in DISPOSITION_PHRASES.items()},
        "actions": {one.value: text for one, text in ACTION_SENTENCES.items()},
    }
    return hashlib.sha256(rfc8785.dumps(msgspec.to_builtins(rules))).digest()


def _oversize(text: str, statements: tuple[Statement, ...]) -> Rejected | None:
    problem = too_long((text,), statements)
    return Rejected("too_long", "", problem) if problem else None


def _malformed_text(text: str) -> Rejected | None:
    odd = _odd_places(text)
    normal = unicodedata.normalize("NFC", text)
    if normal != text:
        differ = (at for at, pair in enumerate(zip(text, normal, strict=False)) if len({*pair}) > 1)
        odd.append(next(differ, len(normal)))
    if odd:
        detail = f"character {min(odd) + 1} of the text is a control character, or not in NFC"
        return Rejected("malformed_text", "", detail)
    return None


def _malformed_value(statements: tuple[Statement, ...]) -> Rejected | None:
    """Return why some facts are none: a value that is not of its slot's form could say anything."""
    for statement in statements:
        for slot, value in statement.values.items():
            if not has_form(slot, value):
                detail = (
                    f"{value!r} is no {type_of_slot(slot)} for {slot} of {statement.kind.value}"
                )
                return Rejected("malformed_value", "", detail)
    return None


def _odd_places(text: str) -> list[int]:
    """Return where characters of category C or stray line breaks stand in the text."""
    flat = text.replace(PARAGRAPH_BREAK, " " * len(PARAGRAPH_BREAK))
    return [
        place
        for place, one in enumerate(flat)
        if unicodedata.category(one)[0] == "C" or one in "\u2028\u2029"
    ]


def _reason(
    place: int, sentences: list[str], statements: tuple[Statement, ...], facts: Facts
) -> Rejected:
    """Return why the sentence at a place is not the one that the facts demand there."""
    sentence = sentences[place]
    for other, statement in enumerate(statements):
        if derives(statement, sentence):
            return _reason_for_known(place, other, sentences, statements)
    for statement in supported_statements(facts):
        if derives(statement, sentence):
            detail = f"{statement.kind.value} is true, and left to the condition record"
            return Rejected("left_statement", sentence, detail)
    readings = readings_of(sentence)
    if not readings:
        return Rejected("unknown_sentence", sentence, "no sentence of the grammar reads so")
    if place < len(statements):
        expected = statements[place]
        for kind, values in readings:
            if kind is expected.kind:
                return _difference(sentence, values, expected)
    kinds = ", ".join(sorted({kind.value for kind, _ in readings}))
    return Rejected("unsupported_statement", sentence, f"the facts do not bear {kinds}")


def _reason_for_known(
    place: int, other: int, sentences: list[str], statements: tuple[Statement, ...]
) -> Rejected:
    """Return why a sentence that the facts bear may not stand here."""
    sentence = sentences[place]
    if other < place:
        return Rejected("repeated_statement", sentence, statements[other].kind.value)
    expected = statements[place]
    if not any(derives(expected, one) for one in sentences):
        return Rejected("missing_statement", sentence, expected.kind.value)
    return Rejected("out_of_order", sentence, expected.kind.value)


def _difference(sentence: str, values: dict[str, str], expected: Statement) -> Rejected:
    for slot, value in values.items():
        if value != expected.values[slot]:
            detail = f"{slot} is {expected.values[slot]}, not {value}"
            return Rejected(f"wrong_{type_of_slot(slot)}", sentence, detail)
    return Rejected("unknown_sentence", sentence, "no sentence of the grammar reads so")


def _first_misplaced(
    paragraphs: list[tuple[str, ...]], statements: tuple[Statement, ...]
) -> int | None:
    """Return the place of the first sentence that stands in another paragraph than it should."""
    stands_in = [place for place, paragraph in enumerate(paragraphs) for _ in paragraph]
    used = [
        group for group in SECTION_PARAGRAPHS if any(one.section in group for one in statements)
    ]
    for place, statement in enumerate(statements):
        if stands_in[place] >= len(used) or statement.section not in used[stands_in[place]]:
            return place
    return None


def _by_section(
    sentences: list[str], statements: tuple[Statement, ...]
) -> tuple[tuple[Section, str], ...]:
    parts: dict[Section, list[str]] = {}
    for sentence, statement in zip(sentences, statements, strict=True):
        parts.setdefault(statement.section, []).append(sentence)
    return tuple((section, " ".join(mine)) for section, mine in parts.items())
