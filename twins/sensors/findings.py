"""What was found against a sensor: the finding, and the log that keeps the newest of them."""

from __future__ import annotations

import enum

import msgspec

from twins.readings import MICROSECONDS, QUANTITIES, decimal_text

NEWEST_KEPT = 20
"""Findings that a log keeps; the older ones are only counted."""

_HOUR = 3600 * MICROSECONDS


Shown = tuple[tuple[int, int], ...]
"""Readings that show something, as (observed_at, value in steps), in order of time."""


class FindingKind(enum.StrEnum):
    """What can be found against a sensor."""

    STUCK = "stuck"
    """It reported the same value for too long."""
    SPIKE = "spike"
    """A lone value lay farther from both its neighbours than what is measured can change."""
    DRIFT = "drift"
    """On average it differs from the median of all sensors."""
    GAP = "gap"
    """It was silent for longer than a reading speaks. Only counted: coverage shows where."""
    BATTERY_LOW = "battery_low"
    CALIBRATION_DUE = "calibration_due"
    SEQUENCE_BACKWARD = "sequence_backward"
    """Its counter fell while time grew: a restart, or a first hint of a cloned id."""
    CLONED_ID = "cloned_id"
    """Two sources seem to speak under one id."""
    CONFLICT = "conflict"
    """Two values under one identity: time, sensor and counter."""
    COPIED_SERIES = "copied_series"
    """It repeats another sensor's values."""
    REPLAYED_SERIES = "replayed_series"
    """It repeats its own earlier values."""
    SILENT = "silent"
    """It should have spoken by now."""
    MISSING = "missing"
    """No sensor of a required quantity was ever heard."""
    IMPOSSIBLE_TRAVEL = "impossible_travel"
    """Nothing travels from its fix before to this one so fast."""
    DISAGREEMENT = "disagreement"
    """Redundant sensors lie too far apart for too long."""


class SensorFinding(msgspec.Struct, frozen=True):
    """Something found against a sensor.

    Attributes:
        kind: What it is.
        device: Id of the device; empty where it cannot be said which one.
        sensor: Its sensor, likewise.
        quantity: What it measures.
        since: Time from which on it holds, microseconds UTC.
        until: Time from which on it does not hold any more; None while it does.
        readings: The readings that show it.
        text: The finding in people's words.
    """

    kind: FindingKind
    device: str
    sensor: str
    quantity: str
    since: int
    until: int | None
    readings: Shown
    text: str


class Subject(msgspec.Struct, frozen=True, array_like=True):
    """The series that a finding is about; device and sensor are empty where it is a quantity."""

    device: str
    sensor: str
    quantity: str

    def found(
        self,
        kind: FindingKind,
        since: int,
        until: int | None,
        readings: Shown,
        text: str,
    ) -> SensorFinding:
        """Return a finding about the series; see `SensorFinding`."""
        return SensorFinding(
            kind, self.device, self.sensor, self.quantity, since, until, readings, text
        )

    def told(self, steps: int) -> str:
        """Return a value or a difference of the quantity for people: 5.25 °C."""
        kind = QUANTITIES[self.quantity]
        return f"{decimal_text(steps, kind.scale)} {kind.unit}".rstrip()


class FindingLog(msgspec.Struct):
    """What was found and is over; a fold adds to it and never reads it.

    Attributes:
        counts: How often each kind was found, by the kind's word, in the order of the words.
        newest: The newest findings, at most `NEWEST_KEPT`, in the order of their ends.
    """

    counts: dict[str, int] = {}
    newest: tuple[SensorFinding, ...] = ()

    def add(self, finding: SensorFinding) -> None:
        """Add a finding that is over."""
        self.count(finding.kind, 1)
        self.newest = (*self.newest, finding)[-NEWEST_KEPT:]

    def count(self, kind: FindingKind, times: int) -> None:
        """Count what was found, without keeping it."""
        counts = {**self.counts, kind.value: self.counts.get(kind.value, 0) + times}
        self.counts = dict(sorted(counts.items()))


def joined_logs(earlier: FindingLog, later: FindingLog) -> FindingLog:
    """Return the log of two stretches of time that follow each other."""
    words = sorted({*earlier.counts, *later.counts})
    return FindingLog(
        counts={word: earlier.counts.get(word, 0) + later.counts.get(word, 0) for word in words},
        newest=(*earlier.newest, *later.newest)[-NEWEST_KEPT:],
    )


def in_hours(microseconds: int) -> str:
    """Return a length of time for people, in hours cut to one tenth."""
    return f"{decimal_text(microseconds * 10 // _HOUR, 10)} h"
