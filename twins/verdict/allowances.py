"""What is left of the allowances that are not used up: how near the rules that kept silent are."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from twins.judging.excursions import Run, is_outside
from twins.policy.condition_policy import Boundary, ConditionPolicy, ShelfLifeLimit
from twins.readings import MICROSECONDS
from twins.state import AssetTwin
from twins.wear.index import FULL_PPM

from .condition import Condition
from .coverage_outlook import time_to_lose
from .figures import ShelfLifeLeft
from .finding_words import told
from .spans import at_least, at_most, moment_words


class Allowance(msgspec.Struct, frozen=True):
    """An allowance that a rule gives, and what is left of it.

    Attributes:
        rule: The rule that fires when it is used up; named as in `RuleFired`.
        text: What is left, in people's words.
        used_ppm: Used share in parts per million; None where a share says nothing.
        used_up_at: When it is used up if what is judged now stays; None where it is not.
    """

    rule: str
    text: str
    used_ppm: int | None
    used_up_at: int | None


def allowances(
    condition: Condition, policy: ConditionPolicy, twin: AssetTwin | None
) -> tuple[Allowance, ...]:
    """Return what is left of every allowance whose rule has not fired, the nearest first.

    Those that are being used up stand first, by the moment at which they will be; then by the
    share that is used.

    Args:
        condition: The verdict.
        policy: The policy that it was judged by.
        twin: The twin, settled at the moment of the verdict: it knows of what is outside already
            and not yet for long enough. None where only the verdict is known.
    """
    fired = {one.rule for one in condition.rules_fired}
    found = [
        *_budgets(condition),
        *_shelf_life(condition, policy),
        *_mean_kinetic(condition, policy),
        *_coverage(condition, policy, is_closed=twin is not None and twin.closed_at is not None),
        *([] if twin is None else _runs(twin, policy, condition.as_of)),
    ]
    return tuple(sorted((one for one in found if one.rule not in fired), key=_nearness))


def life_words(left: ShelfLifeLeft, limit: ShelfLifeLimit) -> str:
    """Return how much of the shelf life is left, and when it will be used up."""
    reference = told(limit.kinetics.reference, "temperature")
    said = f"{at_most(left.left)} of {at_most(left.life)} left at {reference}"
    if left.used_up_at is not None:
        said += f", at the temperature of now until {_second(left.used_up_at)}"
    if left.unobserved:
        said += f"; nobody observed the temperature for {at_least(left.unobserved)} of the time"
    return said


def _second(moment: int) -> str:
    """Return the second that a moment lies in: so long it lasts at least."""
    return moment_words(moment - moment % MICROSECONDS)


def _nearness(one: Allowance) -> tuple[bool, int, int, str]:
    is_idle = one.used_up_at is None
    return is_idle, one.used_up_at or 0, -(one.used_ppm or 0), one.rule


def _budgets(condition: Condition) -> Iterator[Allowance]:
    for one in condition.budgets:
        text = f"{at_most(one.left)} of {at_most(one.allowed)} left"
        if one.used_up_at is not None:
            text += f", at this rate until {_second(one.used_up_at)}"
        used = one.used * FULL_PPM // one.allowed if one.allowed else 0
        yield Allowance(f"boundary:{one.boundary}", text, used, one.used_up_at)


def _shelf_life(condition: Condition, policy: ConditionPolicy) -> Iterator[Allowance]:
    left, limit = condition.shelf_life, policy.shelf_life
    if left is not None and limit is not None:
        used = (left.life - left.left) * FULL_PPM // left.life
        yield Allowance("shelf_life", life_words(left, limit), used, left.used_up_at)


def _mean_kinetic(condition: Condition, policy: ConditionPolicy) -> Iterator[Allowance]:
    limit = policy.mean_kinetic
    if limit is None:
        return
    for one in condition.statistics.judged:
        window = one.highest_window
        celsius = one.mean_kinetic_celsius
        if limit.window is not None:
            celsius = None if window is None else window.mean_kinetic_celsius
        if celsius is not None:
            text = f"{celsius} °C of {told(limit.limit, 'temperature')}"
            yield Allowance("mean_kinetic_temperature", text, None, None)


def _coverage(
    condition: Condition, policy: ConditionPolicy, *, is_closed: bool
) -> Iterator[Allowance]:
    coverage, minimum = condition.coverage, policy.observation.minimum_coverage_ppm
    if is_closed or not coverage.planned or not minimum:
        return
    longest = policy.observation.maximum_gap
    for one in coverage.quantities:
        more = time_to_lose(one, coverage, policy)
        allowed = coverage.planned * (FULL_PPM - minimum)
        missed = (coverage.planned - one.observed) * FULL_PPM
        if more is not None:
            text = f"{at_most(more)} more may go unobserved"
            if longest is not None and longest < more:
                text += f", at most {at_most(longest)} of it at a stretch"
            used = min(FULL_PPM, missed * FULL_PPM // allowed) if allowed else 0
            yield Allowance(f"coverage:{one.quantity}", text, used, None)


def _runs(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> Iterator[Allowance]:
    """Yield what is outside now and not yet for as long as its boundary allows."""
    boundaries = {one.id: one for one in policy.boundaries}
    for channel in twin.channels:
        for run in channel.runs:
            boundary = boundaries[run.boundary]
            if boundary.is_cumulative or not run.is_open or run.excursion is not None:
                continue
            value = channel.upper if boundary.is_upper else channel.lower
            value = channel.core if boundary.is_of_core else value
            is_running = value is not None and is_outside(boundary, value)
            yield _run(run, boundary, as_of, is_running=is_running and twin.closed_at is None)


def _run(run: Run, boundary: Boundary, as_of: int, *, is_running: bool) -> Allowance:
    left = max(0, boundary.delay - run.outside)
    text = (
        f"outside for {at_most(run.outside)}, up to {told(run.extreme, boundary.quantity)}: "
        f"{at_most(left)} of {at_most(boundary.delay)} left"
    )
    fires_at = as_of + left if is_running else None
    if fires_at is not None:
        text += f", at this rate until {_second(fires_at)}"
    used = run.outside * FULL_PPM // boundary.delay if boundary.delay else 0
    return Allowance(f"boundary:{boundary.id}", text, used, fires_at)
