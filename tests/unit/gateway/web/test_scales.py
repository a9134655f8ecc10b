from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.web.scales import Scale, time_label, time_ticks, value_ticks
from tests.fakes.shipments import HOUR, NOON

DAY = 24 * HOUR


def test_scale_maps_ends_to_ends_and_the_middle_to_the_middle() -> None:
    scale = Scale(0, 10, 100.0, 0.0)
    assert (scale(0), scale(5), scale(10)) == (100.0, 50.0, 0.0)


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9), st.integers(1, 12))
def test_value_ticks_enclose_the_values_evenly(lowest: int, span: int, at_most: int) -> None:
    ticks = value_ticks(lowest, lowest + span, at_most)
    steps = {after - before for before, after in pairwise(ticks)}
    assert ticks[0] <= lowest
    assert ticks[-1] >= lowest + span
    assert len(steps) == 1
    assert str(steps.pop()).rstrip("0") in {"1", "2", "5"}
    assert len(ticks) <= at_most + 3


def test_time_ticks_fall_on_round_hours() -> None:
    ticks, step = time_ticks(NOON - 24 * HOUR + 1, NOON, 8)
    assert step == 3 * HOUR
    assert len(ticks) == 8
    assert all(tick % step == 0 for tick in ticks)


def test_time_ticks_of_years_stay_few() -> None:
    ticks, _ = time_ticks(NOON - 3 * 365 * DAY, NOON, 8)
    assert 2 <= len(ticks) <= 8


def test_time_label_names_the_clock_or_the_day() -> None:
    assert time_label(NOON, HOUR) == ("12:00", "20 Nov 2026")
    assert time_label(NOON, 1_000_000) == ("12:00:00", "20 Nov 2026")
    assert time_label(NOON - 12 * HOUR, DAY) == ("20 Nov", "2026")
