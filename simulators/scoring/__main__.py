"""`python -m simulators.scoring`: score the twin over many shipments and print the table.

Exits 1 where a target is missed: recall and precision 1.0 with sound sensors, 0.99 with one of
three poisoned.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from twins.readings import MICROSECONDS

from .tally import Outcome, Result, Tally, run_all, tallied, tasks, total

SHIPMENTS = 504
HEADINGS = (
    "shipments",
    "true",
    "must",
    "found",
    "either",
    "findings",
    "false",
    "recall",
    "precision",
    "median s",
    "worst s",
)
_NAMES_WIDE = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Score shipments as the command line says; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m simulators.scoring", description=__doc__)
    parser.add_argument("--shipments", type=int, default=SHIPMENTS, help="how many of each kind")
    parser.add_argument("--seed", type=int, default=0, help="names every random choice")
    parser.add_argument("--processes", type=int, default=min(4, os.cpu_count() or 1))
    chosen = parser.parse_args(arguments)
    outcomes = run_all(tasks(chosen.shipments, chosen.seed), chosen.processes)
    result = tallied(outcomes)
    sys.stdout.write("\n".join(told(result)) + "\n")
    return int(bool(result.shortfalls()))


def told(result: Result) -> list[str]:
    """Return the tables as lines."""
    return [
        *_table("sound sensors", result.sound),
        "",
        *_table("one of three sensors poisoned", result.poisoned),
        "",
        *_table("the same by poison", result.by_poison),
        "",
        f"never broken for certain: {', '.join(result.unexercised()) or 'none'}",
        *(_told_wrong(one) for one in result.wrong),
        *(f"MISSED TARGET: {one}" for one in result.shortfalls()),
    ]


def _table(title: str, tallies: dict[str, Tally]) -> list[str]:
    rows = [(name, tallies[name]) for name in sorted(tallies)] + [("all", total(tallies))]
    head = f"{title:{_NAMES_WIDE}}" + "".join(f"{one:>10}" for one in HEADINGS)
    return [head, *(f"{name:{_NAMES_WIDE}}{_figures(tally)}" for name, tally in rows)]


def _figures(tally: Tally) -> str:
    counts = (
        tally.shipments,
        tally.true,
        tally.must,
        tally.found,
        tally.either,
        tally.findings,
        tally.false,
    )
    shares = f"{tally.recall:10.4f}{tally.precision:10.4f}"
    delays = f"{tally.median_delay / MICROSECONDS:10.0f}{tally.worst_delay / MICROSECONDS:10.0f}"
    return "".join(f"{one:10}" for one in counts) + shares + delays


def _told_wrong(outcome: Outcome) -> str:
    task = outcome.task
    named = "; ".join(
        f"{one.boundary}: {one.must - one.found} missed, {one.false} false"
        f" ({one.short} while fewer than three spoke)"
        for one in outcome.verdicts
        if one.is_wrong
    )
    kind = f"poison {outcome.poison!r}" if outcome.poison else "sound sensors"
    return f"wrong: {task.policy} seed {task.seed}, {kind}: {named}"


if __name__ == "__main__":
    sys.exit(main())
