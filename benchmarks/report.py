"""`cargotwin bench report`: how fast reports are worded, and what that costs everybody else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from condition_reports.release import plan_for, release, seed_of
from condition_reports.report import ConditionReport
from gateway.reports.draft_cache import WORDINGS, DraftCache
from gateway.reports.draft_process import DraftProcess
from gateway.reports.drafting import Drafting
from gateway.reports.seeds import seed_for
from gateway.reports.wanted_writer import MEGABYTE, draft_timeout_s, memory_bytes, wanted_writer
from gateway.settings import ReportSettings
from twins.errors import TransientFault

from .gateways import intake_alone
from .loads import offer
from .machine import machine
from .processes import running_module
from .report_facts import MOMENTS, journey, of_asset
from .results import Result, figures_of, ratios_of, shown
from .stages import Bench

HEARTBEATS = 10_000
REPORTS = 200
_HALF = 0.5
_TALLY = "worded"

WriterName = Literal["template", "tiny"]
Figures = dict[str, float]


class NoWords(TransientFault):
    """The writer under measurement gave no sound draft."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the writer gave no sound draft: {reason}; nothing is measured without")


def run_report(
    *,
    writer: WriterName,
    seconds: float,
    rounds: int,
    disk: Path,
    told: Callable[[str], None],
) -> Result:
    """Measure a writer, and intake beside it, and return the medians.

    Args:
        writer: Which writer.
        seconds: How long each part measures that has intake in it.
        rounds: How often everything is measured.
        disk: Folder on the disk under measurement.
        told: Called with what each round gave, for people.

    Raises:
        NoWords: The writer gives none.
        ProcessFailed: A part of it ended early.
    """
    where, bench, measured = machine(), Bench(disk.resolve(), seconds), []
    for number in range(rounds):
        found = asyncio.run(_worded(writer)) | asyncio.run(_heartbeats(writer))
        found |= _beside_intake(bench, writer)
        line = ", ".join(f"{name} {shown(value)}" for name, value in found.items())
        told(f"round {number + 1}: {line}")
        measured.append(found)
    return Result(
        bench="report",
        machine=where,
        rounds=rounds,
        figures=figures_of(measured),
        ratios=ratios_of(
            measured,
            {"ingest_while_reporting": ("ingest_reporting_per_s", "ingest_alone_per_s")},
        ),
    )


@asynccontextmanager
async def drafting_by(writer: WriterName) -> AsyncIterator[Drafting]:
    """Give drafts of a writer in a process of its own, as the gateway has them."""
    settings = ReportSettings(writer=writer)
    process = DraftProcess(
        lambda: wanted_writer(settings),
        timeout_s=draft_timeout_s(settings),
        memory_bytes=memory_bytes(settings),
    )
    try:
        yield Drafting(process)
    finally:
        await process.close()


async def worded(drafting: Drafting, asset: str, number: int) -> ConditionReport:
    """Return a released report in the writer's own words.

    Raises:
        NoWords: The writer gives none.
    """
    facts = of_asset(journey()[number % MOMENTS], asset)
    plan, seed = plan_for(facts), number % WORDINGS
    words = await drafting.words(facts, plan, seed)
    report = release(facts, words.attempts, seed=seed, fallback_reason=words.reason)
    if words.reason or report.reject_codes:
        raise NoWords(words.reason or report.reject_codes[-1])
    return report


async def _worded(writer: WriterName) -> Figures:
    """Word reports one after the other: the process and the check never run at the same time."""
    began = time.perf_counter()
    async with drafting_by(writer) as drafting:
        await worded(drafting, "first", 0)
        first_s = time.perf_counter() - began
        drafting.cache = DraftCache(sections=0)
        began = time.perf_counter()
        for number in range(REPORTS):
            await worded(drafting, f"box-{number}", number)
        fresh = REPORTS / (time.perf_counter() - began)
        rss_mb = drafting.drafter.held_bytes() / MEGABYTE
        drafting.cache = DraftCache()
        for _ in range(2):
            began = time.perf_counter()
            for number in range(REPORTS):
                await worded(drafting, f"box-{number}", number)
        kept = REPORTS / (time.perf_counter() - began)
    return {
        "reports_per_s": fresh,
        "first_report_s": first_s,
        "rss_mb": rss_mb,
        "kept_reports_per_s": kept,
    }


async def _heartbeats(writer: WriterName) -> Figures:
    """Word 10,000 assets, then each again with other values of the same shape."""
    async with drafting_by(writer) as drafting:
        await drafting.start()
        reports: dict[tuple[int, int], ConditionReport] = {}
        for number in range(HEARTBEATS):
            shape, seed = number % MOMENTS, seed_of(f"box-{number}", 1) % WORDINGS
            if (shape, seed) not in reports:
                facts, plan = journey()[shape], plan_for(journey()[shape])
                words = await drafting.words(facts, plan, seed)
                reports[shape, seed] = release(facts, words.attempts, seed=seed)
        before = sum(one.drafts for one in drafting.statistics.counts())
        began = time.perf_counter()
        for number in range(HEARTBEATS):
            asset, shape = f"box-{number}", number % MOMENTS
            plan = plan_for(journey()[shape])
            first = reports[shape, seed_of(asset, 1) % WORDINGS]
            seed = seed_for(asset, plan, 2, first)
            if drafting.known(plan, seed) is None:
                await drafting.words(journey()[shape], plan, seed)
        seconds = time.perf_counter() - began
        after = sum(one.drafts for one in drafting.statistics.counts())
    return {
        "first_version_drafts": before,
        "heartbeat_drafts": after - before,
        "heartbeats_s": seconds,
    }


def _beside_intake(bench: Bench, writer: WriterName) -> Figures:
    """Offer intake half of what it can take, alone and while 1,000 reports are queued."""
    with bench.folder() as folder, intake_alone(folder) as gateway:
        most = offer(gateway.url, folder, bench.seconds).messages_per_s
    rate = int(most * _HALF)
    alone = _at_half(bench, rate)
    with (
        bench.folder() as folder,
        running_module(
            "benchmarks.report_queue", writer, str(folder / _TALLY), folder=folder
        ) as queue,
    ):
        queue.line()
        before, began = (folder / _TALLY).stat().st_size, time.perf_counter()
        reporting = _at_half(bench, rate)
        queue.check_running()
        seconds = time.perf_counter() - began
        worded_beside = (folder / _TALLY).stat().st_size - before
    return {
        "ingest_most_per_s": most,
        "ingest_alone_per_s": alone,
        "ingest_reporting_per_s": reporting,
        "reports_beside_ingest_per_s": worded_beside / seconds,
    }


def _at_half(bench: Bench, rate: int) -> float:
    with bench.folder() as folder, intake_alone(folder) as gateway:
        return offer(gateway.url, folder, bench.seconds, rate=rate).messages_per_s
