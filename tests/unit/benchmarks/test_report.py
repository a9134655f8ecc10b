import asyncio

import pytest

from benchmarks import report
from benchmarks.report_facts import MOMENTS, journey
from condition_reports.release import plan_for


def test_journey_begins_with_few_statements_and_ends_with_many() -> None:
    facts = journey()
    plans = [plan_for(one) for one in facts]
    assert len(facts) == MOMENTS
    statements = [sum(len(one.statements) for one in plan.sections) for plan in plans]
    assert statements[0] < statements[-1]
    assert len(set(plans)) >= 3
    assert len({one.as_of for one in facts}) == MOMENTS


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "REPORTS", 30)
    monkeypatch.setattr(report, "HEARTBEATS", 100)


@pytest.mark.usefixtures("few")
def test_words_that_are_kept_come_sooner_than_new_ones() -> None:
    found = asyncio.run(report._worded("template"))
    assert found["kept_reports_per_s"] > 0
    assert found["rss_mb"] > 10
    assert 0 < found["first_report_s"] < 20


@pytest.mark.usefixtures("few")
def test_heartbeats_of_unchanged_shapes_cost_no_draft() -> None:
    found = asyncio.run(report._heartbeats("template"))
    assert found["first_version_drafts"] > 0
    assert found["heartbeat_drafts"] == 0
