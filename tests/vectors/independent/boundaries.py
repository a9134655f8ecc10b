"""What is judged of a quantity, and the excursions it makes (SPECIFICATION section 9)."""

from dataclasses import dataclass, field
from typing import Any

from .history import SECOND, History, Measurement
from .quantities import EVENTS, OF_PLACE, steps
from .waiting import Hearing, Sensor, Spoken, Spot, voices_at

Excursion = dict[str, Any]
Shown = dict[str, Any]
Limits = tuple[list[tuple[bool, int, bool]], int | None]
"""Boundaries as (is it an upper one, steps, is it of the core); how far sensors may lie apart."""


@dataclass
class Judgement:
    """What is judged of what speaks from one moment to the next."""

    at: int
    until: int
    heard: list[Spoken]
    voices: int = 0
    """Of those that speak, all being trusted."""
    is_judged: bool = False
    worst: dict[str, list[Spoken]] = field(default_factory=dict)
    """By side what counts where a measurement before the last of its moment is sound."""
    is_worst_judged: bool = False
    is_mild: bool = False
    is_worst_mild: bool = False
    is_of_place: bool = False

    @property
    def speaking(self) -> list[Spoken]:
        return self.heard if self.is_judged else []

    def value(self, *, is_upper: bool) -> int | None:
        if self.is_of_place and self.speaking:
            every = [one.value for _, _, one in self.speaking]
            return max(every) if is_upper else min(every)
        is_upper = is_upper is not self.is_mild
        by_device: dict[str, list[int]] = {}
        for device, _, one in self.speaking:
            by_device.setdefault(device, []).append(one.value)
        of_each = [_side(values, is_upper=is_upper) for values in by_device.values()]
        return _side(of_each, is_upper=is_upper) if of_each else None


