"""Release: fill a draft, read it back, and let out only what the facts bear."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import msgspec

from twins.errors import CargotwinError

from .actions import actions_of
from .fact_types import Facts
from .free_language.rules import check_free_language
from .grammar import SECTION_PARAGRAPHS
from .plan import Plan, plan_of
from .provenance import Account, as_json, provenance_of
from .report import SCHEMA, ConditionReport, SectionText
from .shapes import Section
from .slots import UnsoundDraft, fill
from .statements import Statement, statements_of
from .text_size import too_long
from .verifier import OF_THE_VALUES, PARAGRAPH_BREAK, Rejected, Verified, verify_text
from .writers.template import TemplateWriter
from .writers.writer import Draft, WriterIdentity


class TemplateRejected(CargotwinError):
    """Even the template's text does not pass the verifier: a defect of this program."""

    def __init__(self, asset: str, rejected: Rejected) -> None:
        self.asset = asset
        self.rejected = rejected
        super().__init__(
            f"asset {asset}: the template's own text was rejected, {rejected.code}: "
            f"{rejected.sentence!r} ({rejected.detail}); please report this defect with the facts"
        )


class Attempt(msgspec.Struct, frozen=True):
    """A draft, who wrote it, and by which seed."""

    writer: WriterIdentity
    seed: int
    draft: Draft


class Checked(msgspec.Struct, frozen=True):
    """A draft's filled text and the verifier's verdict; the text is "" where filling failed."""

    text: str
    verdict: Verified | Rejected


def plan_for(facts: Facts) -> Plan:
    """Return what a report on these facts must say, as shapes: all that a writer sees."""
    return plan_of(statements_of(facts))


def seed_of(asset: str, version: int) -> int:
    """Return a seed that is the same for everybody, and words consecutive versions anew."""
    return crc32(asset.encode()) + version


def check(facts: Facts, draft: Draft, writer_kind: str = "template") -> Checked:
    """Return a draft filled with the facts' values, and whether every sentence bears reading back.

    The words of a large model, kind `llm`, may also be free language: sentences that the grammar
    does not know word for word, but that say what the plan demands by the rules for them.
    """
    statements = statements_of(facts)
    oversize = too_long(tuple(one.text for one in draft.sections), statements)
    if oversize:
        return Checked("", Rejected("too_long", "", oversize))
    try:
        sections = _filled(draft, statements)
    except UnsoundDraft as error:
        return Checked("", Rejected(error.code, error.found, str(error)))
    text = _in_paragraphs(sections)
    verdict = verify_text(text, facts)
    if writer_kind != "llm" or isinstance(verdict, Verified) or verdict.code in OF_THE_VALUES:
        return Checked(text, verdict)
    return Checked(text, _read_freely(draft, plan_of(statements), sections))


def release(
    facts: Facts, attempts: Sequence[Attempt] = (), *, seed: int, fallback_reason: str = ""
) -> ConditionReport:
    """Return the first draft that passes; the template's text where none does, marked with why.

    Args:
        facts: What may be stated.
        attempts: Drafts of any writer, in the order in which they were tried.
        seed: What the template chooses by, where it is needed.
        fallback_reason: Why there is no draft although one was wanted, "" where none was.

    Raises:
        TemplateRejected: Even the template's text is refused, which is a defect.
    """
    codes: list[str] = []
    for attempt in attempts:
        checked = check(facts, attempt.draft, attempt.writer.kind)
        if isinstance(checked.verdict, Verified):
            return _report(
                facts, attempt, checked.text, checked.verdict, codes=codes, fallback_reason=""
            )
        codes.append(checked.verdict.code)
    template = TemplateWriter()
    attempt = Attempt(template.identity, seed, template.draft(plan_for(facts), seed))
    checked = check(facts, attempt.draft)
    if isinstance(checked.verdict, Rejected):
        raise TemplateRejected(facts.asset, checked.verdict)
    reason = f"verifier_rejected:{codes[-1]}" if codes else fallback_reason
    return _report(
        facts, attempt, checked.text, checked.verdict, codes=codes, fallback_reason=reason
    )


def _filled(draft: Draft, statements: tuple[Statement, ...]) -> dict[Section, str]:
    values: dict[Section, dict[str, str]] = {}
    for statement in statements:
        slots = {statement.prefix + name: value for name, value in statement.values.items()}
        values.setdefault(statement.section, {}).update(slots)
    if [one.section for one in draft.sections] != list(values):
        found = ", ".join(one.section.value for one in draft.sections)
        raise UnsoundDraft("wrong_sections", found)
    return {one.section: fill(one.text, values[one.section]) for one in draft.sections}


def _in_paragraphs(sections: dict[Section, str]) -> str:
    paragraphs = (
        " ".join(text for section, text in sections.items() if section in group)
        for group in SECTION_PARAGRAPHS
    )
    return PARAGRAPH_BREAK.join(paragraph for paragraph in paragraphs if paragraph)


def _read_freely(draft: Draft, plan: Plan, sections: dict[Section, str]) -> Verified | Rejected:
    try:
        check_free_language(((one.section, one.text) for one in draft.sections), plan)
    except UnsoundDraft as error:
        return Rejected(error.code, error.found, str(error))
    return Verified(tuple(sections.items()), "free")


def _report(
    facts: Facts,
    attempt: Attempt,
    text: str,
    verdict: Verified,
    *,
    codes: Sequence[str],
    fallback_reason: str,
) -> ConditionReport:
    account = Account(
        writer=attempt.writer,
        seed=attempt.seed,
        decoding=attempt.draft.decoding,
        reject_codes=tuple(codes),
        fallback_reason=fallback_reason,
        language=verdict.language,
        draft=attempt.draft.sections if verdict.language == "free" else None,
    )
    return report_of(facts, text, verdict, account)


def report_of(facts: Facts, text: str, verified: Verified, account: Account) -> ConditionReport:
    """Return the report of a text that was read back: all of it follows from these four."""
    return ConditionReport(
        schema=SCHEMA,
        asset=facts.asset,
        as_of=facts.as_of,
        text=text,
        sections=tuple(SectionText(section.value, words) for section, words in verified.sections),
        severity=int(facts.severity),
        actions=tuple(action.value for action in actions_of(facts)),
        writer=account.kind,
        attempts=len(account.reject_codes) + 1,
        reject_codes=account.reject_codes,
        provenance=provenance_of(facts, text, account),
        facts=as_json(facts),
    )
