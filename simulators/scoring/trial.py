"""One seeded shipment: its truth, its readings, its labels, and what the twin says of it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec
import rfc8785

from simulators.limits import Rules, read_rules
from simulators.physics import generator
from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Handover,
    Input,
    Milestone,
    MilestoneName,
    in_event_order,
)
from twins.readings import ClockSource, Reading

from .climates import CLIMATES, Climate
from .faults import choose_blows, choose_disturbances, choose_plan
from .poison import POISONS, Column, poisoned
from .seeing import MINUTE, Seen, seen
from .sensing import LATE_MINUTES, PEAK_ERROR, Fleet, Sensor, choose_fleet, read, records
from .world import World, happen

EPOCH = 1_795_132_800_000_000
"""2026-11-20T00:00:00Z, the first minute of every shipment."""

ASSET = "scored-shipment"
SENSORS = (1, 1, 2, 3)
POISONED_SENSORS = 3
REDUNDANT = ("temperature", "humidity")
"""What every sensor measures; the rest the first one alone."""

POISONED_QUANTITY = "temperature"
HOLD_INTERVALS, HOLD_AT_LEAST_MINUTES = 3, 15
"""SPECIFICATION section 9: how long a reading speaks unless the policy says."""


class Trial(msgspec.Struct, frozen=True):
    """A shipment ready to be judged.

    Attributes:
        policy: Id of its policy.
        rules: The policy as the labels read it.
        climate: Its usual climate.
        world: What truly happened.
        fleet: Its loggers.
        poison: What is wrong with one of the sensors; empty where all are sound.
        victim: Which of them, by its place; -1 likewise.
        inputs: What the twin is folded from, in event order.
        seen: Per quantity when its sensors looked.
    """

    policy: str
    rules: Rules
    climate: Climate
    world: World
    fleet: Fleet
    poison: str
    victim: int
    inputs: list[Input]
    seen: dict[str, Seen]

    @property
    def ends_at(self) -> int:
        """When the shipment closes, microseconds UTC."""
        return EPOCH + self.world.plan.length * MINUTE


def make_trial(policy: str, seed: int, *, is_poisoned: bool) -> Trial:
    """Return the shipment of a policy and a seed; the same arguments give the same shipment.

    With and without poison a seed gives the same world.

    Args:
        policy: Id of a shipped policy.
        seed: Names every random choice.
        is_poisoned: Whether one of three sensors lies; all are sound, and one to three, else.
    """
    rules, climate = read_rules(policy), CLIMATES[policy]
    rng = generator(f"score/{policy}/{seed}")
    world = _world(rules, climate, rng)
    rng = generator(f"score/{policy}/{seed}/{is_poisoned}")
    count = POISONED_SENSORS if is_poisoned else rng.choice(SENSORS)
    # After a gap the estimate of a core is withheld for hours, which the labels do not follow.
    fleet = choose_fleet(world, count, rng, may_gap=rules.core is None)
    victim = rng.randrange(count) if is_poisoned else -1
    poison = list(POISONS)[seed % len(POISONS)] if is_poisoned else ""
    columns = {
        quantity: read(
            world,
            quantity,
            fleet.sensors if quantity in REDUNDANT else fleet.sensors[:1],
            climate.error.get(quantity, 1.0),
            rng,
        )
        for quantity in world.levels
    }
    if is_poisoned:
        columns[POISONED_QUANTITY] = poisoned(poison, columns[POISONED_QUANTITY], victim, rng)
    readings = [
        record
        for quantity, some in columns.items()
        for sensor, column in zip(fleet.sensors, some, strict=False)
        for record in records(
            fleet, sensor, quantity, column, EPOCH, (world.plan.starts_at + 1) * MINUTE, rng
        )
    ]
    looked = {quantity: _seen(rules, fleet, world, some) for quantity, some in columns.items()}
    return Trial(
        policy=policy,
        rules=rules,
        climate=climate,
        world=world,
        fleet=fleet,
        poison=poison,
        victim=victim,
        inputs=in_event_order([*_founding(fleet, world), *readings, *_shocks(world, fleet, rng)]),
        seen=looked,
    )


def _world(rules: Rules, climate: Climate, rng: random.Random) -> World:
    plan = choose_plan(rules, rng)
    return happen(
        climate,
        plan,
        choose_disturbances(rules, climate, plan, rng),
        choose_blows(rules, plan, rng),
        None if rules.core is None else rules.core.time_constant_s / 60,
    )


def hold_minutes(rules: Rules, fleet: Fleet) -> float:
    """Return for how many minutes a reading speaks when no other comes."""
    stated = rules.observation.maximum_hold_s
    if stated is not None:
        return stated / 60
    return max(HOLD_INTERVALS * fleet.interval, HOLD_AT_LEAST_MINUTES)


def _seen(rules: Rules, fleet: Fleet, world: World, columns: Sequence[Column]) -> Seen:
    late = LATE_MINUTES if any(one.is_doubtful for one in fleet.sensors) else 0
    hold = round(hold_minutes(rules, fleet) * MINUTE)
    moments = [_after_start(world, column) for column in columns]
    return seen(moments, hold, world.plan.length, late=late)


def _after_start(world: World, column: Column) -> list[int]:
    starts_at = world.plan.starts_at * MINUTE
    return [moment for moment, _ in column if moment >= starts_at]


def _founding(fleet: Fleet, world: World) -> list[Input]:
    """Return the records that no sensor sends: bindings, milestones and a handover each way."""
    plan = world.plan
    devices = sorted({one.device for one in fleet.sensors})
    milestones = (
        (MilestoneName.START, plan.starts_at),
        (MilestoneName.DEPARTURE, plan.departs_at),
        (MilestoneName.ARRIVAL, plan.arrives_at),
        (MilestoneName.DELIVERY, plan.delivered_at),
        (MilestoneName.CLOSE, plan.length),
    )
    return [
        Commissioned(1, ASSET, "", "shipper", ASSET, EPOCH),
        *(
            Binding(1, BindingAction.ADD, device, ASSET, EPOCH, fleet.interval * MINUTE)
            for device in devices
        ),
        *(Milestone(1, ASSET, name, EPOCH + minute * MINUTE) for name, minute in milestones),
        _handover("shipper", "carrier", "offered", plan.departs_at - 3),
        _handover("shipper", "carrier", "accepted", plan.departs_at),
        _handover("carrier", "consignee", "offered", plan.arrives_at),
        _handover("carrier", "consignee", "accepted", plan.delivered_at),
    ]


def _handover(giver: str, taker: str, phase: str, minute: int) -> Handover:
    statement: dict[str, str | int] = {
        "asset": ASSET,
        "from": giver,
        "to": taker,
        "phase": phase,
        "nonce": f"{giver}-{taker}",
        "place": "",
        "seal": "",
        "observed_at": EPOCH + minute * MINUTE,
        "schema": "cargotwin.handover.v1",
    }
    return Handover(1, rfc8785.dumps(statement))


def _shocks(world: World, fleet: Fleet, rng: random.Random) -> list[Reading]:
    """Return the peaks that the first logger reads, which wakes up for them."""
    sensor: Sensor = fleet.sensors[0]
    return [
        Reading(
            schema=1,
            device=sensor.device,
            sensor="s1",
            quantity="acceleration",
            value=round(1000 * blow.peak_g * rng.uniform(1 - PEAK_ERROR, 1 + PEAK_ERROR)),
            observed_at=EPOCH + blow.minute * MINUTE,
            clock_source=ClockSource.DEVICE,
            seq=blow.minute,
        )
        for blow in world.blows
    ]
