"""Whose word counts how much; expected values by hand."""

import pytest

from twins.sensors.voices import lower_median, median, upper_median, voices_among


def of_devices(*values: int) -> list[tuple[str, int]]:
    return [(f"d{place}", value) for place, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "lower", "middle", "upper"),
    [
        ([5], 5, 5, 5),
        ([9, 5], 5, 7, 9),
        ([1, 900, 2], 2, 2, 2),
        ([4, 1, 2, 9], 2, 3, 4),
        ([1, 2], 1, 2, 2),
        ([2, 3], 2, 2, 3),
    ],
)
def test_of_devices_with_a_sensor_each_the_middle_counts_and_of_two_the_worse(
    values: list[int], lower: int, middle: int, upper: int
) -> None:
    said = of_devices(*values)
    assert (lower_median(said), median(said), upper_median(said)) == (lower, middle, upper)
    alone = [("d", value) for value in values]
    assert (lower_median(alone), median(alone), upper_median(alone)) == (lower, middle, upper)


def test_a_device_that_lies_with_three_sensors_does_not_outvote_two_honest_ones() -> None:
    said = [("liar", 20_000)] * 3 + [("a", 5_000), ("b", 5_200)]
    assert (lower_median(said), median(said), upper_median(said)) == (5_200, 5_200, 5_200)


def test_of_the_sensors_of_a_device_the_worse_ones_speak_for_it_to_each_side() -> None:
    said = [("a", 4_000), ("a", 6_000), ("b", 5_000), ("c", 1_000), ("c", 9_000)]
    # Upper medians 6, 5 and 9, lower ones 4, 5 and 1, means 5, 5 and 5.
    assert (lower_median(said), median(said), upper_median(said)) == (4_000, 5_000, 6_000)


def test_devices_have_one_voice_each_and_sensors_of_one_alone_have_theirs() -> None:
    assert voices_among(["a", "a", "a"]) == 3
    assert voices_among(["a", "a", "b"]) == 2
    assert voices_among([]) == 0
