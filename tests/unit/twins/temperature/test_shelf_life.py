"""Expected values: `tests/vectors/shelf_life.json`, which names its sources, or by hand."""

import decimal
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest

from twins.readings import LARGEST
from twins.temperature.shelf_life import (
    Q10,
    RATE_SCALE,
    Arrhenius,
    ShelfLife,
    SquareRoot,
    life_left,
    rate_sum,
    rates_of,
    used_up_at,
)

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "shelf_life.json").read_text())
HOUR = 3_600_000_000
DAY = 24 * HOUR
TWICE_AT_15 = ShelfLife(10 * HOUR, 5_000, Q10(2_000_000))
"""Ten hours at 5 °C, five at 15 °C, twenty at -5 °C."""


def shelf_life(vector: dict[str, Any], life: int) -> ShelfLife:
    return msgspec.convert(
        {"life": life, "reference": vector["at_c"] * 1_000, "model": vector["model"]}, ShelfLife
    )


@pytest.mark.parametrize("vector", VECTORS["lives"], ids=lambda one: one["keeps_days"])
def test_life_at_another_temperature_equals_the_published_case(vector: dict[str, Any]) -> None:
    goods = shelf_life(vector, vector["days"] * DAY)
    end = used_up_at(goods.life, rates_of(goods)(vector["keeps_at_c"] * 1_000), 0)
    assert end is not None
    places = Decimal("0.01")
    assert (Decimal(end) / DAY).quantize(places) == Decimal(vector["keeps_days"])


@pytest.mark.parametrize("vector", VECTORS["rates"], ids=lambda one: one["hours_at_reference"])
def test_time_at_another_temperature_counts_as_the_reference_states(vector: dict[str, Any]) -> None:
    goods = shelf_life(vector, 1_000 * HOUR)
    used = rate_sum(goods, [0], [vector["spent_at_c"] * 1_000], vector["hours"] * HOUR)
    counted = Decimal(goods.life - life_left(goods, used)) / HOUR
    expected = Decimal(vector["hours_at_reference"])
    assert counted.quantize(Decimal(1).scaleb(expected.as_tuple().exponent)) == expected  # type: ignore[arg-type]  # a finite number


@pytest.mark.parametrize(
    "vector", VECTORS["vaccine_vial_monitors"], ids=lambda one: one["category"]
)
def test_vial_monitor_categories_follow_from_one_activation_energy_each(
    vector: dict[str, Any],
) -> None:
    goods = ShelfLife(
        vector["days"] * DAY, vector["at_c"] * 1_000, Arrhenius(vector["activation_j_per_mol"])
    )
    end = used_up_at(goods.life, rates_of(goods)(vector["keeps_at_c"] * 1_000), 0)
    assert end is not None
    assert end / DAY == pytest.approx(vector["keeps_days"], rel=0.002)


def test_life_left_is_that_at_the_reference_temperature() -> None:
    # 2 h at 5 °C, 1 h at 15 °C, 4 h at -5 °C: 2 + 2 + 2 h.
    used = rate_sum(TWICE_AT_15, [0, 2 * HOUR, 3 * HOUR], [5_000, 15_000, -5_000], 7 * HOUR)
    assert life_left(TWICE_AT_15, used) == 4 * HOUR


def test_life_left_is_rounded_down_and_falls_below_zero() -> None:
    assert life_left(TWICE_AT_15, 1) == 10 * HOUR - 1
    assert life_left(TWICE_AT_15, 10 * HOUR * RATE_SCALE) == 0
    assert life_left(TWICE_AT_15, 10 * HOUR * RATE_SCALE + 1) == -1


def test_life_is_used_up_sooner_where_it_is_warmer() -> None:
    rates = rates_of(TWICE_AT_15)
    assert used_up_at(4 * HOUR, rates(5_000), HOUR) == 5 * HOUR
    assert used_up_at(4 * HOUR, rates(15_000), HOUR) == 3 * HOUR
    assert used_up_at(4 * HOUR, rates(-5_000), HOUR) == 9 * HOUR


def test_moment_at_which_the_life_ends_is_rounded_down() -> None:
    assert used_up_at(10, 3 * RATE_SCALE, 100) == 103


def test_life_that_is_used_up_ends_now() -> None:
    assert used_up_at(0, RATE_SCALE, 7) == 7
    assert used_up_at(-5, RATE_SCALE, 7) == 7


def test_life_at_a_standstill_never_ends() -> None:
    goods = ShelfLife(DAY, 5_000, SquareRoot(-10_000))
    assert rates_of(goods)(-10_000) == 0
    assert rates_of(goods)(-80_000) == 0
    assert used_up_at(DAY, 0, 0) is None


def test_life_that_no_document_can_state_has_no_end() -> None:
    assert LARGEST == 9_007_199_254_740_991
    assert used_up_at(LARGEST, RATE_SCALE, 0) == LARGEST
    assert used_up_at(LARGEST, RATE_SCALE, 1) is None


def test_life_that_was_used_up_longer_ago_than_a_document_can_state_is_stated_as_far() -> None:
    assert life_left(TWICE_AT_15, 2 * LARGEST * RATE_SCALE) == -LARGEST


def test_rates_stay_the_same_under_another_decimal_context() -> None:
    goods = ShelfLife(DAY, 5_000, Arrhenius(100_000))
    with decimal.localcontext(prec=5, rounding=decimal.ROUND_UP):
        found = rates_of(goods)(61_237)
    with decimal.localcontext(prec=60):
        energy = Decimal(100_000) / Decimal("8.3144")
        exact = (energy / Decimal("278.15") - energy / Decimal("334.387")).exp() * 10**24
    assert found == int(exact.to_integral_value(decimal.ROUND_HALF_EVEN))


def test_rate_of_the_square_root_model_is_rounded_half_to_even() -> None:
    goods = ShelfLife(DAY, 5_000, SquareRoot(-10_000))
    assert rates_of(goods)(-9_999) == round(Fraction(1, 15_000) ** 2 * RATE_SCALE)


def test_rate_at_the_reference_temperature_is_one() -> None:
    for model in (Arrhenius(83_144), Q10(2_435_130), SquareRoot(-9_000)):
        assert rates_of(ShelfLife(DAY, 4_321, model))(4_321) == RATE_SCALE


@pytest.mark.parametrize("milli_celsius", [-273_150, -300_000])
def test_arrhenius_rate_is_refused_at_absolute_zero_and_below(milli_celsius: int) -> None:
    goods = ShelfLife(DAY, 5_000, Arrhenius(83_144))
    with pytest.raises(ValueError, match="absolute zero"):
        rates_of(goods)(milli_celsius)


def test_minimum_that_is_not_below_the_reference_is_refused() -> None:
    with pytest.raises(ValueError, match="not below the reference"):
        rates_of(ShelfLife(DAY, 5_000, SquareRoot(5_000)))


def test_quotient_that_is_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match="not above 0"):
        rates_of(ShelfLife(DAY, 5_000, Q10(0)))
