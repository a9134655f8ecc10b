from pathlib import Path

import pytest

from benchmarks import histories, twin
from benchmarks.page import PAGE
from benchmarks.twin import run_twin

FIGURES = {
    "fold_per_s",
    "assess_ms",
    "late_reading_ms",
    "late_reading_p95_ms",
    "late_reading_worst_ms",
}


@pytest.fixture
def short_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure 6 late readings in 2 days instead of 60 in 90."""
    history = histories.readings(2)
    monkeypatch.setattr(twin, "readings", lambda: history)
    monkeypatch.setattr(twin, "_LATE", 6)


@pytest.mark.usefixtures("short_history")
def test_twins_benchmark_tells_its_rounds_and_gives_their_medians(tmp_path: Path) -> None:
    told: list[str] = []
    result = run_twin(rounds=2, disk=tmp_path, told=told.append)
    assert (result.bench, result.rounds, result.ratios) == ("twin", 2, {})
    assert set(result.figures) == FIGURES
    figures = {name: value for name, value in result.figures.items() if value is not None}
    assert len(figures) == len(FIGURES)
    assert all(value > 0 for value in figures.values())
    assert figures["late_reading_ms"] <= figures["late_reading_p95_ms"]
    assert figures["late_reading_ms"] <= figures["late_reading_worst_ms"]
    assert len(told) == 2
    assert told[0].startswith("round 1: fold_per_s ")
    assert list(tmp_path.iterdir()) == []  # nothing is left on the disk


def test_figures_of_the_twins_benchmark_are_explained_in_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in FIGURES if f"| `{name}` |" not in page] == []
