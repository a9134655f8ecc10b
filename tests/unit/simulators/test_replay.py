import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulators.replay import (
    SeriesReading,
    UnknownZone,
    UnreadableSeries,
    read_series,
    series_messages,
)
from twins.errors import InvalidIdentifier

NAB = Path(__file__).resolve().parents[2] / "vectors" / "nab_ambient_temperature.csv"


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1_000_000


def series(folder: Path, text: str, zone: str = "UTC", **columns: str) -> list[SeriesReading]:
    file = folder / "series.csv"
    file.write_text(text, encoding="utf-8")
    return read_series(file, "temperature", "F", zone, **columns)


def test_a_real_series_is_read_whole_in_the_stated_unit() -> None:
    rows = read_series(NAB, "temperature", "F", "UTC")
    assert len(rows) == 60
    assert rows[0] == SeriesReading("temperature", "F", 69.88083514, at("2013-07-04T00:00:00Z"), 1)
    assert rows[-1] == SeriesReading(
        "temperature", "F", 68.91679541, at("2013-07-06T11:00:00Z"), 60
    )


def test_naive_times_are_local_in_the_stated_zone() -> None:
    # New York is four hours behind UTC in July.
    rows = read_series(NAB, "temperature", "F", "America/New_York")
    assert rows[0].observed_at == at("2013-07-04T04:00:00Z")


def test_a_time_with_an_offset_is_used_as_it_is(tmp_path: Path) -> None:
    (row,) = series(tmp_path, "time,value\n2026-01-01T00:00:00+02:00,1\n", "America/New_York")
    assert row.observed_at == at("2025-12-31T22:00:00Z")


def test_an_hour_that_comes_twice_is_taken_for_the_first(tmp_path: Path) -> None:
    # Berlin, 2026-10-25: 02:30 is first summer time (UTC+2), then winter time.
    (row,) = series(tmp_path, "time,value\n2026-10-25 02:30:00,1\n", "Europe/Berlin")
    assert row.observed_at == at("2026-10-25T00:30:00Z")


def test_an_hour_that_the_clock_skips_is_refused_with_its_line(tmp_path: Path) -> None:
    text = "time,value\n2026-03-29 01:30:00,1\n2026-03-29 02:30:00,1\n"
    with pytest.raises(UnreadableSeries, match=r"line 3: clocks in Europe/Berlin skip"):
        series(tmp_path, text, "Europe/Berlin")


def test_rows_out_of_order_stay_where_they_are_and_are_sent_in_that_order(tmp_path: Path) -> None:
    text = "time,value\n2026-01-01 02:00,2\n2026-01-01 01:00,1\n2026-01-01 03:00,3\n"
    rows = series(tmp_path, text)
    assert [row.value for row in rows] == [2, 1, 3]
    messages = list(series_messages(rows, "fridge", rows_per_message=1))
    assert [json.loads(one.payload)[0]["value"] for one in messages] == [2, 1, 3]
    sent = [one.send_at for one in messages]
    assert sent == sorted(sent)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("value,timestamp", 5.0),
        ("temperature,Datetime", 5.0),
        ("inside air, TIME", 5.0),
        ("\ufeffvalue,time", 5.0),
    ],
)
def test_columns_are_found_by_their_header(tmp_path: Path, header: str, value: float) -> None:
    (row,) = series(tmp_path, f"{header}\n5.0,2026-01-01 00:00\n")
    assert row.value == value


def test_columns_can_be_named(tmp_path: Path) -> None:
    text = "a,b,c\n1,2026-01-01,7\n"
    (row,) = series(tmp_path, text, time_column="b", value_column="c")
    assert row.value == 7


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1: no time and value column"),
        ("a,b,c\n", "line 1: no time and value column"),
        ("time,x,y\n", "line 1: no time and value column"),
        ("time,value\n2026-01-01,warm\n", "line 2: 'warm' is no number"),
        ("time,value\n2026-01-01,nan\n", "line 2: 'nan' is no finite number"),
        ("time,value\n\n2026-01-01\n", "line 3: 1 columns, 2 are needed"),
        ("time,value\nyesterday,1\n", "line 2: 'yesterday' is no ISO 8601"),
    ],
)
def test_what_is_unreadable_is_refused_with_its_line(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(UnreadableSeries) as refused:
        series(tmp_path, text)
    assert reason in str(refused.value)


def test_a_missing_file_and_an_unknown_zone_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSeries, match=r"nothing\.csv"):
        read_series(tmp_path / "nothing.csv", "temperature", "F", "UTC")
    with pytest.raises(UnknownZone, match="Europe/Nowhere"):
        read_series(NAB, "temperature", "F", "Europe/Nowhere")


def test_rows_share_payloads_and_keep_their_seq() -> None:
    rows = read_series(NAB, "temperature", "F", "UTC")
    messages = list(series_messages(rows, "fridge", rows_per_message=25))
    assert [one.readings for one in messages] == [25, 25, 10]
    assert messages[0].topic == "cargotwin/v1/fridge/readings"
    assert [one["seq"] for m in messages for one in json.loads(m.payload)] == list(range(1, 61))
    assert json.loads(messages[0].payload)[0] == {
        "sensor": "temperature",
        "quantity": "temperature",
        "value": 69.88083514,
        "unit": "F",
        "observed_at_us": at("2013-07-04T00:00:00Z"),
        "seq": 1,
    }


def test_a_device_id_with_a_topic_separator_is_refused() -> None:
    rows = read_series(NAB, "temperature", "F", "UTC")
    with pytest.raises(InvalidIdentifier):
        list(series_messages(rows, "fridge/1"))
