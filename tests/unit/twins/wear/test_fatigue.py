import decimal
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from twins.wear.fatigue import (
    DAMAGE_SCALE,
    Fatigue,
    FatigueCurve,
    damage_of,
    ended,
    feed,
    half_cycle_damage,
)
from twins.wear.rainflow import Cycle, half_cycles_of, push_all

VECTOR = json.loads((Path(__file__).parents[3] / "vectors" / "rainflow.json").read_text())
MINER = VECTOR["miner"]
CURVE = FatigueCurve(Decimal(MINER["cycles"]), Decimal(MINER["exponent"]))


def counted() -> list[Cycle]:
    residue: list[int] = []
    return push_all(residue, VECTOR["series"]) + half_cycles_of(residue)


def test_miners_sum_of_the_e1049_sample_equals_the_reference() -> None:
    damage = damage_of(counted(), half_cycle_damage(CURVE, 1))
    assert Decimal(damage) / DAMAGE_SCALE == Decimal(MINER["damage"])


def test_fatigue_of_a_history_that_goes_on_is_what_it_would_be_if_it_ended() -> None:
    half_damage = half_cycle_damage(CURVE, 1)
    fatigue = Fatigue()
    feed(fatigue, VECTOR["series"], half_damage)
    # Of figure 6 three ranges are left for step 6: 9, 8 and 6. The others are 5 half cycles with
    # (3^4/2 + 4^4/2 + 4^4 + 8^4/2) / 1e6.
    assert fatigue == Fatigue([5, -4, 4, -2], 5, 2_472_500_000_000_000)
    assert ended(fatigue, half_damage) == Fatigue([], 8, 8_449_000_000_000_000)
    assert fatigue.residue == [5, -4, 4, -2]


def test_fatigue_fed_in_parts_is_that_of_the_whole() -> None:
    half_damage = half_cycle_damage(CURVE, 1)
    whole, parts = Fatigue(), Fatigue()
    feed(whole, VECTOR["series"], half_damage)
    for value in VECTOR["series"]:
        feed(parts, [value], half_damage)
    assert parts == whole


@pytest.mark.parametrize("exponent", [1, 3, 8])
@pytest.mark.parametrize("range_steps", [1, 37, 1000, 123_457])
def test_damage_of_a_whole_exponent_is_the_exact_quotient_rounded_half_to_even(
    range_steps: int, exponent: int
) -> None:
    # Fractions have no rounding of their own; Python's round() goes half to even.
    curve = FatigueCurve(Decimal(7), Decimal(exponent))
    exact = Fraction(range_steps, 1000) ** exponent / 14 * DAMAGE_SCALE
    assert half_cycle_damage(curve, 1000)(range_steps) == round(exact)


@pytest.mark.parametrize(("cycles", "expected"), [("4e17", 1), ("1e18", 0), ("3.3e17", 2)])
def test_damage_halfway_between_two_integers_goes_to_the_even_one(
    cycles: str, expected: int
) -> None:
    # 1e18 / (2 * 4e17) = 1.25; 1e18 / (2 * 1e18) = 0.5; 1e18 / (2 * 3.3e17) = 1.51...
    assert half_cycle_damage(FatigueCurve(Decimal(cycles), Decimal("2.5")), 1)(1) == expected


def test_damage_of_a_square_root_is_exact_where_the_root_is() -> None:
    # sqrt(9) / (2 * 3e18) * 1e18 = 0.5, to even 0; sqrt(9) / (2 * 1e18) * 1e18 = 1.5, to even 2.
    half = Decimal("0.5")
    assert half_cycle_damage(FatigueCurve(Decimal("3e18"), half), 1)(9) == 0
    assert half_cycle_damage(FatigueCurve(Decimal("1e18"), half), 1)(9) == 2


def test_damage_stays_the_same_under_another_decimal_context() -> None:
    curve = FatigueCurve(Decimal(1234), Decimal("3.21"))
    with decimal.localcontext(prec=5, rounding=decimal.ROUND_UP):
        found = half_cycle_damage(curve, 1000)(77_777)
    with decimal.localcontext(prec=60):
        exact = Decimal("77.777") ** Decimal("3.21") / 2468 * DAMAGE_SCALE
    assert found == int(exact.to_integral_value(decimal.ROUND_HALF_EVEN))


@pytest.mark.parametrize("range_steps", [0, -1])
def test_damage_of_no_range_is_refused(range_steps: int) -> None:
    with pytest.raises(ValueError, match="no range"):
        half_cycle_damage(CURVE, 1000)(range_steps)


@pytest.mark.parametrize(
    ("cycles", "exponent"), [("0", "3"), ("-1", "3"), ("NaN", "3"), ("2e30", "3")]
)
def test_curve_without_a_sound_number_of_cycles_is_refused(cycles: str, exponent: str) -> None:
    with pytest.raises(ValueError, match="cycles are not"):
        FatigueCurve(Decimal(cycles), Decimal(exponent))


@pytest.mark.parametrize("exponent", ["0", "-3", "Infinity", "65"])
def test_curve_without_a_sound_exponent_is_refused(exponent: str) -> None:
    with pytest.raises(ValueError, match="is not more than 0"):
        FatigueCurve(Decimal(1), Decimal(exponent))
