"""What is stated of an asset while it holds another is stated of what it holds.

A pallet that departs, arrives, is handed over or gets a plan takes with it what stands on it. Its
statements are neither copied nor logged again: a packed asset folds them from the log of what holds
it, under the id that they name, and by its own tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from .bindings import Interval, covers
from .inputs import Handover, Input, Milestone, Plan, event_key, observed_at, statement_of

Statement = Milestone | Handover | Plan
"""What a person, or a party, states of an asset."""

StatementsOf = Callable[[str], Iterable[Statement]]


def statements_in(inputs: Iterable[Input]) -> list[Statement]:
    """Return the statements among inputs, in their order."""
    return [one for one in inputs if isinstance(one, (Milestone, Handover, Plan))]


def subject_of(statement: Milestone | Handover) -> str:
    """Return the asset that a statement names."""
    if isinstance(statement, Handover):
        return statement_of(statement).asset
    return statement.asset


def inherited(
    windows: Mapping[str, Sequence[Interval]], statements_of: StatementsOf
) -> tuple[Statement, ...]:
    """Return what is stated of an asset by what holds it, in event order.

    Of each asset that holds it: what is stated of that one meanwhile. Where one or several begin to
    hold it, the plan in force comes with them: their newest one, at that moment.

    Args:
        windows: When the asset stands in which others.
        statements_of: Returns the statements of an asset's log, in any order.
    """
    found: list[Statement] = []
    entered: dict[int, list[Plan]] = defaultdict(list)
    for asset, intervals in windows.items():
        statements = list(statements_of(asset))
        found += [one for one in statements if covers(intervals, observed_at(one))]
        plans = [one for one in statements if isinstance(one, Plan)]
        for first, _ in intervals:
            entered[first] += [one for one in plans if one.observed_at <= first]
    for first, plans in entered.items():
        newest = max(plans, key=event_key, default=None)
        if newest is not None and newest.observed_at < first:
            found.append(replace(newest, observed_at=first))
    return tuple(sorted(found, key=event_key))


def first_moments(statement: Statement, intervals: Iterable[Interval]) -> list[int]:
    """Return when a statement of an asset may change what stands in it during these intervals."""
    moment = observed_at(statement)
    if isinstance(statement, Plan):
        return [max(moment, first) for first, until in intervals if until > moment]
    return [moment] if covers(intervals, moment) else []
