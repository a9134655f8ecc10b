"""A condition as far as an export states it.

It is read from its document, the published one and the present one in the same way: what other
releases wrote can be exported too.
"""

from __future__ import annotations

import msgspec


class StatedExcursion(msgspec.Struct, frozen=True):
    """An interval outside a limit; times in microseconds UTC, `extreme` in the quantity's steps."""

    boundary: str
    device: str
    sensor: str
    quantity: str
    began_at: int
    ended_at: int | None
    extreme: int
    extreme_at: int


class StatedRule(msgspec.Struct, frozen=True):
    """A rule that fired."""

    rule: str
    severity: int
    excursions: tuple[StatedExcursion, ...] = ()


class StatedSeries(msgspec.Struct, frozen=True):
    """Figures of one sensor, in steps of its quantity."""

    device: str
    sensor: str
    quantity: str
    first_at: int
    last_at: int
    minimum: int | None
    maximum: int | None
    mean: int | None = None
    mean_kinetic_celsius: str | None = None


class StatedStatistics(msgspec.Struct, frozen=True):
    """Every sensor's figures."""

    series: tuple[StatedSeries, ...]


class StatedFinding(msgspec.Struct, frozen=True):
    """What was found against a sensor, by a word of `FindingKind`.

    Device and sensor are empty where it is about a quantity; `until` is None while it holds.
    """

    kind: str
    device: str
    sensor: str
    quantity: str
    since: int
    until: int | None


class StatedSensors(msgspec.Struct, frozen=True):
    """What was found against the sensors: what holds, and the newest of what is over."""

    running: tuple[StatedFinding, ...] = ()
    over: tuple[StatedFinding, ...] = ()


class StatedCoverage(msgspec.Struct, frozen=True):
    """Observed share of the planned time."""

    ratio_ppm: int


class StatedCondition(msgspec.Struct, frozen=True):
    """What a condition document says, as far as it is exported."""

    asset: str
    rules: int
    policy: str
    policy_digest: str
    as_of: int
    disposition: str
    severity: int
    rules_fired: tuple[StatedRule, ...]
    statistics: StatedStatistics
    coverage: StatedCoverage
    sensors: StatedSensors = StatedSensors()


def stated_condition(document: object) -> StatedCondition:
    """Return a condition document as far as it is exported.

    Raises:
        msgspec.ValidationError: It is no condition document.
    """
    return msgspec.convert(document, StatedCondition)
