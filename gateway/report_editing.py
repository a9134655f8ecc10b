"""A person rewords the newest report of an asset: the same facts in other sentences.

It makes the next version, whose condition and evidence are those of the version before. The text is
read back by the grammar: a person chooses among its sentences, and never values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from difflib import get_close_matches
from typing import Annotated

import msgspec

from condition_reports.actions import ACTION_SENTENCES, Action
from condition_reports.fact_types import Facts
from condition_reports.grammar import filled, frames, sentences_in
from condition_reports.provenance import Editor, account_in
from condition_reports.release import report_of
from condition_reports.report import ConditionReport
from condition_reports.statements import statements_of
from condition_reports.verifier import Rejected, Verified, verify_text
from contracts.metadata import LARGEST_DOCUMENT_BYTES, Wording
from contracts.rewording import reworded_document
from contracts.signer import AttesterKey
from gateway.errors import CommandRefused, DocumentTooLarge
from gateway.ports import Commands
from gateway.report_attestation import attested
from gateway.store.ledger import Ledger, Published
from twins.identity.identifiers import party_id
from twins.verdict.anchoring import AnchorReason

COMMAND = "report.edit"

_LONGEST_SENTENCE = 500
"""To what is longer, nothing alike is looked for: that takes its length squared."""


class EditReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose words shall stand in place of which text's.

    Attributes:
        asset: Id of the asset.
        text: The new text, paragraphs apart by an empty line.
        by: Party or role, never a personal name.
        basis_sha256: SHA-256 of the text that was edited: nobody edits what they have not seen.
    """

    asset: str
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=65_536)]
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=96)]
    basis_sha256: str


class ReportEditor:
    """Publishes what people made of a report.

    Args:
        ledger: Where versions are written.
        attester: Signs condition and report.
        clock_us: Microseconds UTC.
        published: Called with each version, once it is on disk.
    """

    def __init__(
        self,
        ledger: Ledger,
        attester: AttesterKey,
        *,
        clock_us: Callable[[], int],
        published: Callable[[Published], None],
    ) -> None:
        self._ledger = ledger
        self._attester = attester
        self._clock_us = clock_us
        self._published = published

    def edit(self, asked: EditReport) -> Published:
        """Publish the next version with a person's words.

        Raises:
            CommandRefused: The text does not say what the facts demand, or is about another text.
            DocumentTooLarge: The document would have too many bytes.
            InvalidIdentifier: `by` is no party's id.
        """
        party_id(asked.by)
        newest = self._ledger.newest(asked.asset)
        if newest is None:
            raise CommandRefused("no_report", f"asset {asked.asset} has no report yet")
        report = attested(_reworded(newest, asked), self._attester)
        before = self._ledger.document(newest.digest) or b""
        wording = Wording(
            text=report.text,
            writer=report.writer,
            provenance=report.provenance,
            next_step=ACTION_SENTENCES[Action(report.actions[0])],
        )
        document = reworded_document(before, wording, self._attester)
        if len(document) > LARGEST_DOCUMENT_BYTES:
            raise DocumentTooLarge(asked.asset, len(document), LARGEST_DOCUMENT_BYTES)
        version = msgspec.structs.replace(
            newest,
            version=newest.version + 1,
            digest=hashlib.sha256(document).digest(),
            published_at=self._clock_us(),
            reason=AnchorReason.WORDING.value,
            writer=report.writer,
            report=msgspec.json.encode(report),
        )
        self._ledger.publish(version, document)
        self._published(version)
        return version


class EditingCommands:
    """Fills the `Commands` port: edits of reports go to the ledger, all else to intake's door."""

    def __init__(self, door: Commands, editor: ReportEditor) -> None:
        self._door = door
        self._editor = editor

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        """Do a command and return its answer.

        Raises:
            CargotwinError: It was refused; says why.
        """
        if command.get("command") != COMMAND:
            return await self._door.submit(command)
        fields = {name: value for name, value in command.items() if name != "command"}
        try:
            asked = msgspec.convert(fields, EditReport)
        except msgspec.ValidationError as error:
            raise CommandRefused("malformed_command", str(error)) from error
        version = self._editor.edit(asked)
        return {"asset": version.asset, "version": version.version}


def _reworded(newest: Published, asked: EditReport) -> ConditionReport:
    """Return the report in a person's words, where these say what the facts demand."""
    report = newest.condition_report()
    basis = hashlib.sha256(report.text.encode()).hexdigest()
    if asked.basis_sha256 != basis:
        reason = "the report has changed since it was read: print it again and edit that text"
        raise CommandRefused("report_changed", reason)
    if asked.text == report.text:
        raise CommandRefused("same_text", "the text is the published one, nothing was edited")
    facts = _facts_of(report)
    verdict = verify_text(asked.text, facts)
    if isinstance(verdict, Rejected):
        reason = f"{_reason(verdict, report, asked)}, by the facts of version {newest.version}"
        raise CommandRefused(verdict.code, reason)
    return _in_the_words_of(report, asked, facts, verdict)


def _reason(verdict: Rejected, report: ConditionReport, asked: EditReport) -> str:
    """Return what is wrong with a text, for the person who wrote it."""
    if verdict.code == "missing_statement":
        said = [one for part in report.text.split("\n\n") for one in sentences_in(part)]
        left_out = [one for one in said if one not in asked.text]
        where = f" before {verdict.sentence!r}" if verdict.sentence else " at the end"
        return f"something is missing{where}; published sentences that are not there: {left_out}"
    reason = f"{verdict.sentence!r}: {verdict.detail}" if verdict.sentence else verdict.detail
    if verdict.code != "unknown_sentence":
        return reason
    near = _nearest(verdict.sentence, _facts_of(report))
    hint = f"; the nearest one is {near!r}" if near else ""
    return f"{reason}; only sentences of the grammar are taken, no free wording{hint}"


def _nearest(sentence: str, facts: Facts) -> str:
    """Return the sentence of the grammar that is most like another, "" where none is."""
    if len(sentence) > _LONGEST_SENTENCE:
        return ""
    sentences = [
        filled(frame, statement.values)
        for statement in statements_of(facts)
        for frame in frames(statement.kind)
    ]
    return next(iter(get_close_matches(sentence, sentences, n=1)), "")


def _facts_of(report: ConditionReport) -> Facts:
    try:
        return msgspec.convert(report.facts, Facts)
    except msgspec.ValidationError as error:
        reason = "another release worded it: the next version that is published can be edited"
        raise CommandRefused("other_facts", reason) from error


def _in_the_words_of(
    report: ConditionReport, asked: EditReport, facts: Facts, verdict: Verified
) -> ConditionReport:
    account = account_in(report.provenance)
    # However often a text is edited, what its writer had made of it stays named.
    basis = account.editor.basis_sha256 if account.editor else asked.basis_sha256
    account = msgspec.structs.replace(
        account, language="closed", draft=None, editor=Editor(asked.by, basis)
    )
    return report_of(facts, asked.text, verdict, account)
