"""Whose value the extreme of an excursion is, where several sensors were judged together."""

from __future__ import annotations

from twins.judging.excursions import Excursion
from twins.readings import QUANTITIES
from twins.verdict.condition import Condition

_OUTVOTABLE = 3
"""Of so many sensors the middle is judged; of two the worse, which one of them read."""


def together(excursion: Excursion, condition: Condition) -> str:
    """Return what must be said beside an excursion's extreme; empty where one sensor read it.

    Args:
        excursion: One of the condition's.
        condition: The verdict.
    """
    judged = (one for one in condition.statistics.judged if one.quantity == excursion.quantity)
    sensors = max((one.sensors for one in judged), default=0)
    return together_words(excursion.quantity, sensors) if excursion.device else ""


def together_words(quantity: str, sensors: int) -> str:
    """Return the same by what was measured and by how many sensors that were heard."""
    kind = QUANTITIES[quantity]
    if sensors < _OUTVOTABLE or not kind.is_level or kind.is_of_place:
        return ""
    return f" (the middle of {sensors} sensors: one alone may have read farther out)"
