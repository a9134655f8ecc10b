"""Which devices can still read what a verdict waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from .condition import Condition


def bind_first(condition: Condition, quantity: str, bound: Collection[str] | None) -> str:
    """Return that a device must be bound first, where none travels that has read a quantity.

    Args:
        condition: The verdict, with the series of all devices that ever travelled with it.
        quantity: What is to be read.
        bound: The devices that travel with it now; None where that is not known.
    """
    if bound is None or sensors_of_devices(condition, quantity, bound):
        return ""
    return f"No device that travels with it now has read {quantity}: bind one that does first. "


def sensors_of_devices(
    condition: Condition, quantity: str, bound: Collection[str] | None
) -> tuple[int, ...]:
    """Return how many sensors of a quantity each device has that travels with it now."""
    found = Counter(
        one.device
        for one in condition.statistics.series
        if one.quantity == quantity and (bound is None or one.device in bound)
    )
    return tuple(found.values())
