"""What the sensors say: levels, excursions, shocks, openings."""

from __future__ import annotations

from twins.condition import Condition, SeriesStatistics
from twins.custody import Custody
from twins.excursions import Excursion
from twins.policy import Boundary, ConditionPolicy, Disposition
from twins.readings import QUANTITIES

from .device_text import named
from .fact_types import (
    EnclosureFact,
    ExcursionFact,
    KineticFact,
    LevelFact,
    PeaksFact,
    ShockFact,
)
from .figures import duration, kinetic, level, listed, mean, moment

DETAILED_EXCURSIONS = 2
"""More are counted, not told: a reader finds them in the condition."""

QUANTITY_WORDS = {
    "temperature": "temperature",
    "humidity": "relative humidity",
    "illuminance": "light",
    "acceleration": "acceleration",
    "pulse_duration": "pulse duration",
    "velocity_change": "velocity change",
    "free_fall": "free fall",
    "pressure": "air pressure",
    "tilt": "tilt",
    "latitude": "latitude",
    "longitude": "longitude",
    "battery": "battery charge",
    "contact": "door contact",
}
NO_CUSTODIAN = "without a custodian on record"


def custody_during(custody: Custody, start: int, end: int) -> str:
    """Return in whose possession the asset was during an interval, as a phrase."""
    periods = [(one.holder, one.since, one.until) for one in custody.periods]
    periods.append((custody.holder, custody.since, None))
    holders = [
        named(holder)
        for holder, since, until in periods
        if holder and since <= end and (until is None or until > start)
    ]
    return f"in the custody of {', then '.join(holders)}" if holders else NO_CUSTODIAN


def limits_of_levels(policy: ConditionPolicy) -> tuple[Boundary, ...]:
    """Return the limits of held quantities, without those that tell of an opening."""
    return tuple(
        one
        for one in policy.boundaries
        if QUANTITIES[one.quantity].is_level and one.disposition is not Disposition.CONTAINER_OPEN
    )


def levels(condition: Condition, policy: ConditionPolicy) -> tuple[LevelFact, ...]:
    """Return every level that the policy requires or limits, temperature first."""
    wanted = {*policy.observation.required, *(one.quantity for one in limits_of_levels(policy))}
    read = {one.quantity for one in condition.statistics.series}
    wanted |= read & {"temperature"}
    return tuple(_level(condition, name) for name in QUANTITIES if name in wanted)


def _level(condition: Condition, quantity: str) -> LevelFact:
    series = [one for one in condition.statistics.series if one.quantity == quantity]
    words = QUANTITY_WORDS[quantity]
    usable = [one for one in series if one.minimum is not None]
    if not usable:
        return LevelFact(words, len(series))
    lowest, lowest_at = min((one.minimum or 0, one.minimum_at or 0) for one in usable)
    highest, earlier = max((one.maximum or 0, -(one.maximum_at or 0)) for one in usable)
    means = [one.mean for one in usable if one.mean is not None]
    return LevelFact(
        quantity=words,
        sensors=len(usable),
        lowest=level(lowest, quantity),
        lowest_at=moment(lowest_at),
        highest=level(highest, quantity),
        highest_at=moment(-earlier),
        lowest_mean=mean(min(means), quantity, (lowest, highest)) if means else "",
        highest_mean=mean(max(means), quantity, (lowest, highest)) if means else "",
        kinetic=_highest_kinetic(usable, (lowest, highest)),
    )


def _highest_kinetic(series: list[SeriesStatistics], between: tuple[int, int]) -> str:
    values = [one.mean_kinetic_celsius for one in series if one.mean_kinetic_celsius is not None]
    return kinetic(max(values, key=_ten_thousandths), between) if values else ""


def _ten_thousandths(celsius: str) -> int:
    return int(celsius.replace(".", ""))


def judged_quantities(condition: Condition, policy: ConditionPolicy) -> str:
    """Return in words which limited quantities have a usable reading; "" where none has."""
    limited = {one.quantity for one in limits_of_levels(policy)}
    usable = {one.quantity for one in condition.statistics.series if one.minimum is not None}
    names = [QUANTITY_WORDS[name] for name in QUANTITIES if name in limited & usable]
    return listed(names)


