"""What made a rule fire that no excursion made fire, in lines for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from twins.verdict.condition import Condition, RuleFired
from twins.verdict.finding_words import finding_words, told
from twins.verdict.rules import DOUBTS
from twins.wear.shock import Damage
from twins.wear.shocks import JudgedShock

from .values import duration_text, duration_up_text, moment_text

_MICRO = 1_000_000


def evidence_of(rule: RuleFired, condition: Condition) -> Iterator[str]:
    """Return what made a rule fire that no excursion made fire, in lines."""
    kind, _, name = rule.rule.partition(":")
    if kind in {"coverage", "gap"}:
        return _coverage(condition, name)
    said = _EVIDENCE.get(kind)
    return iter(()) if said is None else said(condition)


def _coverage(condition: Condition, quantity: str) -> Iterator[str]:
    coverage = condition.coverage
    one = next(each for each in coverage.quantities if each.quantity == quantity)
    is_seen = one.observed and one.observed_until is not None
    until = f"last {moment_text(one.observed_until or 0)}" if is_seen else "never"
    yield (
        f"Observed for {duration_text(one.observed)} of {duration_text(coverage.planned)}, "
        f"{until}; longest gap {duration_up_text(one.longest_gap)}"
    )


def _mean_kinetic(condition: Condition) -> Iterator[str]:
    for one in condition.statistics.judged:
        window = one.highest_window
        if window is not None:
            yield (
                f"{window.mean_kinetic_celsius} °C from {moment_text(window.begins_at)} to "
                f"{moment_text(window.ends_at)}, {duration_text(window.observed)} of it observed"
            )
        elif one.mean_kinetic_celsius is not None:
            yield f"{one.mean_kinetic_celsius} °C over {duration_text(one.observed)} observed"


def _shocks(condition: Condition, zone: Damage) -> Iterator[str]:
    for one in reversed(condition.statistics.shocks.newest):
        if one.zone is zone:
            yield _shock(one)


def _shock(one: JudgedShock) -> str:
    peak = "peak not told" if one.peak is None else told(one.peak, "acceleration")
    change = one.velocity_change
    velocity = "velocity change not known" if change is None else f"{change / _MICRO:g} m/s"
    return f"{moment_text(one.at)}: {peak}, {velocity} ({one.device} {one.sensor})"


def _running(condition: Condition) -> Iterator[str]:
    for one in condition.sensors.running:
        source = f"{one.device} {one.sensor}".strip() or "all sensors"
        yield f"{one.quantity.capitalize()} of {source}: {finding_words(one.kind)}"


def _alone(condition: Condition) -> Iterator[str]:
    for one in condition.sensors.outvoted:
        yield f"{one.boundary}: {one.device} {one.sensor}, alone, {moment_text(one.at)}"


def _over(condition: Condition) -> Iterator[str]:
    for one in condition.sensors.over:
        if one.kind in DOUBTS:
            source = f"{one.device} {one.sensor}".strip() or "all sensors"
            until = "" if one.until is None else f", until {moment_text(one.until)}"
            yield f"{one.quantity.capitalize()} of {source}: {finding_words(one.kind)}{until}"


def _waiting(condition: Condition) -> Iterator[str]:
    for one in condition.custody.overdue:
        if one.answered_at is None:
            yield f"Offer of {one.from_party} to {one.to_party}, due {moment_text(one.due_at)}"


def _life(condition: Condition) -> Iterator[str]:
    life = condition.shelf_life
    if life is not None and life.left < 0:
        yield f"Used up by {duration_text(-life.left)} more than its {duration_text(life.life)}"
    if life is not None and life.unobserved:
        yield (
            f"Nobody observed the temperature for {duration_text(life.unobserved)}: the warmer of "
            "what was seen before and after counts"
        )


def _away(condition: Condition) -> Iterator[str]:
    location = condition.location
    if location is not None and location.off_route_since is not None:
        yield f"Away from the planned way since {moment_text(location.off_route_since)}"


def _late(condition: Condition) -> Iterator[str]:
    stops = () if condition.location is None else condition.location.overdue_stops
    yield f"Positions have not shown it at {', '.join(stops)} yet"


_EVIDENCE: dict[str, Callable[[Condition], Iterator[str]]] = {
    "mean_kinetic_temperature": _mean_kinetic,
    "shelf_life": _life,
    "damage_boundary": partial(_shocks, zone=Damage.POSSIBLE),
    "shocks_undecided": partial(_shocks, zone=Damage.UNKNOWN),
    "sensors": _running,
    "sensors_before": _over,
    "outvoted": _alone,
    "custody_overdue": _waiting,
    "off_route": _away,
    "arrival_overdue": _late,
}
