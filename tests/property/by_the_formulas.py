"""What a policy makes of a step function, from the formulas: excursions, windows, shelf life.

Policies are read as parsed TOML, in people's units. Nothing here is shared with the twins.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from functools import cache
from itertools import accumulate, groupby
from typing import Any

import numpy as np
import pandas as pd

from tests.property.recorded_series import SECOND, Integers, Judged

EXACT = Context(prec=60)
ACTIVATION_KELVIN = 10_000
"""83.144 kJ/mol over 8.3144 J/(mol·K), the heat of activation of USP <1079.2>."""

SCALE = 10**50
DAY, HOUR = 86_400 * SECOND, 3_600 * SECOND


@dataclass(frozen=True)
class Outside:
    """An excursion as it must be found."""

    boundary: str
    began_at: int
    alarmed_at: int
    ended_at: int | None
    extreme: int
    extreme_at: int
    device: str
    outside: int


def runs(series: Judged, boundary: dict[str, Any], judged_from: int) -> pd.DataFrame:
    """Return every row in which a run is open: its number, and the time outside.

    A run begins outside the limit and ends inside by the hysteresis. Where nobody speaks, and in
    between, it stays as it was.
    """
    sign = 1 if boundary["side"] == "upper" else -1
    value = sign * (series.upper if sign == 1 else series.lower)
    limit = sign * round(boundary["limit"] * 1000)
    hysteresis = round(boundary.get("hysteresis", 0) * 1000)
    speaks = series.speaking > 0
    is_judged = series.moments >= judged_from
    outside = speaks & is_judged & (value > limit)
    has_returned = speaks & ~series.is_repeated & (value <= limit - hysteresis)
    inside = ~is_judged | has_returned
    state = pd.Series(np.select([outside, inside], [1.0, 0.0], np.nan)).ffill().fillna(0)
    table = pd.DataFrame(
        {
            "row": range(len(value)),
            "run": (state.diff().fillna(state) != 0).cumsum(),
            "value": np.where(outside, value, np.iinfo(np.int64).min),
            "outside": np.where(outside, series.span, 0),
        }
    )
    return table[state == 1]


def excursions(series: Judged, boundary: dict[str, Any], judged_from: int) -> list[Outside]:
    """Return the runs that lasted for the delay: each by itself, or all in sum."""
    rows = runs(series, boundary, judged_from)
    if boundary.get("mode") == "cumulative":
        rows = rows.assign(run=0)
    found = [_excursion(series, boundary, run) for _, run in rows.groupby("run")]
    return [one for one in found if one is not None]


def _excursion(series: Judged, boundary: dict[str, Any], run: pd.DataFrame) -> Outside | None:
    delay = boundary.get("delay_s", 0) * SECOND
    sums = run["outside"].cumsum().to_numpy()
    if sums[-1] < delay:
        return None
    rows = run["row"].to_numpy()
    # The first row whose time reaches the delay; without a delay, the first one outside.
    alarm = int(np.searchsorted(sums, delay))
    before = int(sums[alarm] - run["outside"].iloc[alarm])
    worst = int(rows[int(run["value"].to_numpy().argmax())])
    value = int(series.upper[worst] if boundary["side"] == "upper" else series.lower[worst])
    (shows, *_) = np.nonzero((series.held_since[worst] >= 0) & (series.held[worst] == value))[0]
    end = int(rows[-1]) + 1
    return Outside(
        boundary=boundary["id"],
        began_at=int(series.moments[rows[0]]),
        alarmed_at=int(series.moments[rows[alarm]]) + delay - before,
        ended_at=int(series.moments[end]) if end < len(series.moments) else None,
        extreme=value,
        extreme_at=int(series.held_since[worst, shows]),
        device="abc"[shows],
        outside=int(sums[-1]),
    )


def longest(lasts: Integers, span: Integers) -> int:
    """Return the longest time for which something lasts without a break."""
    stretches = groupby(zip(lasts.tolist(), span.tolist(), strict=True), key=lambda one: one[0])
    return max((sum(one[1] for one in some) for is_so, some in stretches if is_so), default=0)


@cache
def kelvin(value: int) -> Decimal:
    """Return milli-°C in kelvin."""
    return EXACT.add(EXACT.scaleb(Decimal(value), -3), Decimal("273.15"))


@cache
def factor(value: int) -> int:
    """Return exp(-10000 K/T), with 50 decimals."""
    return int(EXACT.multiply(EXACT.exp(EXACT.divide(-ACTIVATION_KELVIN, kelvin(value))), SCALE))


def mean_kinetic(kinetic: int, observed: int) -> str:
    """Return Haynes' mean kinetic temperature in °C, to four places."""
    mean = EXACT.divide(EXACT.divide(kinetic, observed), SCALE)
    celsius = EXACT.subtract(EXACT.divide(-ACTIVATION_KELVIN, EXACT.ln(mean)), Decimal("273.15"))
    return str(round(celsius, 4))


