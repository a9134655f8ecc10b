"""Layouts as loggers' programs export them, written by hand after their manuals' descriptions.

The moments are worked out by hand from the zones' rules (Berlin: UTC+1, in summer UTC+2; New York
without summer time: UTC-5); no value of a vendor's file is copied.
"""

from datetime import datetime

import pytest

from gateway.codecs.base import Refusal
from gateway.logger_files.columns import Wish
from gateway.logger_files.decimals import DecimalMark
from gateway.logger_files.errors import UnclearFile
from gateway.logger_files.layout import Layout
from gateway.logger_files.local_times import DateOrder
from gateway.logger_files.series import FileReading, LoggerFile, read_logger_file
from gateway.logger_files.zones import Ambiguous

TEMPERATURE = Wish("temperature", "C")
BERLIN = Layout(zone="Europe/Berlin")
UTC = Layout(zone="UTC")


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp()) * 1_000_000


NOW = at("2026-11-20T12:00:00Z")


def read(text: str | bytes, *wishes: Wish, layout: Layout = UTC) -> LoggerFile:
    data = text if isinstance(text, bytes) else text.encode()
    return read_logger_file(data, wishes or (TEMPERATURE,), layout, NOW, 300_000_000)


def told(file: LoggerFile) -> list[tuple[int, str, float]]:
    return [(one.observed_at, one.quantity, one.value) for one in file.readings]


def test_hoboware_states_the_offset_in_its_header_and_events_without_values() -> None:
    file = read(
        '"Plot Title: cold room"\n'
        '"#","Date Time, GMT-05:00","Temp, °C (LGR S/N: 1034, SEN S/N: 1034)",'
        '"RH, % (LGR S/N: 1034, SEN S/N: 1034)","Host Connected (LGR S/N: 1034)"\n'
        "1,06/11/18 11:59:00 PM,4.5,61.2,\n"
        "2,06/12/18 12:09:00 AM,4.75,60.0,\n"
        "3,06/13/18 12:12:00 PM,,,Logged\n",
        TEMPERATURE,
        Wish("humidity", "%"),
        layout=Layout(),
    )
    assert told(file) == [
        (at("2018-06-12T04:59:00Z"), "temperature", 4.5),
        (at("2018-06-12T04:59:00Z"), "humidity", 61.2),
        (at("2018-06-12T05:09:00Z"), "temperature", 4.75),
        (at("2018-06-12T05:09:00Z"), "humidity", 60.0),
    ]
    assert (file.refused, file.without_value) == ((), 2)


def test_testo_parts_date_and_time_and_writes_decimal_commas_in_windows_1252() -> None:
    file = read(
        "Datum;Zeit;[°C] Temperatur;[%rF] Feuchte\r\n"
        "01.07.2026;10:00:00;5,2;45,3\r\n"
        "01.07.2026;10:10:00;-5,25;45\r\n".encode("cp1252"),
        Wish("temperature"),
        Wish("humidity"),
        layout=BERLIN,
    )
    assert told(file) == [
        (at("2026-07-01T08:00:00Z"), "temperature", 5.2),
        (at("2026-07-01T08:00:00Z"), "humidity", 45.3),
        (at("2026-07-01T08:10:00Z"), "temperature", -5.25),
        (at("2026-07-01T08:10:00Z"), "humidity", 45.0),
    ]
    assert file.encoding == "windows-1252"


def test_preamble_and_summary_around_a_table_are_no_rows_to_refuse() -> None:
    file = read(
        "Serial Number:,TT4-000123\nTrip,Basel to Lyon\nUpper limit,8.0\n\n"
        "Date/Time,Temperature (°C),Event\n"
        "2026-05-04 10:00:00,4.9,\n2026-05-04 10:10:00,5.0,\nEnd of data\n"
    )
    assert [one.value for one in file.readings] == [4.9, 5.0]
    assert file.refused == ()


def test_tabs_and_utf_16_are_read() -> None:
    text = "Index\tDate\tTime\tReading\n1\t2026-05-04\t10:00\t4.9\n"
    file = read(text.encode("utf-16"))
    assert told(file) == [(at("2026-05-04T10:00:00Z"), "temperature", 4.9)]


