from decimal import Decimal

import msgspec
import pytest

from twins.policy.condition_policy import WearBudget
from twins.wear.fatigue import FatigueCurve
from twins.wear.index import Wear, fatigue_curve_of, wear_of


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


TIRING = WearBudget(
    fatigue_quantity="temperature", fatigue_cycles=Decimal("1e6"), fatigue_exponent=Decimal(4)
)


def test_fatigue_is_miners_sum_in_parts_per_million() -> None:
    # The sample of E1049 with N = 1e6 * S^-4 has the damage 0.008449.
    found = wear_of(TIRING, 0, 0, 0, fatigue=8_449 * 10**12)
    assert found == Wear(8_449, 0, 0, 0, fatigue_ppm=8_449)


@pytest.mark.parametrize("lives", [1, 3, 10**20])
def test_fatigue_of_a_life_and_more_is_the_whole_index(lives: int) -> None:
    assert wear_of(TIRING, 0, 0, 0, fatigue=lives * 10**18) == Wear(
        1_000_000, 0, 0, 0, fatigue_ppm=1_000_000
    )


def test_fatigue_adds_to_the_other_parts() -> None:
    budget = msgspec.structs.replace(TIRING, shock_full=4, handling_full=10)
    assert wear_of(budget, 1, 2, 0, fatigue=10**17) == Wear(
        550_000, 250_000, 200_000, 0, fatigue_ppm=100_000
    )


def test_fatigue_is_nothing_without_product_data() -> None:
    assert wear_of(WearBudget(), 0, 0, 0, fatigue=10**18) == Wear(0, 0, 0, 0)


@pytest.mark.parametrize(
    "budget",
    [WearBudget(), WearBudget(fatigue_cycles=Decimal(9)), WearBudget(fatigue_exponent=Decimal(9))],
)
def test_fatigue_curve_needs_both_of_its_numbers(budget: WearBudget) -> None:
    assert fatigue_curve_of(budget) is None


def test_fatigue_curve_is_the_budgets() -> None:
    assert fatigue_curve_of(TIRING) == FatigueCurve(Decimal("1e6"), Decimal(4))
