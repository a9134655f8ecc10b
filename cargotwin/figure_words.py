"""Values, durations and readings of the status page's JSON as a terminal shows them (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.web.values import duration_text, duration_up_text, percent_up_text, share_texts
from twins.readings import MICROSECONDS

Json = dict[str, Any]

_PPM_PER_PERCENT = 10_000


def duration(seconds: float) -> str:
    """Return seconds in their two largest units."""
    # The page ties numbers to their units by no-break spaces; a terminal needs none.
    return duration_text(round(seconds * MICROSECONDS)).replace("\N{NO-BREAK SPACE}", " ")


def duration_up(seconds: float) -> str:
    """Return the same rounded up, for what nobody observed."""
    return duration_up_text(round(seconds * MICROSECONDS)).replace("\N{NO-BREAK SPACE}", " ")


def durations(seconds: Iterable[float]) -> list[str]:
    """Return parts of a duration that add up to `duration` of their sum."""
    shares = [round(one * MICROSECONDS) for one in seconds]
    return [one.replace("\N{NO-BREAK SPACE}", " ") for one in share_texts(shares)]


def value(document: Json) -> str:
    """Return a value with its unit."""
    return f"{document['value']:.10g} {document['unit']}".rstrip()


def percent_up(percent: float) -> str:
    """Return a share of wear in per cent, rounded up as a report rounds it."""
    return percent_up_text(round(percent * _PPM_PER_PERCENT)).replace("\N{NO-BREAK SPACE}", " ")


def readings(shown: Iterable[Json]) -> str:
    """Return readings in a row: sensor, value, time."""
    return ", ".join(
        f"{one['device']} {one['sensor']} {value(one['value'])} at {one['observed_at']}"
        for one in shown
    )
