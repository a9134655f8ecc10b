"""What happened between two states of a twin, in the past tense.

Events are found by comparing contents, not by watching the fold: after a late input has made a
twin be folded again, they still tell exactly what is now the case and was not before, and an
alarm that late data disproved is withdrawn. Nothing is derived from events; a person is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from operator import attrgetter
from typing import TypeVar

import msgspec

from .custody import CustodyFault, CustodyState
from .inputs import (
    Commissioned,
    Decision,
    HandoverPhase,
    HandoverStatement,
    Milestone,
    PolicyAssigned,
)
from .series import Excursion
from .twin import AssetTwin


def _tag(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


class _Event(msgspec.Struct, frozen=True, tag_field="event", tag=_tag):
    """A past-tense fact; every event has the moment at which it came true, microseconds UTC."""

    asset: str
    at: int


class AssetCommissioned(_Event, frozen=True):
    """The asset exists, in the possession of a party."""

    holder: str
    title: str


class PolicyChanged(_Event, frozen=True):
    """Another policy judges the asset."""

    policy: str


class DeviceBound(_Event, frozen=True):
    """A device travels with the asset; `expected_interval` is in microseconds."""

    device: str
    expected_interval: int


class DeviceUnbound(_Event, frozen=True):
    """A device no longer travels with the asset."""

    device: str


class ExcursionAlarmed(_Event, frozen=True):
    """A quantity was outside a boundary for the boundary's delay."""

    excursion: Excursion


class ExcursionEnded(_Event, frozen=True):
    """The quantity is inside again."""

    excursion: Excursion


class ExcursionReopened(_Event, frozen=True):
    """An ended excursion goes on: late data says so, or a used up budget is used again."""

    excursion: Excursion


class ExcursionWithdrawn(_Event, frozen=True):
    """Late data shows that an alarmed excursion did not happen as it was told."""

    excursion: Excursion


class CustodyOffered(_Event, frozen=True):
    """A party offers possession to another."""

    from_party: str
    to_party: str
    nonce: str


class CustodyOfferEnded(_Event, frozen=True):
    """An offer was refused or withdrawn; possession stays where it was."""

    from_party: str
    to_party: str
    nonce: str


class CustodyPassed(_Event, frozen=True):
    """Possession passed; both parties said so."""

    from_party: str
    to_party: str
    place: str


class CustodyDisputed(_Event, frozen=True):
    """A party disputes an open offer."""

    from_party: str
    to_party: str
    nonce: str


class CustodyRefused(_Event, frozen=True):
    """A statement about possession changed nothing, and why."""

    fault: CustodyFault
    phase: HandoverPhase
    from_party: str
    to_party: str
    nonce: str


class MilestoneReached(_Event, frozen=True):
    """The shipment reached a milestone."""

    name: str
    place: str


class DecisionMade(_Event, frozen=True):
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
    | CustodyOffered
    | CustodyOfferEnded
    | CustodyPassed
    | CustodyDisputed
    | CustodyRefused
    | MilestoneReached
    | DecisionMade
)

_Fact = TypeVar("_Fact", bound=Hashable)


def changes(before: AssetTwin, after: AssetTwin) -> tuple[Event, ...]:
    """Return what is the case in one twin and was not in another, in the order of the moments.

    A twin counts a held value when the next reading comes. To be told of an alarm that falls due
    between two readings, compare twins that were `settled_at` a moment.

    Args:
        before: The twin that was told of last.
        after: The twin now, of the same asset.
    """
    found: list[Event] = [
        *_master_data(before, after),
        *_bindings(before, after),
        *_excursions(before, after),
        *_custody(before, after),
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


_Beginning = tuple[str, str, str, str, int, int]


def _by_beginning(excursions: Iterable[Excursion]) -> dict[_Beginning, Excursion]:
    """Return excursions by what makes them the same in two folds.

    Two shocks can fall on the same instant; the last part of the key counts them.
    """
    seen: Counter[tuple[str, str, str, str, int]] = Counter()
    found = {}
    for one in excursions:
        key = (one.boundary, one.device, one.sensor, one.quantity, one.began_at)
        found[*key, seen[key]] = one
        seen[key] += 1
    return found


def _custody(before: AssetTwin, after: AssetTwin) -> Iterator[Event]:
    asset = after.asset
    passes = _added(_passes(before), _passes(after))
    yield from passes
    for refusal in _added(before.custody.refusals, after.custody.refusals):
        yield CustodyRefused(
            asset,
            refusal.observed_at,
            refusal.fault,
            refusal.phase,
            refusal.from_party,
            refusal.to_party,
            refusal.nonce,
        )
    old, new = before.custody.offer, after.custody.offer
    if old is not None and old != new and not any(_fulfils(old, passed) for passed in passes):
        yield _about(CustodyOfferEnded, after, old, _newest(after))
    if new is not None and new != old:
        yield _about(CustodyOffered, after, new, new.observed_at)
    was_disputed = before.custody.state is CustodyState.DISPUTED and old == new
    if new is not None and after.custody.state is CustodyState.DISPUTED and not was_disputed:
        yield _about(CustodyDisputed, after, new, _newest(after))


def _passes(twin: AssetTwin) -> list[CustodyPassed]:
    """Return every handover of a twin, oldest first."""
    custody = twin.custody
    ended = custody.periods
    receivers = [(period.holder, period.place) for period in ended[1:]]
    receivers.append((custody.holder, custody.place))
    return [
        CustodyPassed(twin.asset, period.until or 0, period.holder, receiver, place)
        for period, (receiver, place) in zip(ended, receivers, strict=False)
    ]


def _fulfils(offer: HandoverStatement, passed: CustodyPassed) -> bool:
    parties = (passed.from_party, passed.to_party)
    return parties == (offer.from_party, offer.to_party) and passed.at >= offer.observed_at


_AboutOffer = TypeVar("_AboutOffer", CustodyOffered, CustodyOfferEnded, CustodyDisputed)


def _about(
    kind: Callable[[str, int, str, str, str], _AboutOffer],
    twin: AssetTwin,
    offer: HandoverStatement,
    at: int,
) -> _AboutOffer:
    return kind(twin.asset, at, offer.from_party, offer.to_party, offer.nonce)


def _milestones_and_decisions(before: AssetTwin, after: AssetTwin) -> Iterator[Event]:
    reached: list[Milestone] = _added(before.milestones, after.milestones)
    for one in reached:
        yield MilestoneReached(after.asset, one.observed_at, one.name, one.place)
    made: list[Decision] = _added(before.decisions, after.decisions)
    for decision in made:
        yield DecisionMade(
            after.asset, decision.observed_at, decision.outcome, decision.by, decision.reason
        )


def _added(before: Iterable[_Fact], after: Iterable[_Fact]) -> list[_Fact]:
    """Return what the second has more often than the first, in its order."""
    return list((Counter(after) - Counter(before)).elements())


def _newest(twin: AssetTwin) -> int:
    return twin.last_key[0] if twin.last_key else 0
