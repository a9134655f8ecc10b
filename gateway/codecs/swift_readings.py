"""The short way for Cargotwin's own readings: sound in every point, with the device's time.

It repeats the rules of the format in one loop, because calls would double the cost of a reading,
and leaves whatever does not pass them to the long way, which says why.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Literal

import msgspec

from twins.readings import ClockSource, Reading

from . import measuring, units
from .base import IsKnown, Refusal, ShortWay, SwiftReader
from .times import rfc3339

_DEVICE = int(ClockSource.DEVICE)
_Series = tuple[str, str, int, float, float, float, int, int, int]
"""Sensor, quantity, quotation marks, and what converts a value."""


class ReadingMessage(msgspec.Struct, gc=False):
    """A reading as it stands in a payload."""

    quantity: str
    value: float
    unit: str
    sensor: str | None = None
    observed_at: str | None = None
    observed_at_us: int | None = None
    seq: int | None = None
    quality: list[Literal["historical"]] | None = None


@functools.lru_cache(maxsize=65_536)
def series_of(sensor: str | None, quantity: str, unit: str) -> tuple[str, units.Conversion]:
    """Return the checked name of the sensor and how its values become steps."""
    conversion = units.conversion(quantity, unit)
    return measuring.checked_sensor(quantity if sensor is None else sensor), conversion


class SwiftReadings:
    """The short ways of all devices; they share how a series is converted.

    Args:
        decode: The typed JSON decoder.
        tolerance: Microseconds that a device's clock may run ahead.
    """

    def __init__(
        self,
        decode: Callable[[bytes], ReadingMessage | list[ReadingMessage]],
        tolerance: int,
    ) -> None:
        self._decode = decode
        self._tolerance = tolerance
        # One for each series of any device that was taken before: known devices bound it.
        self._series: dict[tuple[str, str | None, str], _Series] = {}

    def of(self, device: str, is_known: IsKnown) -> ShortWay:
        """Return the short way of a device's topic."""
        return ShortWay(
            device,
            self._reader(device, is_known, needs_seq=False),
            self._reader(device, is_known, needs_seq=True),
        )

    def _learn(self, device: str, message: ReadingMessage, is_known: IsKnown) -> _Series | None:
        sensor, how = series_of(message.sensor, message.quantity, message.unit)
        if not is_known(device, sensor, how.quantity):
            return None
        # The keys quantity, value and unit, and the two texts; a sensor has a key and a text.
        marks = 10 if message.sensor is None else 14
        key = (message.quantity, message.sensor, message.unit)
        conversion = (how.offset, how.numerator, how.denominator, how.scale, how.lowest)
        return self._series.setdefault(key, (sensor, how.quantity, marks, *conversion, how.highest))

    def _reader(self, device: str, is_known: IsKnown, *, needs_seq: bool) -> SwiftReader:
        decode, tolerance, learn, shared = self._decode, self._tolerance, self._learn, self._series
        largest, largest_seq = units.LARGEST_STEPS, measuring.LARGEST_SEQ
        own: set[int] = set()

        def read(payload: bytes, received_at: int) -> list[Reading] | None:
            readings: list[Reading] = []
            marks = 0
            latest = received_at + tolerance
            try:
                found = decode(payload)
                for message in found if isinstance(found, list) else (found,):
                    series = shared.get((message.quantity, message.sensor, message.unit))
                    if series is None or id(series) not in own:
                        series = learn(device, message, is_known)
                        if series is None:
                            return None
                        own.add(id(series))
                    sensor, quantity, quoted, offset, over, under, scale, low, high = series
                    steps = round((message.value - offset) * over / under * scale)
                    observed_at = message.observed_at_us
                    if observed_at is not None:
                        marks += quoted + 2
                    elif message.observed_at is not None:
                        observed_at = rfc3339(message.observed_at)
                        marks += quoted + 4
                    else:
                        return None
                    seq = message.seq
                    if seq is not None:
                        marks += 2
                    if (
                        message.quality
                        or not low <= steps <= high
                        or not -largest <= observed_at <= latest
                        or (needs_seq if seq is None else not 0 <= seq <= largest_seq)
                    ):
                        return None
                    readings.append(
                        Reading(1, device, sensor, quantity, steps, observed_at, _DEVICE, seq)
                    )
            except (msgspec.MsgspecError, RecursionError, ArithmeticError, ValueError, Refusal):
                return None
            # More marks than the fields explain are unknown keys, escapes, or a key twice, of which
            # the typed decoder would keep the last.
            return readings if readings and payload.count(b'"') == marks else None

        return read
