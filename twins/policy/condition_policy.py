"""What one product class may endure: the policy's schema, and its limits as integers.

A policy is written in TOML in people's units (°C, g, lux, seconds) and used in integer steps. It
is parsed strictly: an unknown key, a wrong type or a limit that the quantity cannot have is an
error that names the key.
"""

from __future__ import annotations

from typing import Any

import msgspec

from twins.errors import InvalidPolicies, InvalidPolicy
from twins.readings import MICROSECONDS
from twins.sensors.limits import QuantityLimits, SensorLimits

from . import sections
from .file import PolicyFile
from .limits import (
    Boundary,
    CoreModel,
    CustodyLimits,
    LocationLimits,
    MeanKineticLimit,
    Observation,
    ShelfLifeLimit,
    ShockLimits,
    WearBudget,
)
from .mistakes import policy_mistakes
from .words import Disposition, Phase, Severity, worst_disposition

__all__ = [
    "HOLD_AT_LEAST",
    "HOLD_INTERVALS",
    "Boundary",
    "ConditionPolicy",
    "CoreModel",
    "CustodyLimits",
    "Disposition",
    "LocationLimits",
    "MeanKineticLimit",
    "Observation",
    "Phase",
    "QuantityLimits",
    "SensorLimits",
    "Severity",
    "ShelfLifeLimit",
    "ShockLimits",
    "WearBudget",
    "check_policy",
    "hold_of",
    "parse_policy",
    "worst_disposition",
]


class ConditionPolicy(msgspec.Struct, frozen=True):
    """A policy ready for use.

    Attributes:
        id: Name of the policy.
        title: The product class in people's words.
        source: Where the limits come from.
        digest: SHA-256 of the RFC 8785 form of the TOML as written.
        observation: Coverage rules.
        boundaries: Limits, in the order of the file.
        mean_kinetic: Limit of the mean kinetic temperature, where there is one.
        wear: Wear budget.
        shelf_life: How long the product lasts, where the policy says.
        core: How the product's core follows the air, where the policy says.
        sensors: What is asked of the sensors, where the policy says.
        shock: What a shock may do, where the policy says.
        custody: When a handover is overdue, where the policy says.
        location: When a position is worth a finding, where the policy says.
    """

    id: str
    title: str
    source: str
    digest: bytes
    observation: Observation
    boundaries: tuple[Boundary, ...]
    mean_kinetic: MeanKineticLimit | None
    wear: WearBudget
    shelf_life: ShelfLifeLimit | None = None
    core: CoreModel | None = None
    sensors: SensorLimits | None = None
    shock: ShockLimits | None = None
    custody: CustodyLimits | None = None
    location: LocationLimits | None = None


HOLD_INTERVALS = 3
HOLD_AT_LEAST = 15 * 60 * MICROSECONDS


def hold_of(policy: ConditionPolicy, expected_interval: int) -> int:
    """Return for how many microseconds a reading speaks when the next one does not come."""
    if policy.observation.maximum_hold is not None:
        return policy.observation.maximum_hold
    return max(HOLD_INTERVALS * expected_interval, HOLD_AT_LEAST)


def parse_policy(document: dict[str, Any], digest: bytes, name: str) -> ConditionPolicy:
    """Return the policy that a parsed TOML document states.

    Args:
        document: The parsed TOML, numbers as floats and integers.
        digest: SHA-256 of the document's RFC 8785 form, before defaults.
        name: File or id that errors name.

    Raises:
        InvalidPolicy: A key is unknown, missing, of a wrong type or out of range.
    """
    file = _checked(document, name)
    return ConditionPolicy(
        id=file.id,
        title=file.title,
        source=file.source,
        digest=digest,
        observation=sections.observation(file.observation),
        boundaries=tuple(map(sections.boundary, file.boundary)),
        mean_kinetic=sections.mean_kinetic(file.mean_kinetic_temperature),
        wear=sections.wear(file.wear),
        shelf_life=sections.shelf_life(file.shelf_life),
        core=sections.core(file.core),
        sensors=sections.sensors(file.sensors),
        shock=sections.shock(file.shock),
        custody=sections.custody(file.custody),
        location=sections.location(file.location),
    )


def check_policy(document: dict[str, Any], name: str) -> None:
    """Check what a parsed TOML document states; see `parse_policy`.

    Raises:
        InvalidPolicy: A key is unknown, missing, of a wrong type or out of range; `InvalidPolicies`
            where several are.
    """
    _checked(document, name)


def _checked(document: dict[str, Any], name: str) -> PolicyFile:
    found = [
        InvalidPolicy(name, one.key, one.found, one.allowed, one.told)
        for one in policy_mistakes(document)
    ]
    if len(found) > 1:
        raise InvalidPolicies(found)
    if found:
        raise found[0]
    return msgspec.convert(document, PolicyFile)
