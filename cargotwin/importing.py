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
from cargotwin.moments import rfc3339
from gateway.clock import now_us
from gateway.codecs.base import CodecSettings
from gateway.door import DoorClient
from gateway.errors import UnreadableFile
from gateway.logger_files.columns import Wish
from gateway.logger_files.decimals import DecimalMark
from gateway.logger_files.errors import UnclearFile
from gateway.logger_files.layout import Layout
from gateway.logger_files.local_times import DateOrder
from gateway.logger_files.series import FileReading, LoggerFile, read_logger_file
from gateway.logger_files.zones import Ambiguous
from twins.errors import CargotwinError
from twins.identifiers import device_id

READINGS_PER_MESSAGE = 500
"""About 80 kB of JSON, far from the least that `intake.maximum_payload_bytes` may sensibly be."""
_CLIENT = "import"
_SHOWN_REFUSALS = 20
_TELL_S = 2.0
_BAD_PAYLOAD = 0x99
_COLUMN_RULE = "write HEADER=QUANTITY, HEADER=QUANTITY:UNIT or HEADER=QUANTITY:UNIT:SENSOR"


class Imported(msgspec.Struct, frozen=True):
    """What came of a file.

    Attributes:
        device: Whose readings they are.
        rows: Rows of its table.
        readings: Measurements that could be read.
        taken: Of those, how many intake has on disk.
        repeated: Measurements that the file holds twice.
        without_value: Cells that say that there is no value.
        first_at: Time of the first reading, RFC 3339; None without one.
        last_at: Time of the last one.
        zone: Zone of the file's clock.
        columns: What was read from which column.
        refused: Rows that cannot be used, by line.
        faults: Why intake refused readings.
        is_wanted: Whether an asset is bound to the device.
    """

    device: str
    rows: int
    readings: int
    taken: int
    repeated: int
    without_value: int
    first_at: str | None
    last_at: str | None
    zone: str
    columns: tuple[str, ...]
    refused: tuple[dict[str, object], ...]
    faults: tuple[str, ...]
    is_wanted: bool


def register(application: typer.Typer) -> None:
    """Add this command to the application."""
    application.command("import")(import_file)


