"""What a shock was: velocity change, drop height, and whether it can have damaged the product.

A recorder tells of a shock its peak, at best also how long the pulse was, how much the velocity
changed, or how long the fall before it took. What it does not tell is computed from what it does
and from nothing else: where it told too little, the answer is that nobody knows. Everything is an
integer: milli-g, µs, µm/s, µm, each rounded once, to the nearest.
"""

from __future__ import annotations

import enum
from decimal import ROUND_HALF_EVEN, Context, Decimal

import msgspec

from twins.readings import LARGEST, MICROSECONDS

STANDARD_GRAVITY = 9_806_650
"""Standard acceleration of free fall, µm/s², exact by definition (3rd CGPM, 1901)."""

PI = Decimal("3.14159265358979323846264338327950288419716939937510")
"""π to 50 places."""

_CONTEXT = Context(prec=80, rounding=ROUND_HALF_EVEN)
_PPM = 1_000_000
_MILLI = 1_000


class Pulse(msgspec.Struct, frozen=True):
    """What one sensor said of one shock; None where it said nothing.

    Attributes:
        at: When, microseconds UTC.
        device: Id of the device.
        sensor: Its sensor.
        peak: Highest acceleration, milli-g.
        duration: Length of the pulse, µs.
        velocity_change: Velocity change as the device itself integrated it, µm/s.
        free_fall: Length of the fall before the shock, µs.
    """

    at: int
    device: str
    sensor: str
    peak: int | None = None
    duration: int | None = None
    velocity_change: int | None = None
    free_fall: int | None = None


class Damage(enum.StrEnum):
    """On which side of the product's damage boundary a shock lies."""

    EXCLUDED = "excluded"
    """Too little velocity change or too little acceleration."""
    POSSIBLE = "possible"
    """Enough of both."""
    UNKNOWN = "unknown"
    """Enough of what is known, and one of them is not known."""


def velocity_change_of(pulse: Pulse) -> int | None:
    """Return a shock's velocity change in µm/s, None where neither it nor its duration is known.

    What the device integrated goes before what a half-sine pulse of its peak and duration has.
    """
    if pulse.velocity_change is not None:
        return pulse.velocity_change
    if pulse.peak is None or pulse.duration is None:
        return None
    return half_sine_velocity_change(pulse.peak, pulse.duration)


def drop_height_of(pulse: Pulse, restitution_ppm: int) -> int | None:
    """Return the height from which a shock was dropped in µm, None where it cannot be known.

    A fall that was timed tells the height; without one, or where it took no time, it is the
    equivalent height of the velocity change; of either no more than a document can state.

    Args:
        pulse: The shock.
        restitution_ppm: See `equivalent_drop_height`.
    """
    if pulse.free_fall:
        return min(free_fall_height(pulse.free_fall), LARGEST)
    velocity = velocity_change_of(pulse)
    if velocity is None:
        return None
    return min(equivalent_drop_height(velocity, restitution_ppm), LARGEST)


def half_sine_velocity_change(peak: int, duration: int) -> int:
    """Return the velocity change of a half-sine pulse, (2/π)·A·g·t, in µm/s.

    Args:
        peak: A, in milli-g.
        duration: t, the length of the pulse in µs.
    """
    doubled = Decimal(2 * peak * duration * STANDARD_GRAVITY)
    exact = _CONTEXT.divide(doubled, _CONTEXT.multiply(PI, _MILLI * MICROSECONDS))
    return int(_CONTEXT.to_integral_value(exact))


def equivalent_drop_height(velocity_change: int, restitution_ppm: int) -> int:
    """Return the height of a free fall that ends in a velocity change, Δv²/(2g(1+e)²), in µm.

    Args:
        velocity_change: Δv in µm/s: impact and rebound together.
        restitution_ppm: Coefficient of restitution e, the rebound's share of the impact velocity:
            0 where nothing bounces, 1,000,000 where all does. It belongs to the package and the
            ground and cannot be seen in the pulse, so it must be stated.

    Raises:
        ValueError: The coefficient lies outside 0 to 1,000,000.
    """
    if not 0 <= restitution_ppm <= _PPM:
        message = f"restitution {restitution_ppm} ppm is not between 0 and {_PPM}"
        raise ValueError(message)
    return _quotient(
        (velocity_change * _PPM) ** 2, 2 * STANDARD_GRAVITY * (_PPM + restitution_ppm) ** 2
    )


def free_fall_height(duration: int) -> int:
    """Return the height of a fall from rest, g·t²/2, in µm.

    Args:
        duration: t in µs. Air resistance is left out: of a parcel's fall it takes next to nothing.
    """
    return _quotient(STANDARD_GRAVITY * duration**2, 2 * MICROSECONDS**2)


def damage_zone(pulse: Pulse, critical_velocity: int, critical_acceleration: int) -> Damage:
    """Return on which side of the damage boundary a shock lies (ASTM D3332, annex A3).

    A product is damaged only where the velocity change reaches its critical velocity change, which
    test method A finds, and the peak its critical acceleration, which method B finds. The boundary
    is taken as these two straight lines; the true one rounds their corner, so that in the corner
    more shocks are called possibly damaging than are.

    Args:
        pulse: The shock.
        critical_velocity: V_c in mm/s, as a policy holds it.
        critical_acceleration: A_c in milli-g.
    """
    velocity = velocity_change_of(pulse)
    if velocity is not None and velocity < critical_velocity * _MILLI:
        return Damage.EXCLUDED
    if pulse.peak is not None and pulse.peak < critical_acceleration:
        return Damage.EXCLUDED
    if velocity is None or pulse.peak is None:
        return Damage.UNKNOWN
    return Damage.POSSIBLE


def _quotient(numerator: int, denominator: int) -> int:
    """Return the quotient of two integers, rounded to the nearest.

    No height lies halfway: beside g, which holds the factor 2 once, all is squared or 2.
    """
    return (2 * numerator + denominator) // (2 * denominator)
