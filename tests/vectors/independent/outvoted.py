"""Sensors that were outside a boundary by themselves (SPECIFICATION section 9, *Outvoted*)."""

from typing import Any

from .boundaries import Judgement, Watch
from .quantities import EVENTS
from .waiting import Sensor

LISTED = 20


def outvoted(seen: list[Watch], judged: dict[str, list[Judgement]]) -> list[dict[str, Any]]:
    """Return every sensor that was, in the order of the boundaries."""
    found = []
    for watch in seen:
        quantity = watch.boundary["quantity"]
        if quantity in EVENTS or watch.excursions():
            continue
        moments = [one for one in judged.get(quantity, []) if one.speaking]
        names = {(device, sensor) for one in moments for device, sensor, _ in one.speaking}
        for name in sorted(names):
            at = _first(watch, moments, name)
            if at is not None:
                device, sensor = name
                boundary = watch.boundary["id"]
                found.append({"boundary": boundary, "device": device, "sensor": sensor, "at": at})
    return found


def _first(watch: Watch, moments: list[Judgement], name: Sensor) -> int | None:
    """Return when a sensor had been outside for the delay, None where it never was."""
    outside, is_apart = 0, False
    for one in moments:
        said = {(device, sensor): what.value for device, sensor, what in one.speaking}
        mine = said.get(name)
        if mine is None:
            continue
        beyond = watch.beyond(mine)
        is_active = watch.is_active(one.at)
        if is_active and beyond > 0:
            is_apart = True
            if not watch.delay:
                return one.at
        elif not is_active or beyond <= -watch.margin:
            is_apart = False
            outside = outside if watch.is_cumulative else 0
        if is_apart and beyond > 0:
            span = one.until - one.at
            if outside < watch.delay <= outside + span:
                return one.at + watch.delay - outside
            outside += span
    return None
