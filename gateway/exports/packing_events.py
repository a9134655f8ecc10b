"""EPCIS events of packing: an AggregationEvent where an asset begins to stand in another, or ends.

Both assets tell it, in the same words, so that it has the same event hash id in both exports and a
repository that reads both keeps it once. Each event names one child: who is sent a case learns
nothing of what stood beside it on the pallet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twins.inputs import BindingAction, Packing

from .event import TimedEvent, membership_event
from .names import asset_uri


def packing_events(packings: Iterable[Packing]) -> Iterator[TimedEvent]:
    """Yield an event for each packing.

    Args:
        packings: Those that changed what stands in what.
    """
    for one in packings:
        # Business steps of CBV 2.0 section 7.1.
        biz_step = "packing" if one.action is BindingAction.ADD else "unpacking"
        yield membership_event(
            "AggregationEvent",
            one.observed_at,
            asset_uri(one.parent),
            asset_uri(one.child),
            one.action,
            {"bizStep": biz_step},
        )