def test_byte_order_mark_does_not_belong_to_the_first_name() -> None:
    file = read("\ufefftimestamp,temperature\n2026-05-04T10:00:00+02:00,4.9\n", layout=Layout())
    assert told(file) == [(at("2026-05-04T08:00:00Z"), "temperature", 4.9)]


def test_rows_keep_their_lines_and_good_ones_are_taken_beside_bad_ones() -> None:
    file = read(
        "time,value\n2026-05-04 10:00,4.9\n2026-05-04 10:10,warm\nyesterday,5\n"
        "2026-05-04 25:00,5\n2026-05-04 10:40,5.1\n2027-05-04 10:40,5.1\n2026-05-04 10:50,1e400\n"
    )
    assert [one.line for one in file.readings] == [2, 6]
    assert [one.line for one in file.refused] == [3, 4, 5, 7, 8]
    reasons = " ".join(one.reason for one in file.refused)
    for word in ("'warm' is no number", "'yesterday' is no date", "ahead of the gateway"):
        assert word in reasons


def test_first_row_is_refused_by_its_line_as_any_other_and_a_line_of_units_is_none() -> None:
    file = read("time,value\n,C\n2026-0504 10:00,4.9\n2026-05-04 10:10,5\n")
    assert [one.line for one in file.readings] == [4]
    assert [one.line for one in file.refused] == [3]


def test_naive_times_without_a_zone_are_refused_whole() -> None:
    with pytest.raises(UnclearFile, match="state --zone"):
        read("time,value\n2026-05-04 10:00,4.9\n", layout=Layout())


def test_times_with_offsets_need_no_zone_and_are_not_moved_by_one() -> None:
    text = "Date Time, GMT+01:00,value\n2026-05-04T10:00:00+02:00,4.9\n"
    file = read(text.replace("Time, GMT+01:00", "Time (GMT+01:00)"), layout=BERLIN)
    assert file.zone == ""
    assert [one.observed_at for one in file.readings] == [at("2026-05-04T08:00:00Z")]


def test_unknown_zone_is_named() -> None:
    with pytest.raises(UnclearFile, match="Europe/Nowhere"):
        read("time,value\n2026-05-04 10:00,4.9\n", layout=Layout(zone="Europe/Nowhere"))


def test_hour_that_the_clock_skips_is_refused_with_its_line() -> None:
    # Berlin, 2026-03-29: 02:00 becomes 03:00.
    file = read(
        "time,value\n2026-03-29 01:50,1\n2026-03-29 02:30,2\n2026-03-29 03:00,3\n", layout=BERLIN
    )
    assert [one.observed_at for one in file.readings] == [
        at("2026-03-29T00:50:00Z"),
        at("2026-03-29T01:00:00Z"),
    ]
    ((line, reason),) = [(one.line, one.reason) for one in file.refused]
    assert line == 3
    assert "skip" in reason


# Berlin, 2026-10-25: 03:00 summer time becomes 02:00 winter time.
TWICE = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
IN_UTC = [
    *("2026-10-24T23:30", "2026-10-25T00:00", "2026-10-25T00:30"),
    *("2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"),
]


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_hour_that_the_file_shows_twice_is_told_apart_by_its_order(is_newest_first: bool) -> None:  # noqa: FBT001 - a case
    rows = [f"2026-10-25 {time},{place}\n" for place, time in enumerate(TWICE)]
    rows = rows[::-1] if is_newest_first else rows
    file = read("time,value\n" + "".join(rows), layout=BERLIN)
    assert [(one.observed_at, one.value) for one in file.readings] == [
        (at(f"{time}:00Z"), place) for place, time in enumerate(IN_UTC)
    ]


def test_hourly_rows_show_the_hour_twice_by_the_same_time() -> None:
    text = "time,value\n2026-10-25 01:30,1\n2026-10-25 02:30,2\n2026-10-25 02:30,3\n"
    file = read(text, layout=BERLIN)
    assert [one.observed_at for one in file.readings] == [
        at("2026-10-24T23:30:00Z"),
        at("2026-10-25T00:30:00Z"),
        at("2026-10-25T01:30:00Z"),
    ]


ONCE = "time,value\n2026-10-25 01:30,1\n2026-10-25 02:30,2\n2026-10-25 03:30,3\n"


def test_hour_that_the_file_shows_once_is_refused_until_a_person_says_which() -> None:
    file = read(ONCE, layout=BERLIN)
    assert [(one.line, "--ambiguous" in one.reason) for one in file.refused] == [(3, True)]


