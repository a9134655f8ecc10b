"""What a twin says at a moment: disposition, severity, the rules that fired, and the figures.

`assess` is the verdict. Rules alone decide it; every rule that fired stands in the condition with
what made it fire. `condition_document` is the form that `condition_digest` covers: integers and
strings only, nothing about arrival, evidence, versions or wording.
"""

from __future__ import annotations

import msgspec

from .custody import CustodyState
from .policy import (
    HOLD_AT_LEAST,
    Boundary,
    ConditionPolicy,
    Disposition,
    Severity,
    worst_disposition,
)
from .readings import QUANTITIES, decimal_text
from .series import Excursion, Series
from .temperature import mean_kinetic_celsius
from .twin import AssetTwin, settled_at
from .wear import FULL_PPM, Wear, wear_of

PERCENT_PPM = 10_000

RULES = 1
"""Raised when a golden condition vector changes: other rules judge the same readings otherwise."""


EXCURSIONS_LISTED = 20
"""Most excursions of one rule that a condition lists: a document has a largest size."""


class RuleFired(msgspec.Struct, frozen=True, omit_defaults=False):
    """One rule of the policy that fired, and what made it fire.

    Attributes:
        rule: `boundary:<id>`, `mean_kinetic_temperature`, `coverage:<quantity>` or
            `custody_disputed`.
        severity: What it weighs.
        disposition: What it says of the goods; `conformant` where it says nothing.
        text: The rule in people's words.
        count: Number of excursions that made it fire.
        newest_alarm_at: When the newest of them alarmed, None where there is none.
        excursions: The first and those that weigh most, at most `EXCURSIONS_LISTED`, oldest first.
    """

    rule: str
    severity: Severity
    disposition: Disposition
    text: str
    count: int = 0
    newest_alarm_at: int | None = None
    excursions: tuple[Excursion, ...] = ()


class SeriesStatistics(msgspec.Struct, frozen=True):
    """Figures of one sensor, in steps of its quantity and microseconds.

    `last` is the value read at `last_at`; None where it is unusable or in conflict.
    `mean` is time-weighted and rounded half to even; `mean_kinetic_celsius` is a decimal string.
    """

    device: str
    sensor: str
    quantity: str
    readings: int
    unusable: int
    conflicts: int
    clock_suspects: int
    first_at: int
    last_at: int
    last: int | None
    minimum: int | None
    minimum_at: int | None
    maximum: int | None
    maximum_at: int | None
    mean: int | None
    mean_kinetic_celsius: str | None
    observed: int


class Shocks(msgspec.Struct, frozen=True):
    """Peaks that count as shocks, and the highest peak of all, in milli-g."""

    count: int
    peak: int | None
    peak_at: int | None


class Statistics(msgspec.Struct, frozen=True):
    """Every figure that the rules looked at."""

    series: tuple[SeriesStatistics, ...]
    shocks: Shocks
    openings: int
    wear: Wear
    unjudged: int


class CoverageOf(msgspec.Struct, frozen=True):
    """Observed share of the planned time for one required quantity.

    `observed_until` is None while no time has been planned.
    """

    quantity: str
    observed: int
    ratio_ppm: int
    longest_gap: int
    observed_until: int | None


class Coverage(msgspec.Struct, frozen=True):
    """Planned time and how much of it was observed, per required quantity.

    `ratio_ppm` is the lowest of them: a shipment is as covered as its worst required quantity.
    It is 0 while no time has been planned.
    """

    planned_from: int | None
    planned: int
    ratio_ppm: int
    quantities: tuple[CoverageOf, ...]


class CustodySummary(msgspec.Struct, frozen=True):
    """Who holds the asset, since when, and how it came there."""

    state: CustodyState
    holder: str
    since: int
    offered_to: str
    handovers: int
    refused_statements: int
    disputes: int
    holders: tuple[str, ...]


class Budget(msgspec.Struct, frozen=True):
    """How much of a cumulative boundary's allowance is used, in microseconds."""

    boundary: str
    device: str
    sensor: str
    used: int
    allowed: int
    left: int


class Condition(msgspec.Struct, frozen=True):
    """The verdict on an asset at `as_of`, with its reasons and figures."""

    schema: int
    rules: int
    asset: str
    policy: str
    policy_digest: str
    as_of: int
    disposition: Disposition
    severity: Severity
    rules_fired: tuple[RuleFired, ...]
    statistics: Statistics
    coverage: Coverage
    custody: CustodySummary
    budgets: tuple[Budget, ...]


