"""What was found against sensors, and what lies within their accuracy, as programs read it."""

from __future__ import annotations

from collections.abc import Collection

from twins.policy.condition_policy import ConditionPolicy
from twins.verdict.finding_words import finding_words, near_limit_words, outlook_of_finding
from twins.verdict.sensor_figures import FoundOfSensor, NearLimit, Sensors

from .values import Document, optional_rfc3339, rfc3339, value_of


def sensors_document(
    sensors: Sensors,
    policy: ConditionPolicy,
    *,
    is_closed: bool,
    bound: Collection[str] | None,
) -> Document:
    """Return the findings that hold, the newest that are over, and how often each kind is.

    Args:
        sensors: What was found.
        policy: By which policy.
        is_closed: Whether the shipment is closed.
        bound: The devices that travel with it now; None where that is not known.
    """

    def outlook(one: FoundOfSensor) -> str:
        return outlook_of_finding(one, policy.sensors, is_closed=is_closed, bound=bound)

    return {
        "running": [_finding(one) | {"what_would_change": outlook(one)} for one in sensors.running],
        "over": [_finding(one) for one in sensors.over],
        "counts": sensors.counts,
        "outvoted": [
            {
                "boundary": one.boundary,
                "device": one.device,
                "sensor": one.sensor,
                "at": rfc3339(one.at),
            }
            for one in sensors.outvoted
        ],
        "outvoted_count": sensors.outvoted_count,
    }


def near_limit_document(one: NearLimit, policy: ConditionPolicy) -> Document:
    """Return a worst value that lies within the sensor's accuracy of a limit."""
    boundary = next(each for each in policy.boundaries if each.id == one.boundary)
    return {
        "boundary": one.boundary,
        "device": one.device,
        "sensor": one.sensor,
        "value": value_of(one.value, boundary.quantity),
        "limit": value_of(boundary.limit, boundary.quantity),
        "at": rfc3339(one.at),
        "is_outside": one.is_outside,
        "text": near_limit_words(one, policy),
    }


def _finding(one: FoundOfSensor) -> Document:
    return {
        "kind": one.kind,
        "text": finding_words(one.kind),
        "device": one.device,
        "sensor": one.sensor,
        "quantity": one.quantity,
        "since": rfc3339(one.since),
        "until": optional_rfc3339(one.until),
        "readings": [
            {"observed_at": rfc3339(at), "value": value_of(value, one.quantity)}
            for at, value in one.readings
        ],
    }
