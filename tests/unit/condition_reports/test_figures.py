import pytest

from condition_reports.figures import (
    count,
    duration,
    duration_up,
    height,
    kinetic,
    kinetic_beside,
    level,
    listed,
    mean,
    moment,
    percent_down,
    percent_up,
    period,
)

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("steps", "quantity", "shown"),
    [
        (8000, "temperature", "8.0 °C"),
        (-18_250, "temperature", "-18.25 °C"),
        (-5, "temperature", "-0.005 °C"),
        (0, "temperature", "0.0 °C"),
        (100_000, "humidity", "100.0 %RH"),
        (10_000, "illuminance", "10 lx"),
        (500, "illuminance", "0.5 lx"),
        (101_325, "pressure", "101325 Pa"),
        (1, "contact", "1"),
    ],
)
def test_level_shows_every_digit_and_the_unit(steps: int, quantity: str, shown: str) -> None:
    assert level(steps, quantity) == shown


@pytest.mark.parametrize(
    ("microseconds", "shown"),
    [
        (0, "0 s"),
        (59 * SECOND + 999_999, "59 s"),
        (MINUTE, "1 min"),
        (2 * HOUR + 5 * MINUTE + 59 * SECOND, "2 h 05 min"),
        (2 * HOUR, "2 h"),
        (27 * HOUR + 7 * MINUTE, "27 h 07 min"),
        (100 * HOUR - SECOND, "99 h 59 min"),
        (100 * HOUR, "4 d 04 h"),
        (240 * HOUR, "10 d"),
        (240 * HOUR + 7 * MINUTE, "10 d 00 h 07 min"),
    ],
)
def test_duration_is_cut_to_the_minute(microseconds: int, shown: str) -> None:
    assert duration(microseconds) == shown


@pytest.mark.parametrize(
    ("celsius", "limit", "shown"),
    [
        ("5.7329", 8_000, "5.73 °C"),
        ("25.0001", 25_000, "25.0001 °C"),
        ("24.9999", 25_000, "24.9999 °C"),
        ("9.0000", 8_000, "9.0 °C"),
    ],
)
def test_mean_kinetic_temperature_stays_on_its_side_of_its_limit(
    celsius: str, limit: int, shown: str
) -> None:
    assert kinetic_beside(celsius, limit) == shown


def test_moment_is_cut_to_the_minute_in_utc() -> None:
    # 1,000,000,000 s after the epoch is 2001-09-09T01:46:40Z (POSIX "billennium").
    assert moment(1_000_000_000 * SECOND) == "2001-09-09 01:46Z"


@pytest.mark.parametrize(
    ("lasting", "shown"),
    [
        (0, "2001-09-09 01:46 to 01:46Z"),
        (2 * HOUR, "2001-09-09 01:46 to 03:46Z"),
        (24 * HOUR, "2001-09-09 01:46 to 2001-09-10 01:46Z"),
    ],
)
def test_period_names_the_day_of_its_end_where_it_is_another(lasting: int, shown: str) -> None:
    begins_at = 1_000_000_000 * SECOND
    assert period(begins_at, begins_at + lasting) == shown


@pytest.mark.parametrize(
    ("ppm", "down", "up"),
    [(0, "0.0 %", "0.0 %"), (999_999, "99.9 %", "100.0 %"), (1, "0.0 %", "0.1 %")],
)
def test_percentages_never_flatter_the_goods(ppm: int, down: str, up: str) -> None:
    assert percent_down(ppm) == down
    assert percent_up(ppm) == up


def test_mean_is_rounded_half_to_even_within_the_range_of_the_readings() -> None:
    assert mean(4_235, "temperature", (0, 8_000)) == "4.24 °C"
    assert mean(4_225, "temperature", (0, 8_000)) == "4.22 °C"


def test_mean_stays_exact_where_rounding_would_leave_the_range() -> None:
    assert mean(5_007, "temperature", (5_006, 5_008)) == "5.007 °C"
    assert kinetic("5.0071", (5_006, 5_008)) == "5.0071 °C"


def test_kinetic_temperature_below_zero_keeps_its_sign() -> None:
    assert kinetic("-18.2549", (-20_000, -15_000)) == "-18.25 °C"


@pytest.mark.parametrize(
    ("micrometres", "shown"),
    [(0, "0.00 m"), (1, "0.01 m"), (203_943, "0.21 m"), (210_000, "0.21 m"), (1_000_001, "1.01 m")],
)
def test_height_is_rounded_up_to_the_centimetre(micrometres: int, shown: str) -> None:
    assert height(micrometres) == shown


def test_count_agrees_with_its_noun() -> None:
    assert count(1, "shock", "shocks") == "1 shock"
    assert count(0, "shock", "shocks") == "0 shocks"


def test_list_of_what_may_be_says_or() -> None:
    assert listed(["light", "door contact", "tilt"], "or") == "light, door contact or tilt"


@pytest.mark.parametrize(
    ("names", "shown"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_list_reads_as_words(names: list[str], shown: str) -> None:
    assert listed(names) == shown


@pytest.mark.parametrize(
    ("microseconds", "shown"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (59_000_001, "1 min"),
        (3_600_000_000, "1 h"),
        (3_600_000_001, "1 h 01 min"),
        (86_399_999_999, "24 h"),
    ],
)
def test_duration_of_what_nobody_saw_is_rounded_up(microseconds: int, shown: str) -> None:
    assert duration_up(microseconds) == shown
