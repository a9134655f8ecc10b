"""Ground truth: which excursions a list of sent values holds, by brute force.

This is a second calculation of what the twin's folding finds, written from the definition and not
from that code. A run is the stretch from the first value beyond a limit to the first value that is
back by the hysteresis; its time outside is the time for which values beyond the limit were held;
it is an excursion when that time reaches the delay. A cumulative limit adds all runs up: its one
excursion goes from the first value beyond the limit to the end of the last run. An acceleration
peak is an event: each one beyond a limit is an excursion of no length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from twins.readings import MICROSECONDS

from .limits import Limit
from .samples import Sample
from .shipment import Label, LabelKind

HOLD = 15 * 60 * MICROSECONDS
"""How long a value of a logger with a 5 minute interval is held: three intervals."""

EVENTS = ("acceleration",)


class Stretch(msgspec.Struct, frozen=True):
    """One run outside a limit; `outside` is its time outside in microseconds."""

    began_at: int
    ended_at: int | None
    outside: int


def excursion_labels(
    samples: Sequence[Sample], limits: Iterable[Limit], closes_at: int
) -> list[Label]:
    """Return one label per excursion, in order of time.

    Args:
        samples: All values as sent.
        limits: The limits that judge them.
        closes_at: End of the shipment; nothing is held beyond it.
    """
    labels: list[Label] = []
    for limit in limits:
        for values in _series_of(samples, limit.quantity):
            first = values[0]
            labels.extend(
                Label(
                    LabelKind.EXCURSION,
                    limit.id,
                    limit.quantity,
                    first.device,
                    first.sensor,
                    began_at,
                    ended_at,
                )
                for began_at, ended_at in _spans(values, limit, closes_at)
            )
    return sorted(labels, key=lambda label: (label.began_at, label.boundary))


def _series_of(samples: Sequence[Sample], quantity: str) -> list[list[Sample]]:
    mine = [one for one in samples if one.quantity == quantity]
    names = sorted({(one.device, one.sensor) for one in mine})
    return [[one for one in mine if (one.device, one.sensor) == name] for name in names]


def stretches(values: Sequence[Sample], limit: Limit, closes_at: int) -> list[Stretch]:
    """Return the runs of one sensor outside one limit, in order of time."""
    found: list[Stretch] = []
    rest = list(values)
    while True:
        start = next((place for place, one in enumerate(rest) if _beyond(one, limit)), None)
        if start is None:
            return found
        rest = rest[start:]
        end = next((place for place, one in enumerate(rest) if _is_back(one, limit)), None)
        run = rest[: end + 1] if end is not None else rest
        moments = [one.observed_at for one in run]
        if end is None:
            moments.append(min(moments[-1] + HOLD, closes_at))
        outside = sum(
            min(until - since, HOLD)
            for one, (since, until) in zip(run, pairwise(moments), strict=False)
            if _beyond(one, limit)
        )
        found.append(Stretch(moments[0], None if end is None else moments[-1], outside))
        rest = rest[len(run) :]


def _spans(values: Sequence[Sample], limit: Limit, closes_at: int) -> list[tuple[int, int | None]]:
    if limit.quantity in EVENTS:
        return [(one.observed_at, one.observed_at) for one in values if _beyond(one, limit)]
    runs = stretches(values, limit, closes_at)
    delay = limit.delay_s * MICROSECONDS
    if limit.mode == "single":
        return [(run.began_at, run.ended_at) for run in runs if run.outside >= delay]
    spent = 0
    for run in runs:
        spent += run.outside
        if spent >= delay:
            return [(runs[0].began_at, runs[-1].ended_at)]
    return []


def _beyond(sample: Sample, limit: Limit) -> bool:
    return sample.value > limit.limit if limit.side == "upper" else sample.value < limit.limit


def _is_back(sample: Sample, limit: Limit) -> bool:
    if limit.side == "upper":
        return sample.value <= limit.returns_at
    return sample.value >= limit.returns_at
