"""Whatever a file holds, it is read or refused by name; nothing lies ahead of the clock."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.codecs.base import Refusal
from gateway.logger_files.columns import Wish
from gateway.logger_files.errors import UnclearFile
from gateway.logger_files.layout import Layout
from gateway.logger_files.series import read_logger_file

NOW = 1_795_000_000_000_000
TOLERANCE = 300_000_000

times = st.one_of(
    st.datetimes().map(str),
    st.sampled_from(
        ["2026-10-25 02:30", "2026-03-29 02:30", "05/06/26 07:08 PM", "4.5.2026 7:05", "10:00"]
    ),
)
cells = st.one_of(
    times,
    st.floats().map(str),
    st.sampled_from(["5,2", "1,013", "-", "", "4 °C", "1e999", '"', "time", "Temp (°C)"]),
    st.text(max_size=8),
)
rows = st.tuples(times, cells).map(",".join)
tables = st.lists(rows, max_size=8).map(lambda found: "\n".join(["time,value", *found]).encode())
anything = st.one_of(
    st.binary(max_size=200),
    st.lists(cells, max_size=30).map(lambda found: ";".join(found).encode("utf-8", "replace")),
    tables,
)
layouts = st.builds(
    Layout,
    zone=st.sampled_from([None, "UTC", "Europe/Berlin", "America/Sao_Paulo", "-23:59"]),
    time_format=st.sampled_from([None, None, "%Y", "epoch_us", "%"]),
)


@settings(max_examples=300, deadline=None)
@given(data=anything, layout=layouts)
def test_any_file_is_read_or_refused_by_name(data: bytes, layout: Layout) -> None:
    try:
        found = read_logger_file(data, [Wish("temperature", "C")], layout, NOW, TOLERANCE)
    except (UnclearFile, Refusal):
        return
    moments = [one.observed_at for one in found.readings]
    assert moments == sorted(moments)
    assert all(moment <= NOW + TOLERANCE for moment in moments)
    identities = [(one.observed_at, one.seq) for one in found.readings]
    assert len(set(identities)) == len(identities)


@settings(max_examples=200, deadline=None)
@given(
    minutes=st.lists(st.integers(0, 600_000), max_size=30, unique=True),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "+05:30"]),
)
def test_order_of_the_rows_changes_no_reading_where_the_clocks_are_not_set(
    minutes: list[int], zone: str
) -> None:
    # From 2025-05-01 on; the hour of a day on which clocks may be set is left out.
    wanted = [
        f"2025-{5 + m // 200_000:02}-{1 + m // 1440 % 28:02} {4 + m % 20:02}:00" for m in minutes
    ]
    lines = sorted(set(wanted))
    texts = [
        "\n".join(["time,value", *(f"{one},1" for one in order)]) for order in (lines, lines[::-1])
    ]
    if not lines:
        return
    layout = Layout(zone=zone)
    first, second = (
        read_logger_file(text.encode(), [Wish("temperature", "C")], layout, NOW, TOLERANCE)
        for text in texts
    )
    keys = [
        [(one.observed_at, one.seq, one.value) for one in file.readings] for file in (first, second)
    ]
    assert keys[0] == keys[1]
    assert len(keys[0]) == len(lines)


@settings(max_examples=200, deadline=None)
@given(
    place=st.integers(0, 9),
    at=st.integers(0, 30),
    other=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 30)),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_no_row_goes_missing_wherever_a_quote_strays(
    place: int, at: int, other: tuple[int, int] | None, end: str
) -> None:
    rows = [f"2026-05-04 10:{minute:02},{minute}.5,note" for minute in range(10)]
    for row, column in ((place, at), other or (place, at)):
        rows[row] = f'{rows[row][:column]}"{rows[row][column:]}'
    data = end.join(["time,value,note", *rows]).encode()
    try:
        found = read_logger_file(
            data, [Wish("temperature", "C")], Layout(zone="UTC"), NOW, TOLERANCE
        )
    except (UnclearFile, Refusal):
        return
    assert len(found.readings) + len(found.refused) == len(rows)