def excursions(
    condition: Condition, policy: ConditionPolicy, custody: Custody
) -> tuple[tuple[ExcursionFact, ...], int]:
    """Return the weightiest excursions by their beginning, and how many others there are."""
    limits = {one.id: one for one in limits_of_levels(policy)}
    found = [one for one in _fired(condition) if one.boundary in limits]
    found.sort(key=lambda one: (-limits[one.boundary].severity, -one.outside, *_place(one)))
    told = sorted(found[:DETAILED_EXCURSIONS], key=_place)
    return (
        tuple(_excursion(one, limits[one.boundary], custody, condition.as_of) for one in told),
        sum(_count(condition, one) for one in limits) - len(told),
    )


def _fired(condition: Condition) -> list[Excursion]:
    return [excursion for rule in condition.rules_fired for excursion in rule.excursions]


def _place(excursion: Excursion) -> tuple[int, str, str, str]:
    return excursion.began_at, excursion.boundary, excursion.device, excursion.sensor


def _excursion(one: Excursion, limit: Boundary, custody: Custody, as_of: int) -> ExcursionFact:
    ended = as_of if one.ended_at is None else one.ended_at
    during = (one.extreme_at, one.extreme_at) if limit.is_cumulative else (one.began_at, ended)
    return ExcursionFact(
        rule=one.boundary,
        device=named(one.device),
        quantity=QUANTITY_WORDS[one.quantity],
        side=_side(limit),
        limit=level(limit.limit, one.quantity),
        began_at=moment(one.began_at),
        ended_at="" if one.ended_at is None else moment(one.ended_at),
        outside=duration(one.outside),
        extreme=level(one.extreme, one.quantity),
        extreme_at=moment(one.extreme_at),
        allowed=duration(limit.delay) if limit.is_cumulative else "",
        custody=custody_during(custody, *during),
    )


def _side(limit: Boundary) -> str:
    return "above" if limit.is_upper else "below"


def kinetic_excess(condition: Condition, policy: ConditionPolicy) -> KineticFact | None:
    """Return the mean kinetic temperature that broke its limit, to all four places."""
    limit = policy.mean_kinetic
    if limit is None or all(
        one.rule != "mean_kinetic_temperature" for one in condition.rules_fired
    ):
        return None
    values = [
        one.mean_kinetic_celsius
        for one in condition.statistics.series
        if one.mean_kinetic_celsius is not None
    ]
    highest = max(values, key=_ten_thousandths)
    return KineticFact(f"{highest} °C", level(limit.limit, "temperature"))


def shocks(condition: Condition, policy: ConditionPolicy, custody: Custody) -> ShockFact | None:
    """Return what is known of shocks; None where neither policy nor sensor knows of any."""
    limits = [one for one in policy.boundaries if one.quantity == "acceleration"]
    is_read = any(one.quantity == "acceleration" for one in condition.statistics.series)
    counts = policy.wear.shock_full > 0
    if not (limits or is_read or counts):
        return None
    found = condition.statistics.shocks
    at = found.peak_at
    return ShockFact(
        count=found.count,
        threshold=level(policy.wear.shock_from, "acceleration") if counts else "",
        peak="" if found.peak is None else level(found.peak, "acceleration"),
        peak_at="" if at is None else moment(at),
        custody="" if at is None else custody_during(custody, at, at),
        outside=tuple(_peaks(condition, one) for one in limits if _count(condition, one.id)),
    )


def _count(condition: Condition, boundary: str) -> int:
    return sum(one.count for one in condition.rules_fired if one.rule == f"boundary:{boundary}")


def _peaks(condition: Condition, limit: Boundary) -> PeaksFact:
    return PeaksFact(_count(condition, limit.id), _side(limit), level(limit.limit, "acceleration"))


def enclosure(
    condition: Condition, policy: ConditionPolicy, custody: Custody
) -> EnclosureFact | None:
    """Return what is known of openings; None where the policy has no rule for them."""
    limits = [one for one in policy.boundaries if one.disposition is Disposition.CONTAINER_OPEN]
    if not limits:
        return None
    watched = {one.quantity for one in limits}
    names = [QUANTITY_WORDS[name] for name in QUANTITIES if name in watched]
    ids = {one.id for one in limits}
    found = sorted((one for one in _fired(condition) if one.boundary in ids), key=_place)
    first = found[0].began_at if found else None
    return EnclosureFact(
        quantity=" or ".join(names),
        is_observed=any(
            one.quantity in watched and one.minimum is not None
            for one in condition.statistics.series
        ),
        openings=condition.statistics.openings,
        opened_at="" if first is None else moment(first),
        custody="" if first is None else custody_during(custody, first, first),
        is_open=any(one.ended_at is None for one in found),
    )
