"""Metrics as a scraper reads them; the format is that of Prometheus' own parser's documentation."""

import re

from condition_reports.release import release
from condition_reports.writers.writer import ModelIdentity, WriterIdentity
from gateway.reports.drafting import Drafting
from gateway.reports.metrics import report_metrics
from gateway.reports.wording import Wording
from tests.fakes.drafting import FakeDrafter
from tests.unit.condition_reports import scenes

MODEL = WriterIdentity("tiny", "1", "ab" * 32, ModelIdentity('odd "name"'))
LINE = re.compile(r'[a-z_]+(\{([a-z_]+="(?:[^"\\]|\\.)*",?)+\})? [0-9.]+')


def metrics_of_a_busy_day() -> list[str]:
    drafting = Drafting(FakeDrafter())
    tally = drafting.statistics.of_writer(MODEL)
    for seconds in (0.004, 0.05, 0.3, 99.0):
        tally.count_draft(seconds)
    tally.count_accepted(is_first=True)
    tally.count_accepted(is_first=False)
    tally.count_rejected("wrong_level", is_first=False, is_retried=True)
    tally.failures["timeout"] += 1
    wording = Wording(drafting, "tiny", most_waiting=1, longest_wait_s=1)
    report = release(scenes.facts_from(scenes.excursion()), seed=1, fallback_reason="timeout")
    wording.published(report)
    return report_metrics(wording.status()).splitlines()


def test_every_line_is_a_sample_or_says_what_follows() -> None:
    lines = metrics_of_a_busy_day()
    samples = [one for one in lines if not one.startswith(("# HELP ", "# TYPE "))]
    assert [one for one in samples if not LINE.fullmatch(one)] == []
    names = [one.split()[2] for one in lines if one.startswith("# TYPE")]
    assert len(names) == len(set(names))


def test_writers_are_told_apart_by_model() -> None:
    lines = metrics_of_a_busy_day()
    labels = r'writer="tiny",model="odd \"name\"",role="live"'
    for line in (
        f"cargotwin_first_drafts_accepted_total{{{labels}}} 1",
        f"cargotwin_draft_retries_total{{{labels}}} 1",
        f'cargotwin_drafts_rejected_total{{{labels},code="wrong_level"}} 1',
        f'cargotwin_draft_failures_total{{{labels},code="timeout"}} 1',
        'cargotwin_reports_total{writer="template",model="",role="live"} 1',
        'cargotwin_report_fallbacks_total{writer="tiny",model="",role="live",reason="timeout"} 1',
        'cargotwin_draft_circuit{state="closed"} 1',
        'cargotwin_draft_circuit{state="open"} 0',
    ):
        assert line in lines


def test_latency_buckets_count_all_drafts_that_were_not_slower() -> None:
    labels = r'writer="tiny",model="odd \"name\"",role="live"'
    buckets = [one for one in metrics_of_a_busy_day() if one.startswith("cargotwin_draft_seconds")]
    counts = {
        one.split(',le="')[1].split('"')[0]: one.split()[-1] for one in buckets if ",le=" in one
    }
    assert [counts[bound] for bound in ("0.01", "0.05", "0.25", "0.5", "30.0", "+Inf")] == [
        "1",
        "2",
        "2",
        "3",
        "3",
        "4",
    ]
    # The fake of the process is not loaded, so the template has no drafts of its own.
    assert f"cargotwin_draft_seconds_count{{{labels}}} 4" in buckets
    assert f"cargotwin_draft_seconds_sum{{{labels}}} 99.354" in buckets
