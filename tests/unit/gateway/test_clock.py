import time

from gateway.clock import now_us

JANUARY_2020_S = 1_577_836_800


def test_now_lies_between_two_looks_at_the_wall_clock_in_whole_microseconds() -> None:
    before = time.time_ns()
    found = now_us()
    after = time.time_ns()
    assert isinstance(found, int)
    assert before // 1_000 <= found <= after // 1_000


def test_now_counts_microseconds_since_1970() -> None:
    assert JANUARY_2020_S < now_us() / 1_000_000 < 10 * JANUARY_2020_S
