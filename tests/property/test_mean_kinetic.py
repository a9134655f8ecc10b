"""The mean kinetic temperature beside the formula in 150 digits (Haynes 1971; USP <1079.2>)."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.property.arrivals import EXAMPLES
from twins.temperature.mean_kinetic import FACTOR_SCALE, mean_kinetic_celsius

EXACT = Context(prec=150, rounding=ROUND_HALF_EVEN)
KELVIN = st.decimals(70, 1_100, places=5)
"""With five places: every tenth lies in the middle of two steps of the result."""
SPANS = st.integers(1, 10**16)


def factor_of(kelvin: Decimal) -> Decimal:
    return EXACT.exp(EXACT.divide(-10_000, kelvin))


def by_the_formula(factor_sum: int, weight_sum: int) -> Decimal:
    mean = EXACT.scaleb(EXACT.divide(factor_sum, weight_sum), -FACTOR_SCALE)
    celsius = EXACT.subtract(EXACT.divide(-10_000, EXACT.ln(mean)), Decimal("273.15"))
    return EXACT.plus(EXACT.quantize(celsius, Decimal("0.0001")))


@settings(max_examples=EXAMPLES)
@given(KELVIN, SPANS, st.sampled_from((-1, 0, 1)))
@example(Decimal("280.12345"), 86_400_000_000, 1)
@example(Decimal("280.12345"), 86_400_000_000, -1)
@example(Decimal("280.12345"), 1, 0)
@example(Decimal("77.35005"), 1, 1)
@example(Decimal("1_000.00005"), 10**16, -1)
@example(Decimal("70.00000"), 1, 0)
def test_a_mean_is_rounded_as_the_formula_is_even_in_the_middle_of_two_steps(
    kelvin: Decimal, span: int, beside: int
) -> None:
    total = int(EXACT.scaleb(factor_of(kelvin), FACTOR_SCALE) * span) + beside
    assert mean_kinetic_celsius(total, span) == by_the_formula(total, span)


@settings(max_examples=EXAMPLES)
@given(st.decimals(Decimal("0.5"), 10**15, places=3), SPANS)
def test_a_mean_of_any_temperature_above_absolute_zero_is_that_of_the_formula(
    kelvin: Decimal, span: int
) -> None:
    total = max(1, int(EXACT.scaleb(factor_of(kelvin), FACTOR_SCALE) * span))
    assert mean_kinetic_celsius(total, span) == by_the_formula(total, span)
