"""How often the container was opened, by all boundaries that tell of it."""

from __future__ import annotations

from collections.abc import Iterable

from twins.judging.channel import FOREVER
from twins.judging.excursions import Excursion
from twins.policy.condition_policy import ConditionPolicy, Disposition
from twins.state import AssetTwin

_Span = tuple[int, int]


def openings_of(twin: AssetTwin, policy: ConditionPolicy) -> int:
    """Return the number of openings (SPECIFICATION section 9, Openings).

    Light and a door contact see the same opening: excursions that overlap or touch are one. Where
    a boundary has so many that not all are kept, nobody knows which are the same: the greatest
    number of one boundary counts.
    """
    opening = {
        one.id: one for one in policy.boundaries if one.disposition is Disposition.CONTAINER_OPEN
    }
    logs = [one for one in twin.past.excursions if one.boundary in opening]
    if any(one.count > len(one.kept) for one in logs):
        running = [one.boundary for one in twin.excursions if one.ended_at is None]
        return max(one.count + running.count(one.boundary) for one in logs)
    found = [one for one in twin.excursions if one.boundary in opening]
    single = _united(_span(one) for one in found if not opening[one.boundary].is_cumulative)
    # A cumulative excursion goes on while the container is closed between its runs: it must not
    # make one opening of those that others saw.
    cumulative = [_span(one) for one in found if opening[one.boundary].is_cumulative]
    alone = _united(one for one in cumulative if not any(_touch(one, other) for other in single))
    return len(single) + len(alone)


def _span(one: Excursion) -> _Span:
    return one.began_at, FOREVER if one.ended_at is None else one.ended_at


def _touch(one: _Span, other: _Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _united(spans: Iterable[_Span]) -> list[_Span]:
    """Return spans in order, those that overlap or touch as one."""
    united: list[_Span] = []
    for began_at, ended_at in sorted(spans):
        if united and began_at <= united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], ended_at)
        else:
            united.append((began_at, ended_at))
    return united
