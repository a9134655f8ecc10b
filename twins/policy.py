"""What one product class may endure: the policy's schema, and its limits as integers.

A policy is written in TOML in people's units (°C, g, lux, seconds) and used in integer steps. It
is parsed strictly: an unknown key, a wrong type or a limit that the quantity cannot have is an
error that names the key.
"""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from .errors import InvalidPolicies, InvalidPolicy
from .policy_file import (
    BoundaryFile,
    MeanKineticFile,
    ObservationFile,
    PolicyFile,
    WearFile,
    policy_mistakes,
    steps,
)
from .readings import MICROSECONDS, QUANTITIES


class Severity(enum.IntEnum):
    """How much a fired rule matters; the number is what the token's slot 2 carries."""

    NONE = 0
    MINOR = 1
    MAJOR = 2
    CRITICAL = 3


class Disposition(enum.StrEnum):
    """What the condition says of the goods, in words of CBV 2.0 section 7.2, worst last."""

    CONFORMANT = "conformant"
    UNKNOWN = "unknown"
    CONTAINER_OPEN = "container_open"
    NON_CONFORMANT = "non_conformant"
    DAMAGED = "damaged"


_RANK = {disposition: rank for rank, disposition in enumerate(Disposition)}


def worst_disposition(dispositions: list[Disposition]) -> Disposition:
    """Return the worst of the dispositions; `conformant` where there is none."""
    return max(dispositions, key=_RANK.__getitem__, default=Disposition.CONFORMANT)


class Boundary(msgspec.Struct, frozen=True):
    """A limit for one quantity. A value equal to the limit is inside.

    Attributes:
        id: Name of the rule.
        quantity: A key of `QUANTITIES`.
        is_upper: True for "not above", False for "not below".
        limit: In steps of the quantity.
        hysteresis: Steps by which a value must return inside before the excursion ends.
        delay: Microseconds outside before the rule fires: of one run, or in sum.
        is_cumulative: True where the delay is a budget for the whole shipment.
        severity: What a fired rule weighs.
        disposition: What a fired rule says of the goods.
        is_latched: True where the disposition stays when the value is inside again.
        title: The rule in people's words.
    """

    id: str
    quantity: str
    is_upper: bool
    limit: int
    hysteresis: int
    delay: int
    is_cumulative: bool
    severity: Severity
    disposition: Disposition
    is_latched: bool
    title: str


class MeanKineticLimit(msgspec.Struct, frozen=True):
    """Upper limit of the mean kinetic temperature, in milli-°C, and what passing it weighs."""

    limit: int
    severity: Severity
    disposition: Disposition


class WearBudget(msgspec.Struct, frozen=True):
    """What uses the asset up; each part counts linearly and the index is their sum, at most 1.

    Attributes:
        shock_from: Milli-g from which a peak counts.
        shock_full: Number of such peaks that use the asset up; 0 leaves the part out.
        handling_full: Number of handovers and openings that use it up; 0 leaves the part out.
        exposure_full: Microseconds outside any boundary that use it up; 0 leaves the part out.
    """

    shock_from: int = 0
    shock_full: int = 0
    handling_full: int = 0
    exposure_full: int = 0


class Observation(msgspec.Struct, frozen=True):
    """How much must have been seen before a shipment may be called conformant.

    Attributes:
        required: Quantities that must be observed.
        minimum_coverage_ppm: Observed share of the planned time, in parts per million.
        maximum_hold: Microseconds that a reading speaks for; None for three expected intervals,
            at least 15 minutes.
        severity: What missing coverage weighs.
    """

    required: tuple[str, ...]
    minimum_coverage_ppm: int
    maximum_hold: int | None
    severity: Severity


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
    """

    id: str
    title: str
    source: str
    digest: bytes
    observation: Observation
    boundaries: tuple[Boundary, ...]
    mean_kinetic: MeanKineticLimit | None
    wear: WearBudget


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
        observation=_observation(file.observation),
        boundaries=tuple(map(_boundary, file.boundary)),
        mean_kinetic=_mean_kinetic(file.mean_kinetic_temperature),
        wear=_wear(file.wear),
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


def _severity(word: str) -> Severity:
    return Severity[word.upper()]


def _boundary(entry: BoundaryFile) -> Boundary:
    quantity = QUANTITIES[entry.quantity]
    return Boundary(
        id=entry.id,
        quantity=entry.quantity,
        is_upper=entry.side == "upper",
        limit=steps(entry.limit, quantity.scale),
        hysteresis=steps(entry.hysteresis, quantity.scale),
        delay=entry.delay_s * MICROSECONDS,
        is_cumulative=entry.mode == "cumulative",
        severity=_severity(entry.severity),
        disposition=Disposition(entry.disposition),
        is_latched=entry.latched,
        title=entry.title,
    )


def _observation(entry: ObservationFile) -> Observation:
    hold = entry.maximum_hold_s
    return Observation(
        required=tuple(entry.required),
        minimum_coverage_ppm=steps(entry.minimum_coverage, 1_000_000),
        maximum_hold=None if hold is None else hold * MICROSECONDS,
        severity=_severity(entry.severity),
    )


def _mean_kinetic(entry: MeanKineticFile | None) -> MeanKineticLimit | None:
    if entry is None:
        return None
    scale = QUANTITIES["temperature"].scale
    return MeanKineticLimit(
        steps(entry.limit, scale), _severity(entry.severity), Disposition(entry.disposition)
    )


def _wear(entry: WearFile) -> WearBudget:
    return WearBudget(
        shock_from=steps(entry.shock_from, QUANTITIES["acceleration"].scale),
        shock_full=entry.shock_full,
        handling_full=entry.handling_full,
        exposure_full=entry.exposure_full_s * MICROSECONDS,
    )
