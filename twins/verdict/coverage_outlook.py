"""How far coverage is from what the policy asks, and how it gets there."""

from __future__ import annotations

from twins.policy.condition_policy import ConditionPolicy
from twins.readings import decimal_text
from twins.wear.index import FULL_PPM

from .figures import Coverage, CoverageOf
from .spans import at_least

_PERCENT_PPM = 10_000


def coverage_outlook(
    quantity: str, coverage: Coverage, policy: ConditionPolicy, *, is_closed: bool
) -> str:
    """Return what brings the coverage of a quantity to what the policy asks, in a sentence."""
    one = next(each for each in coverage.quantities if each.quantity == quantity)
    if not coverage.planned:
        return f"A device that is bound to it and reads {quantity}: no time was planned yet."
    missing = at_least(missing_of(one, coverage, policy))
    share = f"{decimal_text(policy.observation.minimum_coverage_ppm, _PERCENT_PPM)} %"
    late = f"late readings fill {missing} of what was not observed"
    if is_closed:
        return f"The shipment is closed: coverage reaches {share} only when {late}."
    more = time_to_reach(one, coverage, policy)
    if more is None:
        return f"Coverage reaches {share} only when {late}."
    by = "" if policy.sensors is None or policy.sensors.quorum == 1 else _quorum(policy)
    return (
        f"Coverage reaches {share} after {at_least(more)} more observed{by} without a gap, or "
        f"when {late}."
    )


def missing_of(one: CoverageOf, coverage: Coverage, policy: ConditionPolicy) -> int:
    """Return the microseconds of the time so far that late readings would have to fill."""
    wanted = policy.observation.minimum_coverage_ppm * coverage.planned
    return max(0, -(-wanted // FULL_PPM) - one.observed)


def time_to_reach(one: CoverageOf, coverage: Coverage, policy: ConditionPolicy) -> int | None:
    """Return after how many more observed microseconds the minimum is reached.

    None where it never is: where all of the time must be observed, and some was not.
    """
    minimum = policy.observation.minimum_coverage_ppm
    short = minimum * coverage.planned - FULL_PPM * one.observed
    if short <= 0:
        return 0
    return None if minimum == FULL_PPM else -(-short // (FULL_PPM - minimum))


def time_to_lose(one: CoverageOf, coverage: Coverage, policy: ConditionPolicy) -> int | None:
    """Return how many more microseconds may go unobserved, in one piece, from now on.

    None where no coverage is asked.
    """
    minimum = policy.observation.minimum_coverage_ppm
    if not minimum:
        return None
    return max(0, FULL_PPM * one.observed // minimum - coverage.planned)


def _quorum(policy: ConditionPolicy) -> str:
    quorum = 1 if policy.sensors is None else policy.sensors.quorum
    return f" by at least {voices(quorum)}"


def voices(quorum: int) -> str:
    """Return in words how many must speak: sensors, or where there are several devices, devices."""
    return f"{quorum} trusted sensors (of several devices, one each)"
