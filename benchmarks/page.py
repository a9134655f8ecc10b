"""Writes a result into the page: `cargotwin bench ingest --json | python -m benchmarks.page`.

Each benchmark has a place of its own in the page, between two comments that name it.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from .processes import ROOT
from .results import Result
from .sustained import MemorySample

PAGE = ROOT / "docs" / "benchmarks.md"


def marks(bench: str) -> tuple[str, str]:
    """Return the comments between which the tables of a benchmark stand."""
    return f"<!-- results of {bench}: begin -->", f"<!-- results of {bench}: end -->"


def with_result(page: str, result: Result, date: dt.date) -> str:
    """Return the page with the tables of one benchmark replaced by those of a result.

    Args:
        page: The page as it is.
        result: What was measured.
        date: When.

    Raises:
        ValueError: The page has no place for this benchmark, or several.
    """
    begin, end = marks(result.bench)
    if page.count(begin) != 1 or page.count(end) != 1:
        message = f"the page needs {begin} and {end}, each once"
        raise ValueError(message)
    before, rest = page.split(begin)
    _, after = rest.split(end)
    return "\n".join([before + begin, *_lines(result, date), end + after])


def _lines(result: Result, date: dt.date) -> Iterator[str]:
    facts = ", ".join(f"{name} {value}" for name, value in result.machine.items())
    yield f"{date.isoformat()}; {facts}; medians of {result.rounds} rounds."
    yield ""
    yield from _table("figure", result.figures)
    if result.ratios:
        yield ""
        yield from _table("ratio", result.ratios)
    if not result.memory:
        return
    yield ""
    yield "| after | intake | derive | twins behind | readings in twins |"
    yield "|---|---|---|---|---|"
    for sample in msgspec.convert(result.memory, tuple[MemorySample, ...]):
        yield (
            f"| {sample.at_s:.0f} s | {sample.intake_mb:.0f} MB | {sample.derive_mb:.0f} MB "
            f"| {sample.lag_s:.2f} s | {sample.readings:,} |"
        )


def _table(title: str, values: Mapping[str, float | None]) -> Iterator[str]:
    yield f"| {title} | value |"
    yield "|---|---|"
    for name, value in values.items():
        shown = "not measured" if value is None else f"{value:,.10g}"
        yield f"| `{name}` | {shown} |"


def main() -> None:
    """Read a result from standard input and write the page."""
    result = msgspec.json.decode(sys.stdin.buffer.read(), type=Result)
    page = Path(PAGE)
    today = dt.datetime.now(dt.UTC).date()
    page.write_text(with_result(page.read_text(encoding="utf-8"), result, today), encoding="utf-8")


if __name__ == "__main__":
    main()
