"""`cargotwin bench …`: figures of this machine, each beside a yardstick of the same run."""

from __future__ import annotations

import enum
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table

from cargotwin.console import JsonOption, explained, print_json, print_line, results, say

if TYPE_CHECKING:
    from benchmarks.results import Result

# The benchmarks are imported where they run: every other command would wait for what they measure.


class Writer(enum.Enum):
    """Writers that are measured; a big model has a machine of its own."""

    TEMPLATE = "template"
    TINY = "tiny"


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
    from benchmarks.ingest import run_ingest  # noqa: PLC0415 - slow to load

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
    from benchmarks.twin import run_twin  # noqa: PLC0415 - slow to load

    with explained():
        result = run_twin(rounds=rounds, disk=disk, told=say)
    _tell(result, as_json=as_json)


@bench.command("report")
def report(
    writer: Annotated[Writer, typer.Option(help="Who words.")] = Writer.TINY,
    seconds: Annotated[float, typer.Option(help="How long intake is measured.", min=0.5)] = 4.0,
    rounds: Annotated[int, typer.Option(help="How often everything is measured.", min=1)] = 3,
    disk: Annotated[
        Path, typer.Option(help="Folder on the disk to measure.", exists=True, file_okay=False)
    ] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Measure how fast reports are worded, and what that costs intake.

    Example: cargotwin bench report --rounds 1
    """
    from benchmarks.report import run_report  # noqa: PLC0415 - slow to load

    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with explained():
        result = run_report(
            writer=writer.value, seconds=seconds, rounds=rounds, disk=disk, told=say
        )
    _tell(result, as_json=as_json)


def _tell(result: Result, *, as_json: bool) -> None:
    if as_json:
        print_json(msgspec.to_builtins(result))
        return
    _show(result)


def _show(result: Result) -> None:
    from benchmarks.results import shown  # noqa: PLC0415 - slow to load

    described = ", ".join(f"{name} {value}" for name, value in result.machine.items())
    print_line(f"{described}; medians of {result.rounds} rounds")
    for title, values in (("figure", result.figures), ("ratio", result.ratios)):
        if not values:
            continue
        table = Table(title, "value")
        for name, value in values.items():
            table.add_row(name, "not measured" if value is None else shown(value))
        results.print(table)
    for line in result.missing:
        print_line(f"missing {line}")
    for sample in result.memory:
        print_line(str(sample))
