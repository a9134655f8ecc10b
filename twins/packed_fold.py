"""Inputs folded into the twin of an asset that may be packed: what is stated of its holders counts.

Such a statement takes effect by the asset's own tables. Where it finds no row there, it changes
nothing and is no fault of the asset: it was judged on the asset that it names.
"""

from __future__ import annotations

from typing_extensions import override

from .batch_fold import BatchFold
from .custody.possession import passed_over
from .inheritance import subject_of
from .inputs import Handover, Milestone, statement_of


class PackedFold(BatchFold):
    """A fold that tells what is stated of the asset from what is stated of its holders."""

    @override
    def _reach(self, milestone: Milestone) -> None:
        own_faults = self.milestones.faults
        super()._reach(milestone)
        if subject_of(milestone) != self.twin.asset:
            self.milestones.faults = own_faults

    @override
    def _pass(self, handover: Handover) -> None:
        own = self.custody
        super()._pass(handover)
        is_refused = self.custody.refused_statements > own.refused_statements
        if is_refused and subject_of(handover) != self.twin.asset:
            self.custody = passed_over(own, statement_of(handover))