def _side(values: list[int], *, is_upper: bool) -> int:
    ordered = sorted(values)
    return ordered[len(ordered) // 2 if is_upper else (len(ordered) - 1) // 2]


@dataclass
class Run:
    began_at: int
    extreme: int
    shown: Shown
    outside: int = 0
    alarmed_at: int | None = None
    ended_at: int | None = None
    is_open: bool = True
    shown_by: list[Shown] = field(default_factory=list)
    held_by: list[dict[str, Any]] = field(default_factory=list)


def is_upper(boundary: dict[str, Any]) -> bool:
    return bool(boundary["side"] == "upper")


def judgements(
    found: History, quantity: str, judged_from: int, as_of: int, policy: dict[str, Any]
) -> list[Judgement]:
    """Return what is judged of a level quantity, from each moment of judging to the next."""
    series = {key[:2]: some for key, some in found.series.items() if key[2] == quantity}
    every = [one for some in series.values() for one in some]
    moments = {one.at for one in every} | {one.until for one in every} | {judged_from}
    moments |= {at for at, _ in found.phases} | {at for at, _ in found.custody.holdings}
    moments |= {at for at, _ in found.attachments} | set(found.first_heard.values())
    limits = [
        (is_upper(one), steps(one["limit"], quantity), one.get("of", "measured") == "core")
        for one in policy.get("boundary", [])
        if one["quantity"] == quantity
    ]
    share = policy.get("sensors", {}).get("disagreement", {}).get(quantity)
    farthest = None if share is None else steps(share, quantity)
    start = found.planned_from
    if start is None:
        return []
    end = as_of if found.closed_at is None else found.closed_at
    kept = {one for one in moments if start <= one < end} | {start}
    kept |= {as_of} if found.closed_at is None else set()
    is_of_place = quantity in OF_PLACE
    return _judged(found, series, kept, end, (limits, farthest), is_of_place=is_of_place)


def _judged(
    found: History,
    series: dict[Sensor, list[Measurement]],
    moments: set[int],
    end: int,
    limits: Limits,
    *,
    is_of_place: bool,
) -> list[Judgement]:
    judged: list[Judgement] = []
    hearing, due = Hearing(), sorted(moments)
    while due:
        at = due.pop(0)
        one = Judgement(at, end, _heard(series, at), is_of_place=is_of_place)
        if judged:
            judged[-1].until = at
        judged.append(one)
        voices = voices_at(found, series, at)
        one.voices = voices.among(one.heard)
        one.worst = {side: _worst(series, one, side) for side in ("upper", "lower")}
        high, low = one.worst["upper"], one.worst["lower"]
        if high:
            hearing.hear(_spot(one, high, low, "_worst", limits), voices)
        hearing.hear(_spot(one, one.heard, one.heard, "", limits), voices)
        over = None if hearing.wait is None else hearing.wait.until
        if over is not None and over < end:
            due = sorted({*due, over})
    hearing.end()
    return judged


def _spot(one: Judgement, high: list[Spoken], low: list[Spoken], name: str, limits: Limits) -> Spot:
    harsh = [Judgement(0, 0, some, is_judged=True) for some in (high, low)]
    mild = [Judgement(0, 0, some, is_judged=True, is_mild=True) for some in (high, low)]
    apart = certain = False
    if high and not one.is_of_place:
        upper, lower = harsh[0].value(is_upper=True) or 0, harsh[1].value(is_upper=False) or 0
        farthest = limits[1]
        apart = _is_between(upper, lower, limits) or (
            farthest is not None and upper - lower > farthest
        )
        upper, lower = mild[0].value(is_upper=True) or 0, mild[1].value(is_upper=False) or 0
        beyond = [
            upper > limit if is_up else lower < limit
            for is_up, limit, is_of_core in limits[0]
            if not is_of_core
        ]
        certain = any(beyond) or not _is_between(upper, lower, limits)

    def settle(*, is_judged: bool, is_mild: bool = False) -> None:
        setattr(one, f"is{name}_judged", is_judged)
        setattr(one, f"is{name}_mild", is_mild)

    spot = Spot(one.at, high, one.heard, settle, are_apart=apart, is_certain=certain)
    spot.is_of_place = one.is_of_place
    return spot


def _is_between(upper: int, lower: int, limits: Limits) -> bool:
    return any(
        (upper > limit) != (lower > limit) if is_up else (upper < limit) != (lower < limit)
        for is_up, limit, _ in limits[0]
    )


def _heard(series: dict[Sensor, list[Measurement]], at: int) -> list[Spoken]:
    return [
        (*key, one)
        for key, some in sorted(series.items())
        for one in some
        if one.at <= at < one.until
    ]


def _worst(series: dict[Sensor, list[Measurement]], judged: Judgement, side: str) -> list[Spoken]:
    """Return what counts to a side, where not all of it speaks from then on; else nothing."""
    then = {key: [one for one in some if one.at == judged.at] for key, some in series.items()}
    if not any(one.is_sound for some in then.values() for one in some[:-1]):
        return []
    told = {key: [one for one in some if one.is_sound] for key, some in then.items()}
    sign = 1 if side == "upper" else -1
    worst = [
        (*key, max(some, key=lambda one: sign * one.value)) for key, some in told.items() if some
    ]
    others = [one for one in judged.heard if not told[one[0], one[1]]]
    return sorted([*worst, *others], key=lambda one: one[:2])


class Watch:
    """One boundary of what is measured."""

    def __init__(self, boundary: dict[str, Any], found: History, judged_from: int) -> None:
        self.boundary = boundary
        self.found = found
        self.judged_from = judged_from
        self.limit = steps(boundary["limit"], boundary["quantity"])
        self.margin = steps(boundary.get("hysteresis", 0), boundary["quantity"])
        self.delay = boundary.get("delay_s", 0) * SECOND
        self.is_cumulative = boundary.get("mode") == "cumulative"
        self.runs: list[Run] = []

    def is_active(self, at: int) -> bool:
        phase = [one for since, one in self.found.phases if since <= at][-1]
        return at >= self.judged_from and phase in self.boundary.get("phases", [phase])

    def beyond(self, value: int) -> int:
        return value - self.limit if is_upper(self.boundary) else self.limit - value

    @property
    def open_run(self) -> Run | None:
        return self.runs[-1] if self.runs and self.runs[-1].is_open else None

    def judge_worst(self, judged: Judgement) -> None:
        """Judge the worst values of a moment, where not all of them speak from then on."""
        counting = judged.worst[self.boundary["side"]]
        if not counting or not judged.is_worst_judged or not self.is_active(judged.at):
            return
        moment = Judgement(judged.at, judged.at, counting, is_judged=True)
        moment.is_mild, moment.is_of_place = judged.is_worst_mild, judged.is_of_place
        value = moment.value(is_upper=is_upper(self.boundary))
        if value is not None and self.beyond(value) > 0:
            self.judge(moment)

    def judge(self, judged: Judgement) -> None:
        run, value = self.open_run, judged.value(is_upper=is_upper(self.boundary))
        if not self.is_active(judged.at):
            if run:
                run.is_open, run.ended_at = False, judged.at
            return
        if value is None:
            return
        if self.beyond(value) > 0:
            self._outside(judged, value)
        elif run and self.beyond(value) <= -self.margin and not judged.is_mild:
            run.is_open, run.ended_at = False, judged.at

    def _outside(self, judged: Judgement, value: int) -> None:
        outside = [_shown(*one) for one in judged.speaking if self.beyond(one[2].value) > 0]
        shown = next(_shown(*one) for one in judged.speaking if one[2].value == value)
        run = self.open_run
        if run is None and self.is_cumulative and self.runs:
            run = self.runs[-1]
            run.is_open, run.ended_at = True, None
        if run is None:
            run = Run(judged.at, value, shown)
            self.runs.append(run)
        if self.beyond(value) > self.beyond(run.extreme):
            run.extreme, run.shown = value, shown
        span = judged.until - judged.at
        if run.alarmed_at is None and (self.delay == 0 or run.outside + span >= self.delay > 0):
            run.alarmed_at = judged.at + max(0, self.delay - run.outside)
            run.shown_by = outside[:16]
        if span:
            run.outside += span
            holder = self.found.custody.holder_at(judged.at)
            self.found.outside[self.boundary["quantity"], judged.at] = (span, holder)
            if not run.held_by or run.held_by[-1]["holder"] != holder:
                run.held_by.append({"holder": holder, "outside": 0})
            run.held_by[-1]["outside"] += span

    def excursions(self) -> list[Excursion]:
        return [
            {
                "boundary": self.boundary["id"],
                "device": one.shown["device"],
                "sensor": one.shown["sensor"],
                "quantity": self.boundary["quantity"],
                "began_at": one.began_at,
                "alarmed_at": one.alarmed_at,
                "ended_at": one.ended_at,
                "extreme": one.extreme,
                "extreme_at": one.shown["observed_at"],
                "outside": one.outside,
                "shown_by": one.shown_by,
                "held_by": one.held_by,
            }
            for one in self.runs
            if one.alarmed_at is not None
        ]

    def judge_events(self) -> None:
        """Judge each sound value of an event quantity by itself."""
        for key, some in self.found.series.items():
            for one in some if key[2] == self.boundary["quantity"] else ():
                if one.is_sound and self.beyond(one.value) > 0 and self.is_active(one.at):
                    shown = _shown(key[0], key[1], one)
                    self.runs.append(
                        Run(
                            one.at,
                            one.value,
                            shown,
                            alarmed_at=one.at,
                            ended_at=one.at,
                            is_open=False,
                            shown_by=[shown],
                        )
                    )


def watches(
    found: History, policy: dict[str, Any], judged_from: int, as_of: int
) -> tuple[list[Watch], dict[str, list[Judgement]]]:
    """Return every boundary with what it saw, and what was judged of each quantity."""
    quantities = {key[2] for key in found.series}
    if found.planned_from is not None:
        quantities |= set(policy["observation"]["required"])
    judged = {
        one: judgements(found, one, judged_from, as_of, policy)
        for one in quantities
        if one not in EVENTS
    }
    seen = [
        Watch(one, found, judged_from)
        for one in policy.get("boundary", [])
        if one.get("of") != "core"
    ]
    for watch in seen:
        if watch.boundary["quantity"] in EVENTS:
            watch.judge_events()
        for one in judged.get(watch.boundary["quantity"], []):
            watch.judge_worst(one)
            watch.judge(one)
    return seen, judged


def _shown(device: str, sensor: str, one: Measurement) -> Shown:
    return {"device": device, "sensor": sensor, "observed_at": one.at, "value": one.value}
