"""Numbers as loggers write them: with a decimal point or a decimal comma, but never guessed."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

from .errors import RowRefused, UnclearFile

_NUMBER = re.compile(r"([+\-\u2212]?\d+(?:[.,]\d+)?(?:[eE][+\-]?\d+)?)\s*(\D\S*)?")
_ABSENT = re.compile(r"[-\u2013\u2014.*\s]*")
# "1,013" is a thousand and thirteen in one country, and one and a bit in another.
_MAYBE_THOUSANDS = re.compile(r"[+\-\u2212]?[1-9]\d{0,2},\d{3}")


class DecimalMark(enum.StrEnum):
    """What stands between units and tenths."""

    POINT = "point"
    COMMA = "comma"


def is_absent(cell: str) -> bool:
    """Tell whether a cell says that there is no value: it is empty, or holds dashes alone."""
    return _ABSENT.fullmatch(cell) is not None


def decimal_mark(cells: Iterable[str]) -> DecimalMark:
    """Return the decimal mark of a file's values.

    Raises:
        UnclearFile: They use both, or a comma that may as well part thousands.
    """
    numbers = [found[1] for cell in cells if (found := _NUMBER.fullmatch(cell))]
    with_comma = [number for number in numbers if "," in number]
    if not with_comma:
        return DecimalMark.POINT
    if any("." in number for number in numbers):
        reason = "some values have a decimal point and some a comma; state --decimal"
        raise UnclearFile(reason)
    if all(_MAYBE_THOUSANDS.fullmatch(number) for number in with_comma):
        raise UnclearFile(
            f"the comma in {with_comma[0]!r} may be a decimal comma or part thousands; "
            "state --decimal comma, or write the numbers without thousands"
        )
    return DecimalMark.COMMA


def number(cell: str, mark: DecimalMark) -> tuple[float, str]:
    """Return the number in a cell, and the unit behind it where there is one.

    Raises:
        RowRefused: The cell holds no number with this decimal mark.
    """
    found = _NUMBER.fullmatch(cell)
    if found is None:
        raise RowRefused(f"{cell!r} is no number")
    digits = found[1].replace("\u2212", "-")
    foreign = "," if mark is DecimalMark.POINT else "."
    if foreign in digits:
        raise RowRefused(f"{cell!r} is no number with a decimal {mark.value}")
    return float(digits.replace(",", ".")), found[2] or ""
