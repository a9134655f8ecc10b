"""Release: fill a draft, read it back, and let out only what the facts bear."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import msgspec

from twins.errors import CargotwinError

from .actions import actions_of
from .fact_types import Facts
from .grammar import SECTION_PARAGRAPHS
from .plan import Plan, plan_of
from .provenance import provenance_of
from .report import ConditionReport, SectionText
from .shapes import Section
from .slots import UnsoundDraft, fill
from .statements import Statement, statements_of
from .verifier import PARAGRAPH_BREAK, Rejected, Verified, verify_text
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


def check(facts: Facts, draft: Draft) -> Checked:
    """Return the text that a draft makes of the facts, and whether it may be released."""
    statements = statements_of(facts)
    try:
        text = _filled(draft, statements)
    except UnsoundDraft as error:
        return Checked("", Rejected(error.code, error.found, str(error)))
    return Checked(text, verify_text(text, facts))


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
        checked = check(facts, attempt.draft)
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


def _filled(draft: Draft, statements: tuple[Statement, ...]) -> str:
    values: dict[Section, dict[str, str]] = {}
    for statement in statements:
        slots = {statement.prefix + name: value for name, value in statement.values.items()}
        values.setdefault(statement.section, {}).update(slots)
    if [one.section for one in draft.sections] != list(values):
        found = ", ".join(one.section.value for one in draft.sections)
        raise UnsoundDraft("wrong_sections", found)
    texts = {one.section: fill(one.text, values[one.section]) for one in draft.sections}
    paragraphs = (
        " ".join(text for section, text in texts.items() if section in group)
        for group in SECTION_PARAGRAPHS
    )
    return PARAGRAPH_BREAK.join(paragraph for paragraph in paragraphs if paragraph)


def _report(
    facts: Facts,
    attempt: Attempt,
    text: str,
    verdict: Verified,
    *,
    codes: Sequence[str],
    fallback_reason: str,
) -> ConditionReport:
    attempts = len(codes) + 1
    return ConditionReport(
        schema=1,
        asset=facts.asset,
        as_of=facts.as_of,
        text=text,
        sections=tuple(SectionText(section.value, words) for section, words in verdict.sections),
        severity=int(facts.severity),
        actions=tuple(action.value for action in actions_of(facts)),
        writer=attempt.writer.kind,
        attempts=attempts,
        reject_codes=tuple(codes),
        provenance=provenance_of(
            facts,
            text,
            attempt.writer,
            seed=attempt.seed,
            attempts=attempts,
            reject_codes=codes,
            fallback_reason=fallback_reason,
        ),
    )
