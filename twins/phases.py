"""The phases of a shipment, and the milestones that lead from one to the next.

The table is `(phase, milestone) -> next phase`. A shipment without milestones is at its origin from
its first binding on. A journey of several legs departs and arrives several times. A milestone that
finds no row changes nothing; it is kept as a fault.
"""

from __future__ import annotations

from .inputs import MilestoneName
from .policy.condition_policy import Phase

PHASE_TRANSITIONS: dict[tuple[Phase, MilestoneName], Phase] = {
    (Phase.ORIGIN, MilestoneName.START): Phase.ORIGIN,
    (Phase.ORIGIN, MilestoneName.DEPARTURE): Phase.TRANSIT,
    (Phase.ORIGIN, MilestoneName.ARRIVAL): Phase.DESTINATION,
    (Phase.ORIGIN, MilestoneName.DELIVERY): Phase.DELIVERED,
    (Phase.TRANSIT, MilestoneName.ARRIVAL): Phase.DESTINATION,
    (Phase.TRANSIT, MilestoneName.DELIVERY): Phase.DELIVERED,
    (Phase.DESTINATION, MilestoneName.DEPARTURE): Phase.TRANSIT,
    (Phase.DESTINATION, MilestoneName.DELIVERY): Phase.DELIVERED,
}
"""Every transition but `close`, which ends the shipment from any phase."""


def phase_after(
    phase: Phase, name: MilestoneName, *, has_started: bool, is_closed: bool
) -> Phase | None:
    """Return the phase behind a milestone, None where the milestone cannot be reached now.

    Args:
        phase: The phase before.
        name: The milestone.
        has_started: Whether any milestone came before: a shipment starts once, and first.
        is_closed: Whether the shipment is closed.
    """
    if is_closed or (name is MilestoneName.START and has_started):
        return None
    if name is MilestoneName.CLOSE:
        return phase
    return PHASE_TRANSITIONS.get((phase, name))