def kinetic_sum(values: Integers, spans: Integers) -> int:
    """Return Σ time · factor."""
    return sum(
        span * factor(one) for one, span in zip(values.tolist(), spans.tolist(), strict=True)
    )


@dataclass(frozen=True)
class Window:
    """A window and its mean kinetic temperature."""

    begins_at: int
    ends_at: int
    observed: int
    mean_kinetic_celsius: str


def highest_window(series: Judged, length: int, above: int) -> Window | None:
    """Return the highest of all windows that hold a run above a limit, by trying every one.

    Its mean is monotone while no end of it meets a change, so the beginnings at which an end meets
    one are enough.
    """
    spoken = np.nonzero((series.speaking > 0) & (series.span > 0))[0]
    until = int(series.moments[spoken[-1]] + series.span[spoken[-1]])
    is_lasting = series.span > 0
    at = series.moments[is_lasting].tolist()
    values = series.upper[is_lasting].tolist()
    weights = (series.speaking[is_lasting] > 0).astype(int).tolist()
    spans = series.span[is_lasting].tolist()
    first = int(series.moments[spoken[0]])
    factors = [factor(one) if weight else 0 for one, weight in zip(values, weights, strict=True)]
    kinetic = _sums_until(at, spans, factors)
    observed = _sums_until(at, spans, weights)
    beginnings: set[int] = set()
    found = False
    place = 0
    is_above = [weight and value > above for value, weight in zip(values, weights, strict=True)]
    for passes, some in groupby(is_above):
        began, place = place, place + len(list(some))
        if passes:
            found = True
            ends_at = at[place] if place < len(at) else until
            low, high = sorted((at[began], ends_at - length))
            low, high = max(low, first), min(high, until - length)
            if low <= high:
                beginnings |= {low, high}
                beginnings.update(one for one in at if low < one < high)
                beginnings.update(one - length for one in at if low < one - length < high)
    if not found:
        return None
    if until - first < length:
        return Window(first, until, observed(until), mean_kinetic(kinetic(until), observed(until)))
    best, best_kinetic, best_observed = 0, 0, 1
    for one in sorted(beginnings):
        sums = kinetic(one + length) - kinetic(one), observed(one + length) - observed(one)
        if sums[0] * best_observed > best_kinetic * sums[1]:
            best, (best_kinetic, best_observed) = one, sums
    return Window(best, best + length, best_observed, mean_kinetic(best_kinetic, best_observed))


def _sums_until(at: list[int], spans: list[int], rates: list[int]) -> Callable[[int], int]:
    before = list(accumulate((s * r for s, r in zip(spans, rates, strict=True)), initial=0))

    def until(moment: int) -> int:
        place = bisect_right(at, moment) - 1
        return before[place] + (moment - at[place]) * rates[place] if place >= 0 else 0

    return until


def rate_of(life: dict[str, Any]) -> Callable[[int], Decimal]:
    """Return how many times as fast a life passes at a temperature as at the reference."""
    reference = round(life["reference"] * 1000)
    if life["model"] == "arrhenius":
        activation = EXACT.divide(
            Decimal(repr(life["activation_kj_per_mol"])), Decimal("0.0083144")
        )
        there = EXACT.divide(activation, kelvin(reference))
        return lambda value: EXACT.exp(
            EXACT.subtract(there, EXACT.divide(activation, kelvin(value)))
        )
    if life["model"] == "q10":
        logarithm = EXACT.ln(Decimal(repr(life["q10"])))
        return lambda value: EXACT.exp(
            EXACT.multiply(logarithm, EXACT.scaleb(Decimal(value - reference), -4))
        )
    minimum = round(life["minimum"] * 1000)

    def square(value: int) -> Decimal:
        root = EXACT.divide(Decimal(max(0, value - minimum)), Decimal(reference - minimum))
        return EXACT.multiply(root, root)

    return square


def life_left(series: Judged, life: dict[str, Any]) -> int:
    """Return the microseconds that are left at the reference temperature.

    What nobody observed counts as the warmer one of what was judged before and after.
    """
    rate = cache(rate_of(life))
    spoken = (series.speaking > 0) & (series.span > 0)
    judged = pd.Series(np.where(spoken, series.upper, np.nan))
    warmer = np.fmax(judged.ffill(), judged.bfill())
    values = judged.fillna(warmer).astype("int64")
    used = Decimal(0)
    for value, span in zip(values.tolist(), series.span.tolist(), strict=True):
        used = EXACT.add(used, EXACT.multiply(rate(value), span))
    whole = int(Decimal(repr(life["days"])) * DAY)
    return whole - int(used.to_integral_value(ROUND_CEILING))
