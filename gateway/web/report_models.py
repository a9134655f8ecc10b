"""The models that word reports, as rows of the page's table."""

from __future__ import annotations

from typing import NamedTuple

from gateway.reports.statistics import WriterCounts
from gateway.reports.status import ReportStatus


class ModelRow(NamedTuple):
    """One row.

    Attributes:
        place: live, shadow or before; "" for a writer that spoke without being one of them.
        writer: template, tiny or llm.
        model: Name and version of the model.
        folder: Where it lies.
        counts: What it did since the start; None where it did nothing.
        words_each: Mean number of words in a report of its words; None without any.
    """

    place: str
    writer: str
    model: str
    folder: str
    counts: WriterCounts | None
    words_each: int | None


def model_rows(reports: ReportStatus | None) -> list[ModelRow]:
    """Return the models in force, then whoever else worded a report since the start."""
    if reports is None:
        return []
    rows = [
        _row(one.place, one.writer, one.model, one.folder or _whence(one.writer), one.counts)
        for one in reports.models
    ]
    shown = [one.counts for one in rows]
    # A writer whose counts stand in a row is not told twice; the one before may be live, too.
    others = (one for one in reports.writers if one not in shown)
    return rows + [_row(_place(one), one.writer, one.model, "", one) for one in others]


def _whence(writer: str) -> str:
    return "shipped" if writer == "tiny" else ""


def _place(counts: WriterCounts) -> str:
    return "shadow before" if counts.role == "shadow" else ""


def _row(place: str, writer: str, model: str, folder: str, counts: WriterCounts | None) -> ModelRow:
    return ModelRow(place, writer, model, folder, counts, _words_each(counts))


def _words_each(counts: WriterCounts | None) -> int | None:
    if counts is None:
        return None
    reports = counts.accepted if counts.role == "shadow" else counts.published
    return counts.words // reports if reports else None
