"""Numbers that rates are made of; expected values by hand."""

import decimal
from decimal import Decimal

import pytest

from twins.temperature.decimal_rates import kelvin_of, kept, scaled


def test_kelvin_of_a_temperature_is_exact_under_any_decimal_context() -> None:
    with decimal.localcontext(prec=2):
        assert kelvin_of(-80_001) == Decimal("193.149")


@pytest.mark.parametrize("milli_celsius", [-273_150, -273_151])
def test_kelvin_of_absolute_zero_and_below_is_refused(milli_celsius: int) -> None:
    with pytest.raises(ValueError, match="absolute zero"):
        kelvin_of(milli_celsius)


@pytest.mark.parametrize(("number", "expected"), [("0.25", 2), ("0.35", 4), ("-0.25", -2)])
def test_scaled_number_is_rounded_half_to_even(number: str, expected: int) -> None:
    assert scaled(Decimal(number), 1) == expected


def test_number_that_is_kept_is_computed_once() -> None:
    asked: list[int] = []

    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    look_up = kept(double)
    assert [look_up(3), look_up(3), look_up(4)] == [6, 6, 8]
    assert asked == [3, 4]
