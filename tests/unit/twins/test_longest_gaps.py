"""For how long a level was not judged; expected values by hand from SPECIFICATION section 11."""

from tests.unit.twins.samples import (
    HOUR,
    at,
    bind,
    boundary,
    close,
    judge,
    milestone,
    policy,
    read,
)
from twins.inputs import Input, MilestoneName
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import Quality
from twins.verdict.condition import JudgedStatistics

DAMP = policy(boundary("damp", 75_000, quantity="humidity"))
"""Temperature is required; humidity is limited and not required."""


def humidity(
    inputs: list[Input], as_of: float, by: ConditionPolicy = DAMP
) -> JudgedStatistics | None:
    judged = judge([bind(0), *inputs], by, as_of).statistics.judged
    return next((one for one in judged if one.quantity == "humidity"), None)


def longest_gap(inputs: list[Input], as_of: float) -> int:
    found = humidity(inputs, as_of)
    assert found is not None
    return found.longest_gap


def damp(second: float, quality: int = 0) -> Input:
    return read(second, 50_000, quantity="humidity", quality=quality)


def test_gap_before_the_first_reading_counts_from_the_beginning_of_planned_time() -> None:
    assert longest_gap([damp(700)], 800) == at(700)


def test_gap_between_two_readings_counts_from_the_end_of_what_the_first_says() -> None:
    assert longest_gap([damp(100), damp(3_000), damp(3_100)], 3_200) == at(3_000 - 1_000)


def test_gap_behind_the_last_reading_counts_to_the_moment_that_is_judged() -> None:
    assert longest_gap([damp(0)], HOUR) == at(HOUR - 900)


def test_gap_behind_the_last_reading_counts_to_the_close_and_no_farther() -> None:
    assert longest_gap([damp(0), close(2_000)], HOUR) == at(2_000 - 900)


def test_reading_at_the_moment_that_is_judged_ends_the_gap() -> None:
    assert longest_gap([damp(0), damp(HOUR)], HOUR) == at(HOUR - 900)


def test_unusable_reading_ends_no_gap_and_begins_one() -> None:
    inputs = [damp(0), damp(300, Quality.SENTINEL), damp(700, Quality.SENTINEL)]
    assert longest_gap(inputs, 1_000) == at(700)


def test_no_gap_is_where_a_value_was_judged_all_the_time() -> None:
    assert longest_gap([damp(second) for second in range(0, 1_000, 100)], 1_000) == 0


def test_gaps_of_many_readings_are_those_of_a_few() -> None:
    """A hundred readings are summed up at once (`twins.judging.steady`)."""
    many = [damp(second) for second in range(50, 1_050, 10)]
    late = [damp(second) for second in range(5_000, 6_000, 10)]
    assert longest_gap([*many, *late], 6_000) == at(5_000 - 1_040 - 900)


def test_gap_before_a_new_beginning_is_forgotten() -> None:
    start = milestone(5_000, MilestoneName.START)
    assert longest_gap([damp(0), start, damp(5_100)], 5_200) == at(100)


def test_required_quantity_without_any_reading_was_silent_all_the_time() -> None:
    (only,) = judge([bind(0)], policy(), HOUR).statistics.judged
    assert (only.observed, only.longest_gap, only.value, only.lower) == (0, at(HOUR), None, None)


def test_gap_looks_at_what_was_judged_and_not_at_the_quorum_of_coverage() -> None:
    by = policy(quorum=2)
    condition = judge([bind(0), read(0, 5_000), read(300, 5_000)], by, 1_000)
    assert condition.coverage.quantities[0].longest_gap == at(1_000)
    assert condition.statistics.judged[0].longest_gap == 0


def test_lower_value_is_what_lower_boundaries_judge() -> None:
    inputs = [bind(0), bind(0, "d2"), read(10, 5_000), read(10, 7_000, device="d2")]
    (only,) = judge(inputs, policy(), 20).statistics.judged
    assert (only.value, only.lower) == (7_000, 5_000)
