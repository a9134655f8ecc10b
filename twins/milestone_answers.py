"""How a twin took a milestone that somebody stated, as its author is told."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

import msgspec

from .inputs import Milestone, MilestoneName, event_key
from .milestones import FAULTS_KEPT
from .phases import PHASE_TRANSITIONS, phase_after
from .policy.condition_policy import Phase
from .state import AssetTwin

TAKEN: Final = "taken"
KNOWN: Final = "known"
"""Positions had shown the same just before: what is stated is true and changes nothing."""
UNKNOWN: Final = "unknown"
"""More milestones changed nothing since than a twin remembers; how this was taken is forgotten."""


class MilestoneFault(enum.StrEnum):
    """Why a milestone changed nothing."""

    NOT_FROM_THIS_PHASE = "not_from_this_phase"
    STARTED_ALREADY = "started_already"
    SHIPMENT_CLOSED = "shipment_closed"


class MilestoneAnswer(msgspec.Struct, frozen=True):
    """How a milestone was taken.

    Attributes:
        answer: `taken`, `known`, `unknown`, or the fault for which it changed nothing.
        phase: The phase of the shipment right behind it.
    """

    answer: str
    phase: Phase


def milestone_answer(twin: AssetTwin, milestone: Milestone) -> MilestoneAnswer:
    """Return how a twin took a milestone that was folded into it."""
    earlier = [one for one in twin.milestones if event_key(one) < event_key(milestone)]
    before = _phase_behind(earlier)
    if milestone in twin.milestones:
        return MilestoneAnswer(TAKEN, _phase_behind([*earlier, milestone]))
    if milestone in twin.milestone_faults:
        return MilestoneAnswer(_fault(earlier, milestone), before)
    faults = twin.milestone_faults
    is_full = len(faults) == FAULTS_KEPT and event_key(milestone) < event_key(faults[0])
    return MilestoneAnswer(UNKNOWN if is_full else KNOWN, before)


def fault_of(twin: AssetTwin, milestone: Milestone) -> tuple[MilestoneFault, Phase]:
    """Return why one of a twin's milestone faults changed nothing, and the phase it was then."""
    earlier = [one for one in twin.milestones if event_key(one) < event_key(milestone)]
    return _fault(earlier, milestone), _phase_behind(earlier)


def fault_words(fault: MilestoneFault, name: MilestoneName, phase: Phase) -> str:
    """Return in words why a milestone changed nothing.

    Args:
        fault: Why.
        name: The milestone.
        phase: The phase of the shipment then.
    """
    if fault is MilestoneFault.SHIPMENT_CLOSED:
        return "the shipment was closed before; what it says then is final"
    if fault is MilestoneFault.STARTED_ALREADY:
        return "a shipment starts once and first: another milestone came before"
    rows = [start.value for start, leads in PHASE_TRANSITIONS if leads is name]
    return f"{name} is reached from {' or '.join(rows)}, and the shipment was in {phase}"


def _fault(earlier: Iterable[Milestone], milestone: Milestone) -> MilestoneFault:
    names = [one.name for one in earlier]
    if MilestoneName.CLOSE in names:
        return MilestoneFault.SHIPMENT_CLOSED
    if milestone.name is MilestoneName.START and names:
        return MilestoneFault.STARTED_ALREADY
    return MilestoneFault.NOT_FROM_THIS_PHASE


def _phase_behind(reached: Iterable[Milestone]) -> Phase:
    phase, has_started = Phase.ORIGIN, False
    for one in reached:
        then = phase_after(phase, one.name, has_started=has_started, is_closed=False)
        phase, has_started = then or phase, True
    return phase
