"""Since when a rule that fired lasts: each kind of rule has a beginning of its own.

Where the figures do not tell it, nothing is told: the moment of the judgement is no beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from twins.policy.condition_policy import ConditionPolicy
from twins.position.track import route_plan_of
from twins.state import AssetTwin
from twins.wear.index import FULL_PPM
from twins.wear.shock import Damage

from .condition import Condition
from .rules import DOUBTS, RuleFired

OVER_AND_STAYS = frozenset({"damage_boundary", "sensors_before", "outvoted"})
"""Rules of what never lasts, and weighs on to the end."""


def began_at(
    rule: RuleFired, condition: Condition, policy: ConditionPolicy, twin: AssetTwin
) -> int | None:
    """Return since when a rule that fired lasts, in microseconds UTC; None where nobody knows.

    Args:
        rule: One of the condition's.
        condition: The verdict.
        policy: The policy that it was judged by.
        twin: The twin that it judges.
    """
    if rule.excursions:
        lasting = [one.began_at for one in rule.excursions if one.ended_at is None]
        return min(lasting or [one.began_at for one in rule.excursions])
    kind, _, name = rule.rule.partition(":")
    if kind == "coverage":
        return _coverage(name, condition, twin, policy.observation.minimum_coverage_ppm)
    if kind == "gap":
        return _gap(name, condition, twin)
    found = _OTHERS.get(kind)
    return None if found is None else found(condition, twin)


def is_active(rule: RuleFired, since: int | None) -> bool:
    """Tell whether what made a rule fire lasts.

    Excursions may all be over, a shock is a moment, what sensors were doubted or outvoted for is
    over and stays, and a gap that is over has no beginning told.

    Args:
        rule: A rule that fired.
        since: What `began_at` says of it.
    """
    kind = rule.rule.partition(":")[0]
    if rule.excursions:
        return any(one.ended_at is None for one in rule.excursions)
    return kind not in OVER_AND_STAYS and (kind != "gap" or since is not None)


def ends_with_the_close(rule: RuleFired, twin: AssetTwin) -> int | None:
    """Return the close of a shipment where what made a rule fire lasts no longer than to it.

    Nothing is judged behind the close; custody alone goes on. None where that is so, or where the
    shipment is not closed.
    """
    return None if rule.rule.startswith("custody_") else twin.closed_at


def _coverage(quantity: str, condition: Condition, twin: AssetTwin, minimum: int) -> int | None:
    """Return since when the gap lasts, or since when in it the observed share is too small."""
    coverage = condition.coverage
    one = next(each for each in coverage.quantities if each.quantity == quantity)
    until = condition.as_of if twin.closed_at is None else twin.closed_at
    begins = coverage.planned_from if one.observed_until is None else one.observed_until
    if begins is None or begins >= until or not minimum:
        return None
    enough_for = one.observed * FULL_PPM // minimum
    return max(begins, until - coverage.planned + enough_for)


def _gap(quantity: str, condition: Condition, twin: AssetTwin) -> int | None:
    """Return since when the gap that is too long lasts; None where it is over."""
    coverage = condition.coverage
    one = next(each for each in coverage.quantities if each.quantity == quantity)
    until = condition.as_of if twin.closed_at is None else twin.closed_at
    begins = coverage.planned_from if one.observed_until is None else one.observed_until
    return begins if begins is not None and until - begins == one.longest_gap else None


def _shock(condition: Condition, _twin: AssetTwin, zone: Damage) -> int | None:
    shocks = condition.statistics.shocks.newest
    return max((one.at for one in shocks if one.zone is zone), default=None)


def _sensors(condition: Condition, _twin: AssetTwin) -> int | None:
    return min((one.since for one in condition.sensors.running), default=None)


def _sensors_before(condition: Condition, _twin: AssetTwin) -> int | None:
    """Return the earliest doubt; None where older ones are counted and listed no more."""
    sensors = condition.sensors
    listed = [one.since for one in sensors.over if one.kind in DOUBTS]
    counted = sum(sensors.counts.get(kind.value, 0) for kind in DOUBTS)
    return min(listed, default=None) if len(listed) == counted else None


def _outvoted(condition: Condition, _twin: AssetTwin) -> int | None:
    """Return when the first was outvoted; None where not all of them are listed."""
    sensors = condition.sensors
    listed = {(one.device, one.sensor) for one in sensors.outvoted}
    if len(listed) < sensors.outvoted_count:
        return None
    return min((one.at for one in sensors.outvoted), default=None)


def _disputed(_condition: Condition, twin: AssetTwin) -> int | None:
    disputed = twin.custody.disputed
    return None if disputed is None else disputed.at


def _overdue(condition: Condition, _twin: AssetTwin) -> int | None:
    waiting = (one.due_at for one in condition.custody.overdue if one.answered_at is None)
    return min(waiting, default=None)


def _off_route(condition: Condition, _twin: AssetTwin) -> int | None:
    return None if condition.location is None else condition.location.off_route_since


def _late(condition: Condition, twin: AssetTwin) -> int | None:
    plan, location = route_plan_of(twin.plan), condition.location
    if plan is None or location is None:
        return None
    due = (
        one.arrives_by
        for one in plan.stops
        if one.id in location.overdue_stops and one.arrives_by is not None
    )
    return min(due, default=None)


_OTHERS: dict[str, Callable[[Condition, AssetTwin], int | None]] = {
    "damage_boundary": partial(_shock, zone=Damage.POSSIBLE),
    "shocks_undecided": partial(_shock, zone=Damage.UNKNOWN),
    "sensors": _sensors,
    "sensors_before": _sensors_before,
    "outvoted": _outvoted,
    "custody_disputed": _disputed,
    "custody_overdue": _overdue,
    "off_route": _off_route,
    "arrival_overdue": _late,
}
