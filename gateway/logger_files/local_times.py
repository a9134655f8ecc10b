"""Dates and times as loggers write them, before any zone is applied.

A date such as 06/07/2026 is the sixth of July or the seventh of June: the order is taken from the
file where only one order fits all of its rows, and asked for where several do.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterable

import msgspec

from gateway.codecs.times import EPOCH_UNITS, epoch

from .errors import RowRefused, UnclearFile

_MONTHS = (
    "jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|"
    "fév|avr|aoû|déc|ene|abr|ago|dic|mrt|mei|maa"
)
_MONTH_NUMBERS = {
    "jan": 1, "ene": 1, "feb": 2, "fév": 2, "mar": 3, "mär": 3, "mrt": 3, "maa": 3, "apr": 4,
    "avr": 4, "abr": 4, "may": 5, "mai": 5, "mei": 5, "jun": 6, "jul": 7, "aug": 8, "aoû": 8,
    "ago": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip
_DATE = (
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"|(?P<day_dotted>\d{1,2})\.(?P<month_dotted>\d{1,2})\.(?P<year_dotted>\d{4}|\d{2})"
    r"|(?P<first>\d{1,2})(?P<mark>[/-])(?P<second>\d{1,2})(?P=mark)(?P<third>\d{4}|\d{2})"
    rf"|(?P<day_named>\d{{1,2}})[-/. ]{{0,2}}(?P<month_named>{_MONTHS})\w*[-/. ]{{0,2}}"
    r"(?P<year_named>\d{4}|\d{2})"
    rf"|(?P<month_first>{_MONTHS})\w*\.?[- ](?P<day_second>\d{{1,2}}),?[- ](?P<year_last>\d{{4}})"
)
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<seconds>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
)
_OFFSET = r"(?P<zulu>Z|UTC|GMT)?(?P<offset>[+-]\d{2}:?\d{2})?"
_MOMENT = re.compile(rf"(?:{_DATE})(?:(?:T|,?\s+|\s*/\s*){_TIME}\s*{_OFFSET})?", re.IGNORECASE)
_FRACTION_DIGITS = 6
_CENTURY = 2000
_TWO_DIGITS = 2
_NOON = 12


class DateOrder(enum.StrEnum):
    """In which order a date of three numbers names day, month and year."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


class LocalTime(msgspec.Struct, frozen=True):
    """A date and time as written; `offset` is what the text itself states, else None."""

    local: dt.datetime
    offset: dt.timedelta | None = None


def looks_like_time(cell: str) -> bool:
    """Tell whether a cell holds a date, with or without a time."""
    return _MOMENT.fullmatch(cell) is not None


def date_order(cells: Iterable[str]) -> DateOrder | None:
    """Return the order of the dates in a file, None where none of them leaves it open.

    Raises:
        UnclearFile: Several orders fit all of them, or none does.
    """
    fitting = set(DateOrder)
    first_open = ""
    for cell in cells:
        found = _MOMENT.fullmatch(cell)
        if found is None or found["first"] is None:
            continue
        first_open = first_open or cell
        fitting -= {order for order in fitting if not _fits(found, order)}
    if not first_open:
        return None
    if len(fitting) != 1:
        what = " and ".join(sorted(fitting)) or "no order at all"
        raise UnclearFile(
            f"dates such as {first_open!r} can be read in more than one order ({what} would fit); "
            "state --date-order dmy, mdy or ymd"
        )
    return fitting.pop()


def local_time(cell: str, order: DateOrder | None) -> LocalTime:
    """Return the date and time in a cell.

    Raises:
        RowRefused: There is none, it lacks the time of day, or no calendar has it.
    """
    found = _MOMENT.fullmatch(cell)
    if found is None:
        raise RowRefused(f"{cell!r} is no date and time")
    if found["hour"] is None:
        raise RowRefused(f"{cell!r} has no time of day")
    year, month, day = _date(found, order)
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= _NOON:
            raise RowRefused(f"{cell!r} is no time: hours before and after noon are 1 to 12")
        hour = hour % _NOON + (_NOON if found["half"].lower() == "p" else 0)
    digits = (found["fraction"] or "")[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, "0")
    try:
        local = dt.datetime(  # noqa: DTZ001 - the zone is applied to the whole file at once
            year, month, day, hour, int(found["minute"]), int(found["seconds"] or 0), int(digits)
        )
    except ValueError as error:
        raise RowRefused(f"{cell!r} is no date and time: {error}") from error
    return LocalTime(local, _offset(found))


def formatted_time(cell: str, time_format: str) -> LocalTime:
    """Return the time in a cell that is written as stated.

    Args:
        cell: The cell.
        time_format: A `strptime` format, or one of epoch_s, epoch_ms, epoch_us.

    Raises:
        RowRefused: It is written otherwise.
    """
    if time_format in EPOCH_UNITS:
        whole = cell if cell.isascii() and cell.isdigit() else None
        if whole is None:
            raise RowRefused(f"{cell!r} is no whole count ({time_format})")
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(  # noqa: DTZ001 - the offset stands beside
            microseconds=epoch(whole, time_format)
        )
        return LocalTime(moment, dt.timedelta())
    try:
        moment = dt.datetime.strptime(cell, time_format)  # noqa: DTZ007 - see LocalTime.offset
    except ValueError as error:
        raise RowRefused(f"{cell!r} is not written as {time_format!r}") from error
    return LocalTime(moment.replace(tzinfo=None), moment.utcoffset())


def _fits(found: re.Match[str], order: DateOrder) -> bool:
    try:
        dt.date(*_date(found, order))
    except (ValueError, RowRefused):
        return False
    return True


def _date(found: re.Match[str], order: DateOrder | None) -> tuple[int, int, int]:
    if found["year"]:
        return int(found["year"]), int(found["month"]), int(found["day"])
    if found["day_dotted"]:
        year = _year(found["year_dotted"])
        return year, int(found["month_dotted"]), int(found["day_dotted"])
    if found["first"]:
        return _ordered(int(found["first"]), int(found["second"]), found["third"], order)
    month = _MONTH_NUMBERS[(found["month_named"] or found["month_first"]).lower()]
    if found["day_named"]:
        return _year(found["year_named"]), month, int(found["day_named"])
    return int(found["year_last"]), month, int(found["day_second"])


def _ordered(first: int, second: int, third: str, order: DateOrder | None) -> tuple[int, int, int]:
    if order is DateOrder.DAY_FIRST:
        return _year(third), second, first
    if order is DateOrder.MONTH_FIRST:
        return _year(third), first, second
    if order is DateOrder.YEAR_FIRST and len(third) == _TWO_DIGITS:
        return _CENTURY + first, second, int(third)
    raise RowRefused(f"the date {first}, {second}, {third} is not in the order {order}")


def _year(text: str) -> int:
    return int(text) + _CENTURY if len(text) == _TWO_DIGITS else int(text)


def _offset(found: re.Match[str]) -> dt.timedelta | None:
    if found["offset"]:
        digits = found["offset"][1:].replace(":", "")
        offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return -offset if found["offset"][0] == "-" else offset
    return dt.timedelta() if found["zulu"] else None
