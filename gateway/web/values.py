"""Integers as people and programs read them: values with units, moments with zones, shares."""

from __future__ import annotations

import codecs
import datetime as dt
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from twins.custody.liability import largest_remainder
from twins.readings import MICROSECONDS, QUANTITIES

Document = dict[str, object]

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3_600
SECONDS_PER_DAY = 86_400
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_FULL_PPM = 1_000_000
_PPM_PER_TENTH = 1_000
"""Parts per million in a tenth of a per cent."""
_LONGEST_WAY_IN_METRES = 10_000
# Quantities that people write with a decimal place even when it is zero.
_LEAST_PLACES = {"temperature": 1, "humidity": 1, "acceleration": 1}
_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_REPLACEMENT = "\ufffd"


class _Unit(NamedTuple):
    """A unit to which durations are cut."""

    name: str
    length_s: int
    until_s: float
    next_name: str
    in_the_next: int


_UNITS = (
    _Unit("s", 1, SECONDS_PER_MINUTE, "", SECONDS_PER_MINUTE),
    _Unit("min", SECONDS_PER_MINUTE, SECONDS_PER_DAY, "h", 60),
    _Unit("h", SECONDS_PER_HOUR, float("inf"), "d", 24),
)
_utf8 = codecs.getincrementaldecoder("utf-8")
_TIED = "\u00a0"
"""The space between a figure and its unit: a line does not break there."""


def number(steps: int, quantity: str) -> float:
    """Return integer steps in the quantity's unit; JSON writes its shortest exact decimal."""
    return float(Decimal(steps) / QUANTITIES[quantity].scale)


def value_of(steps: int | None, quantity: str) -> Document | None:
    """Return a value with its unit and its raw integer; None stays None."""
    if steps is None:
        return None
    return {"value": number(steps, quantity), "unit": QUANTITIES[quantity].unit, "raw": steps}


def value_text(steps: int, quantity: str, places: int | None = None) -> str:
    """Return a value with its unit, exact unless `places` asks for rounding half to even."""
    kind = QUANTITIES[quantity]
    value = Decimal(steps) / kind.scale
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    whole, _, rest = format(value, "f").partition(".")
    rest = rest.rstrip("0").ljust(_LEAST_PLACES.get(quantity, 0), "0")
    digits = f"{whole}.{rest}" if rest else whole
    return f"{digits}{_TIED}{kind.unit}" if kind.unit else digits


def rfc3339(moment: int) -> str:
    """Return microseconds UTC as RFC 3339 with the microseconds that it has."""
    seconds, rest = divmod(moment, MICROSECONDS)
    text = (_EPOCH + dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{rest:06d}Z" if rest else f"{text}Z"


def optional_rfc3339(moment: int | None) -> str | None:
    """Return the same, or None where there is no moment."""
    return None if moment is None else rfc3339(moment)


def microseconds(text: str) -> int:
    """Return an RFC 3339 moment as microseconds UTC.

    Raises:
        ValueError: The text is no moment, or names no zone.
    """
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def moment_text(moment: int) -> str:
    """Return a moment as people read it, to the minute."""
    return rfc3339(moment)[:16].replace("T", " ") + " UTC"


def duration_text(span: int) -> str:
    """Return a duration in its two largest units, cut off below."""
    if 0 < span < MICROSECONDS:
        return f"less than 1{_TIED}s"
    seconds = max(0, span) // MICROSECONDS
    if seconds < SECONDS_PER_MINUTE:
        return f"{seconds}{_TIED}s"
    minutes, hours, days = seconds // 60, seconds // SECONDS_PER_HOUR, seconds // SECONDS_PER_DAY
    if minutes < SECONDS_PER_MINUTE:
        return f"{minutes}{_TIED}min"
    if not days:
        return f"{hours} h {minutes % 60:02d} min".replace(" ", _TIED)
    return f"{days} d {hours % 24:02d} h".replace(" ", _TIED)


def duration_up_text(span: int) -> str:
    """Return a duration rounded up to where `duration_text` cuts it: for what nobody observed."""
    seconds = -(-max(0, span) // MICROSECONDS)
    rounded = ((-(-seconds // one.length_s) * one.length_s, one.until_s) for one in _UNITS)
    shown = next(length_s for length_s, until_s in rounded if length_s < until_s)
    return duration_text(shown * MICROSECONDS)


def share_texts(shares: Sequence[int]) -> list[str]:
    """Return the parts of a duration in the unit to which `duration_text` cuts their sum.

    So they add up to the sum that stands beside them: what is cut off goes to the largest
    remainders.
    """
    whole = sum(shares) // MICROSECONDS
    unit = next(one for one in _UNITS if whole < one.until_s)
    parts = largest_remainder(whole // unit.length_s, shares)
    return [
        _in_units(part, unit) if part or not share else f"less than 1{_TIED}{unit.name}"
        for part, share in zip(parts, shares, strict=True)
    ]


def _in_units(count: int, unit: _Unit) -> str:
    larger, rest = divmod(count, unit.in_the_next)
    if not larger or not unit.next_name:
        return f"{count}{_TIED}{unit.name}"
    return f"{larger} {unit.next_name} {rest:02d} {unit.name}".replace(" ", _TIED)


def percent_shares(parts: Sequence[int]) -> list[str]:
    """Return parts per million as per cent that add up to `percent_up_text` of their sum."""
    tenths = -(-sum(parts) // _PPM_PER_TENTH)
    return [percent_up_text(one * _PPM_PER_TENTH) for one in largest_remainder(tenths, parts)]


def way_text(millimetres: int) -> str:
    """Return a way travelled: in metres, from 10 km on in kilometres with a place, cut off."""
    metres = millimetres // 1_000
    if metres < _LONGEST_WAY_IN_METRES:
        return f"{metres:,}{_TIED}m"
    return f"{metres // 1_000:,}.{metres % 1_000 // 100}{_TIED}km"


def percent_text(ppm: int) -> str:
    """Return parts per million as per cent; cut off, so that 100 % always means all of it."""
    share = (Decimal(ppm) / 10_000).quantize(Decimal("0.01"), ROUND_DOWN)
    return f"{100 if ppm == _FULL_PPM else share}{_TIED}%"


def percent_up_text(ppm: int) -> str:
    """Return parts per million as per cent of one place, rounded up as a report rounds wear."""
    tenths = -(-ppm // _PPM_PER_TENTH)
    return f"{tenths // 10}.{tenths % 10}{_TIED}%"


def visible(text: str) -> str:
    """Return foreign text without characters that could reorder or hide what stands around it."""
    return "".join(_REPLACEMENT if _is_hidden(character) else character for character in text)


def raw_text(raw: bytes, at_most: int = 240) -> str:
    """Return the beginning of received bytes as text.

    Bytes that are no UTF-8 and characters that cannot be seen stand in hexadecimal.
    """
    is_whole = len(raw) <= at_most
    # A character that is cut in two is left out.
    head = _utf8("backslashreplace").decode(raw[:at_most], final=is_whole)
    shown = "".join(_escaped(one) if _is_unseen(one) else one for one in head)
    return shown if is_whole else f"{shown} … ({len(raw)} bytes)"


def _is_unseen(character: str) -> bool:
    # The categories of controls, formats, surrogates, private use, no character, line ends.
    category = unicodedata.category(character)
    return category.startswith("C") or category in {"Zl", "Zp"}


def _escaped(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode())


def _is_hidden(character: str) -> bool:
    if character in "\n\t":
        return False
    return character in _BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cf", "Cs"}
