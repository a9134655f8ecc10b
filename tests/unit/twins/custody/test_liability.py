import pytest

from tests.unit.twins.samples import at
from twins.custody.liability import Share, largest_remainder, whole_minutes


def test_minutes_of_the_custodians_sum_to_the_minutes_of_the_total() -> None:
    # 90 s, 90 s and 60 s: one minute each and one left, which goes to the first of the halves.
    shares = [Share("maker", at(90)), Share("carrier", at(90)), Share("shop", at(60))]
    assert whole_minutes(shares) == [2, 1, 1]


def test_nobody_has_minutes_of_no_time_outside() -> None:
    assert whole_minutes([]) == []


# Seats by the method of Hamilton, quota 100,000 ÷ 10 (the usual example of the method).
@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (10, [47_000, 16_000, 15_800, 12_000, 6_100, 3_100], [5, 2, 1, 1, 1, 0]),
        (7, [1, 1], [4, 3]),
        (3, [0, 5, 0], [0, 3, 0]),
        (9, [0, 0], [9, 0]),
        (0, [], []),
    ],
)
def test_amount_is_divided_by_largest_remainder(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert largest_remainder(amount, weights) == parts
