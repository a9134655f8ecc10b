"""What one series shows of its sensor (SPECIFICATION section 9, *Sensors*).

Each rule goes over the whole list of sound measurements by itself and says when it held.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from .counters import fallen, returned
from .drifting import MedianAt, drift, last_of_moments
from .findings import HOUR, Found, pair_of, time_of
from .history import SECOND, Measurement
from .quantities import EVENTS, steps
from .spikes import doubts_of, turns

ENOUGH_EQUAL = 10


@dataclass(frozen=True)
class Limits:
    """What the policy's section says of a quantity, in steps; 0 is none."""

    stuck_after: int
    largest_step: int
    disagreement: int
    drift: int
    battery_low: int
    calibration: int

    @classmethod
    def of(cls, policy: dict[str, Any], quantity: str) -> "Limits":
        section = policy["sensors"]

        def limit(name: str) -> int:
            return steps(section.get(name, {}).get(quantity, 0), quantity)

        return cls(
            section.get("stuck_after_s", {}).get(quantity, 0) * SECOND,
            limit("largest_step_per_minute"),
            limit("disagreement"),
            limit("drift"),
            steps(section.get("battery_low", 0), quantity) if quantity == "battery" else 0,
            section.get("calibration_days", 0) * 24 * HOUR,
        )


Calibration = tuple[int, int]
"""When it was said, and for when."""


@dataclass
class Watched:
    """What a series shows."""

    found: list[Found] = field(default_factory=list)
    gaps: int = 0
    untrusted: list[tuple[int, int | None]] = field(default_factory=list)
    """[from, until), none where it lasts."""

    def is_trusted(self, at: int) -> bool:
        return not is_within(at, self.untrusted)


def is_within(at: int, spans: Iterable[tuple[int, int | None]]) -> bool:
    return any(since <= at and (until is None or at < until) for since, until in spans)


def watch(
    series: Sequence[Measurement],
    quantity: str,
    limits: Limits,
    detachments: Iterable[int],
    median_at: MedianAt,
    calibrations: Sequence[Calibration] = (),
) -> Watched:
    watched = Watched()
    watched.found += [
        Found("conflict", one.at, one.at, [pair_of(one)], one) for one in series if one.is_conflict
    ]
    ends = [] if quantity in EVENTS else sorted(detachments)
    for since, until in pairwise([None, *ends, None]):
        whole = [
            one
            for one in series
            if (since is None or one.at >= since) and (until is None or one.at < until)
        ]
        part = [one for one in whole if one.is_sound]
        doubts = doubts_of(part, limits.largest_step)
        in_doubt = [(one.since, _first(one.over_at, until)) for one in doubts if one.is_doubt]
        sure = [one for one in last_of_moments(whole) if not is_within(one.at, in_doubt)]
        mine = [
            *returned(part),
            *fallen(part),
            *_stuck(part, limits.stuck_after),
            *(one.found for one in doubts if one.found is not None),
            *turns(doubts, limits.largest_step),
            *_low(part, limits.battery_low),
            *(drift(sure, limits.drift, median_at) if limits.drift else ()),
        ]
        if limits.calibration:
            due, spans = _due(part, calibrations, limits.calibration, until)
            mine += due
            watched.untrusted += spans
        for one in mine:
            if one.doubted_from is not None:
                over = time_of(one.ended_by)
                watched.untrusted.append((one.doubted_from, _first(over, until)))
            if one.until is None:
                # What holds is over with its watching.
                one.until = one.detached_at = until
            watched.found.append(one)
        watched.untrusted += in_doubt
        if quantity not in EVENTS:
            watched.gaps += sum(b.at - a.at > a.hold for a, b in pairwise(part))
    return watched


def _first(one: int | None, other: int | None) -> int | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def _stuck(part: Sequence[Measurement], after: int) -> Iterable[Found]:
    if not after:
        return
    begin = 0
    while begin < len(part):
        end = begin
        while end < len(part) and part[end].value == part[begin].value:
            end += 1
        first = part[begin].at
        held = [one.at for one in part[begin + ENOUGH_EQUAL - 1 : end] if one.at - first > after]
        if held:
            over = part[end : end + 1]
            shown = [part[begin], part[end - 1], *over]
            last = over[0] if over else None
            readings = [pair_of(one) for one in shown]
            yield Found("stuck", first, time_of(last), readings, last, held[0])
        begin = end


def _low(part: Sequence[Measurement], limit: int) -> Iterable[Found]:
    if not limit:
        return
    below: list[Measurement] = []
    for one in part:
        if one.value < limit:
            below.append(one)
        elif below:
            yield Found("battery_low", below[0].at, one.at, [pair_of(below[-1])], one)
            below = []
    if below:
        yield Found("battery_low", below[0].at, None, [pair_of(below[-1])])


def _due(
    part: Sequence[Measurement],
    calibrations: Sequence[Calibration],
    length: int,
    until: int | None,
) -> tuple[list[Found], list[tuple[int, int | None]]]:
    """Return the findings, and the spans in which one holds.

    What is said at a moment comes before what is measured then.
    """
    events = [(at, 0, ended + length, None) for at, ended in calibrations]
    told = [(one.at, 1, 0, one) for one in part]
    ends: int | None = None
    newest: Measurement | None = None
    running: Found | None = None
    found: list[Found] = []
    spans: list[tuple[int, int | None]] = []
    for at, _, end, x in sorted([*events, *told], key=lambda one: one[:2]):
        if until is not None and at >= until:
            break
        ends, newest = (end, newest) if x is None else (ends, x)
        before, running = running, None
        if newest is not None and ends is not None and newest.at > ends:
            running = Found("calibration_due", ends, None, [pair_of(newest)])
        if before is not None:
            spans[-1] = (spans[-1][0], at)
            if running is None:
                before.until = before.recalibrated_at = at
                found.append(before)
        if running is not None:
            spans.append((at, until))
    return ([*found, running] if running is not None else found), spans
