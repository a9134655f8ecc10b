"""One report per disposition as people read it. A changed wording shows up here for review."""

from pathlib import Path

import pytest

from condition_reports.release import release, seed_of
from condition_reports.report import render_text

from . import scenes

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", scenes.SCENES)
def test_report_reads_as_reviewed(name: str) -> None:
    facts = scenes.facts_from(scenes.SCENES[name]())
    report = release(facts, seed=seed_of(facts.asset, 1))
    assert render_text(report) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
