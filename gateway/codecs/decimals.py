"""Sums of JSON numbers as they are written, where a sum of doubles would differ from them.

The shortest text of a double gives back what was written up to 15 digits (IEEE 754), and the six
decimals of today's epoch seconds with it.
"""

from __future__ import annotations

import decimal
import functools

from .measuring import number
from .refusals import InvalidTime, NotANumber
from .units import LARGEST_STEPS

# Wide enough for any two numbers that make a moment or a plausible value; independent of what the
# interpreter's own context is set to.
_CONTEXT = decimal.Context(prec=60)
_MICROSECONDS = decimal.Decimal(1_000_000)
_LARGEST_SECONDS = LARGEST_STEPS // 1_000_000


def total(*numbers: object) -> decimal.Decimal:
    """Return the sum of JSON numbers.

    Raises:
        NotANumber: One is no finite number.
    """
    return functools.reduce(_CONTEXT.add, map(_decimal, numbers), decimal.Decimal())


def epoch_seconds(*seconds: object) -> int:
    """Return a sum of seconds in microseconds; digits beyond the sixth are cut, as in `times`.

    Raises:
        InvalidTime: One is no number, or the sum is beyond what a record can hold.
    """
    try:
        moment = total(*seconds)
    except NotANumber as error:
        found = seconds[0] if len(seconds) == 1 else seconds
        raise InvalidTime(found, "send seconds as a JSON number") from error
    if not -_LARGEST_SECONDS <= moment <= _LARGEST_SECONDS:
        raise InvalidTime(float(moment), "it is out of range for seconds; check the unit")
    microseconds = _CONTEXT.multiply(moment, _MICROSECONDS)
    return int(microseconds.to_integral_value(decimal.ROUND_FLOOR, _CONTEXT))


def _decimal(value: object) -> decimal.Decimal:
    found = decimal.Decimal(value if isinstance(value, int) else repr(number(value)))
    if isinstance(value, bool) or not found.is_finite():
        raise NotANumber(value)
    return found
