"""A condition report as JSON, the same from the command line and over HTTP."""

from __future__ import annotations

import msgspec

from condition_reports.report import ConditionReport

from .values import Document, rfc3339


def report_document(report: ConditionReport) -> Document:
    """Return a report with its provenance; `as_of` is RFC 3339 in UTC."""
    document: Document = msgspec.to_builtins(report)
    return document | {"as_of": rfc3339(report.as_of)}
