"""Orders that the words of a report claim, looked for in the facts as they are shown.

A report says "above the limit", "longer than allowed", "below the threshold": whoever compares the
figures beside those words must find it so, rounded as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from condition_reports.fact_types import ExcursionFact, Facts, LevelFact

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MINUTES = {"d": Decimal(1440), "h": Decimal(60), "min": Decimal(1), "s": Decimal(1) / 60}
_DURATION = r"less than 1 min|\d+ (?:d|h|min|s)(?: \d\d (?:h|min))*"
_SHARE = re.compile(rf"({_DURATION}) with |\(({_DURATION})\)")
_QUOTED = re.compile("“[^”]*”")


def number(text: str) -> Decimal:
    """Return the number before a unit."""
    match = _NUMBER.match(text)
    assert match is not None, text
    return Decimal(match[0])


def minutes(text: str) -> Decimal:
    """Return a duration in minutes."""
    if text == "less than 1 min":
        return Decimal(0)
    parts = re.findall(r"(\d+) (d|h|min|s)\b", text)
    assert parts, text
    return sum((int(amount) * _MINUTES[unit] for amount, unit in parts), Decimal(0))


def shares_in(text: str) -> list[Decimal]:
    """Return the durations of several custodians' shares, in minutes."""
    return [minutes(one or other) for one, other in _SHARE.findall(_QUOTED.sub("x", text))]


def contradictions(facts: Facts) -> list[str]:
    """Return what does not hold of the figures as they are shown."""
    claims = [
        *(one for level in facts.levels for one in _of_level(level)),
        *(one for excursion in facts.excursions for one in _of_excursion(excursion)),
        *_of_moments(facts),
        *_of_shocks(facts),
        *_of_limits(facts),
        *_of_time(facts),
        *_of_counts(facts),
    ]
    return [what for what, holds in claims if not holds]


Claim = tuple[str, bool]


def _of_level(one: LevelFact) -> Iterator[Claim]:
    if not one.lowest:
        return
    shown = [one.lowest, one.lowest_mean, one.highest_mean, one.highest]
    values = [number(text) for text in shown if text]
    yield f"{one}: lowest, means and highest rise", values == sorted(values)
    if one.kinetic:
        is_between = values[0] <= number(one.kinetic) <= values[-1]
        yield f"{one}: the mean kinetic temperature lies between", is_between


def _of_excursion(one: ExcursionFact) -> Iterator[Claim]:
    beyond = number(one.extreme) - number(one.limit)
    yield f"{one}: the extreme is on its side", beyond > 0 if one.side == "above" else beyond < 0
    if one.period:
        begins, _, ends = one.period.partition(" to ")
        day, _, _ = begins.partition(" ")
        ended_at = ends if " " in ends else f"{day} {ends}"
        yield f"{one}: its period begins where it began", f"{begins}Z" == one.began_at
        yield f"{one}: it ended after it began", one.began_at <= ended_at
    shares = shares_in(one.custody)
    if len(shares) > 1:
        yield f"{one}: the shares sum to the time", sum(shares) == int(minutes(one.outside))


def _of_moments(facts: Facts) -> Iterator[Claim]:
    past = [one.began_at for one in facts.excursions]
    past += [facts.custody.since, facts.custody.due_at]
    past += [facts.milestone.at] if facts.milestone else []
    past += [facts.shocks.peak_at, facts.shocks.drop_at] if facts.shocks else []
    past += [facts.enclosure.opened_at] if facts.enclosure else []
    past += [facts.decision.at] if facts.decision else []
    for one in past:
        yield f"{one} is not after {facts.as_of_text}", one <= facts.as_of_text
    coming = [one.used_up_at for one in facts.budgets if one.used_up_at]
    coming += [facts.shelf_life.used_up_at] if facts.shelf_life else []
    for one in coming:
        yield f"{one} is not before {facts.as_of_text}", not one or one >= facts.as_of_text


def _of_shocks(facts: Facts) -> Iterator[Claim]:
    one = facts.shocks
    if one is None:
        return
    if one.peak and one.threshold:
        is_shock = number(one.peak) >= number(one.threshold)
        yield (
            f"{one}: the peak reaches the threshold with a shock alone",
            is_shock is (one.count > 0),
        )
    for limit in one.outside:
        beyond = number(one.peak) - number(limit.limit)
        yield f"{one}: the peak is outside", limit.side == "below" or beyond > 0


def _of_limits(facts: Facts) -> Iterator[Claim]:
    if facts.kinetic:
        is_above = number(facts.kinetic.kinetic) > number(facts.kinetic.limit)
        yield f"{facts.kinetic}", is_above is facts.kinetic.is_above
    for one in facts.near:
        distance = abs(number(one.value) - number(one.limit))
        yield f"{one}: it is near", distance <= number(one.accuracy)
    if facts.coverage.minimum:
        is_low = number(facts.coverage.ratio) < number(facts.coverage.minimum)
        yield f"{facts.coverage}: it is too little", is_low


def _of_time(facts: Facts) -> Iterator[Claim]:
    for gap in facts.coverage.gaps:
        yield f"{gap}: it is longer", minutes(gap.gap) > minutes(gap.allowed)
    for budget in facts.budgets:
        used, left, allowed = (minutes(one) for one in (budget.used, budget.left, budget.allowed))
        if not budget.is_spent:
            yield f"{budget}: the parts sum to the whole", -2 < used + left - allowed <= 0
        else:
            yield f"{budget}: nothing is left", used >= allowed
    life = facts.shelf_life
    if life and life.left:
        yield f"{life}: no more is left than there was", minutes(life.left) <= minutes(life.life)
    custody = facts.custody
    if custody.shares:
        is_whole = sum(shares_in(custody.shares)) == int(minutes(custody.outside))
        yield f"{custody}: the shares sum", is_whole


def _of_counts(facts: Facts) -> Iterator[Claim]:
    quality, enclosure = facts.quality, facts.enclosure
    yield f"{quality}: no more are unusable than were read", quality.unusable <= quality.readings
    if facts.more:
        yield f"{facts.more}: there are some", facts.more.excursions > 0
    if enclosure and enclosure.openings:
        yield f"{enclosure}: the first opening has a moment", bool(enclosure.opened_at)
    if enclosure and enclosure.is_open:
        yield f"{enclosure}: what is open was opened", enclosure.openings > 0
