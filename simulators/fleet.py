"""Many shipments at once: every scenario, all product classes, all of them over by now."""

from __future__ import annotations

from twins.readings import MICROSECONDS

from .journey import make_shipment
from .scenarios import SCENARIOS, scenario_named
from .shipment import Shipment

ROSTER = (
    ("nominal", "vaccine-2-8"),
    ("excursion", "vaccine-2-8"),
    ("freeze", "vaccine-2-8"),
    ("drop", "fragile-electronics"),
    ("opened", "frozen-20"),
    ("late_data", "chilled-produce"),
    ("sensor_stuck", "frozen-20"),
    ("silent_device", "chilled-produce"),
    ("custody_dispute", "fragile-electronics"),
    ("nominal", "frozen-20"),
    ("nominal", "chilled-produce"),
    ("excursion", "frozen-20"),
    ("nominal", "fragile-electronics"),
    ("late_data", "vaccine-2-8"),
    ("opened", "fragile-electronics"),
    ("freeze", "chilled-produce"),
)
"""Which scenario goes with which product; the first twelve hold all nine and all four."""

SINGLE_FROM = 900
"""Serials from here on belong to single shipments, so that they never meet a fleet's."""

SERIALS_PER_SEED = 1000
LARGEST_SERIAL = 10**10
SETTLING = 60 * MICROSECONDS
"""How long before now the latest shipment ends: no clock that is a little behind sees a future."""


def fleet(seed: int, count: int, now: int) -> list[Shipment]:
    """Return shipments that have all ended just before now.

    Args:
        seed: Names every random choice.
        count: How many, up to 900; from 12 on they hold every scenario and every policy.
        now: Microseconds UTC.
    """
    return [
        make_shipment(
            scenario_named(scenario),
            seed + index,
            now - SETTLING - index * MICROSECONDS,
            serial=_serial(seed, index),
            policy=policy,
        )
        for index in range(count)
        for scenario, policy in (ROSTER[index % len(ROSTER)],)
    ]


def single(scenario: str, seed: int, now: int, policy: str | None = None) -> Shipment:
    """Return one shipment that has ended just before now.

    Args:
        scenario: Name of the scenario.
        seed: Names every random choice.
        now: Microseconds UTC.
        policy: Product class; the scenario's own unless stated.

    Raises:
        UnknownScenario: There is no such scenario.
        UnknownProduct: Nothing simulated has that policy.
    """
    place = SINGLE_FROM + list(SCENARIOS).index(scenario_named(scenario).name)
    return make_shipment(
        scenario_named(scenario), seed, now - SETTLING, serial=_serial(seed, place), policy=policy
    )


def _serial(seed: int, index: int) -> int:
    return (seed * SERIALS_PER_SEED + index) % LARGEST_SERIAL