def assess(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> Condition:
    """Return the condition that a twin shows at a moment.

    Args:
        twin: The folded twin.
        policy: The policy it was folded under.
        as_of: Microseconds UTC, not before the twin's newest input.

    Raises:
        OutOfOrderInput: The moment lies before what the twin has folded.
    """
    settled = settled_at(twin, as_of, policy)
    statistics = _statistics(settled, policy)
    coverage = _coverage(settled, policy, as_of)
    fired = (
        *_boundaries_fired(settled, policy),
        *_mean_kinetic_fired(statistics, policy),
        *_coverage_fired(coverage, policy),
        *_custody_fired(settled),
    )
    return Condition(
        schema=1,
        rules=RULES,
        asset=twin.asset,
        policy=policy.id,
        policy_digest=policy.digest.hex(),
        as_of=as_of,
        disposition=worst_disposition([one.disposition for one in fired]),
        severity=max((one.severity for one in fired), default=Severity.NONE),
        rules_fired=fired,
        statistics=statistics,
        coverage=coverage,
        custody=_custody(settled),
        budgets=_budgets(settled, policy),
    )


def condition_document(condition: Condition) -> dict[str, object]:
    """Return the JSON document whose RFC 8785 bytes `condition_digest` covers."""
    document: dict[str, object] = msgspec.to_builtins(condition)
    return document


def _boundaries_fired(twin: AssetTwin, policy: ConditionPolicy) -> list[RuleFired]:
    fired = []
    for boundary in policy.boundaries:
        excursions = _excursions_of(twin, boundary)
        if excursions:
            speaks = boundary.is_latched or any(one.ended_at is None for one in excursions)
            fired.append(
                RuleFired(
                    rule=f"boundary:{boundary.id}",
                    severity=boundary.severity,
                    disposition=boundary.disposition if speaks else Disposition.CONFORMANT,
                    text=boundary.title,
                    count=len(excursions),
                    newest_alarm_at=max(one.alarmed_at for one in excursions),
                    excursions=_listed(excursions, boundary),
                )
            )
    return fired


def _excursions_of(twin: AssetTwin, boundary: Boundary) -> list[Excursion]:
    return [one for one in twin.excursions if one.boundary == boundary.id]


def _listed(excursions: list[Excursion], boundary: Boundary) -> tuple[Excursion, ...]:
    """Return the first and the weightiest: what lasts, then the longest, then the farthest out."""
    first = min(excursions, key=_beginning)

    def weight(one: Excursion) -> tuple[bool, bool, int, int, tuple[int, str, str, int]]:
        beyond = abs(one.extreme - boundary.limit)
        is_over = one.ended_at is not None
        return one is not first, is_over, -one.outside, -beyond, _beginning(one)

    return tuple(sorted(sorted(excursions, key=weight)[:EXCURSIONS_LISTED], key=_beginning))


def _beginning(one: Excursion) -> tuple[int, str, str, int]:
    return one.began_at, one.device, one.sensor, one.extreme


def _mean_kinetic_fired(statistics: Statistics, policy: ConditionPolicy) -> list[RuleFired]:
    limit = policy.mean_kinetic
    if limit is None:
        return []
    scale = QUANTITIES["temperature"].scale
    over = [
        one
        for one in statistics.series
        if one.mean_kinetic_celsius is not None and _milli(one.mean_kinetic_celsius) > limit.limit
    ]
    if not over:
        return []
    text = f"Mean kinetic temperature not above {decimal_text(limit.limit, scale)} °C"
    return [RuleFired("mean_kinetic_temperature", limit.severity, limit.disposition, text)]


def _milli(celsius: str) -> int:
    """Return a decimal string of four places as ten-thousandths, brought to milli-°C upwards."""
    ten_thousandths = int(celsius.replace(".", ""))
    return -(-ten_thousandths // 10)


def _coverage_fired(coverage: Coverage, policy: ConditionPolicy) -> list[RuleFired]:
    minimum = policy.observation.minimum_coverage_ppm
    share = decimal_text(minimum, PERCENT_PPM)
    return [
        RuleFired(
            rule=f"coverage:{one.quantity}",
            # Nothing is known from the first moment on, but nobody has failed to observe before a
            # reading could have spoken.
            severity=policy.observation.severity
            if coverage.planned - one.observed > HOLD_AT_LEAST
            else Severity.NONE,
            disposition=Disposition.UNKNOWN,
            text=f"{one.quantity.capitalize()} observed for at least {share} % of the planned time",
        )
        for one in coverage.quantities
        if one.ratio_ppm < minimum
    ]


def _custody_fired(twin: AssetTwin) -> list[RuleFired]:
    if twin.custody.state is not CustodyState.DISPUTED:
        return []
    text = "No handover is disputed"
    return [RuleFired("custody_disputed", Severity.MAJOR, Disposition.CONFORMANT, text)]


def _statistics(twin: AssetTwin, policy: ConditionPolicy) -> Statistics:
    openings = _openings(twin, policy)
    exposure = sum(run.total for one in twin.series for run in one.runs)
    handlings = len(twin.custody.periods) + openings
    shocks = twin.shocks
    return Statistics(
        series=tuple(_series_statistics(one) for one in _sorted(twin.series)),
        shocks=Shocks(shocks.count, shocks.peak, None if shocks.peak is None else shocks.peak_at),
        openings=openings,
        wear=wear_of(policy.wear, shocks.count, handlings, exposure),
        unjudged=twin.unjudged,
    )


def _openings(twin: AssetTwin, policy: ConditionPolicy) -> int:
    opening = {one.id for one in policy.boundaries if one.disposition is Disposition.CONTAINER_OPEN}
    return sum(1 for one in twin.excursions if one.boundary in opening)


def _sorted(series: tuple[Series, ...]) -> list[Series]:
    return sorted(series, key=lambda one: (one.quantity, one.device, one.sensor))


def _series_statistics(one: Series) -> SeriesStatistics:
    is_sound = one.minimum is not None
    kinetic = (
        mean_kinetic_celsius(one.kinetic, one.observed) if one.quantity == "temperature" else None
    )
    return SeriesStatistics(
        device=one.device,
        sensor=one.sensor,
        quantity=one.quantity,
        readings=one.readings,
        unusable=one.unusable,
        conflicts=one.conflicts,
        clock_suspects=one.clock_suspects,
        first_at=one.first_at,
        last_at=one.last_at,
        last=one.last_value if one.is_usable and not one.is_conflicting else None,
        minimum=one.minimum,
        minimum_at=one.minimum_at if is_sound else None,
        maximum=one.maximum,
        maximum_at=one.maximum_at if is_sound else None,
        mean=_rounded(one.weighted, one.observed) if one.observed else None,
        mean_kinetic_celsius=None if kinetic is None else str(kinetic),
        observed=one.observed,
    )


def _rounded(numerator: int, denominator: int) -> int:
    """Return the quotient of two integers, rounded half to even."""
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))


