"""What LoRaWAN network servers have in common: uplinks, their time, and their measurements.

A payload is read in one of two ways, and never by guessing. Where the settings name a `decoder` for
the device, its bytes are read here. Else the fields are taken that the server's own formatter made;
only names that state their unit are read without being asked, all others are named in the settings
(`lorawan_settings.py`). An uplink with a payload that neither way can read is a fault, and so is
one that the server left encrypted: its bytes would pass for readings.

The frame counter is a reading's `seq`: it tells two uplinks of one moment apart and orders them. It
starts again after a join, so it identifies nothing without the time. A value that a device had
stored has the device's time and no `seq`: it may be sent in more than one frame.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from twins.readings import MICROSECONDS, ClockSource, Quality

from . import measuring
from .base import CodecSettings, Decoded, Refusal, shown
from .json_text import JsonObject
from .lorawan_settings import FIELDS, DecodedField, LorawanSettings
from .mapping import at_path
from .raw_payload import Measured, PayloadDecoder
from .refusals import InvalidField, InvalidTime, MissingField, NoReading
from .times import Moment, admitted, epoch, rfc3339

# LoRaWAN 1.0 is of January 2015: a clock that shows an earlier time was never set.
_EARLIEST_S = 1_420_070_400
# A network server deduplicates for under a second; minutes allow for slow backhaul and its clock.
_LONGEST_DELIVERY_S = 300
# Outages that radio gateways bridge last hours or days; clocks never set are off by months.
_LONGEST_STORED_S = 7 * 86_400
_LARGEST_PORT = 255
_FIELDS_SHOWN = 32


class Stated(NamedTuple):
    """A value that the server states: where it stands, what it measures, and the value itself."""

    where: str
    field: DecodedField
    value: object


class Uplink(msgspec.Struct, frozen=True):
    """One uplink, whichever server forwarded it.

    Attributes:
        device: Id of the device, checked.
        moment: When the network heard it.
        seq: The frame counter.
        port: The LoRaWAN port.
        content: What the server decoded; None where it decoded nothing.
        payload: The device's bytes; empty where there are none.
        positions: Measured positions that the server adds.
        is_encrypted: Whether the server forwarded the bytes as they came over the air, encrypted
            with the AppSKey (LoRaWAN 1.0.4 section 4.3.3), which any decoder would misread.
    """

    device: str
    moment: Moment
    seq: int | None
    port: int
    content: JsonObject | None
    payload: bytes
    positions: tuple[Stated, ...] = ()
    is_encrypted: bool = False


class UplinkReader:
    """Turns uplinks into readings, as the settings say."""

    def __init__(self, settings: LorawanSettings) -> None:
        self._settings = settings
        self._fields = {**FIELDS, **settings.fields}

    def read(self, uplink: Uplink, received_at: int, decoded: Decoded) -> None:
        """Add what an uplink says.

        Raises:
            Refusal: Nothing of its payload can be read.
        """
        decoder = self._settings.decoder_of(uplink.device)
        needs_bytes = bool(uplink.payload) and (decoder is not None or uplink.content is None)
        if uplink.is_encrypted and needs_bytes:
            problem = (
                "the payload is encrypted end to end and nobody decrypted it; have the network "
                "server decrypt it, with the device's AppSKey"
            )
            decoded.refuse(NoReading(problem))
            self._read_stated(uplink, uplink.positions, decoded)
        elif decoder is not None and uplink.payload:
            self._read_bytes(uplink, decoder, received_at, decoded)
            self._read_stated(uplink, uplink.positions, decoded)
        else:
            self._read_stated(uplink, (*self._stated(uplink), *uplink.positions), decoded)

    def _read_bytes(
        self, uplink: Uplink, decoder: PayloadDecoder, received_at: int, decoded: Decoded
    ) -> None:
        values = decoder(uplink.payload, uplink.port)
        while True:
            try:
                measured = next(values, None)
            except Refusal as refusal:
                decoded.refuse(refusal)
                return
            if measured is None:
                return
            try:
                self._read_measured(uplink, measured, received_at, decoded)
            except Refusal as refusal:
                decoded.refuse(refusal, measured.quantity)

    def _read_measured(
        self, uplink: Uplink, measured: Measured, received_at: int, decoded: Decoded
    ) -> None:
        moment, seq = uplink.moment, uplink.seq
        quality = measured.quality
        if measured.observed_at_s is None:
            moment = msgspec.structs.replace(moment, quality=moment.quality | quality)
        else:
            if measured.observed_at_s < _EARLIEST_S:
                problem = "the device's clock was never set; synchronise it"
                raise InvalidTime(measured.observed_at_s, problem)
            observed_at = epoch(measured.observed_at_s, "epoch_s")
            moment = Moment(observed_at, ClockSource.DEVICE, quality)
            moment, seq = admitted(moment, received_at, self._settings), None
        sensor = measured.sensor or measured.quantity
        channel = measuring.Channel(uplink.device, sensor, measured.quantity, measured.unit)
        decoded.add(measuring.reading(channel, measured.value, moment, seq))

    def _stated(self, uplink: Uplink) -> list[Stated]:
        if uplink.content is None:
            if uplink.payload:
                raise MissingField(
                    "the decoded payload",
                    "set a payload formatter for the device on the server, or name the decoder of "
                    f"{uplink.device} in the settings",
                )
            return []
        content = uplink.content
        found = [
            Stated(path, field, value)
            for path, field in self._fields.items()
            if (value := content.get(path, at_path(content, path))) is not None
        ]
        if content and not found and not uplink.positions:
            names = shown(", ".join(sorted(content)))
            problem = f"none of the fields {names} is known; say what they measure under fields"
            raise NoReading(problem)
        return found

    @staticmethod
    def _read_stated(uplink: Uplink, stated: tuple[Stated, ...], decoded: Decoded) -> None:
        for where, field, value in stated:
            quality = uplink.moment.quality
            if isinstance(value, int | float) and value in field.sentinels:
                quality |= Quality.SENTINEL
            try:
                channel = measuring.Channel(
                    uplink.device, field.sensor or where, field.quantity, field.unit
                )
                moment = msgspec.structs.replace(uplink.moment, quality=quality)
                decoded.add(measuring.reading(channel, value, moment, uplink.seq))
            except Refusal as refusal:
                decoded.refuse(refusal, where)


def positions(where: str, sensor: str, place: JsonObject) -> Iterator[Stated]:
    """Yield both axes of a location; proto3 JSON leaves an axis of 0° out."""
    for axis in ("latitude", "longitude"):
        field = DecodedField(quantity=axis, unit="°", sensor=sensor)
        yield Stated(f"{where}.{axis}", field, place.get(axis, 0))


def network_moment(
    heard: object, server: object, received_at: int, settings: CodecSettings
) -> Moment:
    """Return when the network heard an uplink.

    Args:
        heard: RFC 3339 text by the clock of the radio gateway; None where it has none.
        server: The same by the clock of the network server, which came after it.
        received_at: By our clock, microseconds UTC.
        settings: What is tolerated of clocks.

    Returns:
        The radio gateway's time, where the server's bears it out: a network delivers in seconds.

        Later than that, either the gateway had stored the uplink while its own connection was
        away, or its clock is slow. Both look alike, so the time is suspect in any case. Up to a
        week it stays the gateway's: the server's would pile a whole outage up at one moment. Beyond
        that, or where the gateway is ahead of the server or before LoRaWAN existed, it is the
        server's: such a clock was never set, and its readings would fall out of their shipment.

        Our own where the message has no time of the network that can be used.

    Raises:
        InvalidTime, NaiveTime, TimeInFuture: What stands there is no moment of the past.
    """
    heard_at, server_at = _time(heard), _time(server)
    moment = _weighed(heard_at, server_at, received_at, settings.future_tolerance)
    return admitted(moment, received_at, settings)


def _weighed(heard_at: int | None, server_at: int | None, received_at: int, ahead: int) -> Moment:
    if heard_at is None or heard_at < _EARLIEST_S * MICROSECONDS:
        quality = Quality.GOOD if heard_at is None else Quality.CLOCK_SUSPECT
        if server_at is None:
            return Moment(received_at, ClockSource.GATEWAY, quality)
        return Moment(server_at, ClockSource.NETWORK, quality)
    if server_at is None:
        return Moment(heard_at, ClockSource.NETWORK)
    late = server_at - heard_at
    if not -ahead <= late <= _LONGEST_STORED_S * MICROSECONDS:
        return Moment(server_at, ClockSource.NETWORK, Quality.CLOCK_SUSPECT)
    is_prompt = late <= _LONGEST_DELIVERY_S * MICROSECONDS
    quality = Quality.GOOD if is_prompt else Quality.CLOCK_SUSPECT
    return Moment(heard_at, ClockSource.NETWORK, quality)


def payload_bytes(field: str, value: object) -> bytes:
    """Return the bytes that a field holds as base64 (RFC 4648 section 4); absent is empty.

    Raises:
        InvalidField: It holds something else.
    """
    if value is None:
        return b""
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidField(field, value, "base64") from error
    raise InvalidField(field, value, "base64")


def port(field: str, value: object) -> int:
    """Return a LoRaWAN port.

    Raises:
        InvalidField: It is no integer from 0 to 255.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_PORT:
        raise InvalidField(field, value, f"an integer from 0 to {_LARGEST_PORT}")
    return value


def needs(device: str, content: object, payload: object) -> tuple[str, ...]:
    """Return what a person must still say before a device's uplinks can be judged."""
    if not isinstance(content, dict):
        return (f"decoder of device {device}",) if payload else ()
    unknown = [path for path in _numbers(content) if path not in FIELDS][:_FIELDS_SHOWN]
    return tuple(need for path in unknown for need in (f"quantity of {path}", f"unit of {path}"))


def _time(text: object) -> int | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise InvalidTime(text, "the network server writes RFC 3339 text")
    return rfc3339(text)


def _numbers(content: dict[str, object]) -> Iterator[str]:
    """Yield the dotted paths of numbers, no deeper than formatters usually nest."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from (f"{key}.{inner}" for inner, number in value.items() if _is_number(number))
        elif _is_number(value):
            yield key


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
