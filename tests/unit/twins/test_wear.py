import pytest

from twins.policy import WearBudget
from twins.wear import Wear, wear_of


def test_wear_is_nothing_without_product_data() -> None:
    assert wear_of(WearBudget(), shocks=9, handlings=9, exposure=9) == Wear(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("shocks", "expected"), [(0, 0), (1, 333_333), (3, 1_000_000), (9, 1_000_000)]
)
def test_part_of_wear_is_linear_and_at_most_one(shocks: int, expected: int) -> None:
    assert wear_of(WearBudget(shock_full=3), shocks, 0, 0).shock_ppm == expected


def test_wear_index_is_the_sum_of_its_parts_and_at_most_one() -> None:
    budget = WearBudget(shock_full=4, handling_full=10, exposure_full=100)
    assert wear_of(budget, 1, 2, 30) == Wear(750_000, 250_000, 200_000, 300_000)
    assert wear_of(budget, 3, 2, 30).index_ppm == 1_000_000
