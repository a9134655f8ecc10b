"""The wear index: how much of what an asset may endure is used up, 0 to 1.

The index is the sum of its parts, at most 1, and every part only grows in event time: shocks that
counted, handlings (accepted handovers and openings), observed time outside any boundary, and
fatigue. Each part is linear in its count; the counts that mean 1 are product data of the policy,
and a part without them is nothing. Fatigue is Miner's sum, which is 1 by itself.
"""

from __future__ import annotations

import msgspec

from twins.policy.condition_policy import WearBudget

from .fatigue import DAMAGE_SCALE, FatigueCurve

FULL_PPM = 1_000_000


class Wear(msgspec.Struct, frozen=True, omit_defaults=True):
    """Wear and its parts, in parts per million of what the asset may endure."""

    index_ppm: int
    shock_ppm: int
    handling_ppm: int
    exposure_ppm: int
    fatigue_ppm: int = 0


def wear_of(
    budget: WearBudget, shocks: int, handlings: int, exposure: int, fatigue: int = 0
) -> Wear:
    """Return the wear that counts amount to.

    Args:
        budget: The policy's wear budget.
        shocks: Number of peaks that counted.
        handlings: Number of accepted handovers and openings.
        exposure: Observed microseconds outside boundaries, all of them added up.
        fatigue: Miner's sum by the budget's curve, of which `DAMAGE_SCALE` is 1; see `damage_of`.
    """
    shock = _share(shocks, budget.shock_full)
    handling = _share(handlings, budget.handling_full)
    used = _share(exposure, budget.exposure_full)
    tired = _share(fatigue, DAMAGE_SCALE if budget.fatigue_quantity else 0)
    index = min(FULL_PPM, shock + handling + used + tired)
    return Wear(index, shock, handling, used, tired)


def fatigue_curve_of(budget: WearBudget) -> FatigueCurve | None:
    """Return the curve by which `fatigue_quantity` tires the asset, None where there is none."""
    if budget.fatigue_cycles is None or budget.fatigue_exponent is None:
        return None
    return FatigueCurve(budget.fatigue_cycles, budget.fatigue_exponent)


def _share(count: int, full: int) -> int:
    return min(FULL_PPM, count * FULL_PPM // full) if full else 0
