"""How a twin took what somebody stated, in the form in which it is told to whoever listens."""

from __future__ import annotations

from twins.custody.answers import answer_to
from twins.inputs import HandoverStatement, Milestone
from twins.milestone_answers import MilestoneFault, fault_words, milestone_answer
from twins.twin import AssetTwin


def told_of_statement(twin: AssetTwin, statement: HandoverStatement) -> dict[str, object]:
    """Return what is told of a handover statement that was folded into a twin."""
    return {
        "asset": statement.asset,
        "phase": statement.phase.value,
        "nonce": statement.nonce,
        "from": statement.from_party,
        "to": statement.to_party,
        "answer": answer_to(twin.custody, statement),
    }


def told_of_milestone(twin: AssetTwin, milestone: Milestone) -> dict[str, object]:
    """Return what is told of a milestone that was folded into a twin; a fault has its words."""
    found = milestone_answer(twin, milestone)
    told: dict[str, object] = {
        "asset": milestone.asset,
        "milestone": milestone.name.value,
        "observed_at_us": milestone.observed_at,
        "answer": found.answer,
        "phase": found.phase.value,
    }
    if found.answer in list(MilestoneFault):
        fault = MilestoneFault(found.answer)
        told["detail"] = fault_words(fault, milestone.name, found.phase)
    return told
