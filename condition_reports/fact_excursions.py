"""What went beyond a limit, which devices show it, and who held the asset meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twins.custody.liability import MINUTE_US, largest_remainder
from twins.custody.possession import Custody
from twins.judging.excursions import Excursion, HeldBy, has_returned, is_outside
from twins.policy.condition_policy import Boundary, ConditionPolicy
from twins.readings import MICROSECONDS
from twins.verdict.condition import Condition, JudgedStatistics

from .device_text import named
from .fact_holders import NOBODY, holder_named, is_held
from .fact_readings import QUANTITY_WORDS, limits_of_levels, side_of, words_of
from .fact_types import ExcursionFact, MoreFact, OutsideFact
from .figures import duration, level, listed, moment, period, shortened

TOLD = 2
"""More excursions are counted: a reader finds them in the condition."""

NAMES_TOLD = 4
"""Of more holders the first two and the last one are told, the others counted."""


def custody_during(custody: Custody, start: int, end: int) -> str:
    """Return in whose possession the asset was during an interval, as a phrase."""
    periods = [(one.holder, one.since, one.until) for one in custody.periods]
    periods.append((custody.holder, custody.since, None))
    holders = [
        named(holder)
        for holder, since, until in periods
        if is_held(holder) and since <= end and (until is None or until > start)
    ]
    return _held(holders)


def excursions(
    condition: Condition, policy: ConditionPolicy, custody: Custody
) -> tuple[tuple[ExcursionFact, ...], MoreFact | None]:
    """Return the excursions that are told, by their beginning, and what the others are.

    Told are the weightiest, the weightiest that lasts, and one of another quantity or side that
    weighs as much: whoever must act or answer needs those. The rest are counted, with what each is
    of.
    """
    limits = {one.id: one for one in limits_of_levels(policy)}
    told = _told(_listed(condition, limits), limits)
    return (
        tuple(_excursion(one, limits[one.boundary], custody, condition.as_of) for one in told),
        _more(condition, limits, told),
    )


def _listed(condition: Condition, limits: Mapping[str, Boundary]) -> list[Excursion]:
    """Return the excursions of levels that a condition lists, the weightiest first.

    Nothing weighs more than what makes the verdict; then comes severity. Of what weighs alike a
    spell, which has its own times, comes before a sum of spells, and a long one before a short one.
    """
    speaking = {
        one.boundary
        for rule in condition.rules_fired
        if rule.disposition is condition.disposition
        for one in rule.excursions
    }
    return sorted(
        (one for one in fired_excursions(condition) if one.boundary in limits),
        key=lambda one: (
            one.boundary not in speaking,
            -limits[one.boundary].severity,
            limits[one.boundary].is_cumulative,
            -one.outside,
            *place_of(one),
        ),
    )


def _told(found: Sequence[Excursion], limits: Mapping[str, Boundary]) -> list[Excursion]:
    told = list(found[:1])
    if told and told[0].ended_at is not None:
        told += [one for one in found if one.ended_at is None][:1]
    for one in found[1:]:
        limit, first = limits[one.boundary], limits[found[0].boundary]
        is_alike = _of_what(limit) in {_of_what(limits[other.boundary]) for other in told}
        if len(told) < TOLD and limit.severity >= first.severity and not is_alike:
            told.append(one)
    return sorted(told, key=place_of)


def _more(
    condition: Condition, limits: Mapping[str, Boundary], told: Sequence[Excursion]
) -> MoreFact | None:
    """Return how many spells are not told, and of what.

    What several limits on one side see at once is one spell. A condition lists the newest of each
    limit only: of more, a limit saw at least as many as it counts. A sum of spells is none.
    """
    counts: dict[str, int] = {}
    spells = {boundary: limit for boundary, limit in limits.items() if not limit.is_cumulative}
    for what in dict.fromkeys(map(_of_what, spells.values())):
        mine = {boundary for boundary, limit in spells.items() if _of_what(limit) == what}
        seen = _spells([one for one in fired_excursions(condition) if one.boundary in mine])
        untold = sum(not any(one in told for one in spell) for spell in seen)
        most = max(count_of(condition, boundary) for boundary in mine)
        number = max(untold, most - len(_spells([one for one in told if one.boundary in mine])))
        if number:
            counts[what] = number
    return MoreFact(sum(counts.values()), listed(list(counts))) if counts else None


def _spells(excursions: Sequence[Excursion]) -> list[list[Excursion]]:
    """Return excursions of one quantity and side, those of each spell together: that overlap."""
    spells: list[list[Excursion]] = []
    for one in sorted(excursions, key=place_of):
        if spells and any(_lasts_until(other, one.began_at) for other in spells[-1]):
            spells[-1].append(one)
        else:
            spells.append([one])
    return spells


def _lasts_until(one: Excursion, moment_us: int) -> bool:
    """Tell whether an excursion that began by a moment goes on; another may begin at its end."""
    return one.ended_at is None or moment_us < one.ended_at


def _of_what(limit: Boundary) -> str:
    return f"{words_of(limit)} {'high' if limit.is_upper else 'low'}"


def time_outside(
    condition: Condition, policy: ConditionPolicy, told: Sequence[ExcursionFact]
) -> tuple[OutsideFact, ...]:
    """Return the time outside of each limited quantity, unless an excursion told is all of it."""
    limits = [one for one in limits_of_levels(policy) if not one.is_of_core]
    found = []
    for one in condition.statistics.judged:
        mine = [limit for limit in limits if limit.quantity == one.quantity]
        ids = {limit.id for limit in mine}
        outside = duration(one.outside)
        is_told = any(fact.rule in ids and fact.outside == outside for fact in told)
        if mine and one.outside >= MICROSECONDS and not is_told:
            is_brief = _is_brief(condition, one, mine)
            found.append(OutsideFact(QUANTITY_WORDS[one.quantity], outside, is_brief))
    return tuple(found)


def _is_brief(condition: Condition, judged: JudgedStatistics, limits: Sequence[Boundary]) -> bool:
    """Tell whether every spell is surely over, and was too short by itself for an excursion.

    In silence a spell may go on: then none was long enough where all of the time outside and all of
    the silence together are not.
    """
    ids = {one.id for one in limits}
    if any(one.used > 0 for one in condition.budgets if one.boundary in ids):
        return False  # Of a cumulative limit the sum decides, however short a spell is.
    silence = max(0, condition.coverage.planned - judged.observed)
    is_short = silence == 0 or all(judged.outside + silence < one.delay for one in limits)
    if not is_short or any(count_of(condition, one) for one in ids):
        return False
    values = [judged.value if one.is_upper else judged.lower for one in limits]
    return all(
        value is not None and has_returned(limit, value)
        for limit, value in zip(limits, values, strict=True)
    )


def is_outside_now(condition: Condition, policy: ConditionPolicy) -> bool:
    """Tell whether any level is beyond a limit now, or has an excursion that has not ended."""
    limits = limits_of_levels(policy)
    ids = {one.id for one in limits}
    return any(
        one.boundary in ids and one.ended_at is None for one in fired_excursions(condition)
    ) or any(_is_beyond(condition, one) for one in limits)


def outside_now(
    condition: Condition, policy: ConditionPolicy, told: Sequence[ExcursionFact]
) -> str:
    """Return in words what is beyond a limit now and no excursion told says; "" for none."""
    limits = limits_of_levels(policy)
    lasting = {one.boundary for one in fired_excursions(condition) if one.ended_at is None}
    said = {one.quantity for one in told if not one.period}
    names = [words_of(one) for one in limits if one.id in lasting or _is_beyond(condition, one)]
    return listed([name for name in dict.fromkeys(names) if name not in said])


def _is_beyond(condition: Condition, limit: Boundary) -> bool:
    """Tell whether what is judged now breaks a limit, for however short a time."""
    judged = next(
        (one for one in condition.statistics.judged if one.quantity == limit.quantity), None
    )
    is_in_force = limit.phases is None or condition.phase in limit.phases
    # Of a cumulative limit an allowance is used, which is told as such; what is beyond it alarms.
    if judged is None or not is_in_force or limit.is_cumulative:
        return False
    value = judged.value if limit.is_upper else judged.lower
    if limit.is_of_core:
        value = judged.core
    return value is not None and is_outside(limit, value)


def fired_excursions(condition: Condition) -> list[Excursion]:
    """Return every excursion that a condition lists."""
    return [excursion for rule in condition.rules_fired for excursion in rule.excursions]


def count_of(condition: Condition, boundary: str) -> int:
    """Return how many excursions a boundary has, listed or not."""
    return sum(one.count for one in condition.rules_fired if one.rule == f"boundary:{boundary}")


def place_of(excursion: Excursion) -> tuple[int, str, str, str]:
    """Return what excursions are told in the order of."""
    return excursion.began_at, excursion.boundary, excursion.device, excursion.sensor


def _excursion(one: Excursion, limit: Boundary, custody: Custody, as_of: int) -> ExcursionFact:
    ended = as_of if one.ended_at is None else one.ended_at
    return ExcursionFact(
        rule=one.boundary,
        shown_by="the core model" if limit.is_of_core else _witnesses(one),
        quantity=words_of(limit),
        side=side_of(limit),
        limit=level(limit.limit, one.quantity),
        began_at=moment(one.began_at),
        period="" if one.ended_at is None else period(one.began_at, one.ended_at),
        outside=duration(one.outside),
        extreme=level(one.extreme, one.quantity),
        allowed=duration(limit.delay) if limit.is_cumulative else "",
        custody=_held_by(one.held_by) or custody_during(custody, one.began_at, ended),
    )


def _witnesses(one: Excursion) -> str:
    devices = {shown.device for shown in one.shown_by} | {one.device}
    names = shortened([named(device) for device in sorted(devices)], "others")
    return f"{'device' if len(names) == 1 else 'devices'} {listed(names)}"


def _held_by(held: Sequence[HeldBy]) -> str:
    """Return who held the asset, and of several for how long each; "" where nobody knows."""
    if len(held) < 2:  # noqa: PLR2004 - one holder needs no share
        return _held([named(one.holder) for one in held if is_held(one.holder)]) if held else ""
    minutes = largest_remainder(
        sum(one.outside for one in held) // MINUTE_US, [one.outside for one in held]
    )
    if len(held) > NAMES_TOLD:
        others = len(held) - NAMES_TOLD + 1
        parts = [*_parts(held[:2], minutes[:2])]
        parts.append(f"{others} others in turn ({_minutes(sum(minutes[2:-1]))})")
        parts += _parts(held[-1:], minutes[-1:])
    else:
        parts = _parts(held, minutes)
    return _held(parts)


def _parts(held: Sequence[HeldBy], minutes: Sequence[int]) -> list[str]:
    return [
        f"{holder_named(one.holder)} ({_minutes(share)})"
        for one, share in zip(held, minutes, strict=True)
    ]


def _minutes(share: int) -> str:
    return duration(share * MINUTE_US) if share else "less than 1 min"


def _held(holders: list[str]) -> str:
    return f"held by {', then '.join(holders) or NOBODY}"
