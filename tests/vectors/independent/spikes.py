"""Values in doubt, spikes, and two sources that take turns (section 9, *Doubt* and *Turns*)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .findings import MINUTE, Found, pair_of, time_of
from .history import Measurement

ENOUGH_TURNS, ENOUGH_CALM = 4, 9


@dataclass
class Doubt:
    """A doubt from its first measurement to its end, or where `is_doubt` is false a calm one."""

    since: int
    value: int
    over_at: int | None
    is_doubt: bool
    ended_by: Measurement | None = None
    found: Found | None = None


def doubts_of(part: Sequence[Measurement], largest: int) -> list[Doubt]:
    """Return doubts and calm measurements in order."""

    def is_too_large(one: Measurement, other: Measurement) -> bool:
        change, span = abs(other.value - one.value), other.at - one.at
        return change * MINUTE > largest * max(span, MINUTE)

    if not largest:
        return []
    told: list[Doubt] = []
    level: Measurement | None = None
    doubted: list[Measurement] = []
    for x in part:
        if doubted and level is not None:
            last = doubted[-1]
            is_near = abs(x.value - last.value) <= abs(x.value - level.value)
            if is_near and not is_too_large(last, x):
                told[-1].over_at = x.at
                level, doubted = x, []
                continue
        if level is not None and is_too_large(level, x):
            if not doubted:
                told.append(Doubt(x.at, x.value, None, is_doubt=True))
            doubted.append(x)
            continue
        if doubted and level is not None:
            told[-1].over_at = x.at
            shown = [pair_of(level), pair_of(doubted[0]), pair_of(x)]
            told[-1].found = Found("spike", doubted[0].at, x.at, shown, x)
        else:
            told.append(Doubt(x.at, x.value, x.at, is_doubt=False, ended_by=x))
        level, doubted = x, []
    return told


def turns(told: Sequence[Doubt], largest: int) -> Iterable[Found]:
    taking: list[Doubt] = []
    calm, holds_from = 0, 0
    for one in told:
        if one.is_doubt and one.found is not None and one.over_at is not None:
            if taking and abs(one.value - taking[-1].value) <= largest and calm < ENOUGH_CALM:
                taking.append(one)
            elif len(taking) < ENOUGH_TURNS:
                taking = [one]
            else:
                continue
            calm = 0
            if len(taking) == ENOUGH_TURNS:
                holds_from = one.over_at
        elif not one.is_doubt:
            calm += 1
            if calm == ENOUGH_CALM and len(taking) >= ENOUGH_TURNS:
                yield _taken(taking, one.ended_by, holds_from)
                taking = []
    if len(taking) >= ENOUGH_TURNS:
        yield _taken(taking, None, holds_from)


def _taken(taking: Sequence[Doubt], over: Measurement | None, holds_from: int) -> Found:
    first, newest = taking[0], taking[-1]
    shown = [[first.since, newest.value], [newest.since, newest.value]]
    return Found("cloned_id", first.since, time_of(over), shown, over, holds_from)
