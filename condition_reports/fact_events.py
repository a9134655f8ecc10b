"""What happened at moments: shocks, and openings of the enclosure."""

from __future__ import annotations

from twins.custody.possession import Custody
from twins.policy.condition_policy import Boundary, ConditionPolicy, Disposition
from twins.readings import QUANTITIES
from twins.verdict.condition import Condition
from twins.wear.shocks import PULSE_QUANTITIES

from .fact_excursions import count_of, custody_during, fired_excursions, place_of
from .fact_readings import QUANTITY_WORDS, side_of
from .fact_types import EnclosureFact, PeaksFact, ShockFact
from .figures import height, level, listed, moment


def shocks(condition: Condition, policy: ConditionPolicy, custody: Custody) -> ShockFact | None:
    """Return what is known of shocks; None where neither policy nor sensor knows of any."""
    limits = [one for one in policy.boundaries if one.quantity == "acceleration"]
    read = [one for one in condition.statistics.series if one.quantity in PULSE_QUANTITIES]
    counts = policy.wear.shock_full > 0
    if not (limits or read or counts or policy.shock):
        return None
    found = condition.statistics.shocks
    at = found.peak_at
    return ShockFact(
        count=found.count,
        threshold=level(policy.wear.shock_from, "acceleration") if counts else "",
        peak="" if found.peak is None else level(found.peak, "acceleration"),
        peak_at="" if at is None else moment(at),
        custody="" if at is None else custody_during(custody, at, at),
        outside=tuple(_peaks(condition, one) for one in limits if count_of(condition, one.id)),
        is_observed=any(one.minimum is not None for one in read),
        drop="" if found.drop is None else height(found.drop),
        drop_at="" if found.drop_at is None else moment(found.drop_at),
        damaging=found.possible,
        undecided=found.unknown,
    )


def _peaks(condition: Condition, limit: Boundary) -> PeaksFact:
    peaks = count_of(condition, limit.id)
    return PeaksFact(peaks, side_of(limit), level(limit.limit, "acceleration"))


def enclosure(
    condition: Condition, policy: ConditionPolicy, custody: Custody
) -> EnclosureFact | None:
    """Return what is known of openings; None where the policy has no rule for them."""
    limits = [one for one in policy.boundaries if one.disposition is Disposition.CONTAINER_OPEN]
    if not limits:
        return None
    names = {one.quantity for one in limits}
    heard = {one.quantity for one in condition.statistics.series if one.minimum is not None}
    watched = [name for name in QUANTITIES if name in names & heard]
    unobserved = [name for name in QUANTITIES if name in names - heard]
    ids = {one.id for one in limits}
    found = sorted(
        (one for one in fired_excursions(condition) if one.boundary in ids), key=place_of
    )
    first = found[0].began_at if found else None
    return EnclosureFact(
        watched=listed([QUANTITY_WORDS[one] for one in watched], "or"),
        unobserved=listed([QUANTITY_WORDS[one] for one in unobserved], "or"),
        openings=condition.statistics.openings,
        opened_at="" if first is None else moment(first),
        custody="" if first is None else custody_during(custody, first, first),
        is_open=any(one.ended_at is None for one in found),
    )
