"""An asset as an EPCIS 2.0 document in JSON-LD: everything that happened to it, as events.

The same state of an asset gives the same bytes: nothing of the moment of the export is in them.
"""

from __future__ import annotations

import msgspec

from twins.bindings import folded_inputs

from .condition_events import condition_events
from .custody_events import custody_events
from .event import CONTEXT, Json, TimedEvent, moment_text
from .history import AssetHistory
from .input_events import input_events, shown_events
from .packing_events import packing_events

MEDIA_TYPE = "application/ld+json"
"""Of documents in JSON-LD."""

# Figures are exact decimals; as floats they would not all be.
_encoder = msgspec.json.Encoder(decimal_format="number")


def epcis_document(history: AssetHistory) -> Json:
    """Return the EPCISDocument of an asset.

    Its `creationDate` is the newest moment that it tells of: of an event, a correction, or the
    present condition.
    """
    inputs = folded_inputs(history.inputs)
    events = [
        *input_events(inputs),
        *shown_events(history.shown),
        *packing_events(history.packings),
        *custody_events(inputs),
        *condition_events(history),
    ]
    told = _once(events)
    corrected_at = [one.published_at for one in history.published if one.supersedes is not None]
    newest = max([history.present.as_of, *corrected_at, *(one.at for one in told)])
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": moment_text(newest),
        "epcisBody": {"eventList": [one.event for one in told]},
    }


def epcis_bytes(history: AssetHistory) -> bytes:
    """Return the document as it is sent."""
    return _encoder.encode(epcis_document(history))


def _once(events: list[TimedEvent]) -> list[TimedEvent]:
    """Return events in the order of their moments; what has the same id is the same event."""
    found: dict[object, TimedEvent] = {}
    for one in sorted(events, key=lambda one: one.at):
        found.setdefault(one.event["eventID"], one)
    return list(found.values())
