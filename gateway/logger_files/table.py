"""The table in a logger's export: its encoding, delimiter, header line and rows.

Loggers write a preamble of their own (serial number, trip, limits) before the table, and some a
summary behind it. The header is therefore looked for, and every row keeps the line it stands on.

A row is a line: a quote that nothing closes would else make one cell of all the rows behind it. And
a table has one header: what stands under a second one would be read by the names of the first.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from .decimals import is_absent
from .errors import UnclearFile
from .local_times import looks_like_time
from .names import folded, is_time_name, states_unit

_DELIMITERS = (",", ";", "\t", "|")
_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LEAST_CELLS = 2
_SAMPLED = 1 << 20
"""Characters of a file in which its table must begin."""


class Row(NamedTuple):
    """One line of a file; `fault` says why it is no line of a table, empty where it is one."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


class Table(msgspec.Struct, frozen=True):
    """A table as it stands in a file.

    Attributes:
        header: Names of the columns; `column 1`, `column 2`, … where the file names none.
        rows: All lines behind the header that are neither empty nor the header once more.
        encoding: How the bytes were read.
        delimiter: What parts the cells.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str


def read_table(data: bytes, named: Sequence[str] = ()) -> Table:
    """Return the table of a file.

    Args:
        data: The file.
        named: Headers that the reader knows; the line that holds them all is the header.

    Raises:
        UnclearFile: No table is found, or a line of it cannot be read, or it has a second header.
    """
    text, encoding = _text(data)
    found = {one: _found(list(_lines(text[:_SAMPLED], one)), named) for one in _DELIMITERS}
    delimiter, table = max(found.items(), key=lambda one: one[1].score)
    if not table.score:
        raise UnclearFile(_no_table(named))
    lines = tuple(_lines(text, delimiter))
    for row in lines[table.starts_at :]:
        if row.fault:
            raise UnclearFile(row.fault)
    rows = _under_one_header(lines[table.first :], table)
    return Table(table.header, rows, encoding, delimiter)


def _text(data: bytes) -> tuple[str, str]:
    for mark, encoding in _ENCODINGS.items():
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise UnclearFile(f"the file is no {encoding} although it says so") from error
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # What Windows programs write: of a table of numbers, only names of columns depend on it.
        return data.decode("cp1252", "replace"), "windows-1252"


def _lines(text: str, delimiter: str) -> Iterator[Row]:
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        try:
            (cells,) = csv.reader((line,), delimiter=delimiter, strict=True)
        except csv.Error as error:
            fault = (
                f"line {number} is no line of a table, a quote in it is not closed or closed too "
                f"early ({error}); mend the line"
            )
            yield Row(number, tuple(cell.strip() for cell in line.split(delimiter)), fault)
            continue
        if any(cell.strip() for cell in cells):
            yield Row(number, tuple(cell.strip() for cell in cells))


class _Found(NamedTuple):
    """How well a delimiter fits, and the table that it gives.

    Attributes:
        score: Number of its rows, or of its columns.
        header: Names of the columns.
        starts_at: How many lines stand before the header.
        first: How many stand before the rows.
        time_place: Column of the times.
    """

    score: int
    header: tuple[str, ...] = ()
    starts_at: int = 0
    first: int = 0
    time_place: int = 0


def _found(lines: Sequence[Row], named: Sequence[str]) -> _Found:
    return _with_names(lines, named) if named else _with_times(lines)


def _with_names(lines: Sequence[Row], named: Sequence[str]) -> _Found:
    wanted = [folded(name) for name in named]
    for place, row in enumerate(lines):
        header = [folded(cell) for cell in row.cells]
        if set(wanted) <= set(header):
            return _Found(len(header), row.cells, place, place + 1, header.index(wanted[0]))
    return _Found(0)


def _with_times(lines: Sequence[Row]) -> _Found:
    """Return the table whose rows hold a time and something else; the score is their number."""
    places = [place for place, row in enumerate(lines) if _is_data(row)]
    if not places:
        return _Found(0)
    first = lines[places[0]].cells
    time_place = next(at for at, cell in enumerate(first) if looks_like_time(cell))
    before = list(enumerate(lines[: places[0]]))
    named = [(at, row) for at, row in before if any(map(is_time_name, row.cells))]
    named = named or [
        (at, row) for at, row in before if len(row.cells) == len(first) and _is_words(row)
    ]
    if named:
        at, row = named[-1]
        return _Found(len(places), row.cells, at, at + 1, time_place)
    widest = max(len(lines[place].cells) for place in places)
    header = tuple(f"column {number + 1}" for number in range(widest))
    return _Found(len(places), header, places[0], places[0], time_place)


def _under_one_header(rows: Sequence[Row], table: _Found) -> tuple[Row, ...]:
    """Return the rows without repetitions of the header.

    Raises:
        UnclearFile: Another header stands among them.
    """
    timed = [at for at, row in enumerate(rows) if _has_digit(row, table.time_place)]
    header, found = _names(table.header), []
    for at, row in enumerate(rows):
        if timed and timed[0] < at < timed[-1] and _is_header(row, table.time_place):
            if _names(row.cells) != header:
                raise UnclearFile(
                    f"line {row.line} is another header, {', '.join(map(repr, row.cells))}, and "
                    "rows follow that it gives a meaning of their own; split the file there and "
                    "take each table for itself"
                )
            continue
        found.append(row)
    return tuple(found)


def _is_header(row: Row, time_place: int) -> bool:
    """Tell whether a row names columns; an event without its time has one word alone."""
    if row.cells[time_place : time_place + 1] and row.cells[time_place][:1].isdigit():
        return False
    words = [cell for cell in row.cells if not is_absent(cell)]
    if any(map(looks_like_time, words)):
        return False
    is_one = len(words) >= _LEAST_CELLS or any(map(states_unit, words))
    if is_one and any(map(is_time_name, words)):
        return True
    return is_one and _is_words(row) and not _has_digit(row, time_place)


def _has_digit(row: Row, place: int) -> bool:
    return place < len(row.cells) and any(map(str.isdigit, row.cells[place]))


def _names(cells: Sequence[str]) -> list[str]:
    names = [folded(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _is_data(row: Row) -> bool:
    return len(row.cells) >= _LEAST_CELLS and any(looks_like_time(cell) for cell in row.cells[:4])


def _is_words(row: Row) -> bool:
    return not any(
        cell.lstrip("+-\u2212")[:1].isdigit() or looks_like_time(cell) for cell in row.cells
    )


def _no_table(named: Sequence[str]) -> str:
    if named:
        return f"no line of the file holds the columns {', '.join(map(repr, named))}"
    return (
        "no line of the file holds a date and a value; name the columns with --time-column and "
        "--value-column, and the way its times are written with --time-format"
    )
