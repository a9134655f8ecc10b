"""A history of three months for the twin's benchmark: readings every minute under a policy."""

from __future__ import annotations

import random
import tomllib
from functools import cache
from pathlib import Path

from contracts.canonical import canonical_bytes, digest
from twins.inputs import Binding, BindingAction, Commissioned, Input, PolicyAssigned
from twins.policy.condition_policy import ConditionPolicy, parse_policy
from twins.readings import MICROSECONDS, ClockSource, Reading

from .processes import ROOT

ASSET, DEVICE = "box-1", "logger-1"
MINUTE = 60 * MICROSECONDS
DAYS = 90
BEGAN_AT = 1_767_225_600 * MICROSECONDS
"""2026-01-01T00:00:00Z."""

_EVERY = 14_400
"""Readings from one time at the door to the next: ten days."""
_WARM = 40
"""Readings of such a time; it lasts long enough to be an excursion."""


@cache
def policy_document() -> dict[str, object]:
    """Return the vaccine policy as parsed TOML."""
    return tomllib.loads(_policy_file().read_text(encoding="utf-8"))


def vaccine_policy() -> ConditionPolicy:
    """Return the policy under which the history is judged."""
    document = policy_document()
    return parse_policy(document, digest(document), "vaccine-2-8")


def policy_bytes() -> bytes:
    """Return the policy as it is filed in a journal."""
    return canonical_bytes(policy_document())


def readings(days: int = DAYS) -> list[Reading]:
    """Return what a logger reads in a refrigerator, in order and always the same.

    Between 3 and 7 °C in steps of 0.01 °C, every ten days for forty minutes above 8 °C.
    """
    dice = random.Random(90)  # noqa: S311 - a series, no secret
    found, value = [], 5_000
    for number in range(days * 1_440):
        value = min(7_000, max(3_000, value + dice.randrange(-8, 9) * 10))
        warm = 4_500 if _EVERY // 2 <= number % _EVERY < _EVERY // 2 + _WARM else 0
        found.append(reading(BEGAN_AT + number * MINUTE, value + warm, number))
    return found


def reading(at: int, value: int, seq: int | None = None) -> Reading:
    """Return one reading of the logger."""
    return Reading(1, DEVICE, "probe", "temperature", value, at, ClockSource.DEVICE, seq)


def beginning() -> list[Input]:
    """Return what comes before the first reading."""
    began, assigned = BEGAN_AT, digest(policy_document())
    return [
        Commissioned(1, ASSET, "", "maker", "a box", began),
        PolicyAssigned(1, ASSET, "vaccine-2-8", assigned, began),
        Binding(1, BindingAction.ADD, DEVICE, ASSET, began, MINUTE),
    ]


def _policy_file() -> Path:
    return ROOT / "config" / "policies" / "vaccine-2-8.toml"
