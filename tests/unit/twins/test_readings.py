from twins.readings import QUANTITIES, UNUSABLE, Quality


def test_every_quantity_has_a_range_and_a_decimal_scale() -> None:
    for name, quantity in QUANTITIES.items():
        assert quantity.name == name
        assert quantity.lowest < quantity.highest
        assert str(quantity.scale).rstrip("0") == "1"


def test_temperature_range_excludes_absolute_zero() -> None:
    assert QUANTITIES["temperature"].lowest > -273_150


def test_only_a_value_that_says_nothing_makes_a_reading_unusable() -> None:
    assert UNUSABLE == Quality.SENTINEL | Quality.IMPLAUSIBLE | Quality.CONFLICT
