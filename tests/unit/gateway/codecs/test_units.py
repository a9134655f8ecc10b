import math

import pytest

from gateway.codecs.base import Refusal
from gateway.codecs.refusals import (
    MissingUnit,
    NotANumber,
    UnknownQuantity,
    UnknownUnit,
    ValueTooLarge,
)
from gateway.codecs.units import UNITS, conversion
from twins.readings import QUANTITIES, Quality


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "steps"),
    [
        ("temperature", 4.2, "°C", 4_200),
        ("temperature", -273.15, "Cel", -273_150),
        ("temperature", 32, "°F", 0),
        ("temperature", 212, "FAH", 100_000),
        ("temperature", -40, "[degF]", -40_000),
        ("temperature", 69.88083514, "F", 21_045),  # first value of the NAB ambient series
        ("temperature", 273.15, "K", 0),
        ("humidity", 44.72, "%RH", 44_720),
        ("humidity", 0.5, "/", 50_000),
        ("illuminance", 0.64, "lx", 640),
        ("illuminance", 1.5, "klx", 1_500_000),
        ("acceleration", 50, "g", 50_000),
        ("acceleration", -9, "g", 9_000),
        ("acceleration", 981, "mg", 981),
        ("acceleration", 9.80665, "m/s2", 1_000),
        ("acceleration", 19.6133, "MSK", 2_000),
        ("acceleration", -19.6133, "m/s2", 2_000),
        ("pulse_duration", 11, "ms", 11_000),
        ("pulse_duration", 0.0005, "ms", 0),
        ("pulse_duration", 6, "C26", 6_000),
        ("pulse_duration", 0.011, "s", 11_000),
        ("velocity_change", 4.57, "m/s", 4_570),
        ("velocity_change", 3.05, "MTS", 3_050),
        ("velocity_change", -3.05, "MTS", 3_050),
        ("free_fall", 0.4, "s", 400_000),
        ("free_fall", 400, "ms", 400_000),
        ("free_fall", 0.25, "SEC", 250_000),
        ("pressure", 988.6, "hPa", 98_860),
        ("pressure", 988.6, "mbar", 98_860),
        ("pressure", 101.325, "kPa", 101_325),
        ("pressure", 760, "mmHg", 101_325),
        ("pressure", 29.92, "inHg", 101_321),
        ("tilt", math.pi, "rad", 180_000),
        ("latitude", 37.97155556731436, "°", 379_715_556),
        ("longitude", -0.1276, "lon", -1_276_000),
        ("battery", 87, "%", 87_000),
        ("contact", 1, "1", 1),
    ],
)
def test_value_becomes_integer_steps_of_its_quantity(
    quantity: str, value: float, unit: str, steps: int
) -> None:
    assert conversion(quantity, unit).steps(value) == steps


@pytest.mark.parametrize(("value", "steps"), [(0.0005, 0), (0.0015, 2), (-0.0005, 0), (0.0025, 2)])
def test_half_a_step_rounds_to_the_even_one(value: float, steps: int) -> None:
    assert conversion("temperature", "°C").steps(value) == steps


def test_every_quantity_of_a_record_has_a_unit_with_its_own_code() -> None:
    assert set(UNITS) == set(QUANTITIES)
    for name, quantity in QUANTITIES.items():
        assert conversion(name, quantity.uom).steps(1) == quantity.scale


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_value_that_is_not_finite_is_no_number(value: float) -> None:
    with pytest.raises(NotANumber):
        conversion("temperature", "°C").steps(value)


@pytest.mark.parametrize("value", [1e16, -1e16, 1e308])
def test_value_beyond_exact_integers_is_too_large(value: float) -> None:
    with pytest.raises(ValueTooLarge):
        conversion("temperature", "°C").steps(value)


@pytest.mark.parametrize(
    ("quantity", "unit", "sound", "implausible"),
    [
        ("pulse_duration", "ms", [0.001, 10_000], [0, -1, 10_000.001]),
        ("velocity_change", "m/s", [0, 1000, -1000], [-1000.001, 1000.001]),
        ("free_fall", "ms", [0, 10_000], [-0.001, 10_000.001]),
    ],
)
def test_figures_of_a_shock_are_sound_between_their_bounds(
    quantity: str, unit: str, sound: list[float], implausible: list[float]
) -> None:
    unit_of = conversion(quantity, unit)
    for value in sound:
        assert unit_of.quality(unit_of.steps(value)) is Quality.GOOD
    for value in implausible:
        assert unit_of.quality(unit_of.steps(value)) is Quality.IMPLAUSIBLE


@pytest.mark.parametrize("value", [-273.151, 1000.001])
def test_value_outside_what_the_quantity_can_be_is_implausible(value: float) -> None:
    celsius = conversion("temperature", "°C")
    assert celsius.quality(celsius.steps(value)) is Quality.IMPLAUSIBLE


@pytest.mark.parametrize(
    ("quantity", "unit", "refusal", "says"),
    [
        ("temperature", "", MissingUnit, "°C, °F, K"),
        ("temperature", " ", MissingUnit, "°C, °F, K"),
        ("temperature", "hPa", UnknownUnit, "°C, °F, K"),
        ("pressure", "HPA", UnknownUnit, "hPa"),
        ("radiation", "Sv", UnknownQuantity, "temperature, humidity"),
    ],
)
def test_unit_that_cannot_be_used_is_refused_with_those_that_can(
    quantity: str, unit: str, refusal: type[Refusal], says: str
) -> None:
    with pytest.raises(refusal, match=says):
        conversion(quantity, unit)
