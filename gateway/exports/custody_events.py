"""EPCIS events of handovers: an offer, and how it ended.

Possession passes from one `possessing_party` to another (source and destination types, CBV 2.0
section 7.4). An offer is told as `shipping`, its acceptance as `accepting`, for that is the step in
which an object changes possession; an offer that was refused or withdrawn as `void_shipping`, and a
disputed one as `holding` (business steps, CBV 2.0 section 7.1). A statement that changed nothing
is no event. CBV uses either `shipping` or `departing` of one outbound process, either `receiving`
or `accepting` of one inbound process; here milestones stand beside the statements of the parties,
for each comes from somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from twins.custody.possession import Custody, CustodyState, pass_custody
from twins.inputs import (
    Commissioned,
    Handover,
    HandoverPhase,
    HandoverStatement,
    Input,
    statement_of,
)

from .event import Json, TimedEvent, object_event
from .names import own, party_uri, place_uri

_STEPS = {
    HandoverPhase.OFFERED: "shipping",
    HandoverPhase.ACCEPTED: "accepting",
    HandoverPhase.REFUSED: "void_shipping",
    HandoverPhase.WITHDRAWN: "void_shipping",
    HandoverPhase.DISPUTED: "holding",
}


def custody_events(inputs: Iterable[Input]) -> Iterator[TimedEvent]:
    """Yield an event for each handover statement that took effect.

    Args:
        inputs: An asset's inputs in event order.
    """
    custody = Custody(CustodyState.HELD, "", 0)
    is_commissioned = False
    for record in inputs:
        if isinstance(record, Commissioned) and not is_commissioned:
            is_commissioned = True
            custody = msgspec.structs.replace(
                custody, holder=record.holder, since=record.observed_at
            )
        elif isinstance(record, Handover):
            statement = statement_of(record)
            custody, fault = pass_custody(custody, statement)
            if fault is None:
                yield _told(statement, record.signer)


def _told(statement: HandoverStatement, signer: str | None) -> TimedEvent:
    giver, taker = party_uri(statement.from_party), party_uri(statement.to_party)
    members: Json = {
        "readPoint": {"id": place_uri(statement.place)} if statement.place else None,
        "sourceList": [{"type": "possessing_party", "source": giver}],
        "destinationList": [{"type": "possessing_party", "destination": taker}],
        own("handover"): statement.phase.value,
        own("seal"): statement.seal,
        own("signer"): signer,
    }
    return object_event(statement.asset, statement.observed_at, _STEPS[statement.phase], members)
