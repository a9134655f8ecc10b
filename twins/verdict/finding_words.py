"""Findings against sensors in people's words: what was found, and what ends it."""

from __future__ import annotations

from collections.abc import Collection

from twins.policy.condition_policy import ConditionPolicy, SensorLimits
from twins.readings import QUANTITIES, decimal_text
from twins.sensors.findings import FindingKind

from .sensor_figures import FoundOfSensor, NearLimit

CLOSED = (
    "The shipment is closed: only late readings of the time before, or a quality decision, can "
    "answer it."
)

_FOUND = {
    FindingKind.STUCK: "reports one value and no other",
    FindingKind.SPIKE: "a lone value far from its neighbours",
    FindingKind.DRIFT: "drifts away from the median of all sensors",
    FindingKind.GAP: "was silent for longer than a reading speaks",
    FindingKind.BATTERY_LOW: "its battery is low",
    FindingKind.CALIBRATION_DUE: "its calibration has ended",
    FindingKind.SEQUENCE_BACKWARD: "its counter fell: a restart, or two devices under one id",
    FindingKind.CLONED_ID: "two sources seem to speak under one id",
    FindingKind.CONFLICT: "two values of one moment under one count",
    FindingKind.COPIED_SERIES: "repeats another sensor's values",
    FindingKind.REPLAYED_SERIES: "repeats its own earlier values",
    FindingKind.SILENT: "no reading came in time",
    FindingKind.MISSING: "no sensor of it was ever heard",
    FindingKind.IMPOSSIBLE_TRAVEL: "a position that it cannot have reached so fast",
    FindingKind.DISAGREEMENT: "the sensors lie too far apart",
}


def told(steps: int, quantity: str) -> str:
    """Return a value of a quantity with its unit, exact: 5.25 °C."""
    kind = QUANTITIES[quantity]
    return f"{decimal_text(steps, kind.scale)} {kind.unit}".rstrip()


def finding_words(kind: FindingKind) -> str:
    """Return what was found, in words."""
    return _FOUND[kind]


def end_of_finding(one: FoundOfSensor, limits: SensorLimits | None) -> str:
    """Return what ends a finding that holds, in one sentence."""
    rules = (limits or SensorLimits()).of(one.quantity)
    low = told((limits or SensorLimits()).battery_low, "battery")
    value = told(one.readings[-1][1], one.quantity) if one.readings else "this one"
    sentences = {
        FindingKind.STUCK: f"Another value than {value} ends it.",
        FindingKind.DRIFT: "An hour whose mean difference from the median of all sensors is at "
        f"most {told(rules.drift, one.quantity)} ends it.",
        FindingKind.BATTERY_LOW: f"A charge of {low} or more ends it.",
        FindingKind.CALIBRATION_DUE: "A new one, stated by binding the device again, ends it.",
        FindingKind.SILENT: "A reading ends it.",
        FindingKind.MISSING: f"A bound device that reads {one.quantity} ends it.",
        FindingKind.CLONED_ID: "It ends when one source alone speaks under the id.",
        FindingKind.COPIED_SERIES: "It ends when the two read different values.",
        FindingKind.DISAGREEMENT: "It ends when the sensors lie at most "
        f"{told(rules.disagreement, one.quantity)} apart.",
    }
    return sentences.get(one.kind, "It ends when it is not found again.")


def outlook_of_finding(
    one: FoundOfSensor,
    limits: SensorLimits | None,
    *,
    is_closed: bool,
    bound: Collection[str] | None,
) -> str:
    """Return what ends a finding that holds, as far as anything still can.

    Args:
        one: The finding.
        limits: What the policy says of sensors.
        is_closed: Whether the shipment is closed.
        bound: The devices that travel with it now; None where that is not known.
    """
    if is_closed:
        return CLOSED
    if one.device and bound is not None and one.device not in bound:
        return (
            f"{one.device} travels with it no more: what it reads cannot end this, only a quality "
            "decision can answer it."
        )
    return end_of_finding(one, limits)


def near_limit_words(one: NearLimit, policy: ConditionPolicy) -> str:
    """Return how close to a limit the worst value of a boundary lies, and what follows."""
    boundary = next(each for each in policy.boundaries if each.id == one.boundary)
    limits = policy.sensors or SensorLimits()
    accuracy = told(limits.of(boundary.quantity).accuracy, boundary.quantity)
    judged, other = ("outside", "inside") if one.is_outside else ("inside", "outside")
    return (
        f"{told(one.value, boundary.quantity)} is within the sensor's accuracy of ±{accuracy} of "
        f"the limit {told(boundary.limit, boundary.quantity)}: judged {judged} as it was read, it "
        f"could have been {other}"
    )
