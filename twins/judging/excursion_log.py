"""The excursions of a shipment that are over: all of them counted, the weightiest of them kept.

A sensor that is wrong can make an excursion with every reading. A shipment must not grow without
bound for it, and nobody reads a hundred thousand of them: of each boundary the first one is kept,
the one farthest out, and those that weigh most.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from twins.policy.condition_policy import ConditionPolicy

from .excursions import Excursion

KEPT = 500
"""Most excursions of one boundary that are kept."""


class ExcursionLog(msgspec.Struct, frozen=True):
    """The excursions of one boundary that are over; logs of stretches that follow each other join.

    Attributes:
        boundary: Id of the boundary.
        is_upper: Whether it limits upwards.
        count: How many there were.
        newest_alarm_at: When the newest of them alarmed.
        kept: What `weightiest` leaves of them; at most `KEPT`.
    """

    boundary: str
    is_upper: bool
    count: int
    newest_alarm_at: int
    kept: tuple[Excursion, ...]

    def joined(self, later: ExcursionLog) -> ExcursionLog:
        """Return the log of both stretches of time."""
        return ExcursionLog(
            boundary=self.boundary,
            is_upper=self.is_upper,
            count=self.count + later.count,
            newest_alarm_at=max(self.newest_alarm_at, later.newest_alarm_at),
            kept=weightiest([*self.kept, *later.kept], KEPT, is_upper=self.is_upper),
        )


def weightiest(
    excursions: Iterable[Excursion], most: int, *, is_upper: bool
) -> tuple[Excursion, ...]:
    """Return the first excursion, the farthest out, and those that weigh most, oldest first.

    What lasts weighs most, then the longest, then the farthest out; of equals the oldest. What is
    left of some and of others is enough to tell what is left of both.

    Args:
        excursions: Excursions of one boundary.
        most: How many are wanted at most, above two.
        is_upper: Whether the boundary limits upwards.
    """
    ordered = sorted(excursions, key=_beginning)
    if not ordered:
        return ()
    side = -1 if is_upper else 1

    def weight(one: Excursion) -> tuple[bool, int, int]:
        return one.ended_at is not None, -one.outside, side * one.extreme

    farthest = min(ordered, key=lambda one: side * one.extreme)
    chosen = [ordered[0], farthest, *sorted(ordered, key=weight)[: most - 2]]
    return tuple(sorted({id(one): one for one in chosen}.values(), key=_beginning))


def added_to(
    logs: tuple[ExcursionLog, ...], ended: Iterable[Excursion], policy: ConditionPolicy
) -> tuple[ExcursionLog, ...]:
    """Return logs with more excursions that are over."""
    by_boundary: dict[str, list[Excursion]] = {}
    for one in ended:
        by_boundary.setdefault(one.boundary, []).append(one)
    if not by_boundary:
        return logs
    sides = {one.id: one.is_upper for one in policy.boundaries}
    more = tuple(
        ExcursionLog(
            boundary=name,
            is_upper=sides[name],
            count=len(some),
            newest_alarm_at=max(one.alarmed_at for one in some),
            kept=weightiest(some, KEPT, is_upper=sides[name]),
        )
        for name, some in by_boundary.items()
    )
    return joined_excursions(logs, more)


def joined_excursions(
    earlier: tuple[ExcursionLog, ...], later: tuple[ExcursionLog, ...]
) -> tuple[ExcursionLog, ...]:
    """Return the logs of two stretches of time that follow each other, in the order of names."""
    if not earlier or not later:
        return tuple(sorted(earlier or later, key=lambda one: one.boundary))
    found = {one.boundary: one for one in earlier}
    for one in later:
        before = found.get(one.boundary)
        found[one.boundary] = one if before is None else before.joined(one)
    return tuple(found[name] for name in sorted(found))


def _beginning(one: Excursion) -> tuple[int, str, str, int]:
    return one.began_at, one.device, one.sensor, one.extreme
