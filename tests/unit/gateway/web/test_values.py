import pytest

from condition_reports import figures
from gateway.web.values import (
    duration_text,
    duration_up_text,
    microseconds,
    moment_text,
    percent_shares,
    percent_text,
    percent_up_text,
    raw_text,
    rfc3339,
    share_texts,
    value_text,
    visible,
    way_text,
)

# 2026-11-20T09:41:07Z by `date -u -d 2026-11-20T09:41:07Z +%s`.
MOMENT = 1_795_167_667_000_000
HOUR = 3_600_000_000


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("steps", "quantity", "text"),
    [
        (8_000, "temperature", "8.0 °C"),
        (-20_500, "temperature", "-20.5 °C"),
        (-5, "temperature", "-0.005 °C"),
        (0, "humidity", "0.0 %RH"),
        (1_500_000, "illuminance", "1500 lx"),
        (101_325, "pressure", "101325 Pa"),
        (475_612_345, "latitude", "47.5612345 °"),
        (1, "contact", "1"),
    ],
)
def test_value_text_is_exact_and_has_its_unit(steps: int, quantity: str, text: str) -> None:
    assert spaced(value_text(steps, quantity)) == text


def test_value_text_rounds_half_to_even_when_asked() -> None:
    assert spaced(value_text(5_125, "temperature", 2)) == "5.12 °C"
    assert spaced(value_text(5_135, "temperature", 2)) == "5.14 °C"


def test_value_text_never_breaks_between_figure_and_unit() -> None:
    assert " " not in value_text(8_000, "temperature")
    assert " " not in percent_text(923_700)
    assert " " not in duration_text(2 * HOUR)


def test_rfc3339_keeps_microseconds_only_where_there_are_any() -> None:
    assert rfc3339(MOMENT) == "2026-11-20T09:41:07Z"
    assert rfc3339(MOMENT + 1) == "2026-11-20T09:41:07.000001Z"


def test_moment_text_names_its_zone() -> None:
    assert moment_text(MOMENT) == "2026-11-20 09:41 UTC"


def test_microseconds_reads_any_zone() -> None:
    assert microseconds("2026-11-20T09:41:07Z") == MOMENT
    assert microseconds("2026-11-20T10:41:07+01:00") == MOMENT


@pytest.mark.parametrize("text", ["2026-11-20T09:41:07", "yesterday", "1795167667", ""])
def test_microseconds_refuses_what_names_no_zone(text: str) -> None:
    with pytest.raises(ValueError, match=text or "Invalid"):
        microseconds(text)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (0, "0 s"),
        (59_999_999, "59 s"),
        (60_000_000, "1 min"),
        (HOUR - 1, "59 min"),
        (2 * HOUR + 5 * 60_000_000, "2 h 05 min"),
        (24 * HOUR, "1 d 00 h"),
        (75 * HOUR, "3 d 03 h"),
        (-5, "0 s"),
    ],
)
def test_duration_text_has_two_units(span: int, text: str) -> None:
    assert spaced(duration_text(span)) == text


def test_percent_text_says_a_hundred_only_for_all_of_it() -> None:
    assert spaced(percent_text(1_000_000)) == "100 %"
    assert spaced(percent_text(999_999)) == "99.99 %"
    assert spaced(percent_text(923_700)) == "92.37 %"
    assert spaced(percent_text(0)) == "0.00 %"


def test_visible_replaces_what_reorders_or_hides_text() -> None:
    assert visible("a\u202egpj.exe\u2066\u200b\x00b") == "a\ufffdgpj.exe\ufffd\ufffd\ufffdb"
    assert visible("Kühlgut, 温度 قافلة\n") == "Kühlgut, 温度 قافلة\n"


def test_raw_text_shows_bytes_that_are_no_text_in_hexadecimal() -> None:
    assert raw_text(b"ok\x00\xff\n") == "ok\\x00\\xff\\x0a"


@pytest.mark.parametrize(
    "text", ['{"temperature": "4,5 °C"}', "Kühlgut, 温度, قافلة", "a\u00a0b\u3000c", "x\u0301"]
)
def test_raw_text_shows_utf_8_as_it_is(text: str) -> None:
    assert raw_text(text.encode()) == text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"\xc3\x28", "\\xc3("),
        (b"\xff\xfe4\x004", "\\xff\\xfe4\\x004"),
        # U+202E turns the direction of what follows it; U+2028 ends a line.
        ("a\u202eb\u2028".encode(), "a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8"),
        (b"\x7f\t", "\\x7f\\x09"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"4\xc2", "4\\xc2"),
    ],
)
def test_raw_text_shows_what_is_no_text_or_cannot_be_seen_in_hexadecimal(
    raw: bytes, shown: str
) -> None:
    assert raw_text(raw) == shown


