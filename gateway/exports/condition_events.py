"""EPCIS events of what was judged: a `sensor_reporting` for each published condition and for now.

A version that late input made wrong is not taken back: its event is told with an `errorDeclaration`
that names the event which corrects it (EPCIS 2.0 section 7.4.1.2; its reasons, CBV 2.0 section
7.5). The id stays the same, for the event hash leaves the declaration out.
"""

from __future__ import annotations

from decimal import Decimal

from .event import Json, TimedEvent, moment_text, object_event
from .history import AssetHistory, PublishedCondition
from .names import own
from .sensor_elements import sensor_elements
from .stated_condition import StatedCondition

_PPM_IN_PERCENT = 10_000
_SEVERITIES = ("none", "minor", "major", "critical")


def condition_events(history: AssetHistory) -> list[TimedEvent]:
    """Return the events of an asset's conditions, oldest first; equal ones are told once."""
    told = {one.digest: _told(one.condition, one.page, one.version) for one in history.published}
    corrected = {one.supersedes: one for one in history.published if one.supersedes is not None}
    events = [
        _declared(told[one.digest], corrected.get(one.digest), told) for one in history.published
    ]
    newest = history.published[-1] if history.published else None
    if newest is None or newest.condition != history.present:
        events.append(_told(history.present, newest.page if newest else "", None))
    return [one for one in events if one is not None]


def _told(condition: StatedCondition, page: str, version: int | None) -> TimedEvent | None:
    """Return the event of a condition; None where no sensor has said anything yet."""
    elements = sensor_elements(condition, page)
    if not elements:
        return None
    members: Json = {
        "disposition": condition.disposition,
        "sensorElementList": elements,
        own("severity"): _SEVERITIES[condition.severity],
        own("coveragePercent"): Decimal(condition.coverage.ratio_ppm) / _PPM_IN_PERCENT,
        own("rule"): [one.rule for one in condition.rules_fired],
        own("version"): version,
    }
    return object_event(condition.asset, condition.as_of, "sensor_reporting", members)


def _declared(
    wrong: TimedEvent | None,
    correction: PublishedCondition | None,
    told: dict[str, TimedEvent | None],
) -> TimedEvent | None:
    """Return an event with its declaration of error, where a later version corrects it."""
    right = None if correction is None else told[correction.digest]
    if wrong is None or correction is None or right is None:
        return wrong
    declaration: Json = {
        "declarationTime": moment_text(correction.published_at),
        "reason": "incorrect_data",
        "correctiveEventIDs": [right.event["eventID"]],
    }
    return TimedEvent(wrong.at, wrong.event | {"errorDeclaration": declaration})
