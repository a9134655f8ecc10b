import datetime as dt

from benchmarks.page import BEGIN, END, PAGE, with_result
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
DATE = dt.date(2026, 11, 20)


def test_tables_are_replaced_and_the_text_around_them_stays() -> None:
    page = with_result(f"before\n{BEGIN}\nold figures\n{END}\nafter\n", RESULT, DATE)
    assert page.startswith(f"before\n{BEGIN}\n2026-11-20; cores 2; medians of 3 rounds.\n")
    assert page.endswith(f"\n{END}\nafter\n")
    assert "old figures" not in page
    assert "| `durable_per_s` | 250,000 |" in page
    assert "| `broker_to_mosquitto_sub` | not measured |" in page
    assert "| 60 s | 80 MB | 160 MB | 0.25 s | 3,120,000 |" in page


def test_page_that_is_committed_can_be_written_again() -> None:
    committed = PAGE.read_text(encoding="utf-8")
    once = with_result(committed, RESULT, DATE)
    assert with_result(once, RESULT, DATE) == once
