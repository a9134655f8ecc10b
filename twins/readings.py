"""One measurement, and the fixed units in which measurements are kept.

Every value is an integer in the unit of its quantity and every time is an integer count of
microseconds since 1970-01-01T00:00:00Z, so that sums are exact and the same on every machine.
"""

from __future__ import annotations

import enum
from functools import lru_cache

import msgspec

LARGEST = 2**53 - 1
"""The largest integer that a document states: every reader of JSON reads it (RFC 8785)."""

MICROSECONDS = 1_000_000
"""Microseconds in a second."""


class Quantity(msgspec.Struct, frozen=True):
    """A kind of measurement.

    Attributes:
        name: The word in records, policies and payloads.
        unit: Symbol of the unit that people read.
        uom: UN/ECE Recommendation 20 code of that unit, as EPCIS wants it.
        scale: Integer steps in one unit: 1000 for milli-°C.
        lowest: Smallest plausible value, in steps.
        highest: Largest plausible value, in steps.
        is_level: True where a reading holds until the next one; False where it stands for an
            event, such as the peak of a shock.
        is_of_place: True where sensors tell of their own place, such as the box that is open, and
            not of the same goods: then none of them can outvote another.
        is_magnitude: True where the strength of a shock counts: of what a device measures along
            an axis the sign only tells how it lies.
    """

    name: str
    unit: str
    uom: str
    scale: int
    lowest: int
    highest: int
    is_level: bool = True
    is_of_place: bool = False
    is_magnitude: bool = False


QUANTITIES: dict[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        Quantity("temperature", "°C", "CEL", 1000, -273_149, 1_000_000),
        Quantity("humidity", "%RH", "P1", 1000, 0, 100_000),
        Quantity("illuminance", "lx", "LUX", 1000, 0, 200_000_000, is_of_place=True),
        Quantity(
            "acceleration", "g", "K40", 1000, 0, 100_000_000, is_level=False, is_magnitude=True
        ),
        Quantity("pulse_duration", "ms", "C26", 1000, 1, 10_000_000, is_level=False),
        Quantity(
            "velocity_change", "m/s", "MTS", 1000, 0, 1_000_000, is_level=False, is_magnitude=True
        ),
        Quantity("free_fall", "ms", "C26", 1000, 0, 10_000_000, is_level=False),
        Quantity("pressure", "Pa", "PAL", 1, 0, 10_000_000),
        Quantity("tilt", "°", "DD", 1000, -360_000, 360_000),
        Quantity("latitude", "°", "DD", 10_000_000, -900_000_000, 900_000_000),
        Quantity("longitude", "°", "DD", 10_000_000, -1_800_000_000, 1_800_000_000),
        Quantity("battery", "%", "P1", 1000, 0, 100_000),
        Quantity("contact", "", "C62", 1, 0, 1, is_of_place=True),
    )
}
"""Every quantity that a record may name."""

POSITION = frozenset(("latitude", "longitude"))
"""Quantities whose values tell where an asset is, and so never leave in a condition."""


@lru_cache(maxsize=65_536)
def decimal_text(steps: int, scale: int) -> str:
    """Return steps as a decimal number of units, exact, without trailing zeros.

    Args:
        steps: Integer steps.
        scale: Steps in one unit, a power of ten.
    """
    if scale == 1:
        return str(steps)
    whole, rest = divmod(abs(steps), scale)
    sign = "-" if steps < 0 else ""
    fraction = str(scale + rest)[1:].rstrip("0")
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


class ClockSource(enum.IntEnum):
    """Whose clock gave `observed_at`."""

    DEVICE = 1
    NETWORK = 2
    GATEWAY = 3


class Quality(enum.IntFlag):
    """What is known against a reading; no bit is set for a sound one."""

    GOOD = 0
    SENTINEL = 1
    """The device said "no value" by a reserved number."""
    IMPLAUSIBLE = 2
    """Outside what the quantity can be."""
    HISTORICAL = 4
    """Stored by the device and sent later; sound, but not live."""
    CLOCK_SUSPECT = 8
    """The time was naive or taken from the gateway where the device has a clock."""
    CONFLICT = 16
    """Another reading of the same identity carries another value. Set by the twin alone."""


UNUSABLE = int(Quality.SENTINEL | Quality.IMPLAUSIBLE | Quality.CONFLICT)
"""A reading with one of these bits is kept and counted, and says nothing about the asset."""


class Reading(msgspec.Struct, frozen=True, array_like=True, tag=1, gc=False):
    """One measurement of one sensor; its msgpack array is the record of SPECIFICATION section 2.

    Attributes:
        schema: Version of the record's layout, 1.
        device: Id of the device.
        sensor: Name of the sensor on that device.
        quantity: A key of `QUANTITIES`.
        value: In the quantity's integer steps.
        observed_at: Microseconds UTC, fixed when the payload was decoded.
        clock_source: A `ClockSource`.
        seq: The device's own counter, where it has one.
        quality: `Quality` bits.
        signature: The device's signature over its payload, where it signs.
    """

    schema: int
    device: str
    sensor: str
    quantity: str
    value: int
    observed_at: int
    clock_source: int
    seq: int | None = None
    quality: int = 0
    signature: bytes | None = None
