"""What gives way in a report that would be longer than people read.

What is wrong, what made the verdict, and whatever an action or another statement leans on is always
said. Beside it lesser statements give way, one by one, until the report is short enough or
nothing more may; it then says how many did, and the condition holds them.

How long a report will be is reckoned from the kinds of its statements. So no name that a device
sends and no figure pushes a statement out by its length.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from statistics import median

import rfc8785
from msgspec.structs import replace

from twins.policy.condition_policy import Severity

from .fact_types import Facts
from .figures import count
from .grammar import frames, type_of_slot
from .shapes import Kind, Section
from .slots import slots_in
from .statement_parts import Statement

Values = Mapping[str, str]

WORDS = 160
"""Blanks apart, as a report is reckoned; long names make it longer, and short wordings shorter."""

WORTH_IT = 10
"""Whoever is sent to the condition for details has at least so many words less to read."""

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
    Kind.SENSORS_OVER,
    Kind.KINETIC_WINDOW_WITHIN,
    Kind.BUDGETS_UNTOUCHED,
)
"""Tells what is over, or that nothing is wrong; the first gives way first."""

_LESSER_BESIDE_GRAVE = (
    Kind.PEAK,
    Kind.NEAR_LIMIT,
    Kind.SHELF_LIFE_LEFT,
    Kind.BUDGET_USED,
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
_CAVEATS = {Kind.SHELF_LIFE_LEFT: Kind.SHELF_LIFE_ASSUMED}
"""What is said of a figure goes where the figure goes."""

_WITH_MEANS = frozenset({Kind.LEVEL_MEAN, Kind.LEVELS_MEANS})
_RANGE = ("quantity", "lowest", "highest")


def briefly(statements: Sequence[Statement], facts: Facts) -> tuple[Statement, ...]:
    """Return the statements that a report makes, of all that could be made, in order."""
    words = _reckoned(statements)
    if words <= WORDS:
        return tuple(statements)
    kept = list(statements)
    left = 0
    for lesser in _lesser_first(statements, facts):
        if lesser in kept:
            place = kept.index(lesser)
            kept[place : place + 1] = _shortened(lesser, facts)
            caveats = [one for one in kept if one.kind is _CAVEATS.get(lesser.kind)]
            kept = [one for one in kept if one not in caveats]
            left += 1 + len(caveats)
        if _reckoned(kept) + words_of_kind(Kind.DETAILS_LEFT) <= WORDS:
            break
    kept.insert(_place_of_details(kept), _details_left(left))
    return tuple(kept) if words - _reckoned(kept) >= WORTH_IT else tuple(statements)


def _reckoned(statements: Sequence[Statement]) -> int:
    return sum(words_of_kind(one.kind) for one in statements)


@cache
def brevity_digest() -> bytes:
    """Return the SHA-256 of the RFC 8785 form of the tables that decide what gives way."""
    tables: dict[str, dict[str, int] | list[int] | list[str]] = {
        "words": [WORDS, WORTH_IT],
        "words_of_types": _WORDS_OF_TYPES,
        "lesser": [one.value for one in _LESSER],
        "lesser_beside_grave": [one.value for one in _LESSER_BESIDE_GRAVE],
    }
    return hashlib.sha256(rfc8785.dumps(tables)).digest()


@cache
def words_of_kind(kind: Kind) -> int:
    """Return how many words a statement of a kind mostly has."""
    return round(median(_words_of_frame(frame) for frame in frames(kind)))


def _words_of_frame(frame: str) -> int:
    values = sum(_WORDS_OF_TYPES[type_of_slot(slot)] - 1 for slot in slots_in(frame))
    return len(frame.split()) + values


def _lesser_first(statements: Sequence[Statement], facts: Facts) -> Iterator[Statement]:
    """Yield what may give way, the least first, and of one kind the last first."""
    free = [one for one in reversed(statements) if not _is_leaned_on(one, facts)]
    for kind in _LESSER:
        yield from (one for one in free if one.kind is kind)
    yield from (one for one in free if _is_quiet_level(one, facts))
    if facts.severity >= Severity.MAJOR:
        for kind in _LESSER_BESIDE_GRAVE:
            yield from (one for one in free if one.kind is kind)


def _is_quiet_level(statement: Statement, facts: Facts) -> bool:
    """Tell whether a level is not the first, and nothing was found of it."""
    if statement.kind not in _LEVELS_READ or facts.outvoted:
        return False
    quantity = statement.values["quantity"]
    mine = [one for one in facts.levels[1:] if one.quantity == quantity]
    found = [facts.outside_now, facts.more.of if facts.more else ""]
    found += [one.quantity for one in facts.excursions]
    found += [one.quantity for one in facts.outside]
    found += [one.quantity for one in facts.near]
    found += [one.quantity for one in facts.coverage.gaps]
    found += [one.quantity for one in facts.coverage.watched]
    found += [facts.coverage.quantity] if facts.coverage.minimum else []
    return bool(mine) and not mine[0].doubted and not any(quantity in one for one in found)


def _is_leaned_on(statement: Statement, facts: Facts) -> bool:
    """Tell whether the verdict, an action or another statement cannot be understood without it."""
    leans = _LEANING.get(statement.kind)
    return leans is not None and leans(statement.values, facts)


def _is_most_unjudged(_: Values, facts: Facts) -> bool:
    return facts.quality.unjudged >= facts.quality.readings


def _are_past_findings_the_verdict(_: Values, facts: Facts) -> bool:
    return any(one.startswith("sensors") for one in facts.fired)


def _is_peak_found(_: Values, facts: Facts) -> bool:
    shocks = facts.shocks
    return shocks is not None and bool(shocks.outside or shocks.damaging or shocks.undecided)


def _is_near_open(values: Values, facts: Facts) -> bool:
    told = [one.quantity for one in facts.excursions]
    return values["standing"] == "outside" or values["quantity"] not in told


def _is_running_out(values: Values, facts: Facts) -> bool:
    names = ("quantity", "side", "limit", "left")
    return any(
        one.is_nearly_spent or one.used_up_at
        for one in facts.budgets
        if all(getattr(one, name) == values[name] for name in names)
    )


_LEANING: dict[Kind, Callable[[Values, Facts], bool]] = {
    Kind.READINGS_UNJUDGED: _is_most_unjudged,
    Kind.SENSORS_OVER: _are_past_findings_the_verdict,
    Kind.PEAK: _is_peak_found,
    Kind.NEAR_LIMIT: _is_near_open,
    Kind.BUDGET_USED: _is_running_out,
}


def _shortened(statement: Statement, facts: Facts) -> list[Statement]:
    """Return what stays of a statement that gives way: nothing, or a range without its means."""
    if statement.kind not in _WITH_MEANS or _is_quiet_level(statement, facts):
        return []
    values = {name: statement.values[name] for name in _RANGE}
    return [replace(statement, kind=Kind.LEVEL_RANGE, values=values)]


def _details_left(number: int) -> Statement:
    details = {"details": count(number, "further detail", "further details")}
    return Statement(Section.ACTION, Kind.DETAILS_LEFT, "", details)


def _place_of_details(statements: Sequence[Statement]) -> int:
    """Return where all that is said of the goods ends."""
    return [one.section for one in statements].index(Section.ACTION)
