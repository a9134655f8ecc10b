"""The table in a logger's export: its encoding, delimiter, header line and rows.

Loggers write a preamble of their own (serial number, trip, limits) before the table, and some a
summary behind it. The header is therefore looked for, and every row keeps the line it stands on.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from .errors import UnclearFile
from .local_times import looks_like_time
from .names import folded, is_time_name

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
    """One line of the table, or several where a quoted cell holds line ends."""

    line: int
    cells: tuple[str, ...]


class Table(msgspec.Struct, frozen=True):
    """A table as it stands in a file.

    Attributes:
        header: Names of the columns; `column 1`, `column 2`, … where the file names none.
        rows: All lines behind the header that are not empty.
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
        UnclearFile: No table is found.
    """
    text, encoding = _text(data)
    found = {one: _found(_lines(text[:_SAMPLED], one), named) for one in _DELIMITERS}
    delimiter, (score, header, first) = max(found.items(), key=lambda one: one[1][0])
    if not score:
        raise UnclearFile(_no_table(named))
    rows = tuple(_lines(text, delimiter))[first:]
    return Table(header, rows, encoding, delimiter)


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
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num, tuple(cell.strip() for cell in cells))
    except csv.Error as error:
        raise UnclearFile(f"line {reader.line_num} is no line of a table: {error}") from error


class _Found(NamedTuple):
    """How well a delimiter fits, the header that it gives, and how many rows stand before."""

    score: int
    header: tuple[str, ...] = ()
    first: int = 0


def _found(lines: Iterable[Row], named: Sequence[str]) -> _Found:
    try:
        known = list(lines)
    except UnclearFile:
        return _Found(0)
    return _with_names(known, named) if named else _with_times(known)


def _with_names(lines: Sequence[Row], named: Sequence[str]) -> _Found:
    wanted = {folded(name) for name in named}
    for place, row in enumerate(lines):
        if wanted <= {folded(cell) for cell in row.cells}:
            return _Found(len(row.cells), row.cells, place + 1)
    return _Found(0)


def _with_times(lines: Sequence[Row]) -> _Found:
    """Return the table whose rows hold a time and something else; the score is their number."""
    places = [place for place, row in enumerate(lines) if _is_data(row)]
    if not places:
        return _Found(0)
    before, width = lines[: places[0]], len(lines[places[0]].cells)
    named = [row for row in before if any(map(is_time_name, row.cells))]
    named = named or [row for row in before if len(row.cells) == width and _is_words(row)]
    if named:
        return _Found(len(places), named[-1].cells, places[0])
    widest = max(len(lines[place].cells) for place in places)
    header = tuple(f"column {number + 1}" for number in range(widest))
    return _Found(len(places), header, places[0])


def _is_data(row: Row) -> bool:
    return len(row.cells) >= _LEAST_CELLS and any(looks_like_time(cell) for cell in row.cells[:4])


def _is_words(row: Row) -> bool:
    return not any(cell[:1].isdigit() or looks_like_time(cell) for cell in row.cells)


def _no_table(named: Sequence[str]) -> str:
    if named:
        return f"no line of the file holds the columns {', '.join(map(repr, named))}"
    return (
        "no line of the file holds a date and a value; name the columns with --time-column and "
        "--value-column, and the way its times are written with --time-format"
    )
