"""From a logger's file to readings: every row is taken, or refused with its line and the reason."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.codecs.base import Refusal
from gateway.codecs.times import check_window
from gateway.codecs.units import conversion

from .columns import ValueColumn, Wish, cell_of, time_columns, value_columns
from .decimals import DecimalMark, decimal_mark, is_absent, number
from .errors import RowRefused
from .layout import Layout, RefusedRow
from .table import read_table
from .timed_rows import timed_rows


class FileReading(msgspec.Struct, frozen=True):
    """One measurement of a file.

    Attributes:
        line: Line of the file that it stands on.
        sensor: Name of the sensor.
        quantity: What is measured.
        unit: Its unit.
        value: The number as written.
        observed_at: Microseconds UTC.
        seq: Tells measurements of one sensor and moment apart, where the file has several; 1 for
            the second of them, None for the first.
    """

    line: int
    sensor: str
    quantity: str
    unit: str
    value: float
    observed_at: int
    seq: int | None = None


class LoggerFile(msgspec.Struct, frozen=True):
    """What a file holds.

    Attributes:
        readings: What can be taken, oldest first.
        refused: What cannot.
        rows: Rows of the table.
        without_value: Cells that say that there is no value.
        repeated: Measurements that the file holds twice.
        columns: Where the values stand, in words.
        zone: Zone or offset of its times; empty where each time states its own.
        encoding: How its bytes were read.
    """

    readings: tuple[FileReading, ...]
    refused: tuple[RefusedRow, ...]
    rows: int
    without_value: int
    repeated: int
    columns: tuple[str, ...]
    zone: str
    encoding: str


def read_logger_file(
    data: bytes, wishes: Sequence[Wish], layout: Layout, now: int, future_tolerance: int
) -> LoggerFile:
    """Return the readings of a logger's file.

    Args:
        data: The file.
        wishes: What to take from it.
        layout: What is stated of it.
        now: Microseconds UTC; no reading may lie ahead of it.
        future_tolerance: Microseconds that a logger's clock may run ahead.

    Raises:
        UnclearFile: The file can be read in several ways, or in none; says what to state.
        Refusal: A quantity, a unit or the name of a sensor is none.
    """
    table = read_table(data, layout.time_columns)
    times = time_columns(table, layout.time_columns)
    columns = value_columns(table, wishes, times)
    timed = timed_rows(table, times, columns, layout)
    refused = list(timed.refused)
    mark = layout.decimal or decimal_mark(
        cell_of(row, column.place) for row in table.rows for column in columns
    )
    absent = 0
    readings: list[FileReading] = []
    for row, moment in timed.rows:
        for column in columns:
            cell = cell_of(row, column.place)
            if is_absent(cell):
                absent += 1
                continue
            try:
                check_window(moment, now, future_tolerance)
                readings.append(_reading(row.line, column, cell, mark, moment))
            except (RowRefused, Refusal) as fault:
                name = table.header[column.place]
                refused.append(RefusedRow(row.line, f"{name}: {fault}"))
    told_apart = _told_apart(_oldest_first(readings))
    return LoggerFile(
        readings=tuple(told_apart),
        refused=tuple(sorted(refused, key=lambda one: one.line)),
        rows=len(table.rows),
        without_value=absent,
        repeated=len(readings) - len(told_apart),
        columns=tuple(
            f"{table.header[one.place]!r} is {one.quantity} in {one.unit} of sensor {one.sensor}"
            for one in columns
        ),
        zone=timed.zone,
        encoding=table.encoding,
    )


def _reading(
    line: int, column: ValueColumn, cell: str, mark: DecimalMark, moment: int
) -> FileReading:
    value, unit = number(cell, mark)
    scale = conversion(column.quantity, column.unit)
    if unit and conversion(column.quantity, unit) != scale:
        raise RowRefused(f"{cell!r} is in {unit}, not in {column.unit}")
    scale.steps(value)
    return FileReading(line, column.sensor, column.quantity, column.unit, value, moment)


def _oldest_first(readings: list[FileReading]) -> list[FileReading]:
    """Return readings by time; those of one moment in the order in which they were measured."""
    if readings and readings[0].observed_at > readings[-1].observed_at:
        readings.reverse()
    return sorted(readings, key=lambda one: one.observed_at)


def _told_apart(readings: Sequence[FileReading]) -> list[FileReading]:
    """Give measurements of one sensor and one moment a number each; drop those that are repeated.

    A clock that is written to the minute gives several measurements one time. They are numbered
    among themselves, not by their line: another export of the same logger has other lines.
    """
    found: list[FileReading] = []
    values: dict[tuple[str, str, int], list[int]] = {}
    for one in readings:
        steps = conversion(one.quantity, one.unit).steps(one.value)
        known = values.setdefault((one.sensor, one.quantity, one.observed_at), [])
        if steps in known:
            continue
        found.append(msgspec.structs.replace(one, seq=len(known) or None))
        known.append(steps)
    return found
