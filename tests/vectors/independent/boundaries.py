"""Runs outside a boundary and the excursions they make (SPECIFICATION section 9)."""

from collections.abc import Sequence
from typing import Any, Protocol

from .quantities import EVENTS, steps

SECOND = 1_000_000
Excursion = dict[str, Any]


class Spoken(Protocol):
    """A measurement with the interval in which it speaks."""

    at: int
    until: int

    @property
    def value(self) -> int: ...

    @property
    def is_sound(self) -> bool: ...


def is_upper(boundary: dict[str, Any]) -> bool:
    return bool(boundary["side"] == "upper")


def boundary_runs(
    boundary: dict[str, Any], series: Sequence[Spoken], names: dict[str, str]
) -> tuple[list[Excursion], int]:
    """Return the excursions of one series and its time outside."""
    runs = _runs(boundary, series)
    if names["quantity"] in EVENTS:
        return [_excursion(boundary, names, [one.at], one, one.at, 0) for (one, *_), _ in runs], 0
    total = sum(_spans(boundary, run) for run, _ in runs)
    if boundary.get("mode") == "cumulative":
        runs = [([one for run, _ in runs for one in run], runs[-1][1])] if runs else []
    found = []
    for run, ended_at in runs:
        alarmed_at = _alarm(boundary, run)
        if alarmed_at is not None:
            worst = _worst(boundary, run)
            outside = _spans(boundary, run)
            began = [run[0].at]
            found.append(
                {
                    **_excursion(boundary, names, began, worst, ended_at, outside),
                    "alarmed_at": alarmed_at,
                }
            )
    return found, total


def _runs(
    boundary: dict[str, Any], series: Sequence[Spoken]
) -> list[tuple[list[Spoken], int | None]]:
    """Return each run's sound values, and the time at which it closed."""
    limit, margin = _limits(boundary)
    is_event = boundary["quantity"] in EVENTS
    runs: list[tuple[list[Spoken], int | None]] = []
    for one in series:
        if not one.is_sound:
            continue
        is_open = bool(runs) and runs[-1][1] is None
        signed = one.value if is_upper(boundary) else -one.value
        if is_open and signed <= limit - margin:
            runs[-1] = (runs[-1][0], one.at)
        elif is_open:
            runs[-1][0].append(one)
        elif signed > limit:
            runs.append(([one], one.at if is_event else None))
    return runs


def _limits(boundary: dict[str, Any]) -> tuple[int, int]:
    """Return limit and hysteresis, turned so that larger is worse."""
    limit = steps(boundary["limit"], boundary["quantity"])
    margin = steps(boundary.get("hysteresis", 0), boundary["quantity"])
    return (limit if is_upper(boundary) else -limit), margin


def _outside(boundary: dict[str, Any], run: Sequence[Spoken]) -> list[Spoken]:
    limit, _ = _limits(boundary)
    sign = 1 if is_upper(boundary) else -1
    return [one for one in run if sign * one.value > limit]


def _spans(boundary: dict[str, Any], run: Sequence[Spoken]) -> int:
    return sum(one.until - one.at for one in _outside(boundary, run))


def _worst(boundary: dict[str, Any], run: Sequence[Spoken]) -> Spoken:
    sign = 1 if is_upper(boundary) else -1
    return max(_outside(boundary, run), key=lambda one: sign * one.value)


def _alarm(boundary: dict[str, Any], run: Sequence[Spoken]) -> int | None:
    left: int = boundary.get("delay_s", 0) * SECOND
    for one in _outside(boundary, run):
        span = one.until - one.at
        if left == 0 or 0 < left <= span:
            return one.at + left
        left -= span
    return None


def _excursion(
    boundary: dict[str, Any],
    names: dict[str, str],
    began: list[int],
    worst: Spoken,
    ended_at: int | None,
    outside: int,
) -> Excursion:
    return {
        "boundary": boundary["id"],
        **names,
        "began_at": began[0],
        "alarmed_at": began[0],
        "ended_at": ended_at,
        "extreme": worst.value,
        "extreme_at": worst.at,
        "outside": outside,
    }
