"""The limits of a policy as integers: steps of quantities, microseconds, parts per million."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from twins.temperature.shelf_life import ShelfLife

from .words import Disposition, Phase, Severity


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
        phases: Phases in which the rule judges; None for all.
        is_of_core: True where the estimated temperature of the product's core is judged, False
            where what was measured is.
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
    phases: tuple[Phase, ...] | None = None
    is_of_core: bool = False


class MeanKineticLimit(msgspec.Struct, frozen=True):
    """Upper limit of the mean kinetic temperature, and what passing it weighs.

    Attributes:
        limit: Milli-°C.
        severity: What passing it weighs.
        disposition: What passing it says of the goods.
        window: Microseconds of the windows that are judged, each containing an excursion; None
            where the whole observed time is the only one.
        above: Milli-°C of the label's upper limit, the passing of which is an excursion; None
            where there is no window.
    """

    limit: int
    severity: Severity
    disposition: Disposition
    window: int | None = None
    above: int | None = None


class WearBudget(msgspec.Struct, frozen=True):
    """What uses the asset up; each part counts linearly and the index is their sum, at most 1.

    Attributes:
        shock_from: Milli-g from which a peak counts.
        shock_full: Number of such peaks that use the asset up; 0 leaves the part out.
        handling_full: Number of handovers and openings that use it up; 0 leaves the part out.
        exposure_full: Microseconds outside any boundary that use it up; 0 leaves the part out.
        fatigue_quantity: A key of `QUANTITIES` whose cycles fatigue the asset; empty leaves the
            part out, and the next two are None then.
        fatigue_cycles: The `a` of N = a·S^-b: how many cycles of one unit it endures.
        fatigue_exponent: The `b` of it.
    """

    shock_from: int = 0
    shock_full: int = 0
    handling_full: int = 0
    exposure_full: int = 0
    fatigue_quantity: str = ""
    fatigue_cycles: Decimal | None = None
    fatigue_exponent: Decimal | None = None


class Observation(msgspec.Struct, frozen=True):
    """How much must have been seen before a shipment may be called conformant.

    Attributes:
        required: Quantities that must be observed.
        minimum_coverage_ppm: Observed share of the planned time, in parts per million.
        maximum_hold: Microseconds that a reading speaks for; None for three expected intervals,
            at least 15 minutes.
        severity: What missing coverage weighs, and a gap that is too long.
        ignore_first: Microseconds from the shipment's start in which no boundary judges: a logger
            that was just put into the box still shows the room.
        maximum_gap: Microseconds that a required quantity may go unobserved at a stretch; None for
            any time.
    """

    required: tuple[str, ...]
    minimum_coverage_ppm: int
    maximum_hold: int | None
    severity: Severity
    ignore_first: int = 0
    maximum_gap: int | None = None


class ShelfLifeLimit(msgspec.Struct, frozen=True):
    """What it means when the product's life is used up.

    Attributes:
        kinetics: How long the product lasts, and how that changes with the temperature.
        severity: What a life that is used up weighs.
        disposition: What it says of the goods.
        warn_left_ppm: Share of the life, in parts per million; less left than that is of minor
            severity. None for no warning.
    """

    kinetics: ShelfLife
    severity: Severity
    disposition: Disposition
    warn_left_ppm: int | None = None


class CoreModel(msgspec.Struct, frozen=True):
    """How the product's core follows the air around it: a first-order lag.

    Attributes:
        time_constant: Microseconds in which the core comes 63.2 % of the way to a new temperature
            of the air.
    """

    time_constant: int


class ShockLimits(msgspec.Struct, frozen=True):
    """What a shock may do to the product: its damage boundary (ASTM D3332).

    Attributes:
        restitution_ppm: The coefficient of restitution by which drop heights are computed, in
            parts per million.
        critical_velocity: Velocity change from which a shock can damage, mm/s; None where the
            damage boundary is not known.
        critical_acceleration: Peak from which such a shock does damage, milli-g; None likewise.
        severity: What a shock beyond both weighs; NONE where the boundary is not known.
        disposition: What it says of the goods.
    """

    restitution_ppm: int
    critical_velocity: int | None = None
    critical_acceleration: int | None = None
    severity: Severity = Severity.NONE
    disposition: Disposition = Disposition.CONFORMANT


class CustodyLimits(msgspec.Struct, frozen=True):
    """When an offered handover is overdue.

    Attributes:
        answer_within: Microseconds in which an offer must be answered; 0 for any time.
        severity: What an overdue answer weighs.
    """

    answer_within: int
    severity: Severity


class LocationLimits(msgspec.Struct, frozen=True):
    """When a position is worth a finding.

    Attributes:
        off_route_delay: Microseconds outside the planned corridor before the rule fires; None
            where leaving the corridor is no matter.
        largest_speed: Speed between two fixes beyond which one of them is false, mm/s; None where
            the policy names none.
        severity: What leaving the corridor weighs.
    """

    off_route_delay: int | None
    largest_speed: int | None
    severity: Severity
