"""Keeps 1,000 reports queued and worded, as derive does while a fleet changes, until it ends."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from condition_reports.release import plan_for, release
from gateway.reports.draft_cache import WORDINGS, DraftCache
from gateway.reports.drafting import Drafting
from gateway.reports.wording import Wording

from .report import NoWords, WriterName, drafting_by
from .report_facts import MOMENTS, journey, of_asset

QUEUED = 1_000
_HOUR_S = 3_600.0


async def keep_queued(writer: WriterName, tally: Path) -> None:
    """Word reports without end; whoever has words asks for others.

    Args:
        writer: Which writer.
        tally: File that gets a byte for each report.

    Raises:
        NoWords: The writer gives none.
    """
    with tally.open("ab", buffering=0) as file:
        async with drafting_by(writer) as drafting:
            await _keep_queued(drafting, writer, lambda: file.write(b"."))


async def _keep_queued(drafting: Drafting, writer: WriterName, count: Callable[[], object]) -> None:
    # Every report costs its draft.
    drafting.cache = DraftCache(sections=0)
    wording = Wording(drafting, writer, most_waiting=QUEUED, longest_wait_s=_HOUR_S)

    def ask(asset: str) -> None:
        number = int(asset)
        facts = of_asset(journey()[number % MOMENTS], asset)
        seed = number % WORDINGS
        words = wording.words_for(facts, plan_for(facts), seed)
        if words is not None:
            report = release(facts, words.attempts, seed=seed)
            if words.reason or report.reject_codes:
                raise NoWords(words.reason or report.reject_codes[-1])
            count()
            ask(asset)

    wording.told = ask
    await drafting.start()
    for number in range(QUEUED):
        ask(str(number))
    sys.stdout.write("queued\n")
    sys.stdout.flush()
    await wording.run()


def main() -> None:
    """Run until somebody ends the process."""
    writer: WriterName = "tiny" if sys.argv[1] == "tiny" else "template"
    asyncio.run(keep_queued(writer, Path(sys.argv[2])))


if __name__ == "__main__":
    main()
