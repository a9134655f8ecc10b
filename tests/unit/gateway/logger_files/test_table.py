"""Tables by hand: a line that changes what the lines below it mean is never read over."""

import pytest

from gateway.logger_files.errors import UnclearFile
from gateway.logger_files.table import Row, Table, read_table

HEADER = "Time,Temperature (C),Note\n"
ROWS = [f"2026-11-01 10:{minute:02}:00,{minute}.5," for minute in range(8)]


def read(*lines: str, named: tuple[str, ...] = ()) -> Table:
    return read_table("\n".join(lines).encode(), named)


@pytest.mark.parametrize("closed_on", [None, 6])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_stray_quote_swallows_no_rows_but_is_named_by_its_line(
    closed_on: int | None, end: str
) -> None:
    rows = list(ROWS)
    rows[3] += '"door open'
    if closed_on is not None:
        rows[closed_on] += 'closed"'
    with pytest.raises(UnclearFile, match=r"line 5\b.*quote"):
        read_table((HEADER.replace("\n", end) + end.join(rows)).encode())


def test_quote_that_ends_before_its_cell_does_is_named_by_its_line() -> None:
    with pytest.raises(UnclearFile, match=r"line 3\b"):
        read(HEADER + ROWS[0], ROWS[1] + '"door "open""', ROWS[2])


def test_header_that_goes_on_in_the_next_line_is_refused() -> None:
    with pytest.raises(UnclearFile, match=r"line 1\b"):
        read('Time,"Temperature', '(C)",Note', *ROWS)


def test_quotes_in_a_preamble_and_whole_quoted_cells_are_no_hindrance() -> None:
    table = read('"Plot": 7', '5" pipe', '"two', 'lines"', HEADER + ROWS[0] + '"a, ""b"""', ROWS[1])
    assert table.header == ("Time", "Temperature (C)", "Note")
    assert table.rows == (
        Row(6, ("2026-11-01 10:00:00", "0.5", 'a, "b"')),
        Row(7, ("2026-11-01 10:01:00", "1.5", "")),
    )


@pytest.mark.parametrize(
    "second",
    [
        "Time,Temperature (F),Note",
        "Time,Note,Temperature (C)",
        "Recorded,Probe 2,Remark",
        "Time (UTC+01:00),Temperature (C),Note",
        "Date,2nd probe (C),Note",
        ",F,",
    ],
)
def test_second_header_that_changes_the_columns_is_refused_with_its_line(second: str) -> None:
    with pytest.raises(UnclearFile, match=r"line 5\b.*another header"):
        read(HEADER + ROWS[0], ROWS[1], "", second, ROWS[2])


def test_second_header_below_stated_columns_is_refused_too() -> None:
    lines = ("when,t", ",C", "20261101 1000,5", "when,t (F)", "20261101 1001,41")
    with pytest.raises(UnclearFile, match=r"line 4\b.*another header"):
        read(*lines, named=("when",))


def test_header_that_is_repeated_word_for_word_says_nothing_new() -> None:
    table = read(HEADER + ROWS[0], "time, Temperature (C),NOTE", ROWS[1])
    assert [row.line for row in table.rows] == [2, 4]


@pytest.mark.parametrize(
    "between",
    ["stopped,,", "2026-11-01 10:00:30,,Door open", "yesterday,5,", ",,", "Mean,5.5,"],
)
def test_events_and_sums_between_the_rows_are_no_headers(between: str) -> None:
    table = read(HEADER + ROWS[0], between, ROWS[1])
    assert table.rows[-1].line == 4


def test_words_below_the_table_are_no_header() -> None:
    table = read(HEADER + ROWS[0], "Temperature alarm,none,", "End,2026-11-01 10:00:00,")
    assert len(table.rows) == 3
