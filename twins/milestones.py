"""The milestones of a shipment while a twin is folded: stated by somebody, or shown by positions.

Both kinds lead from phase to phase by the same table. One that is stated and finds no row is a
fault, but where positions have just shown the same: then it says what is known. One that positions
show and that finds no row is nothing.
"""

from __future__ import annotations

from .inputs import Milestone
from .phases import phase_after
from .policy.condition_policy import Phase

FAULTS_KEPT = 32
"""Newest stated milestones that changed nothing that a twin remembers."""

MOST_SHOWN = 1000
"""Most milestones that positions may show: a device that is wrong must not make a twin grow."""


class Milestones:
    """Working copy of a shipment's milestones.

    Args:
        reached: Those that were reached, in event order.
        faults: The newest ones that changed nothing.
        shown: Those of the reached ones that positions showed.
    """

    def __init__(
        self,
        reached: tuple[Milestone, ...],
        faults: tuple[Milestone, ...],
        shown: tuple[Milestone, ...],
    ) -> None:
        self.reached = reached
        self.faults = faults
        self.shown = shown

    def state(self, milestone: Milestone, phase: Phase, *, is_closed: bool) -> Phase | None:
        """Take a milestone that somebody states; return the phase behind it, None where none is."""
        then = self._phase_after(phase, milestone, is_closed=is_closed)
        if then is not None:
            self.reached = (*self.reached, milestone)
        elif is_closed or not self._is_known(milestone):
            self.faults = (*self.faults, milestone)[-FAULTS_KEPT:]
        return then

    def show(self, milestone: Milestone, phase: Phase, *, is_closed: bool) -> Phase | None:
        """Take a milestone that positions show; return the phase behind it, None where none is."""
        then = self._phase_after(phase, milestone, is_closed=is_closed)
        if then is None or len(self.shown) == MOST_SHOWN:
            return None
        self.reached = (*self.reached, milestone)
        self.shown = (*self.shown, milestone)
        return then

    def _phase_after(self, phase: Phase, milestone: Milestone, *, is_closed: bool) -> Phase | None:
        has_started = bool(self.reached)
        return phase_after(phase, milestone.name, has_started=has_started, is_closed=is_closed)

    def _is_known(self, milestone: Milestone) -> bool:
        if not self.shown:
            return False
        return self.reached[-1] == self.shown[-1] and self.shown[-1].name is milestone.name
