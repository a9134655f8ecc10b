"""The rules for free language: which drafts in words of a model's own say what a plan demands.

One sentence makes one statement, in the plan's order, and holds that statement's slots. Its words
come from a closed vocabulary, without capitals inside and without claims; its normal form is that
of a sentence that the grammar, or the list beside it, has for this kind. What is not certain is
refused: a refusal costs a wording, a false sentence costs the report its worth.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache

import rfc8785

from condition_reports.grammar import frames_in, grammar_digest, sentences_in
from condition_reports.plan import Plan, SectionPlan, StatementPlan
from condition_reports.shapes import Kind, Section
from condition_reports.slots import UnsoundDraft, check_draft, slots_in

from .normal_form import (
    WORD_OR_SLOT,
    FreeKind,
    NormalForm,
    free_kind,
    normal_form,
    sentences_of,
    tokens_in,
    vocabulary,
)
from .paraphrases import ARTICLES, CLAIMS, NEGATIONS, NOT_AFTER_ARTICLES, PARAPHRASES
from .wordings import WORDINGS

RULES = 4
"""Raised when the same draft gets another verdict under the same tables."""

_ODD = re.compile(r"[^A-Za-z0-9_{} ,;:.()'-]|  |^ | $| [,;:.)]|[,;:](?! )|\( ")
_PART = rf"\(?(?:{WORD_OR_SLOT}|[A-Za-z]+s')\)?[,;:]?"
_WHOLE_SENTENCE = re.compile(rf"{_PART}(?: {_PART})*\.")
"""Words and slots apart by one blank: no sign or hyphen stands beside a slot and changes it."""


def check_free_language(sections: Iterable[tuple[Section, str]], plan: Plan) -> None:
    """Check that a draft makes the statements of a plan and says nothing else.

    Raises:
        UnsoundDraft: It does not, or nobody can be certain that it does. The code is one of
            `check_draft`'s, wrong_sections, odd_character, wrong_sentence_count,
            slot_of_other_statement, capital_inside, claim_word, unknown_word, wrong_negation,
            slot_without_cue or unknown_wording.
    """
    texts = list(sections)
    if [section for section, _ in texts] != [one.section for one in plan.sections]:
        raise UnsoundDraft("wrong_sections", ", ".join(section for section, _ in texts))
    for (_, text), section in zip(texts, plan.sections, strict=True):
        check_section(text, section)


def check_section(text: str, plan: SectionPlan) -> None:
    """Check one section of a draft; see `check_free_language`.

    Raises:
        UnsoundDraft: It is refused.
    """
    check_draft(text, frozenset(slot for one in plan.statements for slot in one.slots))
    odd = _ODD.search(text)
    if odd:
        raise UnsoundDraft("odd_character", text[max(0, odd.start() - 10) : odd.end() + 10])
    sentences = sentences_in(text)
    if len(sentences) != len(plan.statements):
        raise UnsoundDraft(
            "wrong_sentence_count", f"{len(sentences)} instead of {len(plan.statements)}"
        )
    for sentence, statement in zip(sentences, plan.statements, strict=True):
        _check_sentence(sentence, statement)


@cache
def free_language_digest() -> bytes:
    """Return the SHA-256 of everything that the verdict depends on beside draft and plan."""
    rules: dict[str, int | str | list[str] | dict[str, list[str]]] = {
        "rules": RULES,
        "grammar": grammar_digest().hex(),
        "wordings": {kind.value: list(frames_in(text)) for kind, text in WORDINGS.items()},
        "paraphrases": PARAPHRASES.split("\n"),
        "articles": sorted(ARTICLES),
        "not_after_articles": sorted(NOT_AFTER_ARTICLES),
        "claims": sorted(CLAIMS),
    }
    return hashlib.sha256(rfc8785.dumps(rules)).digest()


def _check_sentence(sentence: str, statement: StatementPlan) -> None:
    if not _WHOLE_SENTENCE.fullmatch(sentence):
        raise UnsoundDraft("odd_character", sentence)
    if sorted(slots_in(sentence)) != sorted(statement.slots):
        raise UnsoundDraft("slot_of_other_statement", sentence)
    bare = {f"{{{slot}}}": f"{{{slot.removeprefix(statement.prefix)}}}" for slot in statement.slots}
    tokens = [bare.get(one, one) for one in tokens_in(sentence)]
    known = free_kind(statement.kind)
    _check_words(tokens, known, sentence)
    stripped = _with_bare_slots(sentence, bare)
    form = normal_form(stripped)
    if form not in known.forms:
        raise UnsoundDraft(_difference(stripped, form, statement.kind), sentence)


def _check_words(tokens: list[str], known: FreeKind, sentence: str) -> None:
    if not tokens:
        raise UnsoundDraft("unknown_wording", sentence)
    first, *others = tokens
    if not first[0].isupper() and first not in known.first_slots:
        raise UnsoundDraft("capital_inside", f"{first} begins {sentence!r}")
    for word in others:
        if word[0].isupper():
            raise UnsoundDraft("capital_inside", word)
    for word in (one.lower() for one in tokens if one[0].isalpha()):
        if word in vocabulary():
            continue
        raise UnsoundDraft("claim_word" if word in CLAIMS else "unknown_word", word)


def _with_bare_slots(sentence: str, bare: dict[str, str]) -> str:
    for prefixed, slot in bare.items():
        sentence = sentence.replace(prefixed, slot)
    return sentence


def _difference(sentence: str, form: NormalForm, kind: Kind) -> str:
    """Return the code of what tells a sentence from those of its kind, for people."""
    known = free_kind(kind).forms
    if _negations(form) not in {_negations(one) for one in known}:
        return "wrong_negation"
    if _without_names(sentence) in {_without_names(one) for one in sentences_of(kind)}:
        return "slot_without_cue"
    return "unknown_wording"


def _without_names(sentence: str) -> tuple[str, ...]:
    return tuple("{}" if one.startswith("{") else one.lower() for one in tokens_in(sentence))


def _negations(tokens: NormalForm) -> tuple[str, ...]:
    return tuple(sorted(one for one in tokens if one in NEGATIONS))
