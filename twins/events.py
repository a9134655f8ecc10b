"""What happened between two states of a twin, in the past tense.

Events are found by comparing contents, not by watching the fold: after a late input has made a
twin be folded again, they still tell exactly what is now the case and was not before, and an
alarm that late data disproved is withdrawn. Nothing is derived from events; a person is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from .custody.events import CustodyEvent, custody_changes, overdue_changes
from .custody.overdue import OverdueOffer
from .event_record import EventRecord, added
from .inputs import Commissioned, Decision, Milestone, PolicyAssigned
from .judging.excursions import Excursion
from .position.events import PositionEvent, arrival_changes, route_changes
from .state import AssetTwin


class AssetCommissioned(EventRecord, frozen=True):
    """The asset exists, in the possession of a party."""

    holder: str
    title: str


class PolicyChanged(EventRecord, frozen=True):
    """Another policy judges the asset."""

    policy: str


class DeviceBound(EventRecord, frozen=True):
    """A device travels with the asset; `expected_interval` is in microseconds."""

    device: str
    expected_interval: int


class DeviceUnbound(EventRecord, frozen=True):
    """A device no longer travels with the asset."""

    device: str


class ExcursionAlarmed(EventRecord, frozen=True):
    """A quantity was outside a boundary for the boundary's delay."""

    excursion: Excursion


class ExcursionEnded(EventRecord, frozen=True):
    """The quantity is inside again."""

    excursion: Excursion


class ExcursionReopened(EventRecord, frozen=True):
    """An ended excursion goes on: late data says so, or a used up budget is used again."""

    excursion: Excursion


class ExcursionWithdrawn(EventRecord, frozen=True):
    """Late data shows that an alarmed excursion did not happen as it was told."""

    excursion: Excursion


class MilestoneReached(EventRecord, frozen=True):
    """The shipment reached a milestone."""

    name: str
    place: str


class DecisionMade(EventRecord, frozen=True):
    """A person decided about the goods."""

    outcome: str
    by: str
    reason: str


Event = (
    AssetCommissioned
    | PolicyChanged
    | DeviceBound
    | DeviceUnbound
    | ExcursionAlarmed
    | ExcursionEnded
    | ExcursionReopened
    | ExcursionWithdrawn
    | CustodyEvent
    | PositionEvent
    | MilestoneReached
    | DecisionMade
)


def changes(
    before: AssetTwin,
    after: AssetTwin,
    *,
    overdue_before: Sequence[OverdueOffer] = (),
    overdue_after: Sequence[OverdueOffer] = (),
    overdue_stops_before: Sequence[str] = (),
    overdue_stops_after: Sequence[str] = (),
) -> tuple[Event, ...]:
    """Return what is the case in one twin and was not in another, in the order of the moments.

    A twin counts a held value when the next reading comes. To be told of an alarm that falls due
    between two readings, compare twins that were `settled_at` a moment.

    Args:
        before: The twin that was told of last.
        after: The twin now, of the same asset.
        overdue_before: Offers that were overdue when it was told of, by `overdue_offers`.
        overdue_after: Those that are now.
        overdue_stops_before: Stops at which it was overdue when it was told of, by `location_of`.
        overdue_stops_after: Those at which it is now.
    """
    newest = _newest(after)
    found: list[Event] = [
        *_master_data(before, after),
        *_bindings(before, after),
        *_excursions(before, after),
        *custody_changes(after.asset, before.custody, after.custody, newest),
        *overdue_changes(after.asset, overdue_before, overdue_after, newest),
        *route_changes(before, after, newest),
        *arrival_changes(after, overdue_stops_before, overdue_stops_after, newest),
        *_milestones_and_decisions(before, after),
    ]
    return tuple(sorted(found, key=attrgetter("at")))


def _master_data(before: AssetTwin, after: AssetTwin) -> Iterator[Event]:
    made: Commissioned | None = after.commissioned
    if made is not None and made != before.commissioned:
        yield AssetCommissioned(after.asset, made.observed_at, made.holder, made.title)
    assigned: PolicyAssigned | None = after.assigned
    if assigned is not None and assigned != before.assigned:
        yield PolicyChanged(after.asset, assigned.observed_at, assigned.policy)


def _bindings(before: AssetTwin, after: AssetTwin) -> Iterator[Event]:
    at = _newest(after)
    for device, expected_interval in after.bound.items():
        if before.bound.get(device) != expected_interval:
            yield DeviceBound(after.asset, at, device, expected_interval)
    for device in before.bound:
        if device not in after.bound:
            yield DeviceUnbound(after.asset, at, device)


def _excursions(before: AssetTwin, after: AssetTwin) -> Iterator[Event]:
    old, new = _by_beginning(before.excursions), _by_beginning(after.excursions)
    for key, excursion in old.items():
        if key not in new:
            yield ExcursionWithdrawn(after.asset, _newest(after), excursion)
    for key, excursion in new.items():
        told = old.get(key)
        if told is None:
            yield ExcursionAlarmed(after.asset, excursion.alarmed_at, excursion)
        told_end = None if told is None else told.ended_at
        if excursion.ended_at is not None and excursion.ended_at != told_end:
            yield ExcursionEnded(after.asset, excursion.ended_at, excursion)
        elif excursion.ended_at is None and told_end is not None:
            yield ExcursionReopened(after.asset, _newest(after), excursion)


_Beginning = tuple[str, str, int, int]


def _by_beginning(excursions: Iterable[Excursion]) -> dict[_Beginning, Excursion]:
    """Return excursions by what makes them the same in two folds.

    Two shocks can fall on the same instant; the last part of the key counts them.
    """
    seen: Counter[tuple[str, str, int]] = Counter()
    found = {}
    for one in excursions:
        key = (one.boundary, one.quantity, one.began_at)
        found[*key, seen[key]] = one
        seen[key] += 1
    return found


def _milestones_and_decisions(before: AssetTwin, after: AssetTwin) -> Iterator[Event]:
    reached: list[Milestone] = added(before.milestones, after.milestones)
    for one in reached:
        yield MilestoneReached(after.asset, one.observed_at, one.name, one.place)
    made: list[Decision] = added(before.decisions, after.decisions)
    for decision in made:
        yield DecisionMade(
            after.asset, decision.observed_at, decision.outcome, decision.by, decision.reason
        )


def _newest(twin: AssetTwin) -> int:
    return twin.last_key[0] if twin.last_key else 0
