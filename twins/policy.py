"""What one product class may endure: the policy's schema, and its limits as integers.

A policy is written in TOML in people's units (°C, g, lux, seconds) and used in integer steps. It
is parsed strictly: an unknown key, a wrong type or a limit that the quantity cannot have is an
error that names the key.
"""

from __future__ import annotations

import enum
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Any, Literal

import msgspec

from .errors import InvalidPolicy
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


# The file's own shape; msgspec rejects whatever does not fit it and names the key.
_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9\-]{0,63}$")]
# The bounds keep infinity and NaN out, which TOML can write and no limit can be.
_Number = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
_NumberFromZero = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=10 * 365 * 86_400)]
_SeverityWord = Literal["minor", "major", "critical"]
_DispositionWord = Literal["unknown", "container_open", "non_conformant", "damaged"]


class _BoundaryFile(msgspec.Struct, forbid_unknown_fields=True):
    id: _Id
    quantity: str
    side: Literal["upper", "lower"]
    limit: _Number
    severity: _SeverityWord
    title: str
    hysteresis: _NumberFromZero = 0.0
    delay_s: _Seconds = 0
    mode: Literal["single", "cumulative"] = "single"
    disposition: _DispositionWord = "non_conformant"
    latched: bool = True


class _MeanKineticFile(msgspec.Struct, forbid_unknown_fields=True):
    limit: _Number
    severity: _SeverityWord
    disposition: _DispositionWord = "non_conformant"


class _WearFile(msgspec.Struct, forbid_unknown_fields=True):
    shock_from: _NumberFromZero = 0.0
    shock_full: Annotated[int, msgspec.Meta(ge=0)] = 0
    handling_full: Annotated[int, msgspec.Meta(ge=0)] = 0
    exposure_full_s: _Seconds = 0


class _ObservationFile(msgspec.Struct, forbid_unknown_fields=True):
    required: Annotated[list[str], msgspec.Meta(min_length=1)]
    minimum_coverage: Annotated[float, msgspec.Meta(ge=0, le=1)]
    severity: _SeverityWord
    maximum_hold_s: Annotated[int, msgspec.Meta(ge=1)] | None = None


class _PolicyFile(msgspec.Struct, forbid_unknown_fields=True):
    schema: Literal[1]
    id: _Id
    title: str
    source: str
    observation: _ObservationFile
    boundary: list[_BoundaryFile] = []
    mean_kinetic_temperature: _MeanKineticFile | None = None
    wear: _WearFile = msgspec.field(default_factory=_WearFile)


def parse_policy(document: dict[str, Any], digest: bytes, name: str) -> ConditionPolicy:
    """Return the policy that a parsed TOML document states.

    Args:
        document: The parsed TOML, numbers as floats and integers.
        digest: SHA-256 of the document's RFC 8785 form, before defaults.
        name: File or id that errors name.

    Raises:
        InvalidPolicy: A key is unknown, missing, of a wrong type or out of range.
    """
    try:
        file = msgspec.convert(document, _PolicyFile)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        raise InvalidPolicy(
            name, path.rstrip("`").lstrip(".") or "file", reason, "see config/policies"
        ) from error
    _check_quantities(name, file)
    return ConditionPolicy(
        id=file.id,
        title=file.title,
        source=file.source,
        digest=digest,
        observation=_observation(file.observation),
        boundaries=tuple(_boundary(name, entry) for entry in file.boundary),
        mean_kinetic=_mean_kinetic(file.mean_kinetic_temperature),
        wear=_wear(file.wear),
    )


def _check_quantities(name: str, file: _PolicyFile) -> None:
    for quantity in file.observation.required:
        if quantity not in QUANTITIES or not QUANTITIES[quantity].is_level:
            raise InvalidPolicy(name, "observation.required", quantity, _level_quantities())
    seen: set[str] = set()
    for entry in file.boundary:
        if entry.quantity not in QUANTITIES:
            raise InvalidPolicy(name, "boundary.quantity", entry.quantity, ", ".join(QUANTITIES))
        if entry.id in seen:
            raise InvalidPolicy(name, "boundary.id", entry.id, "an id that no other boundary has")
        seen.add(entry.id)


def _level_quantities() -> str:
    return ", ".join(name for name, quantity in QUANTITIES.items() if quantity.is_level)


def _steps(value: float, scale: int) -> int:
    """Return a number of the file in integer steps, from its decimal text."""
    return int((Decimal(repr(value)) * scale).to_integral_value(ROUND_HALF_EVEN))


def _severity(word: str) -> Severity:
    return Severity[word.upper()]


def _boundary(name: str, entry: _BoundaryFile) -> Boundary:
    quantity = QUANTITIES[entry.quantity]
    limit = _steps(entry.limit, quantity.scale)
    if not quantity.lowest <= limit <= quantity.highest:
        allowed = f"{quantity.lowest / quantity.scale:g} to {quantity.highest / quantity.scale:g}"
        raise InvalidPolicy(name, f"boundary {entry.id}.limit", entry.limit, allowed)
    if not quantity.is_level and (entry.delay_s or entry.mode == "cumulative"):
        raise InvalidPolicy(
            name, f"boundary {entry.id}.delay_s", entry.delay_s, f"0: {quantity.name} is an event"
        )
    return Boundary(
        id=entry.id,
        quantity=entry.quantity,
        is_upper=entry.side == "upper",
        limit=limit,
        hysteresis=_steps(entry.hysteresis, quantity.scale),
        delay=entry.delay_s * MICROSECONDS,
        is_cumulative=entry.mode == "cumulative",
        severity=_severity(entry.severity),
        disposition=Disposition(entry.disposition),
        is_latched=entry.latched,
        title=entry.title,
    )


def _observation(entry: _ObservationFile) -> Observation:
    hold = entry.maximum_hold_s
    return Observation(
        required=tuple(entry.required),
        minimum_coverage_ppm=_steps(entry.minimum_coverage, 1_000_000),
        maximum_hold=None if hold is None else hold * MICROSECONDS,
        severity=_severity(entry.severity),
    )


def _mean_kinetic(entry: _MeanKineticFile | None) -> MeanKineticLimit | None:
    if entry is None:
        return None
    scale = QUANTITIES["temperature"].scale
    return MeanKineticLimit(
        _steps(entry.limit, scale), _severity(entry.severity), Disposition(entry.disposition)
    )


def _wear(entry: _WearFile) -> WearBudget:
    return WearBudget(
        shock_from=_steps(entry.shock_from, QUANTITIES["acceleration"].scale),
        shock_full=entry.shock_full,
        handling_full=entry.handling_full,
        exposure_full=entry.exposure_full_s * MICROSECONDS,
    )
