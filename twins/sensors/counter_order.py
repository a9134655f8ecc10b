"""A device's own counter against its time: both must grow together.

A counter that falls while time grows was started anew, or it is the counter of another device
with the same id. One fall cannot tell which. Two counters that take turns can: each goes on where
it had stopped. A clock that was set back does the same to one device's readings, and the finding
says so. A counter that runs over (8, 16, 24 or 32 bits) has not fallen.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from operator import le

import msgspec

from .findings import FindingKind, SensorFinding, Shown, Subject

RETURNS = 3
"""Falls back to where the other counter had stopped, from which on there are two of them."""

RETURN_WITHIN = 32
"""Readings for which the other counter is remembered."""

_FULL = tuple(2**bits for bits in (8, 16, 24, 32))
_LOST = 16
"""Most readings lost while a counter ran over."""


class Counter(msgspec.Struct, array_like=True):
    """The newest counts of a series; all of it is state.

    Attributes:
        last: Newest count, -1 before the first.
        other: Where the count stood before it fell or leapt to where it had stood; -1 where
            that is forgotten.
        age: Readings since then.
        returns: How often it fell back to where the other had stopped, at most `RETURNS`.
        returns_since: When it first did.
        shown: The readings between which it last did.
    """

    last: int = -1
    other: int = -1
    age: int = 0
    returns: int = 0
    returns_since: int = 0
    shown: Shown = ()

    @property
    def is_double(self) -> bool:
        """Whether two counters take turns."""
        return self.returns >= RETURNS


def watch_count(
    counter: Counter, count: int, shown: Shown, subject: Subject
) -> list[SensorFinding]:
    """Take the next count, and return what it shows or brings to an end.

    Args:
        counter: The newest counts.
        count: What the device counted, not below 0.
        shown: The reading before, where there is one, and the reading, as (observed_at, value).
        subject: The series.
    """
    at = shown[-1][0]
    found = _grown_older(counter, at, subject) if counter.other >= 0 else []
    before, counter.last = counter.last, count
    if before < counter.other < count or 0 <= counter.other < count < before:
        if count < before:
            counter.returns_since = counter.returns_since if counter.returns else at
            counter.returns = min(counter.returns + 1, RETURNS)
            counter.shown = shown
        counter.other, counter.age = before, 0
    elif count < before and not _has_run_over(before, count):
        counter.other, counter.age = before, 0
        text = (
            f"counter fell from {before} to {count}: a restart, a clock that was set back, or "
            "another device with this id"
        )
        found.append(subject.found(FindingKind.SEQUENCE_BACKWARD, at, at, shown, text))
    return found


def double_found(counter: Counter, until: int | None, subject: Subject) -> SensorFinding:
    """Return the finding that two counters take turns, up to a moment or until now."""
    text = (
        f"two counters take turns, near {counter.last} and {counter.other}: two devices under one "
        "id, or a clock that was set back"
    )
    return subject.found(FindingKind.CLONED_ID, counter.returns_since, until, counter.shown, text)


def grows(counter: Counter, counts: Sequence[int]) -> bool:
    """Tell whether many counts do no more than grow.

    Args:
        counter: The newest counts.
        counts: What the device counted next, at least one.
    """
    return (
        counter.other < 0
        and counter.last <= counts[0]
        and all(map(le, counts, islice(counts, 1, None)))
    )


def _grown_older(counter: Counter, at: int, subject: Subject) -> list[SensorFinding]:
    counter.age += 1
    if counter.age <= RETURN_WITHIN:
        return []
    found = [double_found(counter, at, subject)] if counter.is_double else []
    counter.other = -1
    counter.age = counter.returns = counter.returns_since = 0
    counter.shown = ()
    return found


def _has_run_over(before: int, count: int) -> bool:
    return any(before < full <= before + _LOST and count + full <= before + _LOST for full in _FULL)
