"""Payloads of Milesight LoRaWAN sensors: EM300-TH, EM300-MCS, EM300-SLD/-ZLD and AT101.

A payload is a sequence of channel id, type and value, little-endian, and no length: a channel that
the model does not document ends the reading, because nobody knows where the next one starts. What
the layout of `20 CE`, the stored history, holds depends on the model, so the model has to be named.

The AT101 has two lengths of that history: its firmware adds six angles to each stored position, and
did not before. A payload is of one firmware: it is read with the length that understands more of
it, and with angles where both understand the same. A stored position reads the same either way.

Facts: tables of the vendor's pages em-series/em300-th, em300-mcs, em300-zld and at-series/at101 in
Milesight-IoT/SensorDecoders, commit e79c9d8b, and the user guides of the series; history without
angles by AT_Series/AT101/README.md, which that repository had before. A magnet is 0 when
closed, where a record's `contact` is 1. FFFFFFFF stands for a position that was not found.

Left out, because no quantity stands for them: leakage, motion, geofence, tilt and tamper flags,
angles and Wi-Fi scans. Versions and the echoes of settings carry no reading.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

from twins.readings import Quality
from twins.verdict.counts import counted

from .raw_payload import Measured, PayloadDecoder, hexadecimal
from .refusals import InvalidField

_Reader = Callable[[bytes], Iterator[Measured]]
_Channel = tuple[int, _Reader]
_Layout = Mapping[str, _Channel]
_KEY_BYTES = 2
_NO_POSITION = -1  # FFFFFFFF as int32.


def _nothing(_value: bytes) -> Iterator[Measured]:
    return iter(())


def _battery(value: bytes) -> Iterator[Measured]:
    yield Measured("battery", value[0], "%")


def _temperature(value: bytes) -> Iterator[Measured]:
    (tenths,) = struct.unpack_from("<h", value)
    yield Measured("temperature", tenths / 10, "°C")


def _humidity(value: bytes) -> Iterator[Measured]:
    yield Measured("humidity", value[0] / 2, "%")


def _magnet(value: bytes) -> Iterator[Measured]:
    yield _contact(value[0])


def _position(value: bytes) -> Iterator[Measured]:
    latitude, longitude = struct.unpack_from("<ii", value)
    return _located(latitude, longitude)


def _climate_history(value: bytes) -> Iterator[Measured]:
    at, tenths, halves = struct.unpack_from("<IhB", value)
    yield Measured("temperature", tenths / 10, "°C", "", at, Quality.HISTORICAL)
    yield Measured("humidity", halves / 2, "%", "", at, Quality.HISTORICAL)


def _contact_history(value: bytes) -> Iterator[Measured]:
    yield from _climate_history(value)
    (at,) = struct.unpack_from("<I", value)
    yield _contact(value[7], at, Quality.HISTORICAL)


def _position_history(value: bytes) -> Iterator[Measured]:
    # Longitude first, unlike in the live channel.
    at, longitude, latitude = struct.unpack_from("<Iii", value)
    return _located(latitude, longitude, at, Quality.HISTORICAL)


def _contact(magnet: int, at: int | None = None, quality: Quality = Quality.GOOD) -> Measured:
    # Any other number than 0 and 1 lands outside what `contact` can be, and is kept as implausible.
    return Measured("contact", 1 - magnet, "1", "", at, quality)


def _located(
    latitude: int, longitude: int, at: int | None = None, quality: Quality = Quality.GOOD
) -> Iterator[Measured]:
    if _NO_POSITION in (latitude, longitude):
        quality |= Quality.SENTINEL
    yield Measured("latitude", latitude / 1_000_000, "°", "", at, quality)
    yield Measured("longitude", longitude / 1_000_000, "°", "", at, quality)


_COMMON: dict[str, _Channel] = {
    "FF 01": (1, _nothing),
    "FF 09": (2, _nothing),
    "FF 0A": (2, _nothing),
    "FF 0B": (1, _nothing),
    "FF 0F": (1, _nothing),
    "FF 16": (8, _nothing),
    "FF FE": (1, _nothing),
    "FF FF": (2, _nothing),
    "01 75": (1, _battery),
    "03 67": (2, _temperature),
}


def _echoes(lengths: Mapping[str, int]) -> dict[str, _Channel]:
    """Return the answers to downlinks, which come on channel FE or FF."""
    return {
        f"{channel} {kind}": (length, _nothing)
        for kind, length in lengths.items()
        for channel in ("FE", "FF")
    }


_EM300 = {
    **_echoes(
        {
            "02": 2,
            "03": 2,
            "06": 9,
            "10": 1,
            "27": 1,
            "28": 1,
            "68": 1,
            "69": 1,
            "6A": 3,
            "6D": 1,
            "79": 6,
            "EA": 3,
        }
    ),
    **_COMMON,
    "04 68": (1, _humidity),
    "20 CE": (8, _climate_history),
}
_EM300_MCS = {**_EM300, "06 00": (1, _magnet), "20 CE": (8, _contact_history)}
_EM300_ZLD = {**_EM300, "05 00": (1, _nothing)}
_AT101 = {
    **_echoes(
        {
            "10": 1,
            "13": 3,
            "17": 2,
            "28": 1,
            "2D": 3,
            "3B": 1,
            "3C": 1,
            "4A": 1,
            "58": 4,
            "66": 1,
            "71": 1,
            "7E": 4,
            "87": 1,
            "88": 8,
            "89": 4,
            "8A": 3,
            "8E": 3,
            "8F": 1,
        }
    ),
    **_COMMON,
    "83 67": (3, _temperature),
    "04 88": (9, _position),
    "84 88": (9, _position),
    "05 00": (1, _nothing),
    "06 D9": (9, _nothing),
    "07 00": (1, _nothing),
    "08 9B": (6, _nothing),
    "20 CE": (18, _position_history),
}


_AT101_WITHOUT_ANGLES = {**_AT101, "20 CE": (12, _position_history)}


def _understood_bytes(payload: bytes, channels: _Layout) -> int:
    """Return how far whole channels of a layout reach."""
    at = 0
    while (channel := channels.get(hexadecimal(payload[at : at + _KEY_BYTES]))) is not None:
        end = at + _KEY_BYTES + channel[0]
        if end > len(payload):
            break
        at = end
    return at


def _decoder(model: str, *layouts: _Layout) -> PayloadDecoder:
    """Return the decoder of a model, whose firmwares have these layouts."""

    def decode(payload: bytes, _port: int) -> Iterator[Measured]:
        channels = max(layouts, key=lambda one: _understood_bytes(payload, one))
        at = 0
        while at < len(payload):
            key = hexadecimal(payload[at : at + _KEY_BYTES])
            if key not in channels:
                allowed = f"a channel of the {model}; name the decoder of the device's own model"
                raise InvalidField(f"the channel at byte {at}", key, allowed)
            length, read = channels[key]
            at += _KEY_BYTES
            value = payload[at : at + length]
            if len(value) < length:
                allowed = f"{counted(length, 'byte')}; the payload is cut"
                raise InvalidField(f"channel {key}", hexadecimal(value), allowed)
            yield from read(value)
            at += length

    return decode


DECODERS: dict[str, PayloadDecoder] = {
    "milesight_em300_th": _decoder("EM300-TH", _EM300),
    "milesight_em300_mcs": _decoder("EM300-MCS", _EM300_MCS),
    "milesight_em300_zld": _decoder("EM300-SLD and EM300-ZLD", _EM300_ZLD),
    "milesight_at101": _decoder("AT101", _AT101, _AT101_WITHOUT_ANGLES),
}
"""The decoders of the models by the names that settings use."""
