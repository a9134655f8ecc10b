"""Checks of a report's words: each sentence, how they came to be, and the same words once more.

They can be made again where the writer that chose them is at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from condition_reports.fact_types import Facts
from condition_reports.provenance import (
    FIRST_SCHEMA,
    Account,
    InvalidProvenance,
    account_in,
    first_provenance_of,
    is_of_this_ruleset,
    provenance_of,
    text_digest,
)
from condition_reports.release import check, plan_for, report_of
from condition_reports.verifier import Rejected, Verified, verify_text
from condition_reports.writers.writer import Decoding, Draft, DrawingWriter, ModelIdentity, Writer
from contracts.canonical import canonical_bytes
from contracts.errors import NotCanonicalizable
from contracts.verify import Check, Outcome
from gateway.known_writers import KnownWriters, WriterNotAtHand, named
from twins.errors import CargotwinError

_COLDEST, _HOTTEST = 0.001, 1_000.0
"""Temperatures that draws are made at: colder is always the likeliest word, hotter is any."""
_SENTENCES = "every sentence follows from the facts"


def words_checks(
    facts: Facts, text: str, record: Mapping[str, object], writer: str, writers: KnownWriters
) -> list[Check]:
    """Return all that can be checked of some words.

    Args:
        facts: What may be stated.
        text: The released text.
        record: Its provenance record as JSON values.
        writer: Whose words they are said to be beside the record.
        writers: Who can word it again.
    """
    told = record.get("facts_schema", facts.schema)
    if type(told) is int and told != facts.schema:
        detail = f"worded about facts of schema {told}, and this release knows {facts.schema}"
        return [Check("report", Outcome.UNCHECKED, detail)]
    found = [sentences_check(facts, text, record), record_check(facts, text, record, writer)]
    if all(one.outcome is Outcome.OK for one in found):
        found.append(wording_check(facts, text, record, writers))
    return found


def sentences_check(facts: Facts, text: str, record: Mapping[str, object]) -> Check:
    """Return whether every sentence of a text is borne by the facts.

    Args:
        facts: What may be stated.
        text: The released text.
        record: Its provenance record, which says what rules it was read back by.
    """
    verdict = read_back(facts, text, record)
    if isinstance(verdict, Verified):
        return Check("report", Outcome.OK, _SENTENCES)
    problem = f"{verdict.code}: {verdict.sentence!r} ({verdict.detail})"
    if is_of_this_ruleset(record):
        return Check("report", Outcome.FAILED, problem)
    detail = (
        f"the record states other rules of reading back than this release has, by which it is not "
        f"sound ({problem}); the release that made it can check it"
    )
    return Check("report", Outcome.UNCHECKED, detail)


def read_back(facts: Facts, text: str, record: Mapping[str, object]) -> Verified | Rejected:
    """Return the verdict on a text, by the draft in its record where its language is free."""
    try:
        draft = account_in(record).draft
    except InvalidProvenance:
        # The check of the record itself says so; the text is read back all the same.
        draft = None
    if draft is None:
        return verify_text(text, facts)
    checked = check(facts, Draft(draft), "llm")
    if checked.text != text and isinstance(checked.verdict, Verified):
        return Rejected("other_draft", "", "the draft in the record makes another text")
    return checked.verdict


def record_check(facts: Facts, text: str, record: Mapping[str, object], writer: str) -> Check:
    """Return whether a provenance record is that of a text, its facts and its writer.

    Args:
        facts: What the text states.
        text: The released text.
        record: The record as JSON values.
        writer: Whose words they are said to be beside the record.
    """
    try:
        problem = _record_problem(facts, text, record, writer)
    except (InvalidProvenance, NotCanonicalizable) as error:
        problem = str(error)
    good = "the record is that of this text, these facts and their writer"
    return Check("provenance", Outcome.FAILED if problem else Outcome.OK, problem or good)


def wording_check(
    facts: Facts, text: str, record: Mapping[str, object], writers: KnownWriters
) -> Check:
    """Return whether the writer that a sound record names words the text so, byte for byte."""
    account = account_in(record)
    if account.writer.kind == "llm":
        return Check("wording", Outcome.OK, _resting_on_the_signature(account))
    try:
        writer = writers.find(account.writer)
    except WriterNotAtHand as error:
        if account.writer.kind == "template" and is_of_this_ruleset(record):
            return Check("wording", Outcome.FAILED, f"no such template under these rules: {error}")
        detail = f"the words were not made again: {error}"
        return Check("wording", Outcome.UNCHECKED, detail)
    problem = _wording_problem(facts, text, account, writer)
    found = "it so"
    if account.editor:
        found = f"what {account.editor.by} edited"
    good = f"{named(writer.identity)} words {found}, byte for byte{_manner_of(account)}"
    return Check("wording", Outcome.FAILED if problem else Outcome.OK, problem or good)


def _resting_on_the_signature(account: Account) -> str:
    """Return whose words those of a big model are, of which only the signature tells."""
    unasked = "not made again, as nobody can ask a big model for the same words"
    if account.editor is None:
        return f"{unasked}: that they are its own rests on the signature alone"
    return (
        f"these words are what {account.editor.by} edited; what {named(account.writer)} had worded "
        f"is {unasked}: that both had their part in it rests on the signature alone"
    )


def _wording_problem(facts: Facts, text: str, account: Account, writer: Writer) -> str:
    stated, found = account.writer.model, writer.identity.model
    # The first schema named no model but by its digest.
    if stated is not None and found is not None:
        ours = _without_runtime(found)
        if _without_runtime(stated) != ours:
            return f"the record describes the model otherwise than its files do: {ours}"
    try:
        draft = _as_decoded(writer, account.decoding).draft(plan_for(facts), account.seed)
    except CargotwinError as error:
        return f"the writer has no words for these facts: {error.diagnostics()}"
    if account.decoding is not None and draft.decoding != account.decoding:
        return f"the record says that words were chosen otherwise than by {draft.decoding}"
    again = text_digest(check(facts, draft).text)
    if again == (account.editor.basis_sha256 if account.editor else text_digest(text)):
        return ""
    return f"{named(writer.identity)} words it otherwise under seed {account.seed}"


class _WordsNotDrawn(CargotwinError):
    """A record states draws that this writer cannot have made."""


def _as_decoded(writer: Writer, decoding: Decoding | None) -> Writer:
    """Return a writer as one that chooses its words as a record says.

    Raises:
        _WordsNotDrawn: It cannot have chosen so.
    """
    if decoding is None or decoding.mode == "greedy":
        return writer
    if not isinstance(writer, DrawingWriter):
        raise _WordsNotDrawn(f"{named(writer.identity)} draws no words, it takes the likeliest")
    try:
        temperature = float(decoding.temperature)
    except ValueError:
        temperature = 0.0
    # No number is in no range, so that NaN is refused too.
    if not _COLDEST <= temperature <= _HOTTEST:
        raise _WordsNotDrawn(f"words are not drawn at temperature {decoding.temperature!r}")
    return writer.drawing(temperature)


def _manner_of(account: Account) -> str:
    """Return how a model chose the words that were made again; the template chooses none."""
    if account.decoding is None:
        return ""
    if account.decoding.mode == "greedy":
        return ", as the likeliest words"
    return f", as words drawn at temperature {account.decoding.temperature} by seed {account.seed}"


def _record_problem(facts: Facts, text: str, record: Mapping[str, object], writer: str) -> str:
    account = account_in(record)
    if account.kind != writer:
        return f"the words are said to be of kind {writer!r}, in the record of {account.kind!r}"
    is_first = record["schema"] == FIRST_SCHEMA
    expected = (first_provenance_of if is_first else provenance_of)(facts, text, account)
    if not is_of_this_ruleset(record):
        # Of another release: what it calls itself cannot be made again, and is no claim.
        expected["verifier"] = record["verifier"]
    return first_difference(expected, record)


def members_of(facts: Facts, text: str, record: Mapping[str, object]) -> dict[str, Any] | None:
    """Return all that a report shows beside its words; None where they cannot be read back."""
    verdict = read_back(facts, text, record)
    if not isinstance(verdict, Verified):
        return None
    members: dict[str, Any] = msgspec.to_builtins(
        report_of(facts, text, verdict, account_in(record))
    )
    return members


def first_difference(expected: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Return which member of some JSON is not what is expected, "" where all are.

    Raises:
        NotCanonicalizable: It holds what JSON does not.
    """
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            return f"{name} is missing"
        if name not in expected:
            return f"{name} is no member of it"
        if canonical_bytes(found[name]) != canonical_bytes(expected[name]):
            return f"{name} is not {expected[name]!r}"
    return ""


def _without_runtime(model: ModelIdentity) -> ModelIdentity:
    """Return a model's identity without what ran it, which may be newer here."""
    return msgspec.structs.replace(model, runtime="")
