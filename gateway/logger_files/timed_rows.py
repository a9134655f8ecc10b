"""When each row of a table was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from gateway.codecs.base import Refusal

from .columns import ValueColumn, cell_of
from .decimals import is_absent
from .errors import RowRefused, UnclearFile
from .layout import Layout, RefusedRow
from .local_times import LocalTime, date_order, formatted_time, local_time
from .names import stated_offset
from .table import Row, Table
from .zones import Zone, moments, offset_at, zone_named


class TimedRows(msgspec.Struct, frozen=True):
    """The rows of a table with their moments.

    Attributes:
        rows: Each row that has a moment, in microseconds UTC, in the order of the file.
        refused: Why others have none.
        zone: Zone or offset of the times; empty where each states its own.
    """

    rows: tuple[tuple[Row, int], ...]
    refused: tuple[RefusedRow, ...]
    zone: str


def timed_rows(
    table: Table, places: Sequence[int], columns: Sequence[ValueColumn], layout: Layout
) -> TimedRows:
    """Return when each row was measured.

    Args:
        table: The table.
        places: The column of times, or those of date and time of day.
        columns: The columns of values; a line without a value is none to refuse.
        layout: What is stated of the file.

    Raises:
        UnclearFile: The dates or the zone are not clear.
    """
    rows, times, refused = _read(table, places, columns, layout)
    zone = _zone(table, places, layout)
    timed: list[tuple[Row, int]] = []
    for row, moment in zip(rows, moments(times, zone, layout.ambiguous), strict=True):
        if isinstance(moment, RowRefused):
            refused.append(RefusedRow(row.line, str(moment)))
        else:
            timed.append((row, moment))
    if zone is None or all(one.offset is not None for one in times):
        return TimedRows(tuple(timed), tuple(refused), "")
    _check_zone(timed, layout.zone, zone)
    return TimedRows(tuple(timed), tuple(refused), str(zone))


def _read(
    table: Table, places: Sequence[int], columns: Sequence[ValueColumn], layout: Layout
) -> tuple[list[Row], list[LocalTime], list[RefusedRow]]:
    rows: list[Row] = []
    times: list[LocalTime] = []
    refused: list[RefusedRow] = []
    read = _time_reader(table, places, layout)
    for row in table.rows:
        try:
            times.append(read(_time_cell(row, places)))
            rows.append(row)
        except (RowRefused, Refusal) as fault:
            has_value = any(not is_absent(cell_of(row, one.place)) for one in columns)
            # A line of units under the header, or of words under the table, has no value to lose.
            is_lost = has_value and (bool(rows) or _has_digit(row, columns))
            if is_lost or _is_run_together(row, table.delimiter):
                refused.append(RefusedRow(row.line, str(fault)))
    return rows, times, refused


def _time_reader(table: Table, places: Sequence[int], layout: Layout) -> Callable[[str], LocalTime]:
    if layout.time_format is not None:
        written = layout.time_format
        return lambda cell: formatted_time(cell, written)
    order = layout.date_order or date_order(_time_cell(row, places) for row in table.rows)
    return lambda cell: local_time(cell, order)


def _time_cell(row: Row, places: Sequence[int]) -> str:
    return " ".join(cell_of(row, place) for place in places).strip()


def _has_digit(row: Row, columns: Sequence[ValueColumn]) -> bool:
    return any(any(map(str.isdigit, cell_of(row, one.place))) for one in columns)


def _is_run_together(row: Row, delimiter: str) -> bool:
    """Tell whether quotes make one cell of several, a date or a number among them."""
    return any(delimiter in cell and any(map(str.isdigit, cell)) for cell in row.cells)


def _zone(table: Table, places: Sequence[int], layout: Layout) -> Zone | None:
    """Return the zone of the file's clock: what its header states comes before what a person does.

    A person's zone that contradicts the header is noticed with the first moment.
    """
    offsets = {stated_offset(table.header[place]) for place in places} - {None}
    if offsets:
        return zone_named(str(offsets.pop()))
    return zone_named(layout.zone) if layout.zone is not None else None


def _check_zone(timed: Iterable[tuple[Row, int]], stated: str | None, used: Zone) -> None:
    zone = used if stated is None else zone_named(stated)
    if zone == used:
        return
    for row, moment in timed:
        if offset_at(moment, zone) != offset_at(moment, used):
            raise UnclearFile(
                f"line {row.line}: the header states the offset {used}, --zone {stated} has "
                "another then; leave --zone out, or mend the header"
            )
