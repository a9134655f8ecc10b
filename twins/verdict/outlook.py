"""What would change a verdict: of every rule that fired, in words that a person can act on.

Nothing is judged here. Every sentence is read off the condition and the policy; its figures are
exact, or rounded to the side that promises less. What happened does not become undone: where no
reading and no statement can help, only a quality decision is left.
"""

from __future__ import annotations

from collections.abc import Callable

from twins.policy.condition_policy import Boundary, ConditionPolicy, Severity

from .allowances import life_words
from .condition import Condition
from .coverage_outlook import coverage_outlook
from .finding_words import end_of_finding, told
from .rules import RuleFired
from .spans import at_most, moment_words

STAYS = "It stays for this shipment: only a quality decision can answer it."
CLOSED = (
    "The shipment is closed: only late readings of the time before, or a quality decision, can "
    "answer it."
)


def what_would_change(
    rule: RuleFired, condition: Condition, policy: ConditionPolicy, *, is_closed: bool
) -> str:
    """Return what would end or answer a rule that fired.

    Args:
        rule: One of the condition's.
        condition: The verdict.
        policy: The policy that it was judged by.
        is_closed: Whether the shipment is closed.
    """
    kind, _, name = rule.rule.partition(":")
    if kind == "boundary":
        boundary = next(one for one in policy.boundaries if one.id == name)
        return _boundary(rule, boundary, condition, is_closed=is_closed)
    if kind == "coverage":
        return coverage_outlook(name, condition.coverage, policy, is_closed=is_closed)
    if kind == "mean_kinetic_temperature":
        return _mean_kinetic(condition, policy, is_closed=is_closed)
    said = _OTHERS.get(kind)
    return f"It ends when this holds: {rule.text}." if said is None else said(condition, policy)


def _boundary(rule: RuleFired, boundary: Boundary, condition: Condition, *, is_closed: bool) -> str:
    if all(one.ended_at is not None for one in rule.excursions):
        return _over(boundary)
    if is_closed:
        return CLOSED
    return f"{_end(boundary, condition)}. {_afterwards(boundary)}"


def _over(boundary: Boundary) -> str:
    if boundary.is_latched:
        return STAYS
    said = f"It is over and no longer makes the verdict {boundary.disposition}; {_rest(boundary)}"
    if boundary.is_cumulative:
        return f"{said} Outside again, it is back at once: the allowance is used up."
    return said


def _afterwards(boundary: Boundary) -> str:
    if boundary.is_latched:
        return (
            f"That the verdict is {boundary.disposition} stays for this shipment all the same: "
            "only a quality decision can answer it."
        )
    return f"Then it no longer makes the verdict {boundary.disposition}; {_rest(boundary)}"


def _rest(boundary: Boundary) -> str:
    if boundary.severity is Severity.NONE:
        return "that it happened stays on record."
    word = boundary.severity.name.lower()
    return f"its severity, {word}, stays: only a quality decision can answer it."


def _end(boundary: Boundary, condition: Condition) -> str:
    """Return what ends an excursion: the value, and how many sensors must read it."""
    back = -boundary.hysteresis if boundary.is_upper else boundary.hysteresis
    limit = told(boundary.limit + back, boundary.quantity)
    value = f"at or {'below' if boundary.is_upper else 'above'} {limit}"
    if boundary.is_of_core:
        said = f"An estimated core temperature {value} ends it"
    else:
        judged = condition.statistics.judged
        sensors = (one.sensors for one in judged if one.quantity == boundary.quantity)
        said = _readings(value, next(sensors, 1))
    if boundary.phases is None:
        return said
    return f"{said}, and so does a milestone that leads out of: {', '.join(boundary.phases)}"


def _readings(value: str, sensors: int) -> str:
    # What is judged is a median: with so many inside it is inside, whatever the others read.
    enough = sensors // 2 + 1
    if sensors <= 1:
        return f"A reading {value} ends it"
    if enough == sensors:
        return f"Readings {value} of both sensors end it"
    return f"Readings {value} of {enough} of the {sensors} sensors end it"


def _mean_kinetic(condition: Condition, policy: ConditionPolicy, *, is_closed: bool) -> str:
    limit = policy.mean_kinetic
    judged = [one for one in condition.statistics.judged if one.quantity == "temperature"]
    if limit is None or not judged:
        return STAYS
    if is_closed:
        return CLOSED
    allowed = told(limit.limit, "temperature")
    if limit.window is None:
        return (
            f"It is judged over all {at_most(judged[0].observed)} observed so far: colder time to "
            f"come can bring it back to {allowed}."
        )
    window = judged[0].highest_window
    if window is None or window.ends_at - window.begins_at >= limit.window:
        return f"The highest window stays the highest. {STAYS}"
    return (
        f"The window is {at_most(window.ends_at - window.begins_at)} long and grows to "
        f"{at_most(limit.window)}: colder time within it can bring it back to {allowed}."
    )


def _shelf_life(_condition: Condition, _policy: ConditionPolicy) -> str:
    return f"What is used up does not come back. {STAYS}"


def _shelf_life_left(condition: Condition, policy: ConditionPolicy) -> str:
    left, limit = condition.shelf_life, policy.shelf_life
    if left is None or limit is None:
        return STAYS
    return f"What is used up does not come back: {life_words(left, limit)}."


def _damage(_condition: Condition, _policy: ConditionPolicy) -> str:
    return f"A shock does not become undone. {STAYS}"


def _undecided(condition: Condition, _policy: ConditionPolicy) -> str:
    count = condition.statistics.shocks.unknown
    shocks = "the shock" if count == 1 else f"the {count} shocks"
    return (
        f"What no sensor told of {shocks} (peak, and velocity change or pulse duration) decides "
        "it, also when it is read late; else only a quality decision can answer it."
    )


def _sensors(condition: Condition, policy: ConditionPolicy) -> str:
    ends = [end_of_finding(one, policy.sensors) for one in condition.sensors.running]
    return " ".join(dict.fromkeys(ends))


def _disputed(condition: Condition, _policy: ConditionPolicy) -> str:
    custody = condition.custody
    return (
        f"{custody.offered_to} accepts or refuses the handover, or {custody.holder} withdraws the "
        "offer."
    )


def _overdue(condition: Condition, _policy: ConditionPolicy) -> str:
    waiting = [one for one in condition.custody.overdue if one.answered_at is None]
    return " ".join(
        f"{one.to_party} accepts, refuses or disputes the offer of "
        f"{moment_words(one.offered_at)}, or {one.from_party} withdraws it."
        for one in waiting
    )


def _off_route(_condition: Condition, _policy: ConditionPolicy) -> str:
    return "A position back on the planned way ends it."


def _late(condition: Condition, _policy: ConditionPolicy) -> str:
    stops = () if condition.location is None else condition.location.overdue_stops
    return f"Arrival at {', '.join(stops)}, or at a later stop, ends it."


_OTHERS: dict[str, Callable[[Condition, ConditionPolicy], str]] = {
    "shelf_life": _shelf_life,
    "shelf_life_left": _shelf_life_left,
    "damage_boundary": _damage,
    "shocks_undecided": _undecided,
    "sensors": _sensors,
    "custody_disputed": _disputed,
    "custody_overdue": _overdue,
    "off_route": _off_route,
    "arrival_overdue": _late,
}
