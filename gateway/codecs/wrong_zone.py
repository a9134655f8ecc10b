"""Clocks that are off as a wrong time zone makes them."""

from __future__ import annotations

_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US
_HOUR_US = 60 * _MINUTE_US
_DAY_US = 24 * _HOUR_US
_HALF_HOUR_US = 30 * _MINUTE_US
_ON_THE_WAY_US = 2 * _MINUTE_US
_MOST_ZONES_APART_US = 26 * _HOUR_US
"""Between UTC-12 and UTC+14, the outermost offsets of the IANA time zone database."""


def zone_error_us(offset_us: int) -> int | None:
    """Return by how much a time zone would be wrong that explains an offset; None where none would.

    Nearly all zones are whole half hours apart; the few of a quarter, such as Nepal's +05:45, are
    not told from a clock that is wrong. A message takes its time on the way.
    """
    steps = (abs(offset_us) + _HALF_HOUR_US // 2) // _HALF_HOUR_US
    nearest = steps * _HALF_HOUR_US
    if nearest == _DAY_US:
        # A wrong date much rather than a zone from beyond the date line.
        return None
    is_near = abs(abs(offset_us) - nearest) <= _ON_THE_WAY_US
    if not is_near or not 0 < nearest <= _MOST_ZONES_APART_US:
        return None
    return nearest if offset_us > 0 else -nearest


def span_text(offset_us: int) -> str:
    """Return a duration in its two largest units."""
    span = abs(offset_us)
    days, hours, minutes = (
        span // _DAY_US,
        span % _DAY_US // _HOUR_US,
        span % _HOUR_US // _MINUTE_US,
    )
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    seconds = span % _MINUTE_US // _SECOND_US
    return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
