"""The mean kinetic temperature that a policy ought to find, by brute force over whole minutes.

USP <1079.2>: the highest over every window of the policy's length that contains an excursion, which
is a longest stretch above the label's limit; the windows of a longer stretch lie within it. While
a shipment is shorter than a window, all of it is the window.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import msgspec

from simulators.limits import KineticLimit

from .labels import Envelope

ACTIVATION_KELVIN = 10_000.0
"""ΔH/R with the conventional 83.144 kJ/mol (USP <1079.2>) and R = 8.3144 J/(mol·K)."""

ZERO_CELSIUS = 273.15
ROUNDING_CELSIUS = 0.05
"""Whole minutes stand for windows that begin at any moment."""


class KineticBand(msgspec.Struct, frozen=True):
    """Whether the limit is truly passed, must be found passed, and may be found passed."""

    is_true: bool
    is_must: bool
    is_may: bool


def kinetic_band(
    limit: KineticLimit, truth: Sequence[float], shown: Envelope, seen: Sequence[bool]
) -> KineticBand:
    """Return what must and what may be found.

    Args:
        limit: The policy's limit.
        truth: True temperature in each minute.
        shown: Between what honest sensors may show.
        seen: In which minutes somebody looked.
    """
    if limit.window_h is None or limit.above is None:
        whole = [(0, len(truth))]
        return KineticBand(
            _highest(truth, seen, whole) > limit.limit,
            _highest(shown.low, seen, whole) > limit.limit + ROUNDING_CELSIUS,
            _highest(shown.high, seen, whole) > limit.limit - ROUNDING_CELSIUS,
        )
    may_stretches = _stretches(shown.high, seen, limit.above)
    if not may_stretches:
        return KineticBand(is_true=False, is_must=False, is_may=False)
    first, last = seen.index(True), len(seen)
    length = limit.window_h * 60
    low = [
        one
        for one in may_stretches
        if any(shown.low[minute] > limit.above for minute in range(*one))
    ]
    true_windows = _windows(_stretches(truth, seen, limit.above), length, first, last)
    must_windows = _windows([one for one in low if one[1] - one[0] <= length], length, first, last)
    must = _highest(shown.low, seen, must_windows)
    may = _highest(shown.high, seen, _all(length, first, last))
    return KineticBand(
        _highest(truth, seen, true_windows) > limit.limit,
        must > limit.limit + ROUNDING_CELSIUS,
        may > limit.limit - ROUNDING_CELSIUS,
    )


def _stretches(
    values: Sequence[float], seen: Sequence[bool], above: float
) -> list[tuple[int, int]]:
    found, began_at = [], None
    for minute, (value, is_seen) in enumerate(zip(values, seen, strict=True)):
        is_above = is_seen and value > above
        if is_above and began_at is None:
            began_at = minute
        elif not is_above and began_at is not None:
            found.append((began_at, minute))
            began_at = None
    if began_at is not None:
        found.append((began_at, len(values)))
    return found


def _windows(
    stretches: Iterable[tuple[int, int]], length: int, first: int, last: int
) -> list[tuple[int, int]]:
    """Return every window that holds one of the stretches."""
    if last - first <= length:
        return [(first, last)] if list(stretches) else []
    found = []
    for began_at, ended_at in stretches:
        low, high = sorted((began_at, ended_at - length))
        begins = range(max(low, first), min(high, last - length) + 1)
        found += [(begin, begin + length) for begin in begins]
    return found


def _all(length: int, first: int, last: int) -> Iterator[tuple[int, int]]:
    if last - first <= length:
        return iter([(first, last)])
    return ((begin, begin + length) for begin in range(first, last - length + 1))


def _highest(
    values: Sequence[float], seen: Sequence[bool], windows: Iterable[tuple[int, int]]
) -> float:
    """Return the highest mean kinetic temperature of some windows; absolute zero of none."""
    factors = [
        math.exp(-ACTIVATION_KELVIN / (value + ZERO_CELSIUS)) if is_seen else 0.0
        for value, is_seen in zip(values, seen, strict=True)
    ]
    kinetic = list(accumulate(factors, initial=0.0))
    observed = list(accumulate(map(int, seen), initial=0))
    means = [
        (kinetic[end] - kinetic[begin]) / (observed[end] - observed[begin])
        for begin, end in windows
        if observed[end] > observed[begin]
    ]
    if not means:
        return -ZERO_CELSIUS
    return ACTIVATION_KELVIN / -math.log(max(means)) - ZERO_CELSIUS
