"""What sensors make of the truth: errors, losses, gaps, late uploads, repeats, doubtful clocks."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

from simulators.incidents import Span
from simulators.physics import noisy
from twins.readings import MICROSECONDS, QUANTITIES, ClockSource, Quality, Reading

from .seeing import MINUTE
from .world import World

INTERVALS_MINUTES = (1, 2, 5, 5, 5, 10, 10, 10, 15, 15, 15)
LONG, LONG_INTERVALS = 3 * 24 * 60, (5, 10, 15)
"""A journey of more minutes is read at longer intervals."""

RESOLUTIONS = {
    "temperature": (0.01, 0.05),
    "humidity": (0.1, 0.5),
    "tilt": (0.1,),
    "illuminance": (0.1,),
}
OFFSET_SHARE = 0.4
NOISE_SHARE = 0.15
"""Of the largest error; with half a step of resolution three deviations stay within it."""

LATE_MINUTES = 1
"""By how much the moment of a doubtful clock lies behind the reading at most."""

SPELLS, ONE_LOGGER, DOUBTFUL = 0.25, 0.5, 0.2
"""Shares of the shipments that are out of reach for a while, have one logger, a doubtful clock."""

PEAK_ERROR = 0.02
"""Share of its true peak by which a shock may be read otherwise."""


class Sensor(msgspec.Struct, frozen=True):
    """One sensor of the shipment and when it reads.

    Attributes:
        device: Id of its device.
        name: Its name.
        moments: When it reads what arrives in the end, microseconds since the first minute.
        is_doubtful: Whether its readings carry the time of their arrival.
    """

    device: str
    name: str
    moments: list[int]
    is_doubtful: bool = False


class Fleet(msgspec.Struct, frozen=True):
    """The loggers of one shipment.

    Attributes:
        interval: Planned minutes between two readings.
        sensors: One per place, all of the same quantities.
        gaps: When all were out of reach and lost what they read.
        stored: When all were out of reach and sent what they read afterwards, marked as historical.
        repeats: Share of the readings that are sent a second time, marked as historical.
    """

    interval: int
    sensors: tuple[Sensor, ...]
    gaps: tuple[Span, ...]
    stored: tuple[Span, ...]
    repeats: float


def choose_fleet(world: World, count: int, rng: random.Random, *, may_gap: bool) -> Fleet:
    """Return the loggers of a shipment.

    Args:
        world: What happens to it.
        count: How many sensors measure each quantity.
        rng: Chooses.
        may_gap: Whether readings may be lost for longer than they speak.
    """
    plan = world.plan
    interval = rng.choice(LONG_INTERVALS if plan.length > LONG else INTERVALS_MINUTES)
    gaps = tuple(_spell(world, rng) for _ in range(may_gap and rng.random() < SPELLS))
    stored = tuple(_spell(world, rng) for _ in range(rng.random() < SPELLS))
    is_one_device = rng.random() < ONE_LOGGER
    phases = [rng.randrange(interval * 60) for _ in range(count)]
    loss = rng.choice((0.0, 0.0, 0.03))
    is_doubtful = interval > LATE_MINUTES and rng.random() < DOUBTFUL
    sensors = []
    for number in range(count):
        phase = phases[0 if is_one_device else number] * MICROSECONDS
        moments = range(phase, plan.length * MINUTE, interval * MINUTE)
        sensors.append(
            Sensor(
                "logger-1" if is_one_device else f"logger-{number + 1}",
                f"t{number + 1}",
                _kept(moments, gaps, loss, rng),
                is_doubtful=is_doubtful and number == 0,
            )
        )
    return Fleet(interval, tuple(sensors), gaps, stored, rng.choice((0.0, 0.0, 0.1)))


def read(
    world: World,
    quantity: str,
    sensors: Sequence[Sensor],
    error: float,
    rng: random.Random,
) -> list[list[tuple[int, float]]]:
    """Return per sensor its moments and sound values.

    Args:
        world: The truth.
        quantity: What is read.
        sensors: Those that read it.
        error: Largest error of one of them.
        rng: The noise.
    """
    truth = world.levels[quantity]
    found = []
    for sensor in sensors:
        offset = rng.uniform(-OFFSET_SHARE, OFFSET_SHARE) * error
        step = rng.choice(RESOLUTIONS[quantity])
        column = []
        for moment in sensor.moments:
            value = noisy(truth[moment // MINUTE] + offset, NOISE_SHARE * error, rng)
            column.append((moment, round(round(value / step) * step, 3)))
        found.append(column)
    return found


def records(
    fleet: Fleet,
    sensor: Sensor,
    quantity: str,
    column: Sequence[tuple[int, float]],
    began_at: int,
    doubtful_from: int,
    rng: random.Random,
) -> list[Reading]:
    """Return the readings of one sensor as records; some come twice.

    Args:
        fleet: All loggers.
        sensor: The sensor.
        quantity: What it reads.
        column: Moments and values.
        began_at: The first minute, microseconds UTC.
        doubtful_from: From which moment on a doubtful clock errs.
        rng: Chooses what comes twice, and how late.
    """
    found = []
    scale = QUANTITIES[quantity].scale
    lowest, highest = QUANTITIES[quantity].lowest, QUANTITIES[quantity].highest
    for number, (moment, value) in enumerate(column):
        is_stored = any(span.covers(moment) for span in fleet.stored)
        quality = Quality.HISTORICAL if is_stored else Quality.GOOD
        source = ClockSource.DEVICE
        at = began_at + moment
        if sensor.is_doubtful and moment >= doubtful_from and not is_stored:
            quality, source = quality | Quality.CLOCK_SUSPECT, ClockSource.GATEWAY
            at += rng.randrange(LATE_MINUTES * MINUTE)
        steps = min(highest, max(lowest, round(value * scale)))
        record = Reading(
            schema=1,
            device=sensor.device,
            sensor=sensor.name if quantity == "temperature" else f"{quantity}-{sensor.name}",
            quantity=quantity,
            value=steps,
            observed_at=at,
            clock_source=source,
            seq=number,
            quality=int(quality),
        )
        found.append(record)
        if fleet.repeats and rng.random() < fleet.repeats:
            again = int(quality | Quality.HISTORICAL)
            found.append(msgspec.structs.replace(record, quality=again))
    return found


def _spell(world: World, rng: random.Random) -> Span:
    began_at = rng.randrange(world.plan.departs_at, world.plan.arrives_at) * MINUTE
    return Span(began_at, began_at + rng.randint(20, 360) * MINUTE)


def _kept(
    moments: Sequence[int], gaps: Sequence[Span], loss: float, rng: random.Random
) -> list[int]:
    """Return the moments of the readings that are not lost; never two in turn but in a gap."""
    kept: list[int] = []
    was_lost = False
    for moment in moments:
        was_lost = not was_lost and rng.random() < loss
        if not was_lost and not any(span.covers(moment) for span in gaps):
            kept.append(moment)
    return kept
