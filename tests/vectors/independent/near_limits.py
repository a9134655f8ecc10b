"""Boundaries whose worst value lies within the sensors' accuracy of them (section 11)."""

from collections.abc import Sequence
from typing import Any

from .history import History
from .quantities import steps

Excursion = dict[str, Any]


def near_limits(
    found: History, policy: dict[str, Any], excursions: Sequence[Excursion]
) -> list[dict[str, Any]]:
    near = []
    accuracies = policy.get("sensors", {}).get("accuracy", {})
    for boundary in policy.get("boundary", []):
        quantity = boundary["quantity"]
        accuracy = steps(accuracies.get(quantity, 0), quantity)
        worst = _worst(found, boundary, excursions)
        limit = steps(boundary["limit"], quantity)
        if not accuracy or boundary.get("of") == "core" or worst is None:
            continue
        if abs(worst["value"] - limit) <= accuracy:
            near.append({"boundary": boundary["id"], **worst})
    return near


def _worst(
    found: History, boundary: dict[str, Any], excursions: Sequence[Excursion]
) -> dict[str, Any] | None:
    sign = 1 if boundary["side"] == "upper" else -1
    limit = steps(boundary["limit"], boundary["quantity"])
    mine = [one for one in excursions if one["boundary"] == boundary["id"]]
    if mine:
        one = min(mine, key=lambda one: (-sign * one["extreme"], one["extreme_at"]))
        names = {"device": one["device"], "sensor": one["sensor"]}
        return {"value": one["extreme"], "at": one["extreme_at"], **names, "is_outside": True}
    sound = [
        (-sign * one.value, one.at, device, sensor)
        for (device, sensor, quantity), some in found.series.items()
        for one in some
        if quantity == boundary["quantity"] and one.is_sound
    ]
    if not sound:
        return None
    value, at, device, sensor = min(sound)
    return {
        "value": -sign * value,
        "at": at,
        "device": device,
        "sensor": sensor,
        "is_outside": -value > sign * limit,
    }
