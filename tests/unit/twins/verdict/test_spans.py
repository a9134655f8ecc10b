from twins.verdict.spans import at_least, at_most, moment_words

HOUR = 3_600_000_000


def test_length_is_told_in_all_its_units_and_no_others() -> None:
    assert at_most(49 * HOUR + 61_000_000) == "2 d 1 h 1 min 1 s"
    assert at_most(2 * HOUR) == "2 h"
    assert at_most(0) == "0 s"
    assert at_most(-HOUR) == "-1 h"


def test_what_is_left_is_rounded_down_and_what_is_wanted_up() -> None:
    assert at_most(1_999_999) == "1 s"
    assert at_least(1_000_001) == "2 s"
    assert at_most(1_000_000) == at_least(1_000_000) == "1 s"


def test_moment_is_told_with_the_microseconds_that_it_has() -> None:
    # date -u -d @1795176000
    assert moment_words(1_795_176_000_000_000) == "2026-11-20 12:00:00 UTC"
    assert moment_words(1_795_176_000_000_001) == "2026-11-20 12:00:00.000001 UTC"
