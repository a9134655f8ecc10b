"""What a draft process says of itself and its drafts is published: here it is bounded."""

from __future__ import annotations

import re

import msgspec

from condition_reports.draft_frames import BrokenFrame
from condition_reports.writers.loading import (
    TemplateSpecification,
    TinySpecification,
    WriterSpecification,
)
from condition_reports.writers.writer import Draft, WriterIdentity

LONGEST_DRAFT = 32_768
"""Characters; a report of 200 sentences has half of it."""
_LONGEST = 300
_DIGEST = re.compile(r"[0-9a-f]{64}")


def check_identity(identity: WriterIdentity, wanted: WriterSpecification) -> None:
    """Check that a writer is of the kind that was wanted, and its texts fit for publishing.

    Raises:
        BrokenFrame: It is not.
    """
    if identity.kind != kind_of(wanted):
        raise BrokenFrame(f"writer {identity.kind} instead of {kind_of(wanted)}")
    if not _DIGEST.fullmatch(identity.digest):
        raise BrokenFrame("the writer's digest is not 64 hexadecimal digits")
    if identity.kind != "template" and (identity.model is None or not identity.model.id.strip()):
        raise BrokenFrame("the writer names no model")
    model = () if identity.model is None else msgspec.structs.astuple(identity.model)
    _check_texts(identity.version, *model)


def check_draft(draft: Draft) -> None:
    """Check that a draft is short enough to be read back, and fit for publishing.

    Raises:
        BrokenFrame: It is not.
    """
    length = sum(len(one.text) for one in draft.sections)
    if length > LONGEST_DRAFT:
        raise BrokenFrame(f"a draft of {length} characters, at most {LONGEST_DRAFT} are read")
    if draft.decoding is not None:
        _check_texts(*msgspec.structs.astuple(draft.decoding))


def _check_texts(*texts: object) -> None:
    for text in texts:
        if not (isinstance(text, str) and len(text) <= _LONGEST and text.isprintable()):
            raise BrokenFrame("the writer's words about itself are not short and printable")


def kind_of(wanted: WriterSpecification) -> str:
    """Return the kind of writer that a specification names: template, tiny or llm."""
    if isinstance(wanted, TemplateSpecification):
        return "template"
    return "tiny" if isinstance(wanted, TinySpecification) else "llm"
