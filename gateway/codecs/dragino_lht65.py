"""Payloads of the Dragino LHT65 and LHT65N with any external sensor.

| bytes | live uplink | Ext 9 and entries of the data log |
|---|---|---|
| 0-1 | battery status (bits 15-14), millivolts | external temperature |
| 2-3 | built-in temperature, int16, 1/100 °C | the same |
| 4-5 | humidity, 1/10 % (bits 11-0) | battery status (bits 15-14), humidity |
| 6 | bit 7 no cable, bit 6 data log, bit 5 clock set (Ext 9), bits 3-0 Ext | the same |
| 7-10 | external sensor by Ext; absent with Ext 0 | Unix time in seconds |

All numbers are big-endian. Facts: LHT65 user manual v1.8.5 and LHT65N user manual, sections 2.4 and
2.6; the vendor's entry in TheThingsNetwork/lorawan-devices, commit 0a254aaa. 7FFF stands for a
temperature whose sensor is absent. Eleven zero bytes answer a poll that found nothing: no 0 °C was
measured.

The battery is given in millivolts, and no quantity stands for that: it is left out, as are ADC
voltages, pulse counts, interrupts and probe ids (Ext 4, 6, 7, 8, 15).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from twins.readings import Quality

from .raw_payload import Measured, PayloadDecoder, hexadecimal
from .refusals import InvalidField

BUILT_IN, EXTERNAL = "built_in", "external"
"""Names of the two sensors."""

_ENTRY_BYTES = 11
_HEAD_BYTES = 7
_READING_PORT, _STATUS_PORT = 2, 5
_NO_SENSOR = 0x7FFF
_HUMIDITY_BITS = 0x0FFF
_NO_CABLE, _DATA_LOG, _CLOCK_SET, _EXT_BITS = 0x80, 0x40, 0x20, 0x0F
_NONE, _ILLUMINANCE, _TIMESTAMP, _PROBE_ID = 0, 5, 9, 15
_PROBES = (1, 2)  # DS18B20, TMP117
_UNMEASURED = (4, 6, 7, 8)


def _decode(payload: bytes, port: int) -> Iterator[Measured]:
    if port == _STATUS_PORT or (payload and not any(payload)):
        return
    if port != _READING_PORT:
        raise InvalidField("the port", port, f"{_READING_PORT}, where the LHT65 sends its readings")
    if len(payload) < _HEAD_BYTES:
        raise _wrong_length(payload)
    if payload[6] & _DATA_LOG:
        yield from _data_log(payload)
    else:
        yield from _live(payload)


def _live(payload: bytes) -> Iterator[Measured]:
    status = payload[6]
    ext = status & _EXT_BITS
    if len(payload) != _ENTRY_BYTES and (ext != _NONE or len(payload) != _HEAD_BYTES):
        raise _wrong_length(payload)
    if ext == _PROBE_ID:
        return
    if ext == _TIMESTAMP:
        yield from _timestamped(payload)
        return
    _, hundredths, humidity = struct.unpack_from(">Hhh", payload)
    yield from _built_in(hundredths, humidity)
    if ext in _PROBES:
        yield _probe(struct.unpack_from(">h", payload, _HEAD_BYTES)[0])
    elif ext == _ILLUMINANCE:
        (lux,) = struct.unpack_from(">H", payload, _HEAD_BYTES)
        yield _illuminance(lux, status)
    elif ext != _NONE and ext not in _UNMEASURED:
        raise _unknown_sensor(ext)


def _timestamped(payload: bytes) -> Iterator[Measured]:
    """Read Ext 9, whose time counts once the network has set the device's clock."""
    external, hundredths, humidity, status, at = struct.unpack(">hhhBI", payload)
    if status & _CLOCK_SET:
        yield from _built_in(hundredths, humidity, at)
        yield _probe(external, at)
    else:
        yield from _built_in(hundredths, humidity, None, Quality.CLOCK_SUSPECT)
        yield _probe(external, None, Quality.CLOCK_SUSPECT)


def _data_log(payload: bytes) -> Iterator[Measured]:
    whole = len(payload) - len(payload) % _ENTRY_BYTES
    for entry in struct.iter_unpack(">hhhBI", payload[:whole]):
        external, hundredths, humidity, status, at = entry
        ext = status & _EXT_BITS
        yield from _built_in(hundredths, humidity, at, Quality.HISTORICAL)
        if ext in (*_PROBES, _TIMESTAMP):
            yield _probe(external, at, Quality.HISTORICAL)
        elif ext == _ILLUMINANCE:
            yield _illuminance(external & 0xFFFF, status, at, Quality.HISTORICAL)
        elif ext != _NONE and ext not in _UNMEASURED:
            raise _unknown_sensor(ext)
    if whole < len(payload):
        raise _wrong_length(payload)


def _built_in(
    hundredths: int, humidity: int, at: int | None = None, quality: Quality = Quality.GOOD
) -> Iterator[Measured]:
    yield _temperature(BUILT_IN, hundredths, at, quality)
    tenths = humidity & _HUMIDITY_BITS
    yield Measured("humidity", tenths / 10, "%", BUILT_IN, at, quality)


def _probe(hundredths: int, at: int | None = None, quality: Quality = Quality.GOOD) -> Measured:
    return _temperature(EXTERNAL, hundredths, at, quality)


def _illuminance(
    lux: int, status: int, at: int | None = None, quality: Quality = Quality.GOOD
) -> Measured:
    if status & _NO_CABLE:
        quality |= Quality.SENTINEL
    return Measured("illuminance", lux, "lx", EXTERNAL, at, quality)


def _temperature(sensor: str, hundredths: int, at: int | None, quality: Quality) -> Measured:
    if hundredths == _NO_SENSOR:
        quality |= Quality.SENTINEL
    return Measured("temperature", hundredths / 100, "°C", sensor, at, quality)


def _wrong_length(payload: bytes) -> InvalidField:
    return InvalidField(
        "the payload", hexadecimal(payload), f"{_ENTRY_BYTES} bytes, more only as entries of a log"
    )


def _unknown_sensor(ext: int) -> InvalidField:
    allowed = "one of 0 to 2, 4 to 9 and 15; what this sensor measures is not known here"
    return InvalidField("the external sensor (Ext)", ext, allowed)


DECODERS: dict[str, PayloadDecoder] = {"dragino_lht65": _decode}
"""The decoder by the name that settings use."""
