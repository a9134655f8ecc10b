"""What the sensors say: levels, mean kinetic temperatures, and values near a limit."""

from __future__ import annotations

from twins.policy.condition_policy import Boundary, ConditionPolicy, Disposition
from twins.readings import POSITION, QUANTITIES
from twins.verdict.condition import Condition, JudgedStatistics

from .fact_doubts import doubt_facts, doubted_series
from .fact_types import KineticFact, LevelFact, NearFact
from .figures import kinetic, kinetic_beside, level, listed, mean, moment, period

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
CORE_TEMPERATURE = "estimated core temperature"


def words_of(limit: Boundary) -> str:
    """Return in words what a limit is for."""
    return CORE_TEMPERATURE if limit.is_of_core else QUANTITY_WORDS[limit.quantity]


def side_of(limit: Boundary) -> str:
    """Return on which side of a limit its excursions are."""
    return "above" if limit.is_upper else "below"


def limits_of_levels(policy: ConditionPolicy) -> tuple[Boundary, ...]:
    """Return the limits of held quantities, without those that tell of an opening."""
    return tuple(
        one
        for one in policy.boundaries
        if QUANTITIES[one.quantity].is_level and one.disposition is not Disposition.CONTAINER_OPEN
    )


def levels(condition: Condition, policy: ConditionPolicy) -> tuple[LevelFact, ...]:
    """Return every level that the policy requires or limits, temperature first.

    A report is published; where the goods are is not.
    """
    wanted = {*policy.observation.required, *(one.quantity for one in limits_of_levels(policy))}
    read = {one.quantity for one in condition.statistics.series}
    wanted |= read & {"temperature"}
    return tuple(_level(condition, name) for name in QUANTITIES if name in wanted - POSITION)


def _level(condition: Condition, quantity: str) -> LevelFact:
    series = [one for one in condition.statistics.series if one.quantity == quantity]
    words = QUANTITY_WORDS[quantity]
    heard = [one for one in series if one.minimum is not None]
    if not heard:
        return LevelFact(words, len(series))
    doubted = doubted_series(condition, heard)
    usable = [one for one in heard if one not in doubted] or heard
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
        kinetic=_judged_kinetic(condition, quantity, (lowest, highest))
        if len(usable) == len(heard)
        else "",
        doubted=doubt_facts(condition, doubted, is_left_out=len(usable) < len(heard)),
    )


def _judged_kinetic(condition: Condition, quantity: str, between: tuple[int, int]) -> str:
    judged = [one for one in condition.statistics.judged if one.quantity == quantity]
    celsius = next((one.mean_kinetic_celsius for one in judged), None)
    return "" if celsius is None else kinetic(celsius, between)


def judged_quantities(condition: Condition, policy: ConditionPolicy) -> str:
    """Return in words which limited quantities have a usable reading; "" where none has."""
    usable = {one.quantity for one in condition.statistics.series if one.minimum is not None}
    limits = [one for one in limits_of_levels(policy) if one.quantity in usable]
    limits.sort(key=lambda one: (list(QUANTITIES).index(one.quantity), one.is_of_core))
    return listed(list(dict.fromkeys(words_of(one) for one in limits)), "or")


def kinetic_fact(
    condition: Condition, policy: ConditionPolicy, *, is_excursion_told: bool
) -> KineticFact | None:
    """Return the mean kinetic temperature that is judged.

    None where the policy has no limit, and where the whole time is judged and is within it: the
    level itself states that one. None also where a window is within it of which no excursion is
    told: windows are of what USP calls one, which no limit need be broken for.
    """
    limit = policy.mean_kinetic
    judged = [one for one in condition.statistics.judged if one.quantity == "temperature"]
    if limit is None or not judged:
        return None
    is_above = any(one.rule == "mean_kinetic_temperature" for one in condition.rules_fired)
    if limit.window is not None:
        is_told = is_above or is_excursion_told
        return _window_fact(judged[0], limit.limit, is_above=is_above) if is_told else None
    celsius = judged[0].mean_kinetic_celsius
    if celsius is None or not is_above:
        return None
    return KineticFact(kinetic_beside(celsius, limit.limit), level(limit.limit, "temperature"))


def _window_fact(judged: JudgedStatistics, limit: int, *, is_above: bool) -> KineticFact | None:
    window = judged.highest_window
    if window is None:
        return None
    return KineticFact(
        kinetic=kinetic_beside(window.mean_kinetic_celsius, limit),
        limit=level(limit, "temperature"),
        is_above=is_above,
        period=period(window.begins_at, window.ends_at),
    )


def _is_of_the_believed(condition: Condition, quantity: str, value: int) -> bool:
    """Tell whether a value lies in the range that the level states, as it is or of the core."""
    heard = [
        one
        for one in condition.statistics.series
        if one.quantity == quantity and one.minimum is not None
    ]
    doubted = doubted_series(condition, heard)
    usable = [one for one in heard if one not in doubted]
    if not doubted or not usable:
        return True
    lowest = min(one.minimum or 0 for one in usable)
    return lowest <= value <= max(one.maximum or 0 for one in usable)


def near_limits(condition: Condition, policy: ConditionPolicy) -> tuple[NearFact, ...]:
    """Return the values near a limit, each once though several rules have that limit."""
    limits = {one.id: one for one in policy.boundaries}
    found: dict[NearFact, None] = {}
    for one in condition.near_limits:
        limit = limits[one.boundary]
        if not _is_of_the_believed(condition, limit.quantity, one.value):
            continue
        accuracy = 0 if policy.sensors is None else policy.sensors.of(limit.quantity).accuracy
        fact = NearFact(
            quantity=words_of(limit),
            value=level(one.value, limit.quantity),
            limit=level(limit.limit, limit.quantity),
            accuracy=level(accuracy, limit.quantity),
            standing="outside" if one.is_outside else "inside",
        )
        found[fact] = None
    return tuple(found)
