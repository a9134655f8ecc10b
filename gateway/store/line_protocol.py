r"""Readings as InfluxDB line protocol.

    temperature,asset=…,device=…,sensor=… value=4.2,seq=1i <nanoseconds>

The measurement is the quantity; tags are what readings are filtered by, in sorted order; `value` is
always a float and `seq` always an integer, because the first write of a field fixes its type for
ever. The decimal text comes from the record's integer steps, so no rounding of a double shows.
A point's identity is measurement, tags and time: writing a reading again overwrites it with the
same bytes. A reading with a quality bit carries `quality`, so that nobody takes it for a sound one.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from twins.readings import QUANTITIES, Reading, decimal_text

_NANOSECONDS_PER_MICROSECOND = 1000
# Line protocol reference, "special characters": comma, equals sign and space in tag values. Line
# breaks cannot be escaped at all; they would begin another line.
_ESCAPES = str.maketrans(
    {",": r"\,", "=": r"\=", " ": r"\ ", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
)


def lines(readings: Sequence[Reading], asset: str | None = None) -> bytes:
    """Return the lines of readings, each with its line break.

    Args:
        readings: Readings of one series, at least one.
        asset: The asset that takes them; without one the tag is left out.
    """
    first = readings[0]
    head = _series(asset, first.device, first.sensor, first.quantity)
    scale = QUANTITIES[first.quantity].scale
    return "".join(
        [
            f"{head}{decimal_text(one.value, scale)}"
            f"{f',quality={one.quality}i' if one.quality else ''}"
            f"{'' if one.seq is None else f',seq={one.seq}i'}"
            f" {one.observed_at * _NANOSECONDS_PER_MICROSECOND}\n"
            for one in readings
        ]
    ).encode()


@functools.lru_cache(maxsize=65_536)
def _series(asset: str | None, device: str, sensor: str, quantity: str) -> str:
    """Return a line's beginning up to its value; one per series, so it is kept."""
    tags = {"asset": asset, "device": device, "sensor": sensor}
    stated = "".join(f",{key}={escaped(text)}" for key, text in tags.items() if text)
    return f"{quantity}{stated} value="


def escaped(text: str) -> str:
    """Return the text as a tag's value."""
    return text.translate(_ESCAPES)
