"""What the page and metrics show of the wording of reports."""

from __future__ import annotations

from typing import Literal

import msgspec

from condition_reports.confinement.confine import Confinement

from .circuit_breaker import State
from .shadowing import ShadowStatus
from .statistics import WriterCounts

Place = Literal["live", "shadow", "before"]


class ModelInForce(msgspec.Struct, frozen=True, kw_only=True):
    """A model that words reports, does so in shadow, or did so before.

    Attributes:
        place: live, shadow or before.
        writer: template, tiny or llm.
        model: Its name and version; empty for the template, and where it was not loaded yet.
        folder: Of a tiny model that is not the shipped one.
        counts: What it did in this place since the start; None where it did nothing.
    """

    place: Place
    writer: str
    model: str
    folder: str
    counts: WriterCounts | None


class ReportStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the wording of reports is doing.

    Attributes:
        writer: Which writer is wanted: template, tiny or llm.
        model: Name of its model; empty for the template, and before it was loaded once.
        circuit: closed where drafts are asked for, open where the template speaks at once after
            failures in a row, half_open where one draft is tried again.
        problem: Why no sound draft came last time; empty where one did.
        waiting: Reports that wait for words.
        starts: Draft processes that were started.
        memory_bytes: What the running one holds; 0 where there is none.
        memory_limit_bytes: What it may hold.
        confinement: What keeps it from files, network, other processes and more memory; None
            where there is none.
        cache_hits: Sections whose words were kept from earlier reports.
        cache_misses: Sections that were not.
        fallbacks: Published reports in the template's words in the writer's place, by reason.
        writers: What each writer did since the start, those in shadow too.
        models: Who words reports, who does so in shadow, and who did before.
        models_problem: Why the file that names them is not in force, empty where it is.
        shadow: How the one in shadow is doing; None where there is none.
    """

    writer: str
    model: str
    circuit: State
    problem: str
    waiting: int
    starts: int
    memory_bytes: int
    memory_limit_bytes: int
    confinement: Confinement | None
    cache_hits: int
    cache_misses: int
    fallbacks: dict[str, int]
    writers: tuple[WriterCounts, ...]
    models: tuple[ModelInForce, ...] = ()
    models_problem: str = ""
    shadow: ShadowStatus | None = None
