"""What the bytes of a LoRaWAN device say, before a server's message gives them device and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from twins.readings import Quality


class Measured(msgspec.Struct, frozen=True, gc=False):
    """One value of a device's payload.

    Attributes:
        quantity: A key of `twins.readings.QUANTITIES`.
        value: In `unit`.
        unit: A spelling that measures the quantity.
        sensor: Name of the sensor; the quantity where it is empty.
        observed_at_s: When, in seconds since 1970-01-01T00:00:00Z by the device's own clock; None
            where the value was measured just before the uplink.
        quality: What the payload itself says against the value.
    """

    quantity: str
    value: float
    unit: str
    sensor: str = ""
    observed_at_s: int | None = None
    quality: Quality = Quality.GOOD


PayloadDecoder = Callable[[bytes, int], Iterator[Measured]]
"""Takes an application payload and its LoRaWAN port and gives the values in their order.

It may end with a `Refusal` that says why the rest cannot be read; what came before it counts.
"""


def hexadecimal(data: bytes) -> str:
    """Return bytes as vendors print them: `03 67`."""
    return data.hex(" ").upper()
