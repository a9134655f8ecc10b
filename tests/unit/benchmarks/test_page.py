import datetime as dt

import pytest

from benchmarks.page import PAGE, marks, with_result
from benchmarks.results import Result

RESULT = Result(
    bench="ingest",
    machine={"cores": 2},
    rounds=3,
    figures={"durable_per_s": 250_000.0},
    ratios={"broker_to_mosquitto_sub": None},
    memory=(
        {
            "at_s": 60.0,
            "intake_mb": 80.4,
            "derive_mb": 160.2,
            "lag_s": 0.25,
            "readings": 3_120_000,
        },
    ),
)
TWIN = Result(
    bench="twin",
    machine={"cores": 2},
    rounds=1,
    figures={"fold_per_s": 1_500_000.0, "late_reading_ms": 4.25},
    ratios={},
)
REPORT = Result(
    bench="report",
    machine={"cores": 2},
    rounds=1,
    figures={"reports_per_s": 12.5, "heartbeat_drafts": 0.0},
    ratios={"ingest_while_reporting": 0.98},
)
DATE = dt.date(2026, 11, 20)
BEGIN, END = marks("ingest")


def test_tables_are_replaced_and_the_text_around_them_stays() -> None:
    page = with_result(f"before\n{BEGIN}\nold figures\n{END}\nafter\n", RESULT, DATE)
    assert page.startswith(f"before\n{BEGIN}\n2026-11-20; cores 2; medians of 3 rounds.\n")
    assert page.endswith(f"\n{END}\nafter\n")
    assert "old figures" not in page
    assert "| `durable_per_s` | 250,000 |" in page
    assert "| `broker_to_mosquitto_sub` | not measured |" in page
    assert "| 60 s | 80 MB | 160 MB | 0.25 s | 3,120,000 |" in page


def test_a_benchmark_writes_its_own_tables_and_leaves_those_of_others() -> None:
    begin, end = marks("twin")
    empty = f"{BEGIN}\nold\n{END}\nbetween\n{begin}\n{end}\n"
    page = with_result(empty, TWIN, DATE)
    assert page.startswith(f"{BEGIN}\nold\n{END}\nbetween\n{begin}\n2026-11-20; cores 2;")
    assert "| `late_reading_ms` | 4.25 |" in page
    assert "ratio" not in page


def test_page_without_a_place_for_a_benchmark_is_refused_with_what_it_needs() -> None:
    with pytest.raises(ValueError, match="<!-- results of twin: begin -->"):
        with_result(f"{BEGIN}\n{END}\n", TWIN, DATE)


@pytest.mark.parametrize("result", [RESULT, TWIN, REPORT], ids=["ingest", "twin", "report"])
def test_page_that_is_committed_can_be_written_again(result: Result) -> None:
    committed = PAGE.read_text(encoding="utf-8")
    once = with_result(committed, result, DATE)
    assert once != committed
    assert with_result(once, result, DATE) == once
