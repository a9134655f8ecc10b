"""The shocks of an asset: what counts, what was worst, and what may have done damage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from twins.judging.series import Series
from twins.policy.condition_policy import ShockLimits, WearBudget

from .shock import Damage, Pulse, damage_zone, drop_height_of, velocity_change_of

NEWEST_KEPT = 20
"""Shocks beyond the damage boundary that are kept; the older ones are only counted."""

PULSE_QUANTITIES = ("acceleration", "pulse_duration", "velocity_change", "free_fall")
"""What one sensor can say of one shock."""


class JudgedShock(msgspec.Struct, frozen=True):
    """A shock that may have done damage.

    Attributes:
        at: When, microseconds UTC.
        device: Id of the device.
        sensor: Its sensor.
        peak: Milli-g, None where it was not told.
        velocity_change: µm/s, None where it cannot be known.
        zone: `possible`, or `unknown` where too little was told to exclude damage.
    """

    at: int
    device: str
    sensor: str
    peak: int | None
    velocity_change: int | None
    zone: Damage


class ShockSums(msgspec.Struct, frozen=True):
    """Sums of shocks; the fold adds to them and never reads them.

    Attributes:
        count: Peaks that use up the wear budget.
        peak: Highest peak, milli-g; None before the first.
        peak_at: When it was read.
        drop: Greatest equivalent drop height, µm; None where none can be told.
        drop_at: When.
        possible: Shocks beyond the damage boundary.
        unknown: Shocks that may be beyond it.
        newest: The newest of both.
    """

    count: int = 0
    peak: int | None = None
    peak_at: int = 0
    drop: int | None = None
    drop_at: int = 0
    possible: int = 0
    unknown: int = 0
    newest: tuple[JudgedShock, ...] = ()


def with_peak(sums: ShockSums, budget: WearBudget, peak: int, at: int) -> ShockSums:
    """Return the sums with one more peak."""
    counts = budget.shock_full > 0 and peak >= budget.shock_from
    if sums.peak is None or peak > sums.peak:
        return msgspec.structs.replace(sums, count=sums.count + counts, peak=peak, peak_at=at)
    return msgspec.structs.replace(sums, count=sums.count + counts)


def with_pulse(sums: ShockSums, limits: ShockLimits, pulse: Pulse) -> ShockSums:
    """Return the sums with one more shock, judged by the damage boundary where it is known."""
    drop = drop_height_of(pulse, limits.restitution_ppm)
    if drop is not None and (sums.drop is None or drop > sums.drop):
        sums = msgspec.structs.replace(sums, drop=drop, drop_at=pulse.at)
    if pulse.peak is None and velocity_change_of(pulse) is None:
        # A fall, or a length, that was told at a moment of its own says nothing of damage.
        return sums
    velocity, acceleration = limits.critical_velocity, limits.critical_acceleration
    if velocity is None or acceleration is None:
        return sums
    zone = damage_zone(pulse, velocity, acceleration)
    if zone is Damage.EXCLUDED:
        return sums
    judged = JudgedShock(
        pulse.at, pulse.device, pulse.sensor, pulse.peak, velocity_change_of(pulse), zone
    )
    return msgspec.structs.replace(
        sums,
        possible=sums.possible + (zone is Damage.POSSIBLE),
        unknown=sums.unknown + (zone is Damage.UNKNOWN),
        newest=(*sums.newest, judged)[-NEWEST_KEPT:],
    )


def joined_shocks(earlier: ShockSums, later: ShockSums) -> ShockSums:
    """Return the sums of two stretches of time that follow each other."""
    is_higher = later.peak is not None and (earlier.peak is None or later.peak > earlier.peak)
    is_deeper = later.drop is not None and (earlier.drop is None or later.drop > earlier.drop)
    highest = later if is_higher else earlier
    deepest = later if is_deeper else earlier
    return ShockSums(
        count=earlier.count + later.count,
        peak=highest.peak,
        peak_at=highest.peak_at,
        drop=deepest.drop,
        drop_at=deepest.drop_at,
        possible=earlier.possible + later.possible,
        unknown=earlier.unknown + later.unknown,
        newest=(*earlier.newest, *later.newest)[-NEWEST_KEPT:],
    )


def pulses_of(read: Iterable[Series]) -> Iterator[Pulse]:
    """Yield the shocks that sensors tell of one moment, one for each count of a sensor.

    Args:
        read: Series of event quantities whose newest readings are of that moment; those of the
            same moment before them are in `same_moment`.
    """
    told: dict[tuple[str, str, int], dict[str, int]] = defaultdict(dict)
    at = 0
    for one in read:
        at = one.last_at
        sound = [(one.last_seq, one.last_value)] if one.is_sound else []
        for seq, value in (*one.same_moment, *sound):
            told[one.device, one.sensor, seq][one.quantity] = value
    for (device, sensor, _), values in sorted(told.items()):
        peak, duration, velocity, fall = map(values.get, PULSE_QUANTITIES)
        yield Pulse(
            at=at,
            device=device,
            sensor=sensor,
            peak=peak,
            duration=duration,
            velocity_change=None if velocity is None else velocity * 1_000,
            free_fall=fall,
        )
