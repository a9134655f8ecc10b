"""The hour that clocks show twice; Berlin, 2026-10-25: 03:00 UTC+2 becomes 02:00 UTC+1."""

import datetime as dt

import pytest

from gateway.logger_files.errors import RowRefused, UnclearFile
from gateway.logger_files.local_times import LocalTime
from gateway.logger_files.zones import Ambiguous, moments, zone_named

BERLIN = zone_named("Europe/Berlin")


def in_utc(*shown: str, ambiguous: Ambiguous | None = None) -> list[str]:
    """Return hours and minutes UTC; `?` where a person is asked."""
    times = [LocalTime(dt.datetime.fromisoformat(f"2026-10-25T{one}:00")) for one in shown]
    return [
        "?"
        if isinstance(one, RowRefused)
        else dt.datetime.fromtimestamp(one // 1_000_000, dt.UTC).strftime("%H:%M")
        for one in moments(times, BERLIN, ambiguous)
    ]


def test_a_repeated_minute_is_no_second_hour() -> None:
    shown = ["01:50", "02:00", "02:10", "02:10", "02:20", "02:40", "03:00"]
    assert in_utc(*shown) == ["23:50", "?", "?", "?", "?", "?", "02:00"]
    assert in_utc(*shown[::-1]) == ["02:00", "?", "?", "?", "?", "?", "23:50"]
    stated = in_utc(*shown, ambiguous=Ambiguous.LATER)
    assert stated == ["23:50", "01:00", "01:10", "01:10", "01:20", "01:40", "02:00"]


def test_a_row_out_of_order_is_no_second_hour() -> None:
    shown = ["02:00", "02:10", "02:20", "02:15", "02:40", "02:50", "03:00"]
    assert in_utc(*shown) == ["?"] * 6 + ["02:00"]


def test_rows_an_hour_apart_show_the_hour_by_the_same_time_twice() -> None:
    assert in_utc("00:30", "01:30", "02:30", "02:30", "03:30") == [
        *("22:30", "23:30", "00:30", "01:30", "02:30")
    ]


def test_two_equal_times_alone_are_asked_about() -> None:
    assert in_utc("02:30", "02:30") == ["?", "?"]


def test_rows_written_to_the_minute_are_told_apart_by_the_step_back_alone() -> None:
    assert in_utc("01:59", "02:59", "02:59", "02:00", "02:00", "02:01", "02:01", "03:00") == [
        *("23:59", "00:59", "00:59", "01:00", "01:00", "01:01", "01:01", "02:00")
    ]


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        # Every 45 minutes.
        ("01:15 02:00 02:45 02:30 03:15", "23:15 00:00 00:45 01:30 02:15"),
        # Rows are missing where the clock went back.
        ("01:50 02:40 02:50 02:20 02:30", "23:50 00:40 00:50 01:20 01:30"),
    ],
)
def test_a_step_back_of_the_clock_is_known_by_its_size(shown: str, found: str) -> None:
    assert in_utc(*shown.split()) == found.split()


@pytest.mark.parametrize("name", ["localtime", "posix/Europe/Berlin", "right/Europe/Berlin"])
def test_zone_of_the_machine_is_no_zone_of_a_logger(name: str) -> None:
    with pytest.raises(UnclearFile, match="no IANA time zone"):
        zone_named(name)
