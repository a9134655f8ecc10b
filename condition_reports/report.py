"""The released report: verified text, where it came from, and what it was worded about."""

from __future__ import annotations

import re
import textwrap
from typing import Literal

import msgspec

from .marking import Marking, marking_of

SCHEMA = 2


class SectionText(msgspec.Struct, frozen=True):
    """The sentences of one section."""

    section: str
    text: str


class ConditionReport(msgspec.Struct, frozen=True):
    """A report whose every sentence was read back to the facts.

    Attributes:
        schema: Version of this layout, 2; 1 had neither `facts` nor `attestation`.
        asset: Id of the asset.
        as_of: The moment that it judges, microseconds UTC.
        text: The whole text, paragraphs apart by an empty line.
        sections: The same text by section, in order.
        severity: 0 none, 1 minor, 2 major, 3 critical.
        actions: What is recommended, as names of reviewed actions.
        writer: Whose words these are: template, tiny or llm, or human where a person edited them.
        attempts: Drafts that were tried, the released one included.
        reject_codes: Why earlier drafts were refused, in order.
        provenance: The provenance record of SPECIFICATION, ready for JSON.
        facts: The facts that it was worded about, ready for JSON.
        attestation: The DSSE envelope over text, facts and provenance, once it is signed.
    """

    schema: int
    asset: str
    as_of: int
    text: str
    sections: tuple[SectionText, ...]
    severity: int
    actions: tuple[str, ...]
    writer: str
    attempts: int
    reject_codes: tuple[str, ...]
    provenance: dict[str, object]
    facts: dict[str, object] | None = None
    attestation: dict[str, object] | None = None


class _Writer(msgspec.Struct, frozen=True):
    kind: Literal["template", "tiny", "llm"]


class _Stated(msgspec.Struct, frozen=True):
    """What every version of the provenance record says of the words."""

    writer: _Writer
    editor: object = None


_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[°%]|(?:g|lx|Pa|d|h|min|s)\b|\d\d:\d\d)")


def marking_in(report: ConditionReport) -> Marking:
    """Return what readers and machines are told about who worded a report."""
    stated = msgspec.convert(report.provenance, _Stated)
    return marking_of(stated.writer.kind, is_edited=stated.editor is not None)


def mark_of(report: ConditionReport) -> str:
    """Return the visible line that says who worded the report."""
    return marking_in(report).mark


def render_text(report: ConditionReport, width: int = 88) -> str:
    """Return the report for a terminal: wrapped paragraphs and the visible mark."""
    paragraphs = [*report.text.split("\n\n"), mark_of(report)]
    return "\n\n".join(_wrapped(one, width) for one in paragraphs) + "\n"


def _wrapped(paragraph: str, width: int) -> str:
    """Return a paragraph in lines that part no figure from its unit."""
    kept = _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", paragraph)
    lines = textwrap.wrap(kept, width, break_on_hyphens=False, break_long_words=False)
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")
