"""Sensors that should speak and do not: silent ones, and those that were never heard.

A sensor of a required quantity is silent from the moment at which its newest reading ceases to
speak. A required quantity of which no sensor was heard is missing from the beginning of the planned
time on, once a reading could have come and ceased to speak.
"""

from __future__ import annotations

from collections.abc import Iterator

from twins.policy.condition_policy import HOLD_AT_LEAST, ConditionPolicy, hold_of
from twins.state import AssetTwin

from .findings import FindingKind, SensorFinding, Subject


def silent_sensors(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> Iterator[SensorFinding]:
    """Yield what should be heard at a moment and is not; nothing behind the close."""
    if twin.closed_at is not None or twin.planned_from is None:
        return
    heard = set()
    for one in twin.series:
        heard.add(one.quantity)
        is_awaited = one.quantity in policy.observation.required and one.device in twin.bound
        if is_awaited and one.speaks_until <= as_of:
            subject = Subject(one.device, one.sensor, one.quantity)
            shown = ((one.last_at, one.last_value),)
            text = "no reading came in time"
            yield subject.found(FindingKind.SILENT, one.speaks_until, None, shown, text)
    holds = [hold_of(policy, every) for every in twin.bound.values()]
    if as_of - twin.planned_from <= max(holds, default=HOLD_AT_LEAST):
        return
    for quantity in policy.observation.required:
        if quantity not in heard:
            subject = Subject("", "", quantity)
            text = "no sensor of this quantity was heard"
            yield subject.found(FindingKind.MISSING, twin.planned_from, None, (), text)
