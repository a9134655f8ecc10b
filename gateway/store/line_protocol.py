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

from twins.readings import QUANTITIES, Reading, decimal_text

_NANOSECONDS_PER_MICROSECOND = 1000
# Line protocol reference, "special characters": comma, equals sign and space in tag values. Line
# breaks cannot be escaped at all; they would begin another line.
_ESCAPES = str.maketrans(
    {",": r"\,", "=": r"\=", " ": r"\ ", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
)


def line(reading: Reading, asset: str | None = None) -> str:
    """Return the line of a reading, without its line break.

    Args:
        reading: The reading.
        asset: The asset that takes it; without one the tag is left out.
    """
    head = _series(asset, reading.device, reading.sensor, reading.quantity)
    fields = head + decimal_text(reading.value, QUANTITIES[reading.quantity].scale)
    if reading.quality:
        fields = f"{fields},quality={reading.quality}i"
    if reading.seq is not None:
        fields = f"{fields},seq={reading.seq}i"
    return f"{fields} {reading.observed_at * _NANOSECONDS_PER_MICROSECOND}"


@functools.lru_cache(maxsize=65_536)
def _series(asset: str | None, device: str, sensor: str, quantity: str) -> str:
    """Return a line's beginning up to its value; one per series, so it is kept."""
    tags = {"asset": asset, "device": device, "sensor": sensor}
    stated = "".join(f",{key}={escaped(text)}" for key, text in tags.items() if text)
    return f"{quantity}{stated} value="


def escaped(text: str) -> str:
    """Return the text as a tag's value."""
    return text.translate(_ESCAPES)
