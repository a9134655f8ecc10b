import pytest

from twins.readings import QUANTITIES, UNUSABLE, Quality, decimal_text


def test_every_quantity_has_a_range_and_a_decimal_scale() -> None:
    for name, quantity in QUANTITIES.items():
        assert quantity.name == name
        assert quantity.lowest < quantity.highest
        assert str(quantity.scale).rstrip("0") == "1"


def test_temperature_range_excludes_absolute_zero() -> None:
    assert QUANTITIES["temperature"].lowest > -273_150


def test_figures_of_a_shock_stand_for_their_moment_alone() -> None:
    events = {one.name for one in QUANTITIES.values() if not one.is_level}
    assert events == {"acceleration", "pulse_duration", "velocity_change", "free_fall"}


def test_only_a_value_that_says_nothing_makes_a_reading_unusable() -> None:
    assert UNUSABLE == Quality.SENTINEL | Quality.IMPLAUSIBLE | Quality.CONFLICT


@pytest.mark.parametrize(
    ("steps", "scale", "text"),
    [
        (0, 1000, "0"),
        (4_200, 1000, "4.2"),
        (4_000, 1000, "4"),
        (1, 1000, "0.001"),
        (-1, 1000, "-0.001"),
        (-500, 1000, "-0.5"),
        (-273_150, 1000, "-273.15"),
        (1, 10_000_000, "0.0000001"),
        (379_715_556, 10_000_000, "37.9715556"),
        (101_325, 1, "101325"),
        (2**53 - 1, 1000, "9007199254740.991"),
    ],
)
def test_steps_are_written_without_the_noise_of_a_double(steps: int, scale: int, text: str) -> None:
    assert decimal_text(steps, scale) == text
