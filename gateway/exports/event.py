"""The shape that every exported EPCIS event has.

An event says when it happened and what the offset of the place's clock from UTC was (EPCIS 2.0
section 7.4.1). The offset is not known here and all times are UTC, so it is +00:00. Times have
milliseconds, as many as the event hash looks at: who rounds otherwise than CBV 2.0 section 8.9 asks
finds the same id.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from twins.inputs import BindingAction

from .event_hash import event_hash_id
from .names import NAMESPACE, PREFIX, asset_uri
from .vocabulary import EPCIS_CONTEXT

Json = dict[str, object]
CONTEXT = [EPCIS_CONTEXT, {PREFIX: NAMESPACE}]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECONDS = 1_000
"""Microseconds in a millisecond."""


class TimedEvent(NamedTuple):
    """An event and its exact moment, microseconds UTC, by which events are put in order."""

    at: int
    event: Json


def moment_text(moment: int) -> str:
    """Return microseconds UTC as RFC 3339 text with milliseconds, rounded half up."""
    milliseconds = (moment + _MICROSECONDS // 2) // _MICROSECONDS
    text = (_EPOCH + dt.timedelta(milliseconds=milliseconds)).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def event_of(kind: str, at: int, members: Json) -> TimedEvent:
    """Return an event with its id.

    Args:
        kind: ObjectEvent, AggregationEvent or AssociationEvent.
        at: Microseconds UTC.
        members: Its other fields; those without a value are left out.
    """
    event: Json = {"type": kind, "eventTime": moment_text(at), "eventTimeZoneOffset": "+00:00"}
    event |= {name: value for name, value in members.items() if value not in (None, "", [], ())}
    return TimedEvent(at, {"eventID": event_hash_id(event, CONTEXT), **event})


def object_event(
    asset: str, at: int, biz_step: str, members: Json, action: str = "OBSERVE"
) -> TimedEvent:
    """Return an ObjectEvent about an asset.

    Args:
        asset: Id of the asset.
        at: Microseconds UTC.
        biz_step: CBV business step.
        members: Further fields.
        action: ADD where the asset begins to be, OBSERVE otherwise.
    """
    about: Json = {"epcList": [asset_uri(asset)], "action": action, "bizStep": biz_step}
    return event_of("ObjectEvent", at, about | members)


def membership_event(
    kind: str, at: int, parent_id: str, child_id: str, action: BindingAction, members: Json
) -> TimedEvent:
    """Return an event of a thing that begins to belong to another, or ceases to.

    Args:
        kind: AggregationEvent where it stands in the other, AssociationEvent where it is a part.
        at: Microseconds UTC.
        parent_id: URI of the other.
        child_id: Its own.
        action: ADD where it begins to, DELETE where it ceases to.
        members: Further fields.
    """
    about: Json = {"parentID": parent_id, "childEPCs": [child_id], "action": action.value}
    return event_of(kind, at, about | members)
