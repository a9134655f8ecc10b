"""Values that what is measured cannot have reached in the time: spikes and lasting steps.

A reading that lies farther from the level before it than a policy's steps per minute allow is in
doubt until the next one tells. Where that one can follow from the reading in doubt and is nearer
to it, the step was real: a fast one, but what was measured is there now. Where it is back, the
reading in between was a spike. Where it is neither it is in doubt as well, and so on. Time in doubt
is not trusted, so that nothing has to be taken back; the values are judged in any case.

Spikes that come again and again with the same value are two sources that take turns under one id,
or a failing sensor; nobody can tell from the values which of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from operator import sub

import msgspec

from twins.readings import MICROSECONDS

from .findings import FindingKind, SensorFinding, Subject

MINUTE = 60 * MICROSECONDS

TURNS = 4
"""Spikes of the same value from which on two sources take turns."""

TURN_WITHIN = 8
"""Readings after a spike within which the next one must come to belong to the same turns."""


class Steps(msgspec.Struct, array_like=True):
    """Where a series stands and what is in doubt; all of it is state.

    Attributes:
        level_at: Time of the newest reading that is not in doubt; None before the first.
        level: Its value.
        in_doubt: Readings in doubt.
        doubted_at: Time of the first of them.
        doubted: Its value.
        last_at: Time of the newest of them.
        last: Its value.
        turns: Spikes of one value in turn, at most `TURNS`; 0 when the last one is forgotten.
        turns_since: Time of the first of them.
        turn_at: Time of the newest of them.
        turn: Its value.
        calm: Readings since the newest of them.
    """

    level_at: int | None = None
    level: int = 0
    in_doubt: int = 0
    doubted_at: int = 0
    doubted: int = 0
    last_at: int = 0
    last: int = 0
    turns: int = 0
    turns_since: int = 0
    turn_at: int = 0
    turn: int = 0
    calm: int = 0

    @property
    def is_taking_turns(self) -> bool:
        """Whether two sources seem to take turns."""
        return self.turns >= TURNS


def watch_step(
    steps: Steps, at: int, value: int, largest: int, subject: Subject
) -> SensorFinding | None:
    """Take the next value, and return what it brings to an end: a spike, or a time of turns.

    Args:
        steps: Where the series stands.
        at: Time of the reading, not before the one before.
        value: Its value.
        largest: Steps per minute that are possible.
        subject: The series.
    """
    if steps.in_doubt and _confirms(steps, at, value, largest):
        _settle(steps, at, value)
        return None
    if steps.level_at is None or not _is_step(value - steps.level, at - steps.level_at, largest):
        return _stay(steps, at, value, largest, subject)
    if not steps.in_doubt:
        steps.doubted_at, steps.doubted = at, value
    steps.in_doubt += 1
    steps.last_at, steps.last = at, value
    return None


def turns_found(steps: Steps, until: int | None, subject: Subject) -> SensorFinding:
    """Return the finding that two sources take turns, up to a moment or until now."""
    text = (
        f"readings alternate between {subject.told(steps.level)} and {subject.told(steps.turn)}: "
        "two sources under one id, or a failing sensor"
    )
    shown = ((steps.turns_since, steps.turn), (steps.turn_at, steps.turn))
    return subject.found(FindingKind.CLONED_ID, steps.turns_since, until, shown, text)


def has_no_step(steps: Steps, values: Sequence[int], largest: int) -> bool:
    """Tell whether no reading of many is in doubt, however quickly they follow each other.

    Args:
        steps: Where the series stands.
        values: What was read next, at least one value.
        largest: Steps per minute that are possible.
    """
    if steps.in_doubt or steps.turns:
        return False
    lowest, highest = min(values), max(values)
    if steps.level_at is not None:
        lowest, highest = min(lowest, steps.level), max(highest, steps.level)
    if highest - lowest <= largest:
        return True
    if steps.level_at is not None and abs(values[0] - steps.level) > largest:
        return False
    changes = list(map(sub, islice(values, 1, None), values))
    return not changes or (max(changes) <= largest and min(changes) >= -largest)


def settle_at(steps: Steps, at: int, value: int) -> None:
    """Stand at the newest of many readings, none of which was in doubt."""
    steps.level_at, steps.level = at, value


def _is_step(change: int, span: int, largest: int) -> bool:
    return abs(change) * MINUTE > largest * max(span, MINUTE)


def _confirms(steps: Steps, at: int, value: int, largest: int) -> bool:
    """Tell whether a value goes on from the one in doubt, and is nearer to it than to the level."""
    change = value - steps.last
    is_nearer = abs(change) <= abs(value - steps.level)
    return is_nearer and not _is_step(change, at - steps.last_at, largest)


def _stay(
    steps: Steps, at: int, value: int, largest: int, subject: Subject
) -> SensorFinding | None:
    found = None
    if steps.in_doubt:
        found = _spike_found(steps, at, value, subject)
        _take_turn(steps, largest)
    elif steps.turns:
        steps.calm += 1
        if steps.calm > TURN_WITHIN:
            if steps.is_taking_turns:
                found = turns_found(steps, at, subject)
            steps.turns = steps.turns_since = steps.turn_at = steps.turn = steps.calm = 0
    _settle(steps, at, value)
    return found


def _settle(steps: Steps, at: int, value: int) -> None:
    steps.level_at, steps.level = at, value
    steps.in_doubt = steps.doubted_at = steps.doubted = steps.last_at = steps.last = 0


def _spike_found(steps: Steps, at: int, value: int, subject: Subject) -> SensorFinding:
    before = (steps.level_at or 0, steps.level)
    how_many = "a lone reading" if steps.in_doubt == 1 else f"{steps.in_doubt} readings"
    text = (
        f"{how_many}, first {subject.told(steps.doubted)}, between "
        f"{subject.told(steps.level)} and {subject.told(value)}"
    )
    shown = (before, (steps.doubted_at, steps.doubted), (at, value))
    return subject.found(FindingKind.SPIKE, steps.doubted_at, at, shown, text)


def _take_turn(steps: Steps, largest: int) -> None:
    if steps.turns and abs(steps.doubted - steps.turn) <= largest:
        steps.turns = min(steps.turns + 1, TURNS)
    elif steps.is_taking_turns:
        return  # A spike of its own ends no turns.
    else:
        steps.turns, steps.turns_since = 1, steps.doubted_at
    steps.turn_at, steps.turn, steps.calm = steps.doubted_at, steps.doubted, 0
