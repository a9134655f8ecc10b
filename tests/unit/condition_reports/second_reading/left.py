"""What a long report may leave to the condition, and the sentence that says how much.

Whatever is wrong must be said; a few statements need not be, if the report says how many it leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from condition_reports.fact_types import Facts
from twins.policy.condition_policy import Severity

from .observations import EXTREMES, HIGHEST, JUDGED, LOWEST, QUANTITY, counted
from .sense import Record, Sense

LEAST_WORDS = 110
"""A report that leaves something has at least so many."""

MOST = 40
"""A report never leaves more statements."""

ALWAYS = frozenset(
    {
        "left out of the time",
        "findings over",
        "window within",
        "allowance untouched",
    }
)
BESIDE_GRAVE = frozenset(
    {"peak", "near", "life left", "life assumed", "allowance used", "mean", "means"}
)
LEVELS = frozenset({"level constant", "range", "mean", "means", "kinetic", "kinetic of several"})

Unsaid = tuple[str, Record]


def may_be_left(unsaid: Unsaid, facts: Facts) -> bool:
    """Tell whether a report on the facts may be silent of a record."""
    name, record = unsaid
    if name == "left out of the time":
        return facts.quality.unjudged < facts.quality.readings
    if name in ALWAYS:
        return name != "findings over" or not any(one.startswith("sensors") for one in facts.fired)
    if _is_quiet(unsaid, facts):
        return True
    if name not in BESIDE_GRAVE or facts.severity < Severity.MAJOR:
        return False
    shocks = facts.shocks
    told = {one.quantity for one in facts.excursions}
    is_needed = {
        "near": lambda: record["standing"] == "outside" or record["quantity"] not in told,
        "life assumed": lambda: not record["left"] or bool(record["least"]),
        "allowance used": lambda: _is_running_out(record, facts),
        "peak": lambda: bool(shocks and (shocks.outside or shocks.damaging or shocks.undecided)),
    }
    return name not in is_needed or not is_needed[name]()


def _is_running_out(record: Record, facts: Facts) -> bool:
    return any(
        one.used_up_at or one.is_nearly_spent
        for one in facts.budgets
        if (one.limit, one.left) == (record["limit"], record["left"])
    )


def _is_quiet(unsaid: Unsaid, facts: Facts) -> bool:
    name, record = unsaid
    others = {one.quantity: one for one in facts.levels[1:]}
    if name not in LEVELS or record["quantity"] not in others:
        return False
    coverage = facts.coverage
    loud = [facts.outside_now, facts.more.of if facts.more else ""]
    for found in (facts.excursions, facts.outside, facts.near, coverage.gaps, coverage.watched):
        loud += [one.quantity for one in found]
    loud += [coverage.quantity] * bool(coverage.minimum)
    is_loud = facts.outvoted > 0 or any(record["quantity"] in one for one in loud)
    return not others[record["quantity"]].doubted and not is_loud


def ranges_alone(facts: Facts) -> Iterator[Record]:
    """Yield the range of each level of which a mean is known and need not be said."""
    for one in facts.levels:
        if one.lowest_mean and not one.kinetic and one.lowest != one.highest:
            yield {"quantity": one.quantity, "lowest": one.lowest, "highest": one.highest}


def some(_: Facts) -> Iterator[Record]:
    """Yield every number of details that could be left: what a text does not say tells it."""
    return ({"details": counted(number, "further detail")} for number in range(1, MOST + 1))


DETAILS = Sense(
    "details",
    some,
    r"\bcondition record\b",
    ("{details}",),
    r"^(?:Left to|Kept in|Given in|Found in) the condition",
)
RANGE_ALONE = Sense("range alone", ranges_alone, JUDGED, (QUANTITY, LOWEST, HIGHEST), EXTREMES)


def objections_to_silence(
    text: str, said: Sequence[Unsaid], unsaid: Sequence[Unsaid], facts: Facts
) -> list[str]:
    """Return what is left to the record that must be said, or is left without saying so."""
    found = [f"not said: {one[0]} {one[1]}" for one in unsaid if not may_be_left(one, facts)]
    alone = [record["quantity"] for name, record in said if name == "range alone"]
    means = [one for one in unsaid if one[0] in {"mean", "means"}]
    shortened = [record["quantity"] for _, record in means if record["quantity"] in alone]
    found += [f"said twice: {one}" for one in alone if one not in shortened]
    found += [
        f"not said: {one}"
        for one in means
        if one[1]["quantity"] not in alone and not _is_quiet(one, facts)
    ]
    counts = [record["details"] for name, record in said if name == "details"]
    expected = [counted(len(unsaid), "further detail")] if unsaid else []
    if counts != expected:
        found.append(f"{counts} are said to be left, and {expected} are: {unsaid}")
    if unsaid and len(text.split()) < LEAST_WORDS:
        found.append(f"so short a report leaves {unsaid}")
    return found
