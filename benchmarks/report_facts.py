"""Facts to be worded: one shipment of 24 days, as it stands at many moments of its journey."""

from __future__ import annotations

from functools import cache

import msgspec

from condition_reports.fact_types import Facts
from condition_reports.facts import facts_of
from contracts.metadata import title_of
from twins.inputs import Handover, HandoverPhase, HandoverStatement
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess

from .histories import ASSET, BEGAN_AT, MINUTE, beginning, readings, vaccine_policy

MOMENTS = 24
_PARTIES = ("maker", "coldhaul", "northlab", "city-clinic")
_EACH_HOLDS = 6
"""Days after which the next party takes over."""


@cache
def journey() -> tuple[Facts, ...]:
    """Return facts at the end of each day: of little at first, of excursions and hands later."""
    policy, history = vaccine_policy(), readings(MOMENTS)
    twin = advance(AssetTwin(ASSET), beginning(), policy)
    day = len(history) // MOMENTS
    found = []
    for number in range(MOMENTS):
        at = BEGAN_AT + (number + 1) * day * MINUTE
        part = history[number * day : (number + 1) * day]
        twin = advance(twin, [*part, *_handed_over(number, at - MINUTE)], policy)
        found.append(
            facts_of(
                assess(twin, policy, at),
                title=title_of(twin),
                policy=policy,
                custody=twin.custody,
                milestones=twin.milestones,
                decisions=twin.decisions,
            )
        )
    return tuple(found)


def of_asset(facts: Facts, asset: str) -> Facts:
    """Return the same facts of another asset."""
    return msgspec.structs.replace(facts, asset=asset)


def _handed_over(day: int, at: int) -> list[Handover]:
    hands, rest = divmod(day, _EACH_HOLDS)
    if rest or not hands:
        return []
    giver, taker = _PARTIES[hands - 1], _PARTIES[hands]
    return [
        Handover(
            1,
            msgspec.json.encode(
                HandoverStatement(ASSET, giver, taker, at, phase, f"n{hands}", "dock 4")
            ),
        )
        for phase in (HandoverPhase.OFFERED, HandoverPhase.ACCEPTED)
    ]
