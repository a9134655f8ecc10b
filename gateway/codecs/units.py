"""Units as devices write them, and the exact way from a value to a record's integer steps.

The rule, for every verifier: the value as an IEEE 754 double, integers converted to one first; then

    base  = (value - offset) * numerator / denominator
    steps = base * scale, rounded half to even

each operation in double arithmetic, from left to right; `scale` is the quantity's. Of the strength
of a shock the steps are taken without their sign, whatever protocol brings it. Spellings are
UCUM and SenML (RFC 8428), UN/ECE Recommendation 20 codes, and what people write. A spelling counts
within its quantity alone: `C` is a degree here, not a coulomb. No unit is ever assumed. A code
that means something else in its own list is none: Recommendation 20 has `A97` for the hectopascal,
`HPA` is a volume of alcohol.
"""

from __future__ import annotations

import functools
import math

import msgspec

from twins.readings import QUANTITIES, Quality

from .refusals import MissingUnit, NotANumber, UnknownQuantity, UnknownUnit, ValueTooLarge

# RFC 8785 section 3.2.2.3 writes integers as doubles: beyond this they are not exact.
LARGEST_STEPS = 2**53 - 1


class Unit(msgspec.Struct, frozen=True, gc=False):
    """How a unit becomes the unit of its quantity.

    Attributes:
        spellings: What devices write, the customary one first.
        offset: Subtracted from the value.
        numerator: The difference is multiplied by this,
        denominator: and divided by this.
    """

    spellings: tuple[str, ...]
    offset: float = 0.0
    numerator: float = 1.0
    denominator: float = 1.0


class Conversion(msgspec.Struct, frozen=True, gc=False):
    """A unit joined with the scale and the plausible range of its quantity."""

    quantity: str
    offset: float
    numerator: float
    denominator: float
    scale: int
    lowest: int
    highest: int
    is_magnitude: bool

    def steps(self, value: float) -> int:
        """Return the value in integer steps of the quantity.

        Raises:
            NotANumber: The value is NaN or infinite.
            ValueTooLarge: The steps exceed 2^53 - 1.
        """
        base = (value - self.offset) * self.numerator / self.denominator
        try:
            steps = round(base * self.scale)
        except (ValueError, OverflowError) as error:
            if math.isfinite(value):
                raise ValueTooLarge(self.quantity, value) from error
            raise NotANumber(value) from error
        if not -LARGEST_STEPS <= steps <= LARGEST_STEPS:
            raise ValueTooLarge(self.quantity, value)
        return abs(steps) if self.is_magnitude else steps

    def quality(self, steps: int) -> Quality:
        """Return what the steps alone say against a reading."""
        return Quality.GOOD if self.lowest <= steps <= self.highest else Quality.IMPLAUSIBLE


_PERCENT = (
    Unit(("%", "%RH", "%rh", "P1", "percent", "% RH")),
    Unit(("/",), numerator=100.0),
)
_DURATION = (
    Unit(("ms", "C26")),
    Unit(("s", "SEC"), numerator=1000.0),
)
_DEGREE = Unit(("°", "deg", "DD", "degree", "degrees"))

UNITS: dict[str, tuple[Unit, ...]] = {
    "temperature": (
        # U+2103 and the ordinal sign U+00BA are what some firmware writes for the degree sign.
        Unit(("°C", "Cel", "CEL", "C", "degC", "celsius", "Celsius", "\u2103", "\u00baC")),
        Unit(
            ("°F", "[degF]", "FAH", "F", "degF", "fahrenheit", "Fahrenheit", "\u2109", "\u00baF"),
            offset=32.0,
            numerator=5.0,
            denominator=9.0,
        ),
        Unit(("K", "KEL", "kelvin", "Kelvin"), offset=273.15),
    ),
    "humidity": _PERCENT,
    "illuminance": (
        Unit(("lx", "LUX", "lux")),
        Unit(("klx", "KLX"), numerator=1000.0),
    ),
    "acceleration": (
        # g_n = 9.80665 m/s² by definition (3rd CGPM, 1901).
        Unit(("g", "[g]", "gn", "K40")),
        Unit(("mg", "m[g]"), denominator=1000.0),
        Unit(("m/s2", "m/s^2", "m/s²", "MSK"), denominator=9.80665),
    ),
    "pulse_duration": _DURATION,
    "velocity_change": (Unit(("m/s", "MTS")),),
    "free_fall": _DURATION,
    "pressure": (
        Unit(("Pa", "PAL")),
        Unit(("hPa", "A97"), numerator=100.0),
        Unit(("mbar", "MBR", "mBar"), numerator=100.0),
        Unit(("kPa", "KPA"), numerator=1000.0),
        Unit(("bar", "BAR"), numerator=100_000.0),
        # Conventional mercury: 1 mm or 1 inch of 13,595.1 kg/m³ under g_n (NIST SP 811).
        Unit(("mmHg", "mm[Hg]", "HN"), numerator=133.322387415),
        Unit(("inHg", "[in_i'Hg]", "F79"), numerator=3386.388640341),
    ),
    "tilt": (
        _DEGREE,
        Unit(("rad", "C81"), numerator=180.0, denominator=math.pi),
    ),
    "latitude": (Unit((*_DEGREE.spellings, "lat")),),
    "longitude": (Unit((*_DEGREE.spellings, "lon")),),
    "battery": (
        Unit(("%", "%EL", "P1", "percent")),
        Unit(("/",), numerator=100.0),
    ),
    # 1 is closed, 0 is open.
    "contact": (Unit(("1", "C62", "")),),
}
"""The units of each quantity; the first spelling of each is shown to people."""

WITH_VAGUE_UNITS = frozenset({"pulse_duration", "velocity_change", "free_fall"})
"""Quantities that a unit alone never tells: most times and speeds are none of a shock."""

_BY_SPELLING = {
    (quantity, spelling): unit
    for quantity, units in UNITS.items()
    for unit in units
    for spelling in unit.spellings
}


@functools.lru_cache(maxsize=4096)
def conversion(quantity: str, unit: str) -> Conversion:
    """Return how values of a unit become steps of a quantity.

    Raises:
        UnknownQuantity: No record names the quantity.
        MissingUnit: The unit is empty where the quantity has one.
        UnknownUnit: The unit does not measure the quantity.
    """
    if quantity not in QUANTITIES:
        raise UnknownQuantity(quantity, ", ".join(QUANTITIES))
    found = _BY_SPELLING.get((quantity, unit))
    if found is None:
        if not unit.strip():
            raise MissingUnit(quantity, known_units(quantity))
        raise UnknownUnit(quantity, unit, known_units(quantity))
    kind = QUANTITIES[quantity]
    return Conversion(
        quantity,
        found.offset,
        found.numerator,
        found.denominator,
        kind.scale,
        kind.lowest,
        kind.highest,
        kind.is_magnitude,
    )


def known_units(quantity: str) -> str:
    """Return the customary spellings of a quantity's units, for people."""
    return ", ".join(unit.spellings[0] for unit in UNITS[quantity])
