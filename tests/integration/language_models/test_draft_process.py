"""A big model in the process that drafts, shut in as every draft process is."""

from pathlib import Path

import pytest

from condition_reports.release import plan_for, release
from condition_reports.writers.loading import TransformersSpecification
from gateway.reports.draft_process import DraftProcess
from gateway.reports.drafting import Drafting
from tests.unit.condition_reports import scenes

pytestmark = [pytest.mark.llm, pytest.mark.integration]

FACTS = scenes.facts_from(scenes.excursion())


async def test_a_model_words_reports_from_inside_its_confinement(random_model: Path) -> None:
    wanted = TransformersSpecification(str(random_model))
    process = DraftProcess(lambda: wanted, timeout_s=60, memory_bytes=4_000_000_000)
    drafting = Drafting(process)
    try:
        for seed in (1, 2):
            words = await drafting.words(FACTS, plan_for(FACTS), seed)
            report = release(FACTS, words.attempts, seed=0, fallback_reason=words.reason)
            assert (report.writer, report.attempts, words.reason) == ("llm", 1, "")
        assert process.starts == 1
        assert process.ready
        assert process.ready.confinement.files
    finally:
        await process.close()
