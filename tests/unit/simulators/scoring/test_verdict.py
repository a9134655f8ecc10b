"""The score tells a twin that judges rightly from one that judges by other rules."""

from collections.abc import Callable
from functools import cache

import pytest
from msgspec.structs import replace

from simulators.scoring.trial import Trial, make_trial
from simulators.scoring.verdict import Verdict, judge, policy_of, verdicts
from twins.policy.condition_policy import Boundary

SEEDS = range(6)


@cache
def trials(policy: str) -> list[Trial]:
    return [make_trial(policy, seed, is_poisoned=False) for seed in SEEDS]


def summed(policy: str, change: Callable[[Boundary], Boundary] | None = None) -> tuple[int, int]:
    """Return how many were missed and invented, under the policy or with changed boundaries."""
    by = policy_of(policy)
    if change is not None:
        by = replace(by, boundaries=tuple(map(change, by.boundaries)))
    found: list[Verdict] = []
    for trial in trials(policy):
        found += verdicts(judge(trial, by))
    assert sum(one.must for one in found) > 0
    return sum(one.must - one.found for one in found), sum(one.false for one in found)


@pytest.mark.parametrize("policy", ["vaccine-2-8", "blood-red-cells"])
def test_a_twin_that_judges_rightly_misses_and_invents_nothing(policy: str) -> None:
    assert summed(policy) == (0, 0)


def shifted(steps: int) -> Callable[[Boundary], Boundary]:
    """Return a change that makes temperature limits laxer by so many milli-°C."""

    def change(one: Boundary) -> Boundary:
        if one.quantity != "temperature":
            return one
        return replace(one, limit=one.limit + (steps if one.is_upper else -steps))

    return change


def test_limits_that_are_a_degree_too_lax_miss_something() -> None:
    missed, _ = summed("vaccine-2-8", shifted(1_000))
    assert missed > 0


def test_limits_that_are_a_degree_too_strict_invent_something() -> None:
    _, invented = summed("vaccine-2-8", shifted(-1_000))
    assert invented > 0


def test_delays_that_are_half_as_long_invent_something() -> None:
    _, invented = summed("vaccine-2-8", lambda one: replace(one, delay=one.delay // 2))
    assert invented > 0


def test_delays_that_are_far_too_long_miss_something() -> None:
    missed, _ = summed("vaccine-2-8", lambda one: replace(one, delay=6 * one.delay))
    assert missed > 0


def test_limits_that_judge_in_every_phase_invent_something() -> None:
    _, invented = summed("blood-red-cells", lambda one: replace(one, phases=None))
    assert invented > 0
