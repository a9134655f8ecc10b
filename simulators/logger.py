"""The logger that travels with the goods: what its sensors read along a journey."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

import msgspec

from twins.readings import MICROSECONDS

from .incidents import Incidents, Journey, covers
from .limits import Limit
from .physics import (
    ThermalState,
    advance_state,
    ambient_celsius,
    generator,
    handling_peak_g,
    light_lux,
    noisy,
)
from .products import Product
from .samples import Sample

MINUTE = 60 * MICROSECONDS
INTERVAL = 5 * MINUTE
"""Planned time between two readings of a logger, in microseconds."""

HUMIDITY_EVERY = 3
"""Rounds between two humidity readings; the twin's hold of 15 minutes bridges them."""
BATTERY_EVERY = 72
TEMPERATURE_NOISE_CELSIUS = 0.06
CYCLE_CELSIUS = 0.3
"""How far the cooling's thermostat lets the air swing around its set point."""
CYCLE_ROUNDS = 8
HANDLING_KNOCKS = 12
CLEARANCE = 0.04
"""A value this near to a limit is moved off it: no finding hangs on the last digit."""


class Round(msgspec.Struct, frozen=True):
    """What holds inside the container at the moment of one round of readings."""

    number: int
    moment: int
    product_celsius: float
    is_open: bool


def measure(
    device: str,
    product: Product,
    journey: Journey,
    incidents: Incidents,
    *,
    limits: tuple[Limit, ...],
    stream: str,
) -> list[Sample]:
    """Return everything that the logger reads, in order of time.

    Args:
        device: Id of the logger.
        product: The goods and their container.
        journey: When it travels; the last round is two intervals before its end.
        incidents: What goes wrong.
        limits: Limits that no value may graze.
        stream: Names the noise.
    """
    rng = generator(f"{stream}/logger")
    rounds = list(_rounds(product, journey, incidents, rng.randrange(60) * MICROSECONDS))
    samples = [
        *_temperatures(device, rounds, incidents, limits, rng),
        *_lights(device, rounds, rng),
        *_humidities(device, product, rounds, limits, rng),
        *_batteries(device, rounds, rng),
        *_peaks(device, journey, incidents, rng),
    ]
    if incidents.silent_from is not None:
        samples = [one for one in samples if one.observed_at < incidents.silent_from]
    return _numbered(samples)


def _rounds(
    product: Product, journey: Journey, incidents: Incidents, phase: int
) -> Iterator[Round]:
    state = ThermalState(product.start_celsius, product.start_celsius)
    first = journey.starts_at + phase
    count = (journey.ends_at - 2 * INTERVAL - first) // INTERVAL + 1
    for number in range(count):
        moment = first + number * INTERVAL
        is_open = covers(incidents.openings, moment)
        yield Round(number, moment, state.product_celsius, is_open)
        for minute in range(moment, moment + INTERVAL, MINUTE):
            state = advance_state(
                state,
                product.container,
                outside_celsius=ambient_celsius(product.ambient, minute),
                set_point_celsius=_set_point(product, incidents, minute, number),
                is_open=covers(incidents.openings, minute),
                minutes=1.0,
            )


def _set_point(product: Product, incidents: Incidents, minute: int, number: int) -> float | None:
    if product.set_point_celsius is None or covers(incidents.cooling_off, minute):
        return None
    if covers(incidents.overcooling, minute):
        return product.overcooled_celsius
    is_blowing_warmer = number % CYCLE_ROUNDS < CYCLE_ROUNDS // 2
    return product.set_point_celsius + (CYCLE_CELSIUS if is_blowing_warmer else -CYCLE_CELSIUS)


def _temperatures(
    device: str,
    rounds: list[Round],
    incidents: Incidents,
    limits: tuple[Limit, ...],
    rng: random.Random,
) -> Iterator[Sample]:
    last = 0.0
    for one in rounds:
        value = noisy(one.product_celsius, TEMPERATURE_NOISE_CELSIUS, rng)
        value = round(_cleared(value, "temperature", limits), 2)
        if not covers(incidents.stuck, one.moment):
            last = value
        yield Sample(device, "t1", "temperature", last, one.moment, 0)


def _lights(device: str, rounds: list[Round], rng: random.Random) -> Iterator[Sample]:
    for one in rounds:
        value = round(light_lux(is_open=one.is_open, rng=rng), 1)
        yield Sample(device, "l1", "illuminance", value, one.moment, 0)


def _humidities(
    device: str,
    product: Product,
    rounds: list[Round],
    limits: tuple[Limit, ...],
    rng: random.Random,
) -> Iterator[Sample]:
    if product.humidity_percent is None:
        return
    for one in rounds[::HUMIDITY_EVERY]:
        value = _cleared(noisy(product.humidity_percent, 1.0, rng), "humidity", limits)
        yield Sample(device, "h1", "humidity", round(value, 1), one.moment, 0)


def _batteries(device: str, rounds: list[Round], rng: random.Random) -> Iterator[Sample]:
    charge = rng.uniform(85.0, 100.0)
    for one in rounds[::BATTERY_EVERY]:
        value = round(charge - one.number / 100, 1)
        yield Sample(device, "b1", "battery", value, one.moment, 0)


def _peaks(
    device: str, journey: Journey, incidents: Incidents, rng: random.Random
) -> Iterator[Sample]:
    knocks = [
        (rng.randrange(journey.starts_at, journey.delivered_at), handling_peak_g(rng))
        for _ in range(HANDLING_KNOCKS)
    ]
    falls = [(drop.at, drop.peak_g) for drop in incidents.drops]
    for at, peak in (*knocks, *falls):
        yield Sample(device, "s1", "acceleration", round(peak, 2), at, 0)


def _cleared(value: float, quantity: str, limits: tuple[Limit, ...]) -> float:
    """Return the value, moved off any limit that it grazes."""
    for limit in limits:
        for mark in (limit.limit, limit.returns_at):
            if limit.quantity == quantity and abs(value - mark) < CLEARANCE:
                return mark + CLEARANCE if value >= mark else mark - CLEARANCE
    return value


def _numbered(samples: Iterable[Sample]) -> list[Sample]:
    """Return the samples in order of time; the logger counts its moments, not its sensors."""
    ordered = sorted(samples, key=attrgetter("observed_at", "sensor"))
    moments = groupby(ordered, key=attrgetter("observed_at"))
    return [
        msgspec.structs.replace(sample, seq=seq)
        for seq, (_, of_one_moment) in enumerate(moments)
        for sample in of_one_moment
    ]
