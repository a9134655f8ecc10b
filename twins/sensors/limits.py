"""What a policy asks of the sensors: the limits beyond which a series is no longer believed."""

from __future__ import annotations

import msgspec

from twins.policy.words import Severity


class QuantityLimits(msgspec.Struct, frozen=True):
    """Limits for the sensors of one quantity; 0 switches a rule off.

    Attributes:
        accuracy: Steps by which a sensor may err as its maker states it.
        stuck_after: Microseconds after which an unchanged value is no longer believed. No default
            can be right: a logger of 0.1 °C resolution in a good refrigerator honestly repeats
            itself for hours.
        largest_step: Steps per minute that the measured thing can change; a change within less
            than a minute may be as large as that of a minute.
        disagreement: Steps that redundant sensors may lie apart, one at the door and one at the
            back of the load.
        drift: Steps by which one sensor may on average differ from the median of all.
    """

    accuracy: int = 0
    stuck_after: int = 0
    largest_step: int = 0
    disagreement: int = 0
    drift: int = 0


_NONE = QuantityLimits()


class SensorLimits(msgspec.Struct, frozen=True):
    """What a policy asks of the sensors.

    Attributes:
        quantities: Limits by quantity, a key of `twins.readings.QUANTITIES`.
        quorum: Least number of trusted voices of a required quantity that must speak for time to
            count as observed; see `twins.sensors.voices`.
        battery_low: Charge in steps of the quantity `battery` below which a battery is low; 0
            switches the rule off.
        calibration_interval: Microseconds for which a calibration holds; 0 switches the rule off.
        severity: What a finding weighs.
    """

    quantities: dict[str, QuantityLimits] = {}
    quorum: int = 1
    battery_low: int = 0
    calibration_interval: int = 0
    severity: Severity = Severity.MINOR

    def of(self, quantity: str) -> QuantityLimits:
        """Return the limits for the sensors of a quantity."""
        return self.quantities.get(quantity, _NONE)
