"""`cargotwin import`: a data logger's file becomes historical readings of a device."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cargotwin.console import (
    DEFAULT_DATA,
    NO,
    DataOption,
    JsonOption,
    explained,
    people,
    print_json,
    run,
)
from cargotwin.import_counts import readings_kept
from cargotwin.import_results import Imported, result_of, tell_plan, tell_result
from cargotwin.logger_file_options import COLUMN_RULE, read_file, wishes_of
from gateway.door import DoorClient
from gateway.logger_files.decimals import DecimalMark
from gateway.logger_files.layout import Layout
from gateway.logger_files.local_times import DateOrder
from gateway.logger_files.series import FileReading, LoggerFile
from gateway.logger_files.zones import Ambiguous
from gateway.senders import IMPORT
from twins.errors import CargotwinError
from twins.identity.identifiers import device_id
from twins.verdict.counts import counted

READINGS_PER_MESSAGE = 500
"""About 80 kB of JSON, far from the least that `intake.maximum_payload_bytes` may sensibly be."""
_TELL_S = 2.0
_PATIENCE_S = 20.0
"""How long to wait for the gateway to have derived what is journalled, to count what is new."""
_BAD_PAYLOAD = 0x99


def register(application: typer.Typer) -> None:
    """Add this command to the application."""
    application.command("import")(import_file)


def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            help="What a logger's program exported: text parted by commas, semicolons or tabs."
        ),
    ],
    device: Annotated[str, typer.Option(help="Id of the device whose readings these are.")],
    quantity: Annotated[
        str, typer.Option(help="What is measured, such as temperature; or use --column.")
    ] = "",
    unit: Annotated[
        str, typer.Option(help="Unit of the values, such as C; may be left out if the file says.")
    ] = "",
    zone: Annotated[
        str,
        typer.Option(help="Zone of the logger's clock: Europe/Berlin, UTC, or +01:00 if fixed."),
    ] = "",
    sensor: Annotated[
        str, typer.Option(help="Name of the sensor; the quantity's if left out.")
    ] = "",
    value_column: Annotated[str, typer.Option(help="Header of the values.")] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(help=f"A column to take, several times for several: {COLUMN_RULE}."),
    ] = None,
    time_column: Annotated[
        list[str] | None,
        typer.Option(help="Header of the times; twice for a date and a time of day."),
    ] = None,
    time_format: Annotated[
        str,
        typer.Option(
            help="How times are written: %d/%m/%Y %H:%M, or epoch_s, epoch_ms, epoch_us.",
        ),
    ] = "",
    date_order: Annotated[
        DateOrder | None, typer.Option(help="Order of dates such as 06/07/2026.")
    ] = None,
    decimal: Annotated[DecimalMark | None, typer.Option(help="The decimal mark.")] = None,
    ambiguous: Annotated[
        Ambiguous | None,
        typer.Option(help="Which is meant by a time that the clocks show twice in autumn."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read the file and take nothing.")
    ] = False,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Take a logger's file as historical readings; the same file again changes nothing.

    Example: cargotwin import hobo.csv --device logger-7 --quantity temperature --zone Europe/Berlin

    Exit code 0: everything was taken. 1: some rows were refused, each is named with its line. 2:
    nothing was taken; the message says what to state.
    """
    layout = Layout(
        zone=zone or None,
        time_columns=tuple(time_column or ()),
        time_format=time_format or None,
        date_order=date_order,
        decimal=decimal,
        ambiguous=ambiguous,
    )
    with explained():
        device_id(device)
        wishes = wishes_of(quantity, unit, sensor, value_column, column or [])
        found = read_file(file, wishes, layout)
    result = result_of(device, found)
    tell_plan(file, found, result)
    if not dry_run:
        result = run(_send(data, device, found, result))
    tell_result(result, is_dry=dry_run)
    if as_json:
        print_json(msgspec.to_builtins(result) | {"dry_run": dry_run})
    if result.refused or result.faults:
        raise typer.Exit(NO)


async def _send(data: Path, device: str, found: LoggerFile, result: Imported) -> Imported:
    """Send the readings message by message, each durable before the next one leaves."""
    door = DoorClient(data)
    series = {(one.sensor, one.quantity) for one in found.readings}
    before = await readings_kept(data, device, series, _PATIENCE_S)
    taken, faults, is_wanted = 0, [], True
    told_at = time.monotonic()
    for message in _messages(found.readings):
        command: dict[str, object] = {
            "command": "ingest",
            "codec": "cargotwin",
            "topic": f"cargotwin/v1/{device}/readings",
            "payload": base64.b64encode(message).decode(),
            "client": IMPORT,
        }
        try:
            answer = await door.submit(command)
        except CargotwinError:
            done = counted(taken, "reading is taken", "readings are taken")
            people.print(f"{done}; the same command again takes the rest")
            raise
        taken += int(str(answer["records"]))
        faults += msgspec.convert(answer["faults"], list[str])
        is_wanted = is_wanted and answer["code"] in {0, _BAD_PAYLOAD}
        if time.monotonic() - told_at > _TELL_S:
            told_at = time.monotonic()
            people.print(f"{taken:,} of {counted(result.readings, 'reading')} taken")
    # A fault is about the device, not about a row, and comes again with every message.
    distinct = tuple(dict.fromkeys(faults))
    new = None
    if before is not None:
        after = await readings_kept(data, device, series, _PATIENCE_S)
        new = None if after is None else min(max(after - before, 0), taken)
    return msgspec.structs.replace(
        result,
        taken=taken,
        new=new,
        known=None if new is None else taken - new,
        faults=distinct,
        is_wanted=is_wanted,
    )


def _messages(readings: Sequence[FileReading]) -> Iterator[bytes]:
    for start in range(0, len(readings), READINGS_PER_MESSAGE):
        yield msgspec.json.encode(
            [_element(one) for one in readings[start : start + READINGS_PER_MESSAGE]]
        )


def _element(one: FileReading) -> dict[str, object]:
    element: dict[str, object] = {
        "sensor": one.sensor,
        "quantity": one.quantity,
        "value": one.value,
        "unit": one.unit,
        "observed_at_us": one.observed_at,
        "quality": ["historical"],
    }
    return element if one.seq is None else element | {"seq": one.seq}