def import_file(
    file: Annotated[Path, typer.Argument(help="A logger's export: CSV, or parted by ; or tabs.")],
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
        typer.Option(help=f"A column to take, several times for several: {_COLUMN_RULE}."),
    ] = None,
    time_column: Annotated[
        list[str] | None,
        typer.Option(help="Header of the times; twice for a date and a time of day."),
    ] = None,
    time_format: Annotated[
        str,
        typer.Option(
            "--time-format",
            "--format",
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
    dry_run: Annotated[bool, typer.Option(help="Read the file and take nothing.")] = False,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Take a logger's file as historical readings; the same file again changes nothing.

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
        wishes = _wishes(quantity, unit, sensor, value_column, column or [])
        tolerance = CodecSettings().future_tolerance
        found = _read(file, wishes, layout, tolerance)
    result = _result(device, found)
    _tell_plan(file, found, result)
    if not dry_run:
        result = run(_send(data, device, found, result))
    _tell_result(result, is_dry=dry_run)
    if as_json:
        print_json(msgspec.to_builtins(result) | {"dry_run": dry_run})
    if result.refused or result.faults:
        raise typer.Exit(NO)


def _wishes(
    quantity: str, unit: str, sensor: str, value_column: str, columns: Sequence[str]
) -> list[Wish]:
    wishes = [_wish(text) for text in columns]
    if quantity:
        wishes.append(Wish(quantity, unit or None, value_column or None, sensor))
    elif unit or sensor or value_column:
        raise UnclearFile("--unit, --sensor and --value-column go with --quantity; state it")
    if not wishes:
        raise UnclearFile("what is measured? State --quantity temperature, or --column")
    return wishes


def _wish(text: str) -> Wish:
    header, equals, rest = text.rpartition("=")
    quantity, *others = rest.split(":", 2)
    if not equals or not header or not quantity:
        raise UnclearFile(f"--column {text!r} cannot be read; {_COLUMN_RULE}")
    unit, sensor = (*others, "", "")[:2]
    return Wish(quantity, unit or None, header, sensor)


def _read(file: Path, wishes: Sequence[Wish], layout: Layout, tolerance: int) -> LoggerFile:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnreadableFile(file, f"{error.strerror}; name a file that can be read") from error
    try:
        return read_logger_file(content, wishes, layout, now_us(), tolerance)
    except UnclearFile as error:
        raise UnreadableFile(file, str(error)) from error


def _result(device: str, found: LoggerFile) -> Imported:
    moments = [one.observed_at for one in found.readings]
    return Imported(
        device=device,
        rows=found.rows,
        readings=len(found.readings),
        taken=0,
        repeated=found.repeated,
        without_value=found.without_value,
        first_at=rfc3339(moments[0]) if moments else None,
        last_at=rfc3339(moments[-1]) if moments else None,
        zone=found.zone,
        columns=found.columns,
        refused=tuple({"line": one.line, "reason": one.reason} for one in found.refused),
        faults=(),
        is_wanted=True,
    )


async def _send(data: Path, device: str, found: LoggerFile, result: Imported) -> Imported:
    """Send the readings message by message, each durable before the next one leaves."""
    door = DoorClient(data)
    taken, faults, is_wanted = 0, [], True
    told_at = time.monotonic()
    for message in _messages(found.readings):
        command: dict[str, object] = {
            "command": "ingest",
            "codec": "cargotwin",
            "topic": f"cargotwin/v1/{device}/readings",
            "payload": base64.b64encode(message).decode(),
            "client": _CLIENT,
        }
        try:
            answer = await door.submit(command)
        except CargotwinError:
            people.print(f"{taken:,} readings are taken; the same command again takes the rest")
            raise
        taken += int(str(answer["records"]))
        faults += msgspec.convert(answer["faults"], list[str])
        is_wanted = is_wanted and answer["code"] in {0, _BAD_PAYLOAD}
        if time.monotonic() - told_at > _TELL_S:
            told_at = time.monotonic()
            people.print(f"{taken:,} of {result.readings:,} readings taken")
    # A fault is about the device, not about a row, and comes again with every message.
    distinct = tuple(dict.fromkeys(faults))
    return msgspec.structs.replace(result, taken=taken, faults=distinct, is_wanted=is_wanted)


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


def _tell_plan(file: Path, found: LoggerFile, result: Imported) -> None:
    people.print(
        f"{file}: {result.rows:,} rows, {result.readings:,} readings from "
        f"{result.first_at} to {result.last_at}",
        markup=False,
        soft_wrap=True,
    )
    for column in found.columns:
        people.print(f"  column {column}", markup=False, soft_wrap=True)
    clock = f"times are in {found.zone}" if found.zone else "each time states its offset"
    people.print(f"  {clock}; the file is {found.encoding}", markup=False)


def _tell_result(result: Imported, *, is_dry: bool) -> None:
    for one in result.refused[:_SHOWN_REFUSALS]:
        people.print(f"line {one['line']}: {one['reason']}", markup=False, soft_wrap=True)
    more = len(result.refused) - _SHOWN_REFUSALS
    if more > 0:
        people.print(f"and {more:,} more; --json names them all")
    for fault in result.faults:
        people.print(f"refused by intake: {fault}", markup=False, soft_wrap=True)
    verb = "would be taken" if is_dry else "taken"
    count = result.readings if is_dry else result.taken
    parts = [f"{count:,} readings {verb}", f"{len(result.refused):,} rows refused"]
    parts += [f"{result.repeated:,} repeated"] if result.repeated else []
    parts += [f"{result.without_value:,} without a value"] if result.without_value else []
    people.print(", ".join(parts))
    if not result.is_wanted:
        people.print(
            f"no asset is bound to {result.device} yet: bind it with `cargotwin asset bind … "
            "--at`, and its readings since then count",
            markup=False,
            soft_wrap=True,
        )