@pytest.mark.parametrize(
    ("ambiguous", "moment"),
    [
        (Ambiguous.EARLIER, "2026-10-25T00:30:00Z"),
        (Ambiguous.LATER, "2026-10-25T01:30:00Z"),
    ],
)
def test_hour_that_the_file_shows_once_is_the_one_that_a_person_states(
    ambiguous: Ambiguous, moment: str
) -> None:
    file = read(ONCE, layout=Layout(zone="Europe/Berlin", ambiguous=ambiguous))
    assert file.readings[1].observed_at == at(moment)


def test_clock_without_summer_time_has_an_offset() -> None:
    file = read(ONCE, layout=Layout(zone="+01:00"))
    assert file.refused == ()
    assert file.readings[1].observed_at == at("2026-10-25T01:30:00Z")


def test_zone_that_contradicts_the_header_is_refused() -> None:
    text = '#,"Date Time, GMT+01:00","Temp, °C"\n1,2026-07-01 10:00,4\n'
    with pytest.raises(UnclearFile, match=r"line 2: the header states .*Europe/Berlin"):
        read(text, layout=BERLIN)


def test_order_of_day_and_month_is_taken_from_a_row_that_leaves_one() -> None:
    file = read("date/time,value\n03/04/2026 10:00,1\n03/13/2026 10:00,2\n")
    assert file.readings[0].observed_at == at("2026-03-04T10:00:00Z")


def test_order_of_day_and_month_is_asked_for_where_both_fit() -> None:
    with pytest.raises(UnclearFile, match=r"dmy and mdy would fit.*--date-order"):
        read("date/time,value\n03/04/2026 10:00,1\n03/05/2026 10:00,2\n")
    layout = Layout(zone="UTC", date_order=DateOrder.DAY_FIRST)
    file = read("date/time,value\n03/04/2026 10:00,1\n", layout=layout)
    assert file.readings[0].observed_at == at("2026-04-03T10:00:00Z")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("4.5.2026 7:05", "2026-05-04T07:05:00Z"),
        ("2026/05/04 07:05:00", "2026-05-04T07:05:00Z"),
        ("04-May-2026 07:05:00", "2026-05-04T07:05:00Z"),
        ("May 4, 2026 07:05 PM", "2026-05-04T19:05:00Z"),
        ("4. Mai 2026 07:05", "2026-05-04T07:05:00Z"),
        ("2026-05-04T07:05:00-04:00", "2026-05-04T11:05:00Z"),
        ("2026-05-04 12:05 am", "2026-05-04T00:05:00Z"),
        ("2026-05-04 07:05 UTC", "2026-05-04T07:05:00Z"),
    ],
)
def test_times_are_read_as_loggers_write_them(written: str, moment: str) -> None:
    file = read(f'time;value\n"{written}";1\n')
    assert [one.observed_at for one in file.readings] == [at(moment)]


@pytest.mark.parametrize(
    ("written", "time_format"),
    [("1777885500", "epoch_s"), ("1777885500000", "epoch_ms"), ("20260504 0905", "%Y%m%d %H%M")],
)
def test_times_are_read_as_a_person_states_them(written: str, time_format: str) -> None:
    # 1777885500 s is 2026-05-04T09:05:00Z (date -d @1777885500 -u).
    layout = Layout(zone="UTC", time_columns=("when",), time_format=time_format)
    file = read(f"when,value\n{written},1\n", layout=layout)
    assert [one.observed_at for one in file.readings] == [at("2026-05-04T09:05:00Z")]


def test_comma_that_may_part_thousands_is_asked_for() -> None:
    text = "time;value\n2026-05-04 10:00;1,013\n"
    with pytest.raises(UnclearFile, match="--decimal comma"):
        read(text)
    file = read(text, layout=Layout(zone="UTC", decimal=DecimalMark.COMMA))
    assert file.readings[0].value == 1.013


def test_points_and_commas_in_one_file_are_asked_for() -> None:
    with pytest.raises(UnclearFile, match="state --decimal"):
        read("time;value\n2026-05-04 10:00;1,5\n2026-05-04 10:10;1.5\n")


def test_unit_of_the_header_must_be_the_unit_that_is_asked_for() -> None:
    with pytest.raises(UnclearFile, match="is in °F, and C is asked for"):
        read("time,Temp (°F)\n2026-05-04 10:00,41\n")


