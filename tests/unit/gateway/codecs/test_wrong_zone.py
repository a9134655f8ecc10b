import pytest

from gateway.codecs.refusals import TimeInFuture
from gateway.codecs.wrong_zone import span_text, zone_error_us

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
TOLERATED = 300 * SECOND


@pytest.mark.parametrize(
    ("offset_us", "zone_us"),
    [
        (-HOUR, -HOUR),
        (HOUR, HOUR),
        (-HOUR - 2 * MINUTE, -HOUR),
        (-HOUR + 2 * MINUTE, -HOUR),
        (-HOUR - 2 * MINUTE - 1, None),
        (-58 * MINUTE + 1, None),
        # India is 5 h 30 min ahead of UTC.
        (5 * HOUR + 30 * MINUTE + 20_000_000, 5 * HOUR + 30 * MINUTE),
        (30 * MINUTE, 30 * MINUTE),
        (15 * MINUTE, None),
        (MINUTE + 1, None),
        (2 * MINUTE, None),
        (0, None),
        # Kiritimati (UTC+14) and Baker Island (UTC-12) are 26 h apart, and none are further.
        (26 * HOUR, 26 * HOUR),
        (27 * HOUR, None),
        # A whole day off is a wrong date.
        (24 * HOUR, None),
        (-24 * HOUR + MINUTE, None),
    ],
)
def test_offset_of_whole_half_hours_within_two_minutes_is_that_of_a_zone(
    offset_us: int, zone_us: int | None
) -> None:
    assert zone_error_us(offset_us) == zone_us


@pytest.mark.parametrize(
    ("span_us", "text"),
    [
        (30 * MINUTE, "30 min"),
        (5 * HOUR + 30 * MINUTE, "5 h 30 min"),
        (-2 * HOUR, "2 h"),
        (26 * HOUR, "1 d 2 h"),
        (90 * SECOND, "1 min 30 s"),
    ],
)
def test_span_is_written_in_its_two_largest_units(span_us: int, text: str) -> None:
    assert span_text(span_us) == text


@pytest.mark.parametrize(
    ("ahead_us", "zone"),
    [
        (2 * HOUR, "2 h"),
        # A message is on its way for a while, so its time lies less far ahead than its zone.
        (HOUR - 20 * SECOND, "1 h"),
        (5 * HOUR + 30 * MINUTE, "5 h 30 min"),
    ],
)
def test_a_time_ahead_by_whole_half_hours_names_a_wrong_zone_as_the_likely_cause(
    ahead_us: int, zone: str
) -> None:
    said = str(TimeInFuture(ahead_us, TOLERATED))
    assert f"({zone})" in said
    assert "likely cause is a wrong time zone" in said


def test_a_time_ahead_by_anything_else_asks_for_the_clock_to_be_set() -> None:
    assert str(TimeInFuture(17 * MINUTE, TOLERATED)) == (
        "the time lies 1020 s ahead of the gateway, 300 s are tolerated; set the device's clock"
    )
    assert "zone" not in str(TimeInFuture(400 * 24 * HOUR, TOLERATED))
