"""Inputs and policies in few words, for the tests of the twins; times in seconds."""

from __future__ import annotations

import msgspec

from twins.checkpoint import past_from_bytes, past_to_bytes, present_to_bytes, twin_from_bytes
from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Decision,
    DecisionOutcome,
    Handover,
    HandoverPhase,
    HandoverStatement,
    Input,
    Milestone,
    MilestoneName,
    event_key,
)
from twins.policy.condition_policy import (
    Boundary,
    ConditionPolicy,
    Disposition,
    MeanKineticLimit,
    Observation,
    Phase,
    SensorLimits,
    Severity,
    WearBudget,
)
from twins.readings import MICROSECONDS, ClockSource, Reading
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, assess

ASSET = "box-1"
HOUR = 3600


def at(seconds: float) -> int:
    return round(seconds * MICROSECONDS)


def read(
    seconds: float,
    value: int,
    *,
    device: str = "d1",
    sensor: str = "air",
    quantity: str = "temperature",
    seq: int | None = None,
    quality: int = 0,
    clock_source: ClockSource = ClockSource.DEVICE,
) -> Reading:
    return Reading(1, device, sensor, quantity, value, at(seconds), clock_source, seq, quality)


def bind(seconds: float, device: str = "d1", every: float = 300) -> Binding:
    return Binding(1, BindingAction.ADD, device, ASSET, at(seconds), at(every))


def detach(seconds: float, device: str = "d1") -> Binding:
    return Binding(1, BindingAction.DELETE, device, ASSET, at(seconds))


def commission(seconds: float = 0, holder: str = "maker") -> Commissioned:
    return Commissioned(1, ASSET, "", holder, "a box", at(seconds))


def milestone(seconds: float, name: MilestoneName) -> Milestone:
    return Milestone(1, ASSET, name, at(seconds))


def close(seconds: float) -> Milestone:
    return milestone(seconds, MilestoneName.CLOSE)


def decide(seconds: float, outcome: DecisionOutcome = DecisionOutcome.RELEASED) -> Decision:
    return Decision(1, ASSET, outcome, "quality", "looked at", at(seconds))


def state(
    phase: HandoverPhase,
    seconds: float = 0,
    giver: str = "maker",
    taker: str = "carrier",
    nonce: str = "n1",
    place: str = "dock 4",
) -> HandoverStatement:
    return HandoverStatement(ASSET, giver, taker, at(seconds), phase, nonce, place, "S-77")


def hand_over(
    phase: HandoverPhase,
    seconds: float,
    giver: str = "maker",
    taker: str = "carrier",
    nonce: str = "n1",
    place: str = "dock 4",
) -> Handover:
    return Handover(1, msgspec.json.encode(state(phase, seconds, giver, taker, nonce, place)))


def boundary(
    id_: str = "above-8",
    limit: int = 8_000,
    *,
    quantity: str = "temperature",
    is_upper: bool = True,
    hysteresis: int = 0,
    delay: float = 0,
    is_cumulative: bool = False,
    severity: Severity = Severity.MAJOR,
    disposition: Disposition = Disposition.NON_CONFORMANT,
    is_latched: bool = True,
    phases: tuple[Phase, ...] | None = None,
) -> Boundary:
    return Boundary(
        id_,
        quantity,
        is_upper,
        limit,
        hysteresis,
        at(delay),
        is_cumulative,
        severity,
        disposition,
        is_latched,
        f"rule {id_}",
        phases,
    )


def policy(
    *boundaries: Boundary,
    required: tuple[str, ...] = ("temperature",),
    minimum_coverage_ppm: int = 0,
    hold: float | None = 900,
    mean_kinetic: MeanKineticLimit | None = None,
    wear: WearBudget | None = None,
    ignore_first: float = 0,
    quorum: int = 1,
) -> ConditionPolicy:
    observation = Observation(
        required,
        minimum_coverage_ppm,
        None if hold is None else at(hold),
        Severity.MINOR,
        at(ignore_first),
    )
    return ConditionPolicy(
        id="sample",
        title="Sample",
        source="hand made",
        digest=bytes(32),
        observation=observation,
        boundaries=boundaries,
        mean_kinetic=mean_kinetic,
        wear=wear or WearBudget(),
        sensors=SensorLimits(quorum=quorum) if quorum > 1 else None,
    )


def fold(inputs: list[Input], by: ConditionPolicy) -> AssetTwin:
    """Fold inputs in event order from nothing."""
    return advance(AssetTwin(ASSET), sorted(inputs, key=event_key), by)


def judge(inputs: list[Input], by: ConditionPolicy, as_of: float) -> Condition:
    """Assess inputs given in any order."""
    return assess(fold(inputs, by), by, at(as_of))


def restored(twin: AssetTwin) -> AssetTwin:
    """Return a twin as its checkpoint gives it back."""
    return twin_from_bytes(present_to_bytes(twin), past_from_bytes(past_to_bytes(twin.past)))
