"""EPCIS events of what else was entered: commissioning, devices, packings, milestones, decisions.

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
    Commissioned,
    Decision,
    DecisionOutcome,
    Input,
    Milestone,
    MilestoneName,
    Packing,
)

from .event import Json, TimedEvent, event_of, object_event
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
    """Yield an event for each input, other than handovers and readings, that says something new.

    Args:
        inputs: An asset's inputs in event order.
    """
    is_commissioned = False
    attached: set[str] = set()
    holding: set[str] = set()
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
        elif isinstance(record, Packing):
            is_packed = record.action is BindingAction.ADD
            if is_packed != (record.parent in holding):
                yield packing_event(record.parent, record.child, record.observed_at, record.action)
            (holding.add if is_packed else holding.discard)(record.parent)
        elif isinstance(record, Milestone):
            yield _milestone(record)
        elif isinstance(record, Decision):
            yield _decision(record)


def packing_event(parent: str, child: str, at: int, action: BindingAction) -> TimedEvent:
    """Return the event of an asset that is packed into another, or unpacked from it.

    Args:
        parent: Id of the asset that holds the other.
        child: Id of the other.
        at: Microseconds UTC.
        action: ADD where it is packed, DELETE where it is unpacked.
    """
    is_packed = action is BindingAction.ADD
    members: Json = {
        "parentID": asset_uri(parent),
        "childEPCs": [asset_uri(child)],
        "action": action.value,
        "bizStep": "packing" if is_packed else "unpacking",
    }
    return event_of("AggregationEvent", at, members)


def _commissioning(record: Commissioned) -> TimedEvent:
    return object_event(
        record.asset, record.observed_at, "commissioning", {"disposition": "active"}, "ADD"
    )


def _association(record: Binding) -> TimedEvent:
    is_attached = record.action is BindingAction.ADD
    members: Json = {
        "parentID": asset_uri(record.asset),
        "childEPCs": [device_uri(record.device)],
        "action": record.action.value,
        "bizStep": "installing" if is_attached else "removing",
    }
    return event_of("AssociationEvent", record.observed_at, members)


def _milestone(record: Milestone) -> TimedEvent:
    biz_step, disposition = _MILESTONES[record.name]
    members: Json = {
        "disposition": disposition,
        "readPoint": {"id": place_uri(record.place)} if record.place else None,
        own("milestone"): record.name.value,
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
