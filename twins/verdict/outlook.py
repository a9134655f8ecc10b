"""What would change a verdict: of every rule that fired, in words that a person can act on.

Nothing is judged here. Every sentence is read off the condition and the policy; its figures are
exact, or rounded to the side that promises less. What happened does not become undone: where no
reading and no statement can help, only a quality decision is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from twins.policy.condition_policy import Boundary, ConditionPolicy, Severity

from .allowances import life_words
from .bound_devices import bind_first, sensors_of_devices
from .condition import Condition
from .coverage_outlook import coverage_outlook
from .finding_words import CLOSED, outlook_of_finding, told
from .rules import RuleFired
from .spans import at_most, moment_words

STAYS = "It stays for this shipment: only a quality decision can answer it."


def what_would_change(
    rule: RuleFired,
    condition: Condition,
    policy: ConditionPolicy,
    *,
    is_closed: bool,
    bound: Collection[str] | None = None,
) -> str:
    """Return what would end or answer a rule that fired.

    Args:
        rule: One of the condition's.
        condition: The verdict.
        policy: The policy that it was judged by.
        is_closed: Whether the shipment is closed.
        bound: The devices that travel with it now; None where that is not known.
    """
    kind, _, name = rule.rule.partition(":")
    if is_closed and kind in _ENDED_BY_WHAT_COMES:
        return CLOSED
    if kind == "boundary":
        boundary = next(one for one in policy.boundaries if one.id == name)
        return _boundary(rule, boundary, condition, is_closed=is_closed, bound=bound)
    if kind == "coverage":
        said = coverage_outlook(name, condition.coverage, policy, is_closed=is_closed)
        is_told = is_closed or not condition.coverage.planned
        return said if is_told else f"{bind_first(condition, name, bound)}{said}"
    if kind == "mean_kinetic_temperature":
        return _mean_kinetic(condition, policy, is_closed=is_closed, bound=bound)
    if kind == "sensors":
        return _sensors(condition, policy, bound)
    other = _OTHERS.get(kind)
    said = f"It ends when this holds: {rule.text}." if other is None else other(condition, policy)
    needs_positions = kind in {"off_route", "arrival_overdue"} and bound is not None and not bound
    return f"{_BIND_POSITIONS}{said}" if needs_positions else said


def _boundary(
    rule: RuleFired,
    boundary: Boundary,
    condition: Condition,
    *,
    is_closed: bool,
    bound: Collection[str] | None,
) -> str:
    if all(one.ended_at is not None for one in rule.excursions):
        return _over(boundary)
    if is_closed:
        return CLOSED
    first = bind_first(condition, boundary.quantity, bound)
    return f"{first}{_end(boundary, condition, bound)}. {_afterwards(boundary)}"


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


def _end(boundary: Boundary, condition: Condition, bound: Collection[str] | None) -> str:
    """Return what ends an excursion: the value, and how many sensors must read it."""
    back = -boundary.hysteresis if boundary.is_upper else boundary.hysteresis
    limit = told(boundary.limit + back, boundary.quantity)
    value = f"at or {'below' if boundary.is_upper else 'above'} {limit}"
    if boundary.is_of_core:
        said = f"An estimated core temperature {value} ends it"
    else:
        said = _readings(value, sensors_of_devices(condition, boundary.quantity, bound))
    if boundary.phases is None:
        return said
    return f"{said}, and so does a milestone that leads out of: {', '.join(boundary.phases)}"


def _readings(value: str, sensors: Collection[int]) -> str:
    """Return how many of the sensors must read a value; `sensors` has those of each device."""
    is_of_devices = len(sensors) > 1 and max(sensors) > 1
    count = len(sensors) if is_of_devices else sum(sensors)
    if count <= 1:
        return f"A reading {value} ends it"
    # What is judged is a median: with so many inside it is inside, whatever the others read.
    enough = count // 2 + 1
    noun = "devices" if is_of_devices else "sensors"
    of = f"both {noun}" if enough == count else f"{enough} of the {count} {noun}"
    each = ", of each by more than half of its sensors," if is_of_devices else ""
    return f"Readings {value} of {of}{each} end it"


def _mean_kinetic(
    condition: Condition,
    policy: ConditionPolicy,
    *,
    is_closed: bool,
    bound: Collection[str] | None,
) -> str:
    limit = policy.mean_kinetic
    judged = [one for one in condition.statistics.judged if one.quantity == "temperature"]
    if limit is None or not judged:
        return STAYS
    if is_closed:
        return CLOSED
    allowed = told(limit.limit, "temperature")
    first = bind_first(condition, "temperature", bound)
    if limit.window is None:
        return (
            f"{first}It is judged over all {at_most(judged[0].observed)} observed so far: colder "
            f"time to come can bring it back to {allowed}."
        )
    window = judged[0].highest_window
    if window is None or window.ends_at - window.begins_at >= limit.window:
        return f"The highest window stays the highest. {STAYS}"
    return (
        f"{first}The window is {at_most(window.ends_at - window.begins_at)} long and grows to "
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
        f"A late reading of {shocks} that tells what is missing (peak, and velocity change or "
        "pulse duration) decides it; else only a quality decision can answer it."
    )


def _before_start(_condition: Condition, _policy: ConditionPolicy) -> str:
    return (
        "What was before the start is no part of this shipment; that it happened stays on record."
    )


def _after_close(_condition: Condition, _policy: ConditionPolicy) -> str:
    return "What came after the close is no part of this shipment; that it came stays on record."


def _sensors_before(_condition: Condition, _policy: ConditionPolicy) -> str:
    return "It is over and stays on record: only a quality decision can answer it."


def _outvoted(condition: Condition, _policy: ConditionPolicy) -> str:
    names = dict.fromkeys(f"{one.sensor} of {one.device}" for one in condition.sensors.outvoted)
    return (
        f"The other sensors did not show it: look at what stood beside {', '.join(names)}. It "
        "stays for this shipment; only a quality decision can answer it."
    )


def _gap(_condition: Condition, _policy: ConditionPolicy) -> str:
    return (
        "Late readings of the time that nobody observed part the gap; else only a quality decision "
        "can answer it."
    )


def _sensors(condition: Condition, policy: ConditionPolicy, bound: Collection[str] | None) -> str:
    running = condition.sensors.running
    ends = [
        outlook_of_finding(one, policy.sensors, is_closed=False, bound=bound) for one in running
    ]
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


def _apart(condition: Condition, _policy: ConditionPolicy) -> str:
    return (
        f"{condition.custody.holder} hands over the asset itself to whoever accepted what it stood "
        "in."
    )


def _off_route(_condition: Condition, _policy: ConditionPolicy) -> str:
    return "A position back on the planned way ends it."


def _late(condition: Condition, _policy: ConditionPolicy) -> str:
    stops = () if condition.location is None else condition.location.overdue_stops
    return f"A position that shows it at {', '.join(stops)}, or at a later stop, ends it."


_ENDED_BY_WHAT_COMES = frozenset({"sensors", "off_route", "arrival_overdue"})
"""Rules that a reading to come ends; of a closed shipment none comes."""

_BIND_POSITIONS = "No device travels with it now: bind one that tells positions first. "

_OTHERS: dict[str, Callable[[Condition, ConditionPolicy], str]] = {
    "shelf_life": _shelf_life,
    "shelf_life_left": _shelf_life_left,
    "damage_boundary": _damage,
    "shocks_undecided": _undecided,
    "before_start": _before_start,
    "after_close": _after_close,
    "sensors_before": _sensors_before,
    "outvoted": _outvoted,
    "gap": _gap,
    "custody_disputed": _disputed,
    "custody_overdue": _overdue,
    "custody_apart": _apart,
    "off_route": _off_route,
    "arrival_overdue": _late,
}