def test_raw_text_does_not_cut_a_character_in_two() -> None:
    assert raw_text("aé".encode() * 9, 2) == "a … (27 bytes)"
    assert raw_text(b"\xff" * 9, 2) == "\\xff\\xff … (9 bytes)"


def test_raw_text_says_how_much_it_leaves_out() -> None:
    assert raw_text(b"a" * 1_000, 4) == "aaaa … (1000 bytes)"


def test_way_is_told_in_metres_and_a_long_one_in_kilometres_cut_off() -> None:
    assert [way_text(one) for one in (0, 999, 9_999_999, 10_000_000, 80_531_442)] == [
        "0\u00a0m",
        "0\u00a0m",
        "9,999\u00a0m",
        "10.0\u00a0km",
        "80.5\u00a0km",
    ]


SECOND = 1_000_000
MINUTE = 60 * SECOND


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        # 31 min 50 s and 28 min 30 s are 60 min 20 s: cut one by one they would be 59 min.
        ([31 * MINUTE + 50 * SECOND, 28 * MINUTE + 30 * SECOND], ["32 min", "28 min"]),
        ([20 * SECOND, 25 * SECOND], ["20 s", "25 s"]),
        ([600_000, 600_000], ["1 s", "less than 1 s"]),
        ([2 * HOUR, 20 * SECOND], ["2 h 00 min", "less than 1 min"]),
        # In sum 2 days and 1 hour, which is told in hours.
        ([20 * HOUR + HOUR // 2, 28 * HOUR + HOUR // 2], ["21 h", "1 d 04 h"]),
        ([HOUR], ["1 h 00 min"]),
        ([HOUR, 0], ["1 h 00 min", "0 min"]),
        ([], []),
    ],
)
def test_parts_of_a_duration_add_up_to_the_sum_beside_them(
    shares: list[int], told: list[str]
) -> None:
    assert [spaced(one) for one in share_texts(shares)] == told


def test_less_than_a_second_is_not_nothing() -> None:
    assert [spaced(duration_text(one)) for one in (0, 1, 999_999, SECOND)] == [
        "0 s",
        "less than 1 s",
        "less than 1 s",
        "1 s",
    ]


def test_only_part_of_a_duration_is_told_as_the_duration_is() -> None:
    for span in (0, 59 * SECOND, 61 * MINUTE, 25 * HOUR + 59 * MINUTE):
        assert share_texts([span]) == [duration_text(span)]


def test_parts_per_cent_add_up_to_the_share_beside_them() -> None:
    # 3 x 0.9667 % is 2.9001 %, told as 3.0 %.
    assert [spaced(one) for one in percent_shares([9_667] * 3)] == ["1.0 %"] * 3
    assert [spaced(one) for one in percent_shares([33_350, 33_350])] == ["3.4 %", "3.3 %"]
    assert spaced(percent_up_text(66_700)) == "6.7 %"


@pytest.mark.parametrize("ppm", [0, 1, 1_000, 33_333, 33_000, 999_001, 1_000_000])
def test_wear_is_rounded_as_the_report_rounds_it(ppm: int) -> None:
    assert spaced(percent_up_text(ppm)) == figures.percent_up(ppm)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (59 * SECOND, "59 s"),
        (59 * SECOND + 1, "1 min"),
        (12 * HOUR + 39 * MINUTE + 1, "12 h 40 min"),
        (12 * HOUR + 40 * MINUTE, "12 h 40 min"),
        (24 * HOUR - 1, "1 d 00 h"),
        (24 * HOUR, "1 d 00 h"),
        (24 * HOUR + 1, "1 d 01 h"),
    ],
)
def test_what_nobody_observed_is_never_told_shorter_than_it_was(span: int, text: str) -> None:
    assert spaced(duration_up_text(span)) == text


@pytest.mark.parametrize("span", [0, 1, 61 * SECOND, 12 * HOUR + 39 * MINUTE + 1, 5 * HOUR + 1])
def test_a_gap_is_rounded_as_the_report_rounds_it(span: int) -> None:
    assert spaced(duration_up_text(span)).replace(" 00 min", "") == figures.duration_up(span)
