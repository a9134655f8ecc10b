"""Figures as a report shows them: ready strings with their unit, rounded against ourselves.

Levels are exact. Durations are cut to the minute and times to the minute; gaps and shares are
rounded by the caller's word, coverage down and gaps and wear up, so that no figure flatters the
goods.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from twins.readings import MICROSECONDS, QUANTITIES

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_LONG = 100 * _HOUR
_PPM_PER_TENTH = 1_000
_UM_PER_CM = 10_000
_NAMES_TOLD = 4
_WITH_ONE_PLACE = frozenset({"temperature", "humidity", "acceleration"})


def level(steps: int, quantity: str) -> str:
    """Return a value in its quantity's unit, with no more places than it needs: "7.9 °C"."""
    kind = QUANTITIES[quantity]
    number = Decimal(steps) / kind.scale
    return f"{_plain(number, _places(quantity))} {kind.unit}".rstrip()


def mean(steps: int, quantity: str, between: tuple[int, int]) -> str:
    """Return a mean to two places, or exactly where rounding would leave the readings' range."""
    kind = QUANTITIES[quantity]
    return _rounded(Decimal(steps) / kind.scale, quantity, between)


def kinetic(celsius: str, between: tuple[int, int]) -> str:
    """Return a mean kinetic temperature, given in °C to four places, like a mean."""
    return _rounded(Decimal(celsius), "temperature", between)


def kinetic_beside(celsius: str, limit_milli_celsius: int) -> str:
    """Return a mean kinetic temperature to two places, or exactly where those meet its limit."""
    exact, limit = Decimal(celsius), Decimal(limit_milli_celsius) / 1000
    rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    shown = rounded if rounded != limit and (rounded > limit) == (exact > limit) else exact
    return f"{_plain(shown, 1)} °C"


def moment(microseconds: int) -> str:
    """Return a time as RFC 3339 writes it, cut to the minute, in UTC: "2026-11-20 09:41Z"."""
    return f"{_minute_of(microseconds)}Z"


def period(begins_at: int, ends_at: int) -> str:
    """Return an interval, the day of its end where it is another: "2026-11-20 09:41 to 10:05Z"."""
    begins, ends = _minute_of(begins_at), _minute_of(ends_at)
    day, _, time = ends.partition(" ")
    return f"{begins} to {time if begins.startswith(day) else ends}Z"


def duration(microseconds: int) -> str:
    """Return a duration cut to the minute, below one minute to the second: "2 h 05 min".

    Up to a hundred hours they are hours, as people in logistics count them.
    """
    seconds = microseconds // MICROSECONDS
    if seconds < _MINUTE:
        return f"{seconds} s"
    days, seconds = divmod(seconds, _DAY) if seconds >= _LONG else (0, seconds)
    hours, seconds = divmod(seconds, _HOUR)
    minutes = seconds // _MINUTE
    shown = [f"{days} d"] if days else []
    if hours or (days and minutes):
        shown.append(f"{hours:02d} h" if days else f"{hours} h")
    if minutes:
        shown.append(f"{minutes:02d} min" if shown else f"{minutes} min")
    return " ".join(shown)


def duration_up(microseconds: int) -> str:
    """Return a duration rounded up to the minute, below one minute to the second.

    For time in which nothing was seen: cut, it would flatter the goods.
    """
    seconds = -(-microseconds // MICROSECONDS)
    if seconds >= _MINUTE:
        seconds = -(-seconds // _MINUTE) * _MINUTE
    return duration(seconds * MICROSECONDS)


def percent_down(ppm: int) -> str:
    """Return a share of 0 to 1,000,000 as a percentage of one place, rounded down."""
    return _percent(ppm // _PPM_PER_TENTH)


def percent_up(ppm: int) -> str:
    """Return a share of 0 to 1,000,000 as a percentage of one place, rounded up."""
    return _percent(-(-ppm // _PPM_PER_TENTH))


def height(micrometres: int) -> str:
    """Return a height in metres, rounded up to the centimetre: "0.31 m"."""
    centimetres = -(-micrometres // _UM_PER_CM)
    return f"{centimetres // 100}.{centimetres % 100:02d} m"


def count(number: int, one: str, many: str) -> str:
    """Return a number with its noun: "1 shock", "3 shocks"."""
    return f"{number} {one if number == 1 else many}"


def listed(names: list[str], joint: str = "and") -> str:
    """Return names as a list in words: "a, b and c"."""
    return f" {joint} ".join(one for one in (", ".join(names[:-1]), *names[-1:]) if one)


def shortened(names: list[str], others: str) -> list[str]:
    """Return names, the first three of many, and how many others there are."""
    if len(names) <= _NAMES_TOLD:
        return names
    return [*names[: _NAMES_TOLD - 1], f"{len(names) - _NAMES_TOLD + 1} {others}"]


def _minute_of(microseconds: int) -> str:
    return f"{_EPOCH + timedelta(microseconds=microseconds):%Y-%m-%d %H:%M}"


def _rounded(number: Decimal, quantity: str, between: tuple[int, int]) -> str:
    kind = QUANTITIES[quantity]
    lowest, highest = (Decimal(steps) / kind.scale for steps in between)
    rounded = number.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    shown = rounded if lowest <= rounded <= highest else number
    return f"{_plain(shown, _places(quantity))} {kind.unit}".rstrip()


def _places(quantity: str) -> int:
    return 1 if quantity in _WITH_ONE_PLACE else 0


def _percent(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10} %"


def _plain(number: Decimal, least_places: int) -> str:
    """Return a decimal without exponent or useless zeros, and with at least some places."""
    whole, _, places = f"{number:f}".partition(".")
    places = places.rstrip("0").ljust(least_places, "0")
    text = f"{whole}.{places}" if places else whole
    return "0" + text[2:] if text.startswith("-0") and not text.strip("-0.") else text
