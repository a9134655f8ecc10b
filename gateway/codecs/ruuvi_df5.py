"""Ruuvi data format 5 (RAWv2): the 24 bytes of measurements in a tag's Bluetooth advertisement.

Source: docs.ruuvi.com, "Data format 5 (RAWv2)". All fields are big-endian. The largest unsigned and
the smallest signed number of a field mean "not available".

A reading of `acceleration` is the strength along one axis (`gateway.codecs.units`). Battery
voltage, transmission power and movement counter measure no quantity that a record names.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from twins.verdict.counts import counted

from .base import shown
from .refusals import InvalidField

MANUFACTURER = b"\x99\x04"
"""Ruuvi Innovations' company id 0x0499, little-endian as Bluetooth sends it."""

DATA_FORMAT = 5

_MANUFACTURER_SPECIFIC = 0xFF
_FIELDS = struct.Struct(">BhHHhhhHBH6s")
_NO_SIGNED = -0x8000
_NO_UNSIGNED = 0xFFFF
_NO_ADDRESS = b"\xff" * 6


class Measured(NamedTuple):
    """One field.

    Attributes:
        name: Name of the sensor.
        quantity: What it measures.
        unit: Its unit.
        value: In that unit; of a field that is not available, the reserved number.
        is_available: Whether the tag has measured it.
    """

    name: str
    quantity: str
    unit: str
    value: float
    is_available: bool


class Measurements(NamedTuple):
    """What a tag says.

    Attributes:
        fields: What it measured.
        seq: Number of the measurement, None where the tag does not count. It returns to 0 after
            65,534, about once a day.
        address: The tag's own address, None where it does not state it.
    """

    fields: tuple[Measured, ...]
    seq: int | None
    address: str | None


def manufacturer_data(advertisement: bytes) -> bytes | None:
    """Return Ruuvi's data in an advertisement, None where another maker's device sent it.

    An advertisement is a sequence of structures: a length, a type and data (Bluetooth Core
    Specification, volume 3, part C, section 11).

    Raises:
        InvalidField: A structure is longer than what is left.
    """
    place = 0
    while place < len(advertisement) and advertisement[place]:
        end = place + 1 + advertisement[place]
        structure = advertisement[place + 1 : end]
        if end > len(advertisement):
            raise InvalidField("data", shown(advertisement.hex()), "a whole advertisement in hex")
        if structure[0] == _MANUFACTURER_SPECIFIC and structure[1:3] == MANUFACTURER:
            return structure[3:]
        place = end
    return None


def measurements(data: bytes) -> Measurements:
    """Return what the data of format 5 state.

    Raises:
        InvalidField: They are of another format, or cut.
    """
    if data[:1] != bytes([DATA_FORMAT]):
        found = data[0] if data else "empty"
        raise InvalidField("Ruuvi's data format", found, f"{DATA_FORMAT} (RAWv2)")
    if len(data) != _FIELDS.size:
        found = counted(len(data), "byte")
        raise InvalidField("data of format 5", found, f"{_FIELDS.size} bytes")
    _, temperature, humidity, pressure, x, y, z, _, _, seq, address = _FIELDS.unpack(data)
    fields = (
        Measured("temperature", "temperature", "°C", temperature / 200, temperature != _NO_SIGNED),
        Measured("humidity", "humidity", "%", humidity / 400, humidity != _NO_UNSIGNED),
        Measured("pressure", "pressure", "Pa", pressure + 50_000, pressure != _NO_UNSIGNED),
        *(
            Measured(f"acceleration_{axis}", "acceleration", "mg", value, value != _NO_SIGNED)
            for axis, value in (("x", x), ("y", y), ("z", z))
        ),
    )
    return Measurements(
        fields,
        None if seq == _NO_UNSIGNED else seq,
        None if address == _NO_ADDRESS else address.hex(":").upper(),
    )
