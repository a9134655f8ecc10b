"""What gives way in a report that would be longer than people read.

What made the verdict, what is wrong with sensors or records, and whatever leads to an action is
always said. Beside it lesser statements give way, one by one, until the report is short enough; it
then says how many did, and the full record holds them.

How long a report will be is reckoned from the shapes of its statements. So neither a name that a
device sends nor a figure ever pushes a statement out, and drafts of equal shapes stay equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from statistics import median

from msgspec.structs import replace

from twins.policy.condition_policy import Severity

from .fact_types import Facts
from .figures import count
from .grammar import frames, type_of_slot
from .shapes import Kind, Section
from .slots import slots_in
from .statement_parts import Statement

WORDS = 160
"""Blanks apart, as a report is reckoned; long names make it longer, and short wordings shorter."""

_WORDS_OF_TYPES = {
    "actions": 8,
    "allowances": 8,
    "causes": 4,
    "count": 2,
    "counted": 5,
    "custodians": 4,
    "disposition": 1,
    "doubts": 2,
    "duration": 3,
    "findings": 12,
    "level": 2,
    "moment": 2,
    "name": 1,
    "percentage": 2,
    "period": 4,
    "sensor": 4,
    "severity": 2,
    "side": 1,
    "title": 4,
    "witnesses": 2,
    "words": 1,
}
"""How long the values of a type mostly are."""

_LESSER = (
    Kind.READINGS_UNJUDGED,
    Kind.MILESTONE,
    Kind.SENSORS_OVER,
    Kind.KINETIC_WINDOW_WITHIN,
    Kind.BUDGETS_UNTOUCHED,
)
"""Tells what has passed, or that nothing is wrong; the first gives way first."""

_LESSER_BESIDE_GRAVE = (
    Kind.OUTSIDE_BRIEFLY,
    Kind.PEAK,
    Kind.NEAR_LIMIT,
    Kind.SHELF_LIFE_ASSUMED,
    Kind.SHELF_LIFE_LEFT,
    Kind.BUDGET_USED,
    Kind.BUDGET_SPENT,
    Kind.OUTSIDE_IN_ALL,
    Kind.LEVEL_MEAN,
    Kind.LEVELS_MEANS,
)
"""Adds little where something grave is told; elsewhere it may be all that there is to tell."""

_LEVELS_READ = frozenset(
    {
        Kind.LEVEL_CONSTANT,
        Kind.LEVEL_RANGE,
        Kind.LEVEL_MEAN,
        Kind.LEVEL_KINETIC,
        Kind.LEVELS_MEANS,
        Kind.LEVELS_KINETIC,
    }
)
_WITH_MEANS = frozenset({Kind.LEVEL_MEAN, Kind.LEVELS_MEANS})
_RANGE = ("quantity", "lowest", "highest")


def briefly(statements: Sequence[Statement], facts: Facts) -> tuple[Statement, ...]:
    """Return the statements that a report makes, of all that could be made, in order."""
    kept = list(statements)
    left = 0
    room = WORDS
    for lesser in _lesser_first(statements, facts):
        if sum(words_of_kind(one.kind) for one in kept) <= room:
            break
        if lesser in kept:
            place = kept.index(lesser)
            kept[place : place + 1] = _shortened(lesser, facts)
            left += 1
            room = WORDS - words_of_kind(Kind.DETAILS_LEFT)
    if left:
        kept.insert(_end_of_coverage(kept), _details_left(left))
    return tuple(kept)


@cache
def words_of_kind(kind: Kind) -> int:
    """Return how many words a statement of a kind mostly has."""
    return round(median(_words_of_frame(frame) for frame in frames(kind)))


def _words_of_frame(frame: str) -> int:
    values = sum(_WORDS_OF_TYPES[type_of_slot(slot)] - 1 for slot in slots_in(frame))
    return len(frame.split()) + values


def _lesser_first(statements: Sequence[Statement], facts: Facts) -> Iterator[Statement]:
    """Yield what may give way, the least first, and of one kind the last first."""
    backward = statements[::-1]
    for kind in _LESSER:
        yield from (one for one in backward if one.kind is kind)
    yield from (one for one in backward if _is_quiet_level(one, facts))
    if facts.severity >= Severity.MAJOR:
        for kind in _LESSER_BESIDE_GRAVE:
            yield from (one for one in backward if one.kind is kind and _is_settled(one, facts))


def _is_quiet_level(statement: Statement, facts: Facts) -> bool:
    """Tell whether a level is not the first, was within its limits, and has no doubt told of it."""
    if statement.kind not in _LEVELS_READ:
        return False
    quantity = statement.values["quantity"]
    mine = [one for one in facts.levels[1:] if one.quantity == quantity]
    beyond = [one.quantity for one in facts.excursions]
    beyond += [one.quantity for one in facts.outside]
    beyond += [facts.outside_now, facts.more.of if facts.more else ""]
    return bool(mine) and not mine[0].doubted and not any(quantity in one for one in beyond)


def _is_settled(statement: Statement, facts: Facts) -> bool:
    """Tell whether nothing that is said elsewhere leans on a statement."""
    told = [one.quantity for one in facts.excursions]
    if statement.kind in {Kind.OUTSIDE_BRIEFLY, Kind.OUTSIDE_IN_ALL}:
        return statement.values["quantity"] in told
    if statement.kind is Kind.NEAR_LIMIT:
        return statement.values["quantity"] in told and statement.values["standing"] == "inside"
    if statement.kind is Kind.SHELF_LIFE_ASSUMED:
        return bool(facts.shelf_life and facts.shelf_life.left and not facts.shelf_life.least)
    if statement.kind is Kind.BUDGET_SPENT:
        sides = [(one.quantity, one.side) for one in facts.excursions]
        return (statement.values["quantity"], statement.values["side"]) in sides
    if statement.kind is Kind.BUDGET_USED:
        names = ("quantity", "side", "limit", "left")
        return not any(
            one.is_nearly_spent or one.used_up_at
            for one in facts.budgets
            if all(getattr(one, name) == statement.values[name] for name in names)
        )
    return True


def _shortened(statement: Statement, facts: Facts) -> list[Statement]:
    """Return what stays of a statement that gives way: nothing, or a range without its means."""
    if statement.kind not in _WITH_MEANS or _is_quiet_level(statement, facts):
        return []
    values = {name: statement.values[name] for name in _RANGE}
    return [replace(statement, kind=Kind.LEVEL_RANGE, values=values)]


def _details_left(number: int) -> Statement:
    details = {"details": count(number, "further detail", "further details")}
    return Statement(Section.COVERAGE, Kind.DETAILS_LEFT, "", details)


def _end_of_coverage(statements: Sequence[Statement]) -> int:
    places = [place for place, one in enumerate(statements) if one.section is Section.COVERAGE]
    return places[-1] + 1
