import pytest

from cargotwin.moments import InvalidDate, InvalidMoment, microseconds, midnight

# From `date --date=… +%s`.
MORNING_S = 1_777_888_800


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-05-04T10:00:00Z", MORNING_S * 1_000_000),
        ("2026-05-04T12:00:00+02:00", MORNING_S * 1_000_000),
        ("2026-05-04T04:30:00-05:30", MORNING_S * 1_000_000),
        ("2026-05-04T10:00:00.000001Z", MORNING_S * 1_000_000 + 1),
        ("2026-05-04T10:00:00.25Z", MORNING_S * 1_000_000 + 250_000),
        ("1969-12-31T23:59:59.5Z", -500_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ],
)
def test_time_with_an_offset_is_read_as_microseconds_since_1970(text: str, expected: int) -> None:
    assert microseconds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04T10:00:00",
        "2026-05-04",
        "yesterday",
        "",
        "2026-02-30T10:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59-23:00",
    ],
)
def test_time_that_cannot_be_used_is_refused_with_one_that_could(text: str) -> None:
    with pytest.raises(InvalidMoment) as caught:
        microseconds(text)
    assert caught.value.text == text
    assert repr(text) in str(caught.value)
    assert "2026-05-04T10:00:00Z" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "days"),
    # From `date --date=… +%s`, divided by 86400.
    [("1970-01-01", 0), ("2026-01-31", 20_484), ("1969-12-31", -1)],
)
def test_date_is_read_as_its_beginning_in_utc(text: str, days: int) -> None:
    assert midnight(text) == days * 86_400_000_000


@pytest.mark.parametrize("text", ["", "31.01.2026", "2026-02-30", "2026-01-31T00:00:00Z"])
def test_what_is_no_date_is_refused_with_the_form_of_one(text: str) -> None:
    with pytest.raises(InvalidDate, match="2026-05-04"):
        midnight(text)
