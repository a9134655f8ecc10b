"""`cargotwin bench …`: figures of this machine, each beside a yardstick of the same run."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from benchmarks.ingest import run_ingest
from benchmarks.results import Result, shown
from benchmarks.twin import run_twin
from cargotwin.console import JsonOption, explained, people, print_json, say

bench = typer.Typer(help="Benchmarks that anybody can repeat.", no_args_is_help=True)


@bench.command("ingest")
def ingest(
    seconds: Annotated[float, typer.Option(help="How long each part measures.", min=0.5)] = 4.0,
    rounds: Annotated[int, typer.Option(help="How often all parts run in turn.", min=1)] = 3,
    disk: Annotated[
        Path, typer.Option(help="Folder on the disk to measure.", exists=True, file_okay=False)
    ] = Path(),
    memory_minutes: Annotated[
        float, typer.Option(help="Then watch the memory at 50,000 readings/s.", min=0)
    ] = 0.0,
    as_json: JsonOption = False,
) -> None:
    """Measure how fast readings become durable, and beside that what the machine can do.

    Example: cargotwin bench ingest --seconds 2 --rounds 1 --disk /var/lib
    """
    # Whoever ends it ends all its processes, and their folders go.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with explained():
        result = run_ingest(
            seconds=seconds,
            rounds=rounds,
            disk=disk,
            memory_minutes=memory_minutes,
            told=say,
        )
    _tell(result, as_json=as_json)


@bench.command("twin")
def twin(
    rounds: Annotated[int, typer.Option(help="How often everything is measured.", min=1)] = 3,
    disk: Annotated[
        Path, typer.Option(help="Folder on the disk to measure.", exists=True, file_okay=False)
    ] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Measure how fast readings are folded, and how soon a late one is in its twin.

    Example: cargotwin bench twin --rounds 1
    """
    with explained():
        result = run_twin(rounds=rounds, disk=disk, told=say)
    _tell(result, as_json=as_json)


def _tell(result: Result, *, as_json: bool) -> None:
    if as_json:
        print_json(msgspec.to_builtins(result))
        return
    _show(result)


def _show(result: Result) -> None:
    described = ", ".join(f"{name} {value}" for name, value in result.machine.items())
    people.print(f"{described}; medians of {result.rounds} rounds", soft_wrap=True)
    for title, values in (("figure", result.figures), ("ratio", result.ratios)):
        table = Table(title, "value")
        for name, value in values.items():
            table.add_row(name, "not measured" if value is None else shown(value))
        people.print(table)
    for line in result.missing:
        say(f"missing {line}")
    for sample in result.memory:
        people.print(sample, soft_wrap=True)
