"""How often the container was opened (section 9, *Openings*)."""

from typing import Any

from .boundaries import Excursion

KEPT = 498
FOREVER = 2**63
Span = tuple[int, int]


def openings_of(boundaries: list[dict[str, Any]], excursions: list[Excursion]) -> int:
    """Return the number of openings; of each boundary at most 498 excursions are over."""
    opening = [one for one in boundaries if one.get("disposition") == "container_open"]
    by_boundary = {
        one["id"]: [_span(seen) for seen in excursions if seen["boundary"] == one["id"]]
        for one in opening
    }
    assert all(len(some) <= KEPT for some in by_boundary.values())
    singles = [
        span
        for one in opening
        if one.get("mode") != "cumulative"
        for span in by_boundary[one["id"]]
    ]
    others = [
        span
        for one in opening
        if one.get("mode") == "cumulative"
        for span in by_boundary[one["id"]]
        if not any(_touch(span, single) for single in singles)
    ]
    return _groups(singles) + _groups(others)


def _span(one: Excursion) -> Span:
    return one["began_at"], FOREVER if one["ended_at"] is None else one["ended_at"]


def _touch(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _groups(spans: list[Span]) -> int:
    """Return how many groups remain when those that touch are one, each merged with each."""
    groups: list[Span] = []
    for span in spans:
        alike = [one for one in groups if _touch(one, span)]
        groups = [one for one in groups if one not in alike]
        merged = [*alike, span]
        groups.append((min(one[0] for one in merged), max(one[1] for one in merged)))
    return len(groups)
