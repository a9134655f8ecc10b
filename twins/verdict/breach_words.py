"""What happened where a rule fired, in people's words.

A rule's own text says what it demands ("Not above 8 °C"), and that text is part of the condition's
digest. Standing alone as a reason it reads as its opposite, so a reason says what happened.
"""

from __future__ import annotations

from collections.abc import Callable

from twins.policy.condition_policy import Boundary, ConditionPolicy, Disposition
from twins.readings import QUANTITIES, decimal_text

from .counts import counted
from .finding_words import told
from .rules import HOUR, PERCENT_PPM, RuleFired
from .spans import at_most

_NAMES = {"acceleration": "Shock", "contact": "Door contact"}


def breach_words(rule: RuleFired, policy: ConditionPolicy) -> str:
    """Return what happened, as a title without a full stop.

    Args:
        rule: A rule that fired.
        policy: The policy that it is of.
    """
    kind, _, name = rule.rule.partition(":")
    if kind == "boundary":
        boundary = next(one for one in policy.boundaries if one.id == name)
        times = f", {rule.count:,} times" if rule.count > 1 else ""
        return f"{passed_words(boundary)}{times}"
    if kind in _OF_QUANTITY:
        return f"{name.capitalize()} {_OF_QUANTITY[kind](policy)}"
    if kind == "custody_apart":
        # Its text names the party, and says what happened already.
        return rule.text
    said = _POLICY_WORDS.get(kind)
    return said(policy) if said is not None else _COUNTED[kind](rule.count)


def passed_words(boundary: Boundary) -> str:
    """Return what happened where a boundary was passed once, as a title without a full stop."""
    what = "Estimated core temperature" if boundary.is_of_core else _name(boundary.quantity)
    if boundary.quantity == "contact":
        # 1 is closed, 0 is open.
        said = f"{what} {'closed' if boundary.is_upper else 'open'}"
    else:
        side = "above" if boundary.is_upper else "below"
        said = f"{what} {side} {told(boundary.limit, boundary.quantity)}"
    if boundary.delay:
        said += f" for {at_most(boundary.delay)} or longer"
    if boundary.is_cumulative:
        said += " in sum"
    if boundary.phases is not None:
        said += f" ({', '.join(boundary.phases)})"
    is_opening = boundary.disposition is Disposition.CONTAINER_OPEN
    return f"Opened: {said[0].lower()}{said[1:]}" if is_opening else said


def _name(quantity: str) -> str:
    return _NAMES.get(quantity) or quantity.replace("_", " ").capitalize()


def _covered(policy: ConditionPolicy) -> str:
    share = decimal_text(policy.observation.minimum_coverage_ppm, PERCENT_PPM)
    return f"observed for less than {share} % of the planned time"


def _unobserved(policy: ConditionPolicy) -> str:
    most = policy.observation.maximum_gap
    return "unobserved for too long" if most is None else f"unobserved for over {at_most(most)}"


def _too_warm(policy: ConditionPolicy) -> str:
    limit = policy.mean_kinetic
    if limit is None:
        return "Mean kinetic temperature too high"
    said = decimal_text(limit.limit, QUANTITIES["temperature"].scale)
    text = f"Mean kinetic temperature above {said} °C"
    if limit.window is not None:
        text += f" over what was observed of {limit.window // HOUR} h with an excursion"
    return text


def _little_life(policy: ConditionPolicy) -> str:
    limit = policy.shelf_life
    if limit is None or limit.warn_left_ppm is None:
        return "Little of the shelf life left"
    return f"Less than {decimal_text(limit.warn_left_ppm, PERCENT_PPM)} % of the shelf life left"


_OF_QUANTITY: dict[str, Callable[[ConditionPolicy], str]] = {
    "coverage": _covered,
    "gap": _unobserved,
}
_POLICY_WORDS: dict[str, Callable[[ConditionPolicy], str]] = {
    "mean_kinetic_temperature": _too_warm,
    "shelf_life": lambda _: "Shelf life used up",
    "shelf_life_left": _little_life,
    "custody_disputed": lambda _: "A handover is disputed",
    "off_route": lambda _: "The planned route was left",
}
_COUNTED: dict[str, Callable[[int], str]] = {
    "damage_boundary": lambda count: f"{counted(count, 'shock')} beyond the damage boundary",
    "shocks_undecided": lambda count: (
        f"{counted(count, 'shock')} of which too little was told to exclude damage"
    ),
    "before_start": lambda count: f"Limits passed {counted(count, 'time')} before the start",
    "after_close": lambda count: f"{counted(count, 'reading')} outside a limit after the close",
    "sensors": lambda count: f"{counted(count, 'finding')} against the sensors now",
    "sensors_before": lambda count: (
        f"{counted(count, 'time')} a sensor could not be believed, over now"
    ),
    "outvoted": lambda count: (
        f"{counted(count, 'sensor')} outside a limit alone, where the others were not"
    ),
    "custody_overdue": lambda count: f"{counted(count, 'offered handover')} not answered in time",
    "arrival_overdue": lambda count: f"{counted(count, 'planned stop')} not reached in time",
}
