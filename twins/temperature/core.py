"""The temperature in the core of goods, estimated from that of the air around them.

The core follows the air by a first-order lag (Newton's law of cooling): over a span `dt` in air of
temperature `a`, `c' = a + (c - a)·exp(-dt/tau)` with the time constant `tau` of the goods and their
packing. At the first reading the core is as warm as the air: goods are packed conditioned.

The estimate is stated as a step function, from each moment at which the air changes and from each
whole sixteenth of the time constant since 1970. It is monotone between two of these moments: its
highest and its lowest value are stated, and none is stated later than a sixteenth. Neither values
nor state depend on how the readings were cut.

Through a gap the core keeps its value. What the air did there could have moved it by up to
`1 - exp(-g/tau)` of the difference, for a gap of `g`; this uncertainty decays by the same lag.
Until a twentieth is left nothing is stated, so that a gap of the air that matters is a longer one
of the core: unobserved is not compliant. Where gaps follow each other the longest wait counts, not
their sum.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

import msgspec

from .decimal_rates import kept

STEPS = 16
"""Moments per time constant at which the estimate is stated."""

_STEPS_TO_ROUNDING = 4 * STEPS

_MICRO = 1_000
"""Micro-°C in a milli-°C."""

_DECAY_DIGITS = 18
_DECAY_SCALE: int = 10**_DECAY_DIGITS
_CONTEXT = Context(prec=30, rounding=ROUND_HALF_EVEN)
_LARGEST_DOUBT = Decimal("0.05")


class Core(msgspec.Struct):
    """Estimate of the core temperature; every field is state.

    Every fourth time constant the value is rounded to milli-°C: by then a difference is e^-4 of
    what it was, and so folds that differ farther back come together.

    Attributes:
        time_constant: Microseconds in which a difference to the air falls to 1/e.
        at: The last moment at which the value was computed.
        value: Micro-°C at that moment; None before the first reading.
        air: Milli-°C of the air since.
        until: Up to where the air was observed.
        stated_from: When the estimate is stated again after a gap; None where it is stated.
    """

    time_constant: int
    at: int = 0
    value: int | None = None
    air: int = 0
    until: int = 0
    stated_from: int | None = None


class CoreSpans(msgspec.Struct, frozen=True):
    """A step function of the core temperature.

    Attributes:
        times: From when each value holds, in order; empty where nothing is stated.
        values: Milli-°C, rounded half to even; each holds until the next one.
        until: Until when the last one holds.
    """

    times: list[int]
    values: list[int]
    until: int


def feed(core: Core, times: Sequence[int], values: Sequence[int], until: int) -> CoreSpans:
    """Let the core follow observed air temperatures that follow each other without a gap.

    Args:
        core: The estimate so far; what lies between its end and the first of them is a gap.
        times: From when each value speaks, in order.
        values: Milli-°C of the air; each speaks until the next one.
        until: Until when the last one speaks.

    Returns:
        What is stated of the core over the same time.

    Raises:
        ValueError: They begin before the end of what was fed.
    """
    stated: list[int] = []
    cores: list[int] = []
    ends = [*times[1:], until]
    spans = [one for one in zip(times, ends, values, strict=True) if one[0] < one[1]]
    if not spans:
        return CoreSpans(stated, cores, until)
    first, _, first_air = spans[0]
    _begin(core, first, first_air)
    for begin, end, air in spans:
        if air != core.air:
            _run_to(core, begin)
            core.air = air
        _state(core, begin, stated, cores)
        for moment in _steps(core, end):
            if moment < end:
                _state(core, moment, stated, cores)
    core.until = until
    return _withheld(core, CoreSpans(stated, cores, until))


def _begin(core: Core, begin: int, air: int) -> None:
    if core.value is None:
        core.value = air * _MICRO
    elif begin < core.until:
        message = f"values of {begin} come after those that speak until {core.until}"
        raise ValueError(message)
    elif begin > core.until:
        _run_to(core, core.until)
        wait = _wait_after(core.time_constant, begin - core.until)
        if wait > 0:
            core.stated_from = max(begin + wait, core.stated_from or begin)
    else:
        return
    core.at, core.air = begin, air


def _wait_after(time_constant: int, gap: int) -> int:
    """Return the microseconds until a twentieth of what a gap left unknown is left."""
    lags = _CONTEXT.divide(Decimal(-gap), Decimal(time_constant))
    doubt = _CONTEXT.subtract(Decimal(1), _CONTEXT.exp(lags))
    if doubt <= _LARGEST_DOUBT:
        return 0
    wait = _CONTEXT.ln(_CONTEXT.divide(doubt, _LARGEST_DOUBT))
    return int(_CONTEXT.to_integral_value(_CONTEXT.multiply(wait, Decimal(time_constant))))


def _steps(core: Core, end: int) -> Iterator[int]:
    """Bring the core to each moment at which it is stated, the end of a span included."""
    step = max(1, core.time_constant // STEPS)
    newest = end // step * step
    while core.at < newest:
        if core.value == core.air * _MICRO:
            core.at = newest
            return
        moment = (core.at // step + 1) * step
        _run_to(core, moment)
        if moment // step % _STEPS_TO_ROUNDING == 0:
            core.value = _milli(core) * _MICRO
        yield moment


def _run_to(core: Core, moment: int) -> None:
    air = core.air * _MICRO
    decay = _decays(core.time_constant)(moment - core.at)
    core.value = air + _rounded((_micro(core) - air) * decay, _DECAY_SCALE)
    core.at = moment


@lru_cache(maxsize=64)
def _decays(time_constant: int) -> Callable[[int], int]:
    """Return the function from a span to exp(-span/tau), scaled and rounded half to even."""

    def decay(span: int) -> int:
        lags = _CONTEXT.divide(Decimal(-span), Decimal(time_constant))
        power = _CONTEXT.scaleb(_CONTEXT.exp(lags), _DECAY_DIGITS)
        return int(_CONTEXT.to_integral_value(power))

    return kept(decay)


def _state(core: Core, moment: int, times: list[int], values: list[int]) -> None:
    value = _milli(core)
    if not values or values[-1] != value:
        times.append(moment)
        values.append(value)


def _withheld(core: Core, spans: CoreSpans) -> CoreSpans:
    """Leave out what is not stated because of a gap."""
    begin = core.stated_from
    if begin is None:
        return spans
    if begin >= spans.until:
        if begin == spans.until:
            core.stated_from = None
        return CoreSpans([], [], spans.until)
    core.stated_from = None
    place = bisect_right(spans.times, begin) - 1
    if place < 0:
        return spans
    times = [begin, *spans.times[place + 1 :]]
    return CoreSpans(times, spans.values[place:], spans.until)


def _micro(core: Core) -> int:
    if core.value is None:
        message = "the core has no value before the first reading"
        raise AssertionError(message)
    return core.value


def _milli(core: Core) -> int:
    return _rounded(_micro(core), _MICRO)


def _rounded(numerator: int, denominator: int) -> int:
    """Return the quotient of two integers, rounded half to even."""
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))
