"""What is counted of reports since the start: by writer and model, for the page and for metrics."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from condition_reports.report import ConditionReport
from condition_reports.writers.writer import ModelIdentity, WriterIdentity

LATENCY_BOUNDS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_REMEMBERED = 1_000
"""Newest drafts over which median and 95th percentile are taken."""
_PERCENT_95 = 95

Role = Literal["live", "shadow"]
"""A live writer's words are published; a shadow's are counted and thrown away."""


class WriterCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What one writer did since the start.

    Attributes:
        role: live or shadow.
        writer: template, tiny or llm.
        model: Name and version of its model, empty for the template.
        drafts: Drafts that it was asked for and gave.
        failures: Requests that gave no draft, by code.
        firsts: Reports for which there was a first draft, new or kept.
        accepted_first: Reports of which the first draft was sound.
        accepted: Reports of which some draft was.
        retries: Further drafts after one that was not.
        rejects: Unsound drafts, by code of the verifier.
        fallbacks: Reports in the template's words in its place, by reason; of a shadow, those that
            would have been.
        words: Words in the reports that were published in its words; of a shadow, in those that
            would have been.
        published: How many these were.
        seconds: How long all its drafts took together.
        median_s: Of the newest drafts, half took at most so many seconds; None without drafts.
        p95_s: And 95 of a hundred (nearest rank).
        latency: Drafts that took at most so many seconds, by the bound; "+Inf" counts all.
    """

    role: Role
    writer: str
    model: str
    drafts: int
    failures: dict[str, int]
    firsts: int
    accepted_first: int
    accepted: int
    retries: int
    rejects: dict[str, int]
    fallbacks: dict[str, int]
    words: int
    published: int
    seconds: float
    median_s: float | None
    p95_s: float | None
    latency: dict[str, int]


@dataclass(slots=True)
class WriterTally:
    """Counts of one writer and model as they grow."""

    writer: str
    model: str
    role: Role = "live"
    failures: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    fallbacks: Counter[str] = field(default_factory=Counter)
    firsts: int = 0
    accepted_first: int = 0
    accepted: int = 0
    retries: int = 0
    words: int = 0
    published: int = 0
    seconds: float = 0.0
    drafts_by_bound: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_BOUNDS_S) + 1))
    newest_s: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def count_draft(self, seconds: float) -> None:
        """Note a draft and how long it took."""
        self.seconds += seconds
        self.newest_s.append(seconds)
        self.drafts_by_bound[bisect_left(LATENCY_BOUNDS_S, seconds)] += 1

    def count_accepted(self, *, is_first: bool) -> None:
        """Note a sound draft, and whether no other was tried before it."""
        self.firsts += is_first
        self.accepted_first += is_first
        self.accepted += 1

    def count_rejected(self, code: str, *, is_first: bool, is_retried: bool) -> None:
        """Note an unsound draft, why it is, and whether another was before it or follows."""
        self.firsts += is_first
        self.rejects[code] += 1
        self.retries += is_retried

    def count_report(self, text: str) -> None:
        """Note a report that was published in this writer's words."""
        self.published += 1
        self.words += len(text.split())

    def counts(self) -> WriterCounts:
        """Return the counts as they are."""
        names = (*map(str, LATENCY_BOUNDS_S), "+Inf")
        latency, total = {}, 0
        for name, drafts in zip(names, self.drafts_by_bound, strict=True):
            total += drafts
            latency[name] = total
        return WriterCounts(
            role=self.role,
            writer=self.writer,
            model=self.model,
            drafts=total,
            failures=dict(self.failures),
            firsts=self.firsts,
            accepted_first=self.accepted_first,
            accepted=self.accepted,
            retries=self.retries,
            rejects=dict(self.rejects),
            fallbacks=dict(self.fallbacks),
            words=self.words,
            published=self.published,
            seconds=round(self.seconds, 3),
            median_s=percentile(self.newest_s, 50),
            p95_s=percentile(self.newest_s, _PERCENT_95),
            latency=latency,
        )


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return the smallest value below or at which so many percent lie; None where there is none."""
    ranked = sorted(values)
    # Nearest rank: the ceiling of n * percent / 100, counted from one.
    return round(ranked[-(-len(ranked) * percent // 100) - 1], 3) if ranked else None


class _StatedWriter(msgspec.Struct, frozen=True):
    kind: str
    fallback_reason: str


class _Stated(msgspec.Struct, frozen=True):
    """What a report's provenance says of who worded it."""

    writer: _StatedWriter
    model: ModelIdentity | None = None


class ReportStatistics:
    """Counts of all writers, live ones and shadows.

    Attributes:
        fallbacks: Reports in the template's words although another writer's were wanted, by reason.
    """

    def __init__(self) -> None:
        self.fallbacks: Counter[str] = Counter()
        self._writers: dict[tuple[Role, str, str], WriterTally] = {}

    def of(self, writer: str, model: str, role: Role = "live") -> WriterTally:
        """Return the tally of a writer and its model."""
        return self._writers.setdefault((role, writer, model), WriterTally(writer, model, role))

    def of_writer(self, identity: WriterIdentity, role: Role = "live") -> WriterTally:
        """Return the tally of whoever drafts."""
        return self.of(identity.kind, name_of(identity.model), role)

    def count_report(self, report: ConditionReport, wanted: tuple[str, str]) -> None:
        """Note a report that was published.

        Args:
            report: It.
            wanted: The writer that was to word it, and its model.
        """
        stated = msgspec.convert(report.provenance, _Stated)
        self.of(stated.writer.kind, name_of(stated.model)).count_report(report.text)
        if stated.writer.fallback_reason:
            self.fallbacks[stated.writer.fallback_reason] += 1
            self.of(*wanted).fallbacks[stated.writer.fallback_reason] += 1

    def counts(self) -> tuple[WriterCounts, ...]:
        """Return the counts of every writer."""
        return tuple(one.counts() for _, one in sorted(self._writers.items()))


def name_of(model: ModelIdentity | None) -> str:
    """Return a model's name with its version, by which one is told from the next."""
    if model is None:
        return ""
    return f"{model.id}@{model.revision}" if model.revision else model.id
