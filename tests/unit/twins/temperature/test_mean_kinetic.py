import decimal
import json
from decimal import Decimal
from pathlib import Path

import pytest

from twins.temperature.mean_kinetic import arrhenius_factor, mean_kinetic_celsius

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "mkt.json").read_text())


def mean_kinetic(series: list[list[int]]) -> Decimal | None:
    total = sum(weight * arrhenius_factor(celsius * 1000) for weight, celsius in series)
    return mean_kinetic_celsius(total, sum(weight for weight, _ in series))


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: str(vector["mkt_c"]))
def test_mean_kinetic_temperature_equals_the_reference_to_its_four_places(
    vector: dict[str, object],
) -> None:
    expected = Decimal(str(vector["mkt_c"])).quantize(Decimal("0.0001"))
    assert mean_kinetic(vector["weight_temp"]) == expected


@pytest.mark.parametrize("vector", VECTORS["arrhenius_ratios"], ids=lambda one: str(one["ratio"]))
def test_arrhenius_factor_grows_by_the_reference_ratio(vector: dict[str, float]) -> None:
    warm = arrhenius_factor(int(vector["to_c"]) * 1000)
    cold = arrhenius_factor(int(vector["from_c"]) * 1000)
    assert warm / cold == pytest.approx(vector["ratio"], abs=5e-7)


@pytest.mark.parametrize("celsius", [-196, -80, -20, 0, 5, 25, 1000])
def test_mean_kinetic_temperature_of_a_constant_is_that_constant(celsius: int) -> None:
    assert str(mean_kinetic([[7, celsius]])) == f"{celsius}.0000"


def test_mean_kinetic_temperature_just_below_zero_is_printed_without_a_sign() -> None:
    total = 97 * arrhenius_factor(0) + 3 * arrhenius_factor(-1)
    assert str(mean_kinetic_celsius(total, 100)) == "0.0000"


def test_mean_kinetic_temperature_stays_the_same_when_every_weight_is_multiplied() -> None:
    once = mean_kinetic([[2, 20], [4, 2], [1, 25]])
    assert mean_kinetic([[2_000_000, 20], [4_000_000, 2], [1_000_000, 25]]) == once


def test_mean_kinetic_temperature_stays_the_same_under_another_decimal_context() -> None:
    expected = mean_kinetic([[2, 20], [4, 2], [1, 25]])
    with decimal.localcontext(prec=5, rounding=decimal.ROUND_UP):
        assert mean_kinetic([[2, 20], [4, 2], [1, 25]]) == expected


def test_arrhenius_factor_stays_the_same_under_another_decimal_context() -> None:
    # Of a temperature that nothing else asks for: what was computed once is kept.
    with decimal.localcontext(prec=5, rounding=decimal.ROUND_UP):
        found = arrhenius_factor(61_237)
    with decimal.localcontext(prec=120):
        exact = (Decimal(-10_000) / Decimal("334.387")).exp() * Decimal(10) ** 75
    assert found == int(exact.to_integral_value(decimal.ROUND_HALF_EVEN))


def test_mean_kinetic_temperature_is_absent_where_nothing_was_observed() -> None:
    assert mean_kinetic_celsius(0, 0) is None


def test_arrhenius_factor_keeps_eighteen_digits_at_the_temperature_of_liquid_nitrogen() -> None:
    assert len(str(arrhenius_factor(-196_000))) >= 18


@pytest.mark.parametrize("milli_celsius", [-273_150, -300_000])
def test_arrhenius_factor_is_refused_at_absolute_zero_and_below(milli_celsius: int) -> None:
    with pytest.raises(ValueError, match="absolute zero"):
        arrhenius_factor(milli_celsius)