def test_unit_that_nobody_states_is_asked_for() -> None:
    with pytest.raises(UnclearFile, match="states no unit; state --unit"):
        read("time,temperature\n2026-05-04 10:00,4\n", Wish("temperature"))


def test_unit_behind_the_number_is_read_and_another_one_is_refused() -> None:
    file = read("time,temperature\n2026-05-04 10:00,4.5 °C\n2026-05-04 10:10,40 °F\n")
    assert [one.value for one in file.readings] == [4.5]
    assert "is in °F" in file.refused[0].reason


def test_several_columns_of_one_quantity_are_asked_for_and_named() -> None:
    text = "time,Temp 1 (°C),Temp 2 (°C)\n2026-05-04 10:00,4,5\n"
    with pytest.raises(UnclearFile, match="several columns may hold temperature"):
        read(text)
    wishes = [
        Wish("temperature", "C", "Temp 1 (°C)", "air"),
        Wish("temperature", "C", "Temp 2 (°C)", "core"),
    ]
    file = read(text, *wishes)
    assert [(one.sensor, one.value) for one in file.readings] == [("air", 4.0), ("core", 5.0)]
    with pytest.raises(UnclearFile, match="name a sensor for each"):
        read(text, Wish("temperature", "C", "Temp 1 (°C)"), Wish("temperature", "C", "Temp 2 (°C)"))


def test_dew_point_is_no_temperature_that_is_taken_unasked() -> None:
    row = "2026-05-04 10:00,1,4\n"
    file = read("time,Dew point (°C),Temperature (°C)\n" + row)
    assert [one.value for one in file.readings] == [4.0]
    with pytest.raises(UnclearFile, match="several columns"):
        read("time,Dew point (°C),Inside (°C)\n" + row)


def test_measurements_of_one_minute_are_numbered_and_repeated_ones_are_one() -> None:
    rows = "2026-05-04 10:00,4.0\n2026-05-04 10:00,4.5\n2026-05-04 10:00,4.0\n"
    file = read("time,value\n" + rows)
    moment = at("2026-05-04T10:00:00Z")
    assert file.readings == (
        FileReading(2, "temperature", "temperature", "C", 4.0, moment, None),
        FileReading(3, "temperature", "temperature", "C", 4.5, moment, 1),
    )
    assert file.repeated == 1


def test_longer_export_of_the_same_logger_gives_the_same_measurements() -> None:
    rows = [f"2026-05-04 10:{minute // 2:02},{minute}.5\n" for minute in range(8)]
    short = read("time,value\n" + "".join(rows[2:6])).readings
    long = read("time,value\n" + "".join(rows)).readings
    identity = [(one.observed_at, one.seq, one.value) for one in short]
    assert set(identity) < {(one.observed_at, one.seq, one.value) for one in long}


def test_header_is_the_line_of_words_above_the_table_whatever_it_calls_its_times() -> None:
    text = "Logger 7\nRecorded,T1 (°C)\n2026-05-04 10:00,4\n"
    file = read(text, Wish("temperature", None, "T1 (°C)"))
    assert told(file) == [(at("2026-05-04T10:00:00Z"), "temperature", 4.0)]
    assert read("Time UTC,T1 (°C)\n2026-05-04 10:00,4\n", layout=Layout()).zone == "UTC"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no line of the file holds a date"),
        ("a,b\n1,2\n", "no line of the file holds a date"),
        ("2026-05-04 10:00,4,5\n", "'column 2', 'column 3'"),
        ("time,logged at,value\n2026-05-04 10:00,2026-05-04 10:01,1\n", ""),
    ],
)
def test_file_without_one_clear_table_is_refused(text: str, reason: str) -> None:
    if not reason:
        assert read(text).readings[0].observed_at == at("2026-05-04T10:01:00Z")
        return
    with pytest.raises(UnclearFile, match=reason):
        read(text)


def test_unknown_quantity_unit_and_sensor_are_refused() -> None:
    text = "time,value\n2026-05-04 10:00,4\n"
    for wish in (
        Wish("warmth", "C"),
        Wish("temperature", "lx"),
        Wish("temperature", "C", None, "a b"),
    ):
        with pytest.raises((Refusal, UnclearFile)):
            read(text, wish)
