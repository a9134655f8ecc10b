"""The estimated temperature of the product and its boundaries (SPECIFICATION section 9, *Core*)."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

from .boundaries import Judgement, is_upper
from .exposure import Span, spans_of
from .history import SECOND, History
from .quantities import steps

WHOLE = 10**18
EXACT = Context(prec=30)
DECIMATED = 64
FORGIVEN = Decimal("0.05")


@dataclass
class Stated:
    """What is stated from a moment on."""

    at: int
    milli: int | None


def rounded(exact: Fraction) -> int:
    """Return the nearest integer, of two the even one."""
    return round(exact)


@cache
def decay(span: int, time_constant: int) -> int:
    power = EXACT.exp(EXACT.divide(Decimal(-span), Decimal(time_constant)))
    return int(EXACT.to_integral_value(power.scaleb(18, EXACT)))


def withheld(gap: int, time_constant: int) -> int:
    """Return for how long the estimate is not stated after a gap."""
    power = EXACT.exp(EXACT.divide(Decimal(-gap), Decimal(time_constant)))
    share = EXACT.subtract(Decimal(1), power)
    if share <= FORGIVEN:
        return 0
    exact = EXACT.multiply(EXACT.ln(EXACT.divide(share, FORGIVEN)), Decimal(time_constant))
    return int(EXACT.to_integral_value(exact))


def stretches(spans: Sequence[Span]) -> list[list[Span]]:
    """Return the spans between gaps."""
    found: list[list[Span]] = []
    for one in spans:
        if found and found[-1][-1].until == one.since:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def statements(spans: Sequence[Span], time_constant: int) -> list[Stated]:
    """Return what is stated at each moment at which the estimate is computed.

    At the end of what is judged nothing is stated: it is that of the gap that begins.
    """
    if not spans:
        return []
    step = max(1, time_constant // 16)
    estimate, hidden_until = 1000 * spans[0].value, spans[0].since
    told: list[Stated] = []
    end = spans[0].since
    for stretch in stretches(spans):
        since = stretch[0].since
        if since > end:
            hidden_until = max(hidden_until, since + withheld(since - end, time_constant))
        computed_at = since
        for span in stretch:
            multiples = range((span.since // step + 1) * step, span.until + 1, step)
            for moment in sorted({span.since, *multiples, span.until}):
                # The value of the span holds up to its end.
                goal = 1000 * span.value
                share = Fraction(decay(moment - computed_at, time_constant), WHOLE)
                estimate = goal + rounded((estimate - goal) * share)
                computed_at = moment
                if moment % (DECIMATED * step) == 0:
                    estimate = 1000 * rounded(Fraction(estimate, 1000))
                if moment < span.until:
                    milli = rounded(Fraction(estimate, 1000))
                    told.append(Stated(moment, milli if moment >= hidden_until else None))
                    following = min(moment // step * step + step, span.until)
                    if moment < hidden_until < following:
                        told.append(Stated(hidden_until, milli))
        end = stretch[-1].until
        told.append(Stated(end, None))
    return told


@dataclass
class Run:
    began_at: int
    extreme: int
    extreme_at: int
    outside: int = 0
    alarmed_at: int | None = None
    ended_at: int | None = None
    held_by: list[dict[str, Any]] = field(default_factory=list)


def core_excursions(
    boundary: dict[str, Any],
    found: History,
    judged: Sequence[Judgement],
    time_constant: int,
    judged_from: int,
    end: int,
) -> list[dict[str, Any]]:
    """Return the excursions of a boundary of the core."""
    told = statements(spans_of(judged), time_constant)
    sign = 1 if is_upper(boundary) else -1
    limit = sign * steps(boundary["limit"], "temperature")
    margin = steps(boundary.get("hysteresis", 0), "temperature")
    delay = boundary.get("delay_s", 0) * SECOND
    phases = boundary.get("phases")
    is_cumulative = boundary.get("mode") == "cumulative"
    moments = sorted({one.at for one in told} | {one.at for one in judged})
    moments = [one for one in moments if one < end]
    runs: list[Run] = []
    is_open = False
    for at, until in pairwise([*moments, end]):
        place = bisect_right(told, at, key=lambda one: one.at)
        milli = told[place - 1].milli if place else None
        phase = [one for since, one in found.phases if since <= at][-1]
        is_active = at >= judged_from and (phases is None or phase in phases)
        if is_open and (not is_active or (milli is not None and sign * milli <= limit - margin)):
            is_open, runs[-1].ended_at = False, at
        if not is_active or milli is None or sign * milli <= limit:
            continue
        if not is_open and is_cumulative and runs:
            runs[-1].ended_at = None
        elif not is_open:
            runs.append(Run(at, milli, at))
        is_open, run = True, runs[-1]
        if sign * milli > sign * run.extreme:
            run.extreme, run.extreme_at = milli, at
        if run.alarmed_at is None and (delay == 0 or run.outside + until - at >= delay):
            run.alarmed_at = at + max(0, delay - run.outside)
        run.outside += until - at
        _hold(run, found.custody.holder_at(at), until - at)
    return [_excursion(boundary, one) for one in runs if one.alarmed_at is not None]


def _hold(run: Run, holder: str, span: int) -> None:
    if not run.held_by or run.held_by[-1]["holder"] != holder:
        run.held_by.append({"holder": holder, "outside": 0})
    run.held_by[-1]["outside"] += span


def _excursion(boundary: dict[str, Any], run: Run) -> dict[str, Any]:
    return {
        "boundary": boundary["id"],
        "device": "",
        "sensor": "",
        "quantity": "temperature",
        "began_at": run.began_at,
        "alarmed_at": run.alarmed_at,
        "ended_at": run.ended_at,
        "extreme": run.extreme,
        "extreme_at": run.extreme_at,
        "outside": run.outside,
        "shown_by": [],
        "held_by": run.held_by,
    }


def core_now(judged: Iterable[Judgement], time_constant: int, end: int) -> int | None:
    """Return what is stated last, None where no temperature is judged any more."""
    some = list(judged)
    if not some or some[-1].value(is_upper=True) is None:
        return None
    told = [one for one in statements(spans_of(some), time_constant) if one.at < end]
    return told[-1].milli if told else None


def excursions_of_cores(
    found: History,
    policy: dict[str, Any],
    judged: Sequence[Judgement],
    judged_from: int,
    end: int,
) -> list[dict[str, Any]]:
    """Return the excursions of all boundaries of the core."""
    return [
        one
        for boundary in policy.get("boundary", [])
        if boundary.get("of") == "core"
        for one in core_excursions(
            boundary, found, judged, time_constant_of(policy), judged_from, end
        )
    ]


def time_constant_of(policy: dict[str, Any]) -> int:
    return SECOND * int(policy["core"]["time_constant_s"])
