"""The shape of a policy file (specification, section 10): sections and keys in people's units."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Literal

import msgspec

_ID_FORM = "1 to 64 small letters, digits and hyphens, the first no hyphen"
_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9\-]{0,63}\Z", description=_ID_FORM)]
# The bounds keep infinity and NaN out, which TOML can write and no limit can be.
_Number = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
_NumberFromZero = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
# RFC 8785 writes integers up to 2^53 - 1.
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=10 * 365 * 86_400)]
_SecondsFromOne = Annotated[int, msgspec.Meta(ge=1, le=10 * 365 * 86_400)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_PhaseWord = Literal["origin", "transit", "destination", "delivered"]
_SeverityWord = Literal["minor", "major", "critical"]
_DispositionWord = Literal["unknown", "container_open", "non_conformant", "damaged"]


class BoundaryFile(msgspec.Struct, forbid_unknown_fields=True):
    """A `[[boundary]]`."""

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
    phases: Annotated[list[_PhaseWord], msgspec.Meta(min_length=1)] | None = None
    of: Literal["measured", "core"] = "measured"


class MeanKineticFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[mean_kinetic_temperature]`."""

    limit: _Number
    severity: _SeverityWord
    disposition: _DispositionWord = "non_conformant"
    window_h: Annotated[int, msgspec.Meta(ge=1, le=8_784)] | None = None
    above: _Number | None = None


class ShelfLifeFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[shelf_life]`."""

    model: Literal["arrhenius", "q10", "square_root"]
    days: Annotated[float, msgspec.Meta(ge=0.01, le=36_500)]
    reference: _Number
    severity: _SeverityWord
    activation_kj_per_mol: Annotated[float, msgspec.Meta(ge=1, le=1_000)] | None = None
    q10: Annotated[float, msgspec.Meta(ge=1, le=100)] | None = None
    minimum: _Number | None = None
    disposition: _DispositionWord = "non_conformant"
    warn_left: _Share | None = None


class CoreFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[core]`."""

    time_constant_s: _SecondsFromOne


class NumbersByQuantity(msgspec.Struct, forbid_unknown_fields=True):
    """A number for each level quantity of which sensors may be watched, in its unit."""

    temperature: _NumberFromZero | None = None
    humidity: _NumberFromZero | None = None
    illuminance: _NumberFromZero | None = None
    pressure: _NumberFromZero | None = None
    tilt: _NumberFromZero | None = None


class SecondsByQuantity(msgspec.Struct, forbid_unknown_fields=True):
    """Seconds for each level quantity of which sensors may be watched."""

    temperature: _Seconds | None = None
    humidity: _Seconds | None = None
    illuminance: _Seconds | None = None
    pressure: _Seconds | None = None
    tilt: _Seconds | None = None


class SensorsFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[sensors]`."""

    quorum: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1
    severity: _SeverityWord = "minor"
    battery_low: Annotated[float, msgspec.Meta(ge=0, le=100)] | None = None
    calibration_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] | None = None
    accuracy: NumbersByQuantity = msgspec.field(default_factory=NumbersByQuantity)
    disagreement: NumbersByQuantity = msgspec.field(default_factory=NumbersByQuantity)
    drift: NumbersByQuantity = msgspec.field(default_factory=NumbersByQuantity)
    largest_step_per_minute: NumbersByQuantity = msgspec.field(default_factory=NumbersByQuantity)
    stuck_after_s: SecondsByQuantity = msgspec.field(default_factory=SecondsByQuantity)


class ShockFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[shock]`."""

    restitution: _Share
    critical_velocity_m_s: Annotated[float, msgspec.Meta(ge=0.001, le=1_000)] | None = None
    critical_acceleration_g: Annotated[float, msgspec.Meta(ge=0.001, le=100_000)] | None = None
    severity: _SeverityWord | None = None
    disposition: _DispositionWord = "damaged"


class CustodyFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[custody]`."""

    answer_within_s: _Seconds
    severity: _SeverityWord


class LocationFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[location]`."""

    severity: _SeverityWord
    off_route_delay_s: _Seconds | None = None
    largest_speed_m_s: Annotated[float, msgspec.Meta(ge=0.001, le=100_000)] | None = None


class WearFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[wear]`."""

    shock_from: _NumberFromZero = 0.0
    shock_full: _Count = 0
    handling_full: _Count = 0
    exposure_full_s: _Seconds = 0
    fatigue_quantity: str | None = None
    fatigue_cycles: Annotated[float, msgspec.Meta(ge=1e-9, le=1e30)] | None = None
    fatigue_exponent: Annotated[float, msgspec.Meta(ge=0.1, le=64)] | None = None


class ObservationFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[observation]`."""

    required: Annotated[list[str], msgspec.Meta(min_length=1)]
    minimum_coverage: _Share
    severity: _SeverityWord
    maximum_hold_s: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)] | None = None
    ignore_first_s: _Seconds = 0
    maximum_gap_s: _SecondsFromOne | None = None


class PolicyFile(msgspec.Struct, forbid_unknown_fields=True):
    """A policy as a person writes it, in people's units."""

    schema: Literal[1]
    id: _Id
    title: str
    source: str
    observation: ObservationFile
    boundary: list[BoundaryFile] = []
    mean_kinetic_temperature: MeanKineticFile | None = None
    shelf_life: ShelfLifeFile | None = None
    core: CoreFile | None = None
    sensors: SensorsFile | None = None
    shock: ShockFile | None = None
    custody: CustodyFile | None = None
    location: LocationFile | None = None
    wear: WearFile = msgspec.field(default_factory=WearFile)


def steps(value: float, scale: int) -> int:
    """Return a number of the file in integer steps, from its decimal text."""
    return int((Decimal(repr(value)) * scale).to_integral_value(ROUND_HALF_EVEN))
