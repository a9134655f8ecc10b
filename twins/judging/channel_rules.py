"""What a policy says of one quantity, looked up once."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from twins.policy.condition_policy import Boundary, ConditionPolicy, MeanKineticLimit, SensorLimits
from twins.readings import QUANTITIES
from twins.temperature.shelf_life import ShelfLife
from twins.wear.fatigue import half_cycle_damage
from twins.wear.index import fatigue_curve_of


class ChannelRules(msgspec.Struct, frozen=True):
    """What a policy says of one quantity.

    Attributes:
        quantity: The quantity.
        boundaries: Those of what is measured, in the policy's order.
        core_boundaries: Those of the product's core, likewise.
        quorum: How many trusted voices must speak for time to count as observed.
        sensors: What is asked of the sensors; None where nothing is.
        disagreement: Steps that the sensors may lie apart; 0 where they may at will.
        drift: Steps by which one may lie beside the median; 0 likewise.
        window: Windows of the mean kinetic temperature, where the policy has them.
        shelf_life: How long the goods keep, where the policy says.
        time_constant: Of the product's core, microseconds; None where the policy has none.
        half_damage: Miner's damage of half a cycle by its range, where the quantity fatigues the
            asset.
        is_of_place: Whether each sensor tells of its own place; see `Quantity`.
    """

    quantity: str
    boundaries: tuple[Boundary, ...]
    core_boundaries: tuple[Boundary, ...] = ()
    quorum: int = 1
    sensors: SensorLimits | None = None
    disagreement: int = 0
    drift: int = 0
    window: MeanKineticLimit | None = None
    shelf_life: ShelfLife | None = None
    time_constant: int | None = None
    half_damage: Callable[[int], int] | None = None
    is_of_place: bool = False


class PolicyRules(dict[str, ChannelRules]):
    """The rules of each quantity that was asked for."""

    def __init__(self, policy: ConditionPolicy) -> None:
        super().__init__()
        self.policy = policy

    def __missing__(self, quantity: str) -> ChannelRules:
        rules = self[quantity] = _rules_of(self.policy, quantity)
        return rules


_KEPT = 64
_known: dict[int, PolicyRules] = {}


def rules_by_quantity(policy: ConditionPolicy) -> PolicyRules:
    """Return what a policy says of each quantity."""
    known = _known.get(id(policy))
    if known is None or known.policy is not policy:
        if len(_known) >= _KEPT:
            _known.clear()
        known = _known[id(policy)] = PolicyRules(policy)
    return known


def _rules_of(policy: ConditionPolicy, quantity: str) -> ChannelRules:
    mine = [one for one in policy.boundaries if one.quantity == quantity]
    sensors = policy.sensors
    limits = None if sensors is None else sensors.of(quantity)
    is_required = quantity in policy.observation.required
    is_temperature = quantity == "temperature"
    curve = fatigue_curve_of(policy.wear) if quantity == policy.wear.fatigue_quantity else None
    kinetic, life, core = policy.mean_kinetic, policy.shelf_life, policy.core
    return ChannelRules(
        quantity=quantity,
        boundaries=tuple(one for one in mine if not one.is_of_core),
        core_boundaries=tuple(one for one in mine if one.is_of_core),
        quorum=sensors.quorum if sensors is not None and is_required else 1,
        sensors=sensors,
        disagreement=0 if limits is None else limits.disagreement,
        drift=0 if limits is None else limits.drift,
        window=kinetic if is_temperature and kinetic and kinetic.window is not None else None,
        shelf_life=life.kinetics if is_temperature and life is not None else None,
        time_constant=core.time_constant if is_temperature and core is not None else None,
        half_damage=None if curve is None else half_cycle_damage(curve, QUANTITIES[quantity].scale),
        is_of_place=QUANTITIES[quantity].is_of_place,
    )
