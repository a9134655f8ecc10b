import pytest

from gateway.devices.clocks import clock_text, notable_offset_us, zone_sentence

MINUTE = 60_000_000
HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("offset_us", "notable"),
    [
        (None, None),
        (0, None),
        (60_000_000, None),
        (60_000_001, 60_000_001),
        (-7 * 10**9, -7 * 10**9),
    ],
)
def test_clock_is_spoken_of_where_it_is_off_by_more_than_a_minute(
    offset_us: int | None, notable: int | None
) -> None:
    assert notable_offset_us(offset_us) == notable


def test_wrong_zone_is_named_as_the_likely_cause() -> None:
    text = clock_text(-HOUR - 20_000_000)
    assert text.startswith("1 h behind the gateway's")
    assert "wrong time zone" in text
    assert "5 h 30 min ahead of" in clock_text(5 * HOUR + 30 * MINUTE)
    sentence = zone_sentence(-HOUR)
    assert "wrong by 1 h, likely by a wrong time zone" in sentence
    assert "too early" in sentence
    assert "too late" in zone_sentence(2 * HOUR)


def test_other_offset_is_that_of_a_clock() -> None:
    ahead, behind = clock_text(17 * MINUTE), clock_text(-2 * 24 * HOUR - 10 * MINUTE)
    assert ahead.startswith("ahead of the gateway's by at least 17 min.")
    assert behind.startswith("behind the gateway's by up to 2 d 0 h.")
    assert "held up on the way" in behind
    assert "zone" not in ahead + behind
    assert clock_text(90_000_000).startswith("ahead of the gateway's by at least 1 min 30 s")
    assert zone_sentence(17 * MINUTE) == zone_sentence(None) == ""
