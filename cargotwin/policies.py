"""`cargotwin policy …`: condition policies as files, and what they would have decided."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import rfc8785
import typer
from rich.console import Console

from cargotwin.console import (
    MISTAKE,
    NO,
    JsonOption,
    explained,
    people,
    print_json,
    print_line,
    results,
)
from cargotwin.explaining import explanation
from cargotwin.logger_file_options import COLUMN_RULE, read_file, wishes_of
from cargotwin.moments import microseconds
from cargotwin.policy_chart import AXIS, LEGEND, terminal_chart
from cargotwin.policy_sheet import WIDTH, policy_sheet
from cargotwin.policy_text import policy_lines
from cargotwin.policy_trial import Trial, charts_of, readings_of, replays_of, tried
from gateway.errors import UnreadableFile
from gateway.logger_files.decimals import DecimalMark
from gateway.logger_files.layout import Layout
from gateway.logger_files.local_times import DateOrder
from gateway.logger_files.series import LoggerFile
from gateway.policies import policy_of, read_policy_file
from gateway.web.verdict_documents import verdict_document
from twins.inputs import MilestoneName
from twins.policy.condition_policy import ConditionPolicy, Severity
from twins.readings import MICROSECONDS
from twins.verdict.condition import condition_document
from twins.verdict.counts import counted
from twins.verdict.spans import moment_words

policy = typer.Typer(help="Condition policies.", no_args_is_help=True)

_LINES = 16
_SHOWN_REFUSALS = 5
_PIXELS_PER_BUCKET = 3


@policy.command("check")
def check(files: Annotated[list[Path], typer.Argument(help="Policy files, TOML.")]) -> None:
    """Say what policy files state, or all that is wrong with them.

    Example: cargotwin policy check config/policies/vaccine-2-8.toml

    Exit code 0: all are right. 2: one is not, or cannot be read.
    """
    is_wrong = False
    for file in files:
        try:
            with explained():
                for line in policy_lines(_read(file)):
                    print_line(line)
        except typer.Exit:
            is_wrong = True
    if is_wrong:
        raise typer.Exit(MISTAKE)


@policy.command("test")
def try_series(
    file: Annotated[Path, typer.Argument(help="Policy file, TOML.")],
    series: Annotated[Path, typer.Argument(help="A recorded series, as `cargotwin import` reads.")],
    quantity: Annotated[
        str, typer.Option(help="What is measured, such as temperature; or use --column.")
    ] = "",
    unit: Annotated[
        str, typer.Option(help="Unit of the values, such as C; may be left out if the file says.")
    ] = "",
    zone: Annotated[
        str, typer.Option(help="Zone of the logger's clock: Europe/Berlin, UTC, or +01:00.")
    ] = "",
    sensor: Annotated[str, typer.Option(help="Name of the sensor.")] = "",
    value_column: Annotated[str, typer.Option(help="Header of the values.")] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(help=f"A column to take, several times for several: {COLUMN_RULE}."),
    ] = None,
    time_column: Annotated[
        list[str] | None,
        typer.Option(help="Header of the times; twice for a date and a time of day."),
    ] = None,
    time_format: Annotated[str, typer.Option(help="How times are written.")] = "",
    date_order: Annotated[
        DateOrder | None, typer.Option(help="Order of dates such as 06/07/2026.")
    ] = None,
    decimal: Annotated[DecimalMark | None, typer.Option(help="The decimal mark.")] = None,
    interval_s: Annotated[
        int | None,
        typer.Option(min=1, help="Planned seconds between two readings; the usual ones if absent."),
    ] = None,
    departure: Annotated[str, typer.Option(help="When the transport began, with offset.")] = "",
    arrival: Annotated[str, typer.Option(help="When it arrived.")] = "",
    delivery: Annotated[str, typer.Option(help="When the goods were delivered.")] = "",
    svg: Annotated[Path | None, typer.Option(help="Draw into this file, as SVG.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Judge a recorded series by a policy, and draw what it would have decided. Changes nothing.

    Example: cargotwin policy test config/policies/crt-20-25.toml room.csv --quantity temperature

    Exit code 0: every rule is kept. 1: a rule is not kept. 2: a file cannot be read.
    """
    with explained():
        found = read_file(
            series,
            wishes_of(quantity, unit, sensor, value_column, column or []),
            Layout(
                zone=zone or None,
                time_columns=tuple(time_column or ()),
                time_format=time_format or None,
                date_order=date_order,
                decimal=decimal,
            ),
        )
        stated = {
            MilestoneName.DEPARTURE: departure,
            MilestoneName.ARRIVAL: arrival,
            MilestoneName.DELIVERY: delivery,
        }
        trial = tried(
            _read(file),
            readings_of(found.readings),
            None if interval_s is None else interval_s * MICROSECONDS,
            {name: microseconds(text) for name, text in stated.items() if text},
        )
        lines = _verdict(trial)
        if svg is not None:
            _draw(svg, trial, lines)
    # Beside JSON, nothing else goes to standard output.
    _tell(people if as_json else results, found, trial, lines)
    if as_json:
        print_json(condition_document(trial.condition))
    if trial.condition.severity > Severity.NONE:
        raise typer.Exit(NO)


def _read(file: Path) -> ConditionPolicy:
    return policy_of(rfc8785.dumps(read_policy_file(file)))


def _verdict(trial: Trial) -> list[str]:
    document = verdict_document(trial.condition, trial.policy, None) | {"id": trial.policy.id}
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in explanation(document)]


def _draw(file: Path, trial: Trial, lines: list[str]) -> None:
    charts = list(charts_of(trial, WIDTH // _PIXELS_PER_BUCKET))
    sheet = policy_sheet(f"Trial of {trial.policy.title}", charts, lines)
    try:
        file.write_text(sheet, encoding="utf-8")
    except OSError as error:
        raise UnreadableFile(file, f"{error.strerror}; name a file that can be written") from error


def _tell(screen: Console, found: LoggerFile, trial: Trial, lines: list[str]) -> None:
    def tell(text: str) -> None:
        screen.print(text, markup=False, soft_wrap=True)

    taken = counted(len(found.readings), "reading")
    every = trial.interval // MICROSECONDS
    tell(f"{taken}, {'; '.join(found.columns)}; one planned every {every:,} s")
    for one in found.refused[:_SHOWN_REFUSALS]:
        tell(f"line {one.line} is left out: {one.reason}")
    if len(found.refused) > _SHOWN_REFUSALS:
        tell(f"and {counted(len(found.refused) - _SHOWN_REFUSALS, 'more line')}")
    columns = screen.width - AXIS
    for subject in charts_of(trial, columns):
        for drawn in terminal_chart(subject, screen.width, _LINES):
            screen.print(drawn)
        tell(LEGEND)
    for line in lines:
        tell(line)
    for replay in replays_of(trial):
        tell(
            f"beside the verdict: {replay.quantity}, sensor {replay.sensor}: from "
            f"{moment_words(replay.since)} on it {replay.text}; were stored data sent again as new?"
        )
