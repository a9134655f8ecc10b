"""From one named, measured, timed value to a `Reading`; shared by every format."""

from __future__ import annotations

import functools
import re

import msgspec

from twins.errors import InvalidIdentifier
from twins.identity.identifiers import device_id
from twins.readings import Reading

from . import units
from .refusals import InvalidField, InvalidName, MissingUnit, NotANumber, UnknownUnit
from .times import Moment

LARGEST_SEQ = 2**63 - 1
# A sensor's name stands where ids stand (metric tags, URLs, SVG), so it obeys their rule.
_SENSOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:\-]{0,95}")
_SENSOR_RULE = "1 to 96 letters, digits, '.', '_', ':' or '-', starting with a letter or digit"


class Channel(msgspec.Struct, frozen=True, gc=False):
    """Where a value comes from and what it measures; the device's id has been checked."""

    device: str
    sensor: str
    quantity: str
    unit: str


def reading(channel: Channel, value: object, moment: Moment, seq: int | None = None) -> Reading:
    """Return the reading that a channel states.

    Raises:
        Refusal: The sensor's name, the quantity, the unit or the value cannot be used.
    """
    conversion = units.conversion(channel.quantity, channel.unit)
    steps = conversion.steps(number(value))
    quality = conversion.quality(steps) | moment.quality
    return Reading(
        1,
        channel.device,
        checked_sensor(channel.sensor),
        channel.quantity,
        steps,
        moment.observed_at,
        int(moment.clock_source),
        seq,
        int(quality),
    )


def number(value: object) -> float:
    """Return a JSON number as a double.

    Raises:
        NotANumber: It is a truth value, a string or null.
    """
    if isinstance(value, float):
        return value
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotANumber(value)
    return float(value)


@functools.lru_cache(maxsize=4096)
def checked_device(text: str) -> str:
    """Return a device's id.

    Raises:
        InvalidName: It is not a legal id.
    """
    try:
        return device_id(text)
    except InvalidIdentifier as error:
        raise InvalidName(str(error)) from error


@functools.lru_cache(maxsize=4096)
def checked_sensor(text: str) -> str:
    """Return a sensor's name.

    Raises:
        InvalidName: It is not a legal name.
    """
    if not _SENSOR.fullmatch(text):
        raise InvalidName(str(InvalidIdentifier("sensor", text, _SENSOR_RULE)))
    return text


def checked_seq(value: object) -> int | None:
    """Return a device's counter.

    Raises:
        InvalidField: It is no integer from 0 to 2^63 - 1.
    """
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_SEQ:
        raise InvalidField("seq", value, "an integer from 0 to 2^63 - 1")
    return value


def unit_text(quantity: str, value: object) -> str:
    """Return the unit that a payload states.

    Raises:
        MissingUnit: There is none.
        UnknownUnit, UnknownQuantity: It does not measure the quantity.
    """
    if value is None:
        units.conversion(quantity, units.UNITS[quantity][0].spellings[0])
        raise MissingUnit(quantity, units.known_units(quantity))
    if not isinstance(value, str):
        raise UnknownUnit(quantity, value, units.known_units(quantity))
    return value
