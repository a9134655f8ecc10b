"""The wear index: how much of what an asset may endure is used up, 0 to 1.

The index is the sum of its parts, at most 1, and every part only grows in event time: shocks that
counted, handlings (accepted handovers and openings), and observed time outside any boundary.
Each part is linear in its count; the counts that mean 1 are product data of the policy.
"""

from __future__ import annotations

import msgspec

from .policy import WearBudget

FULL_PPM = 1_000_000


class Wear(msgspec.Struct, frozen=True):
    """Wear and its parts, in parts per million of what the asset may endure."""

    index_ppm: int
    shock_ppm: int
    handling_ppm: int
    exposure_ppm: int


def wear_of(budget: WearBudget, shocks: int, handlings: int, exposure: int) -> Wear:
    """Return the wear that counts amount to.

    Args:
        budget: The policy's wear budget.
        shocks: Number of peaks that counted.
        handlings: Number of accepted handovers and openings.
        exposure: Observed microseconds outside boundaries, all of them added up.
    """
    shock = _share(shocks, budget.shock_full)
    handling = _share(handlings, budget.handling_full)
    used = _share(exposure, budget.exposure_full)
    return Wear(min(FULL_PPM, shock + handling + used), shock, handling, used)


def _share(count: int, full: int) -> int:
    return min(FULL_PPM, count * FULL_PPM // full) if full else 0