def _coverage(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> Coverage:
    until = as_of if twin.closed_at is None else twin.closed_at
    planned = 0 if twin.planned_from is None else until - twin.planned_from
    clocks = {clock.quantity: clock for clock in twin.clocks}
    quantities = []
    for name in policy.observation.required:
        clock = clocks.get(name)
        observed = clock.observed if clock else 0
        quantities.append(
            CoverageOf(
                quantity=name,
                observed=observed,
                ratio_ppm=observed * FULL_PPM // planned if planned else 0,
                longest_gap=clock.longest_gap if clock else planned,
                observed_until=min(clock.covered_until, until) if clock else None,
            )
        )
    lowest = min(one.ratio_ppm for one in quantities)
    return Coverage(twin.planned_from, planned, lowest, tuple(quantities))


def _custody(twin: AssetTwin) -> CustodySummary:
    custody = twin.custody
    return CustodySummary(
        state=custody.state,
        holder=custody.holder,
        since=custody.since,
        offered_to=custody.offer.to_party if custody.offer else "",
        handovers=len(custody.periods),
        refused_statements=len(custody.refusals),
        disputes=custody.disputes,
        holders=(*(period.holder for period in custody.periods), custody.holder),
    )


def _budgets(twin: AssetTwin, policy: ConditionPolicy) -> tuple[Budget, ...]:
    cumulative = {one.id: one for one in policy.boundaries if one.is_cumulative}
    return tuple(
        Budget(
            boundary=run.boundary,
            device=one.device,
            sensor=one.sensor,
            used=run.total,
            allowed=cumulative[run.boundary].delay,
            left=max(0, cumulative[run.boundary].delay - run.total),
        )
        for one in _sorted(twin.series)
        for run in one.runs
        if run.boundary in cumulative
    )
