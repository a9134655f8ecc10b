"""Times as devices write them, brought to integer microseconds UTC.

Everything is exact: more than six fraction digits are cut, never rounded, so that a time does not
depend on how its reader rounds. A naive time needs a zone: where the clocks go back it is the first
of the two moments (PEP 495 fold 0), where they go forward it names no moment and is refused.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import zoneinfo

import msgspec

from twins.readings import MICROSECONDS, ClockSource, Quality

from .base import CodecSettings
from .refusals import InvalidTime, NaiveTime, TimeInFuture
from .units import LARGEST_STEPS

# RFC 3339 section 5.6; a space for the T is what its note allows and what devices send.
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])"
    r"(?:\.([0-9]{1,9}))?(?:([Zz])|([+-])((?:[01][0-9]|2[0-3])):([0-5][0-9]))?"
)
_RULE = "send RFC 3339 text such as 2026-01-31T12:00:00.250Z"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_FRACTION_DIGITS = 6
_NO_ZONE = re.compile(r"localtime|posixrules|Factory|(?:posix|right)/.*", re.DOTALL)

EPOCH_UNITS = {"epoch_s": MICROSECONDS, "epoch_ms": 1000, "epoch_us": 1}
"""Microseconds in one unit of an integer epoch time."""


class Moment(msgspec.Struct, frozen=True, gc=False):
    """When something was observed, by whose clock, and what is known against that clock."""

    observed_at: int
    clock_source: ClockSource
    quality: Quality = Quality.GOOD


@functools.lru_cache(maxsize=4096)
def rfc3339(text: str) -> int:
    """Return the moment of an RFC 3339 text with offset, in microseconds UTC.

    Raises:
        NaiveTime: The text has no offset.
        InvalidTime: The text is no time. Second 60 is refused: epoch time has no leap seconds.
    """
    local, fraction, offset = _parts(text)
    if offset is None:
        raise NaiveTime(text)
    return _utc(local, offset) + fraction


def naive(text: str, zone: str) -> int:
    """Return the moment of a local time without offset, in microseconds UTC.

    Args:
        text: RFC 3339 text without its offset; with one, the zone is not needed and not used.
        zone: IANA name of the zone of the device's clock.

    Raises:
        InvalidTime: The text is no time, or one that the zone's clocks skip.
    """
    local, fraction, offset = _parts(text)
    if offset is not None:
        return _utc(local, offset) + fraction
    aware = local.replace(tzinfo=zone_of(zone), fold=0)
    offset = aware.utcoffset() or dt.timedelta()
    moment = _utc(local, offset)
    if _is_skipped(aware):
        raise InvalidTime(text, f"clocks in {zone} skip it; send an offset")
    return moment + fraction


def epoch(number: object, unit: str) -> int:
    """Return the moment of an integer epoch time, in microseconds UTC.

    Args:
        number: An integer; some servers write it as a string of digits.
        unit: A key of `EPOCH_UNITS`.

    Raises:
        InvalidTime: It is no integer, or beyond what a record can hold.
    """
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) <= 18:  # noqa: PLR2004 - digits of 2^59, far beyond any moment
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidTime(number, f"send an integer count ({unit})")
    moment = number * EPOCH_UNITS[unit]
    if not -LARGEST_STEPS <= moment <= LARGEST_STEPS:
        raise InvalidTime(number, f"it is out of range for {unit}; check the unit")
    return moment


def check_window(observed_at: int, received_at: int, future_tolerance: int) -> None:
    """Check that a time does not lie ahead of the gateway; the past has no limit.

    Args:
        observed_at: Microseconds UTC.
        received_at: The gateway's clock, microseconds UTC.
        future_tolerance: Microseconds that a device's clock may run ahead.

    Raises:
        TimeInFuture: It lies further ahead.
    """
    ahead = observed_at - received_at
    if ahead > future_tolerance:
        raise TimeInFuture(ahead, future_tolerance)


def admitted(moment: Moment, received_at: int, settings: CodecSettings) -> Moment:
    """Return a moment that does not lie ahead of the gateway, as the settings want it.

    Raises:
        TimeInFuture: It lies further ahead than is tolerated, and such times are refused.
    """
    if settings.future_time == "refuse":
        check_window(moment.observed_at, received_at, settings.future_tolerance)
    elif moment.observed_at - received_at > settings.future_tolerance:
        suspect = moment.quality | Quality.CLOCK_SUSPECT
        return Moment(received_at, ClockSource.GATEWAY, suspect)
    return moment


@functools.lru_cache(maxsize=256)
def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """Return a zone by its IANA name.

    Raises:
        ValueError: There is no such zone, or it is a name under which tz databases file the zone
            of their own machine, or clocks that count leap seconds.
    """
    message = f"{name!r} is no IANA time zone such as Europe/Berlin"
    if _NO_ZONE.fullmatch(name):
        raise ValueError(message)
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(message) from error


def _parts(text: str) -> tuple[dt.datetime, int, dt.timedelta | None]:
    """Return the local time, the microseconds of its fraction, and its offset where it has one."""
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise InvalidTime(text, _RULE)
    date, time, digits, zulu, sign, hours, minutes = found.groups()
    try:
        local = dt.datetime.fromisoformat(f"{date}T{time}")
    except ValueError as error:
        raise InvalidTime(text, str(error)) from error
    fraction = int(digits[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, "0")) if digits else 0
    if zulu:
        return local, fraction, dt.timedelta()
    if sign is None:
        return local, fraction, None
    offset = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return local, fraction, -offset if sign == "-" else offset


def _utc(local: dt.datetime, offset: dt.timedelta) -> int:
    moment = (local.replace(tzinfo=dt.UTC) - _EPOCH - offset) // _MICROSECOND
    if not -LARGEST_STEPS <= moment <= LARGEST_STEPS:
        raise InvalidTime(local.isoformat(), "its year is out of range for a record")
    return moment


def _is_skipped(aware: dt.datetime) -> bool:
    """Whether the clocks of the zone never show this time (PEP 495: the round trip moves it)."""
    there_and_back = aware.astimezone(dt.UTC).astimezone(aware.tzinfo)
    return there_and_back.replace(tzinfo=None) != aware.replace(tzinfo=None)
