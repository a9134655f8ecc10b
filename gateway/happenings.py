"""What happened to assets, told to whoever watches while it happens.

An event is the difference of two twins (`twins.events`), so that late data withdraws what it
disproves. Nobody is told of what was before somebody watched; that stands on the page.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from gateway.ports import LivePublisher
from twins.custody.overdue import OverdueOffer, overdue_offers
from twins.events import changes
from twins.policy.condition_policy import ConditionPolicy
from twins.position.location_figure import location_of
from twins.twin import AssetTwin, settled_at


class _Known(NamedTuple):
    """What was told of an asset last."""

    twin: AssetTwin
    overdue: tuple[OverdueOffer, ...]
    stops: tuple[str, ...]


class Happenings:
    """Tells what happened between two looks at an asset.

    Args:
        live: Where it is told.
    """

    def __init__(self, live: LivePublisher) -> None:
        self._live = live
        self._known: dict[str, _Known] = {}

    def look(self, twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> None:
        """Look at an asset and tell what is the case now and was not at the last look.

        Args:
            twin: The twin.
            policy: What judges it.
            as_of: The moment, not before the twin's newest input.
        """
        if not self._live.has_readers:
            self._known.clear()
            return
        after = _known(twin, policy, as_of)
        before = self._known.get(twin.asset, after)
        self._known[twin.asset] = after
        for event in changes(
            before.twin,
            after.twin,
            overdue_before=before.overdue,
            overdue_after=after.overdue,
            overdue_stops_before=before.stops,
            overdue_stops_after=after.stops,
        ):
            told: dict[str, object] = msgspec.to_builtins(event)
            self._live.publish({"kind": "event", **told})


def _known(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> _Known:
    settled = settled_at(twin, as_of, policy)
    within = 0 if policy.custody is None else policy.custody.answer_within
    location = location_of(settled, as_of)
    stops = () if location is None else location.overdue_stops
    return _Known(settled, overdue_offers(settled.custody, within, as_of), stops)
