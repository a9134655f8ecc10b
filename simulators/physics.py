"""A lumped thermal model: ambient air, the air in a container, and the mass of its product.

Each node relaxes towards a weighted mean of what it touches (Newton's law of cooling), solved
exactly over a step in which its surroundings stand still. A new temperature is therefore always a
convex combination of the temperatures around it: nothing gets warmer than the warmest of them or
colder than the coldest, however long the step. Pure; noise comes from a generator handed in.
"""

from __future__ import annotations

import math
import random

import msgspec

MICROSECONDS_PER_HOUR = 3_600_000_000
HOURS_PER_DAY = 24.0
MINUTES_PER_HOUR = 60.0


class Ambient(msgspec.Struct, frozen=True):
    """Outside air over a day.

    Attributes:
        mean_celsius: Mean of the day.
        swing_celsius: How far the afternoon lies above the mean.
        warmest_hour: Hour of the UTC day at which it is warmest.
    """

    mean_celsius: float
    swing_celsius: float
    warmest_hour: float = 15.0


class Container(msgspec.Struct, frozen=True):
    """Thermal time constants of a container and its product, in minutes.

    Attributes:
        leak_minutes: Inside air to ambient through the closed walls.
        door_minutes: Inside air to ambient through an open door.
        cooling_minutes: Inside air to the set point while the cooling runs.
        contact_minutes: Inside air to the product, which is a store of cold.
        product_minutes: Product to the inside air; long where there is much mass.
    """

    leak_minutes: float
    door_minutes: float
    cooling_minutes: float
    contact_minutes: float
    product_minutes: float


class ThermalState(msgspec.Struct, frozen=True):
    """Temperatures of the two nodes inside, in °C."""

    air_celsius: float
    product_celsius: float


def generator(stream: str) -> random.Random:
    """Return the generator of a named stream of noise; a name gives the same noise everywhere."""
    return random.Random(stream)  # noqa: S311 - noise of a simulation that must repeat, no secret


def ambient_celsius(ambient: Ambient, moment: int) -> float:
    """Return the outside temperature at a moment, microseconds UTC."""
    hour = moment / MICROSECONDS_PER_HOUR % HOURS_PER_DAY
    phase = 2 * math.pi * (hour - ambient.warmest_hour) / HOURS_PER_DAY
    return ambient.mean_celsius + ambient.swing_celsius * math.cos(phase)


def advance_state(
    state: ThermalState,
    container: Container,
    *,
    outside_celsius: float,
    set_point_celsius: float | None,
    is_open: bool,
    minutes: float,
) -> ThermalState:
    """Return both temperatures after a step.

    Args:
        state: Temperatures before.
        container: Its time constants.
        outside_celsius: Ambient temperature during the step.
        set_point_celsius: What the cooling blows; None while it does not run.
        is_open: Whether the door is open.
        minutes: Length of the step.
    """
    neighbours = [
        (outside_celsius, 1 / container.leak_minutes),
        (state.product_celsius, 1 / container.contact_minutes),
    ]
    if is_open:
        neighbours.append((outside_celsius, 1 / container.door_minutes))
    if set_point_celsius is not None:
        neighbours.append((set_point_celsius, 1 / container.cooling_minutes))
    rate = sum(weight for _, weight in neighbours)
    target = sum(celsius * weight for celsius, weight in neighbours) / rate
    air = _relaxed(state.air_celsius, target, minutes * rate)
    product = _relaxed(state.product_celsius, air, minutes / container.product_minutes)
    return ThermalState(air, product)


def _relaxed(value: float, target: float, constants: float) -> float:
    """Return a value after so many time constants of relaxation towards its target."""
    kept = math.exp(-constants)
    return kept * value + (1 - kept) * target


def noisy(value: float, deviation: float, rng: random.Random) -> float:
    """Return what a sensor with normal noise reads; three deviations are the most it errs."""
    error = rng.gauss(0.0, deviation)
    return value + max(-3 * deviation, min(3 * deviation, error))


def light_lux(*, is_open: bool, rng: random.Random) -> float:
    """Return the illuminance inside: dark when closed, a lit dock or daylight when open."""
    return rng.uniform(180.0, 900.0) if is_open else rng.uniform(0.0, 1.5)


def handling_peak_g(rng: random.Random) -> float:
    """Return the peak of an ordinary knock; most are small, none is harmful.

    Shape after parcel studies: many low peaks, few higher ones (log-normal), cut at 8 g.
    """
    return min(8.0, rng.lognormvariate(0.3, 0.6))
