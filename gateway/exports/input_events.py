"""EPCIS events of what else was entered: commissioning, devices, milestones, decisions.

Business steps and dispositions are words of CBV 2.0 sections 7.1 and 7.2. A device is installed in
an asset that exists already, hence `installing` and `removing` and not `assembling`. Who decided
is a party or a role; the words of a decision and the title of an asset stay here, for people may
have written names into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twins.inputs import (
    Binding,
    BindingAction,
    CalibratedBinding,
    Commissioned,
    Decision,
    DecisionOutcome,
    Input,
    Milestone,
    MilestoneName,
)

from .event import Json, TimedEvent, membership_event, moment_text, object_event
from .names import asset_uri, device_uri, own, party_uri, place_uri

_MILESTONES = {
    MilestoneName.START: ("staging_outbound", ""),
    MilestoneName.DEPARTURE: ("departing", "in_transit"),
    MilestoneName.ARRIVAL: ("arriving", ""),
    MilestoneName.DELIVERY: ("receiving", ""),
    # The end of a record is no business step of the goods.
    MilestoneName.CLOSE: ("other", ""),
}
_DECISIONS = {
    DecisionOutcome.RELEASED: ("inspecting", "conformant"),
    # No disposition says "some of it".
    DecisionOutcome.PARTIALLY_RELEASED: ("inspecting", ""),
    DecisionOutcome.QUARANTINED: ("holding", "non_sellable_other"),
    DecisionOutcome.REJECTED: ("inspecting", "non_conformant"),
}


def business_step(name: MilestoneName) -> str:
    """Return the CBV business step of a milestone."""
    return _MILESTONES[name][0]


def input_events(inputs: Iterable[Input]) -> Iterator[TimedEvent]:
    """Yield an event for each input that says something new, but handovers and packings.

    Args:
        inputs: An asset's inputs in event order.
    """
    is_commissioned = False
    attached: set[str] = set()
    for record in inputs:
        if isinstance(record, Commissioned):
            if not is_commissioned:
                yield _commissioning(record)
            is_commissioned = True
        elif isinstance(record, Binding):
            is_attached = record.action is BindingAction.ADD
            if is_attached != (record.device in attached):
                yield _association(record)
            (attached.add if is_attached else attached.discard)(record.device)
        elif isinstance(record, Milestone):
            yield _milestone(record)
        elif isinstance(record, Decision):
            yield _decision(record)


def shown_events(milestones: Iterable[Milestone]) -> Iterator[TimedEvent]:
    """Yield an event for each milestone that positions showed, which says that they did.

    Its moment is that of the fix that shows it, its place that of the plan; where the asset was is
    not told.
    """
    for one in milestones:
        yield _milestone(one, known_by="position")


def _commissioning(record: Commissioned) -> TimedEvent:
    return object_event(
        record.asset, record.observed_at, "commissioning", {"disposition": "active"}, "ADD"
    )


def _association(record: Binding) -> TimedEvent:
    members: Json = {
        "bizStep": "installing" if record.action is BindingAction.ADD else "removing",
    }
    if isinstance(record, CalibratedBinding):
        members[own("calibratedAt")] = moment_text(record.calibrated_at)
    return membership_event(
        "AssociationEvent",
        record.observed_at,
        asset_uri(record.asset),
        device_uri(record.device),
        record.action,
        members,
    )


def _milestone(record: Milestone, known_by: str = "") -> TimedEvent:
    biz_step, disposition = _MILESTONES[record.name]
    place = {"id": place_uri(record.place)} if record.place else None
    members: Json = {
        "disposition": disposition,
        "readPoint": place,
        # EPCIS 2.0, "where": the business location holds until another event says otherwise, and
        # what has departed is at none.
        "bizLocation": None if record.name is MilestoneName.DEPARTURE else place,
        own("milestone"): record.name.value,
        own("knownBy"): known_by,
    }
    return object_event(record.asset, record.observed_at, biz_step, members)


def _decision(record: Decision) -> TimedEvent:
    biz_step, disposition = _DECISIONS[record.outcome]
    members: Json = {
        "disposition": disposition,
        own("decision"): record.outcome.value,
        own("decidedBy"): party_uri(record.by),
    }
    return object_event(record.asset, record.observed_at, biz_step, members)
