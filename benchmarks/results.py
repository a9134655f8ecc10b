"""What a benchmark says in the end: medians of its rounds, and quotients within a round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

import msgspec

Figures = Mapping[str, float]
"""The figures of one round by name."""

_THOUSANDS = 1_000


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A benchmark's result as `--json` prints it.

    Attributes:
        bench: Its name.
        machine: What it ran on.
        rounds: How many interleaved rounds the medians are of.
        figures: Medians by name, the unit in the name; None for what could not be measured.
        ratios: Medians of the quotients of each round; None likewise.
        missing: Programs that this machine lacks, and how to get them.
        memory: Samples over time, where they were asked for.
    """

    bench: str
    machine: dict[str, object]
    rounds: int
    figures: dict[str, float | None]
    ratios: dict[str, float | None]
    missing: tuple[str, ...] = ()
    memory: tuple[object, ...] = ()


def figures_of(rounds: Sequence[Figures]) -> dict[str, float | None]:
    """Return the median of each figure over the rounds."""
    return {name: _rounded(median(one[name] for one in rounds)) for name in rounds[0]}


def ratios_of(
    rounds: Sequence[Figures], quotients: Mapping[str, tuple[str, str]]
) -> dict[str, float | None]:
    """Return the median of each quotient over the rounds; None where a part was not measured.

    Args:
        rounds: Figures by name.
        quotients: By name, the figure above and the figure below.
    """
    return {
        name: _rounded(median(one[above] / one[below] for one in rounds))
        if {above, below} <= rounds[0].keys()
        else None
        for name, (above, below) in quotients.items()
    }


def _rounded(value: float) -> float:
    """Return a value with four significant digits; the rest is noise."""
    return float(f"{value:.4g}")


def shown(value: float) -> str:
    """Return a figure as people read it: four digits, thousands in groups."""
    return f"{value:,.0f}" if abs(value) >= _THOUSANDS else f"{value:.4g}"
