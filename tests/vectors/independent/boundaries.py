"""What is judged of a quantity, and the excursions it makes (SPECIFICATION section 9)."""

from dataclasses import dataclass, field
from typing import Any

from .history import SECOND, History, Measurement
from .quantities import EVENTS, steps
from .waiting import Sensor, Spoken, Waiting, waiting_of

Excursion = dict[str, Any]
Shown = dict[str, Any]


@dataclass
class Judgement:
    """What is judged of what speaks from one moment to the next."""

    at: int
    until: int
    heard: list[Spoken]
    waiting: Waiting

    @property
    def speaking(self) -> list[Spoken]:
        return [] if self.waiting.lasts(self.at, len(self.heard)) else self.heard

    def value(self, *, is_upper: bool) -> int | None:
        ordered = sorted(one.value for _, _, one in self.speaking)
        if not ordered:
            return None
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


def judgements(found: History, quantity: str, judged_from: int, as_of: int) -> list[Judgement]:
    """Return what is judged of a level quantity, from each moment of judging to the next."""
    series = {key[:2]: some for key, some in found.series.items() if key[2] == quantity}
    every = [one for some in series.values() for one in some]
    moments = {one.at for one in every} | {one.until for one in every} | {judged_from}
    moments |= {at for at, _ in found.phases} | {at for at, _ in found.custody.holdings}
    moments |= {at for at, _ in found.attachments} | set(found.first_heard.values())
    start = found.planned_from
    if start is None:
        return []
    end = as_of if found.closed_at is None else found.closed_at
    kept = {one for one in moments if start <= one < end} | {start}
    kept |= {as_of} if found.closed_at is None else set()
    judged = _judged(found, series, sorted(kept), end)
    # Where it is not short any more, this changes nothing.
    kept |= {over for one in judged if (over := one.waiting.over(one.at)) < end}
    return _judged(found, series, sorted(kept), end)


def _judged(
    found: History, series: dict[Sensor, list[Measurement]], kept: list[int], end: int
) -> list[Judgement]:
    judged: list[Judgement] = []
    for at, until in zip(kept, [*kept[1:], end], strict=True):
        heard = [
            (*key, one)
            for key, some in sorted(series.items())
            for one in some
            if one.at <= at < one.until
        ]
        before = None
        if judged and judged[-1].waiting.is_short(len(judged[-1].heard)):
            before = judged[-1].waiting.since
            before = judged[-1].at if before is None else before
        judged.append(Judgement(at, until, heard, waiting_of(found, series, heard, at, before)))
    return judged


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
        key = self.boundary["quantity"]
        then = {
            names[:2]: [one for one in some if one.at == judged.at]
            for names, some in self.found.series.items()
            if names[2] == key
        }
        is_over = any(one.is_sound for some in then.values() for one in some[:-1])
        if not is_over or not self.is_active(judged.at):
            return
        told = {names: [one for one in some if one.is_sound] for names, some in then.items()}
        worst = [
            (*names, max(some, key=lambda one: self.beyond(one.value)))
            for names, some in told.items()
            if some
        ]
        others = [one for one in judged.heard if not told[one[0], one[1]]]
        counting = sorted([*worst, *others], key=lambda one: one[:2])
        moment = Judgement(judged.at, judged.at, counting, judged.waiting)
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
        elif run and self.beyond(value) <= -self.margin:
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
        one: judgements(found, one, judged_from, as_of) for one in quantities if one not in EVENTS
    }
    seen = [Watch(one, found, judged_from) for one in policy.get("boundary", [])]
    for watch in seen:
        if watch.boundary["quantity"] in EVENTS:
            watch.judge_events()
        for one in judged.get(watch.boundary["quantity"], []):
            watch.judge_worst(one)
            watch.judge(one)
    return seen, judged


def _shown(device: str, sensor: str, one: Measurement) -> Shown:
    return {"device": device, "sensor": sensor, "observed_at": one.at, "value": one.value}
