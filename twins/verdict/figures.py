"""The figures that a condition states: statistics, coverage, budgets, shelf life.

Everything here is read off a twin that was settled at the moment that is judged; integers and
decimal strings only.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from twins.judging.channel import Channel, ChannelSums
from twins.judging.channel_rules import rules_by_quantity
from twins.judging.series import Series, SeriesSums
from twins.policy.condition_policy import Boundary, ConditionPolicy
from twins.readings import POSITION, QUANTITIES
from twins.state import AssetTwin
from twins.temperature.kinetic_windows import higher, highest
from twins.temperature.mean_kinetic import mean_kinetic_celsius
from twins.temperature.shelf_life import life_left, rate_sum, rates_of, used_up_at
from twins.wear.fatigue import Fatigue, ended
from twins.wear.index import FULL_PPM, Wear, wear_of
from twins.wear.shocks import JudgedShock

from .openings import openings_of


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


class WindowFigure(msgspec.Struct, frozen=True):
    """A window and its mean kinetic temperature, a decimal string; times in microseconds UTC."""

    begins_at: int
    ends_at: int
    observed: int
    mean_kinetic_celsius: str


class JudgedStatistics(msgspec.Struct, frozen=True):
    """Figures of what was judged of one quantity, of all its sensors together.

    Attributes:
        quantity: What was judged.
        sensors: How many sensors were heard.
        value: What was judged last against upper boundaries, in steps; None where no sensor speaks.
        lower: What was judged last against lower boundaries, likewise.
        observed: Microseconds for which a value was judged.
        longest_gap: Longest stretch of the planned time, in microseconds, in which none was.
        outside: Observed microseconds outside a boundary, of several at once counted once.
        mean_kinetic_celsius: Of the whole observed time, a decimal string; temperature only.
        highest_window: Where the policy judges windows: the one of the highest mean kinetic
            temperature that contains an excursion; None without an excursion.
        core: Estimated temperature of the product's core, milli-°C, as it was stated last; None
            where the policy has none, no sensor speaks, or nothing can be said after a gap.
    """

    quantity: str
    sensors: int
    value: int | None
    lower: int | None
    observed: int
    longest_gap: int
    outside: int
    mean_kinetic_celsius: str | None
    highest_window: WindowFigure | None
    core: int | None


class Shocks(msgspec.Struct, frozen=True):
    """What was told of shocks.

    Attributes:
        count: Peaks that use up the wear budget.
        peak: Highest peak, milli-g.
        peak_at: When it was read.
        drop: Greatest equivalent drop height, µm.
        drop_at: When.
        possible: Shocks beyond the damage boundary.
        unknown: Shocks of which too little was told to exclude that.
        newest: The newest of both, in event order.
    """

    count: int
    peak: int | None
    peak_at: int | None
    drop: int | None
    drop_at: int | None
    possible: int
    unknown: int
    newest: tuple[JudgedShock, ...]


class Statistics(msgspec.Struct, frozen=True):
    """Every figure that the rules looked at."""

    series: tuple[SeriesStatistics, ...]
    judged: tuple[JudgedStatistics, ...]
    shocks: Shocks
    openings: int
    wear: Wear
    unjudged: int


class CoverageOf(msgspec.Struct, frozen=True):
    """Observed share of the planned time for one required quantity.

    `observed_until` is None while no time has been planned, and the beginning of that time while
    nothing was observed.
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


class Budget(msgspec.Struct, frozen=True):
    """How much of an allowance is used.

    Attributes:
        boundary: Id of the cumulative boundary.
        used: Microseconds.
        allowed: Microseconds.
        left: Microseconds, not below 0.
        used_up_at: When it will be used up if what is judged now stays; None where it will not,
            or is used up.
    """

    boundary: str
    used: int
    allowed: int
    left: int
    used_up_at: int | None


class ShelfLifeLeft(msgspec.Struct, frozen=True):
    """What is left of the shelf life, in microseconds at the policy's reference temperature.

    Attributes:
        life: What it was at first.
        left: What is left; below 0 where it was used up that long before.
        unobserved: For how long nobody observed the temperature. It counts as the warmer one of
            those before and after, while it lasts as the one before, without any as the reference.
        used_up_at: When it will be used up at the temperature of now; None where that never
            comes, or nothing is known of the temperature now.
    """

    life: int
    left: int
    unobserved: int
    used_up_at: int | None


def statistics_of(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> Statistics:
    """Return the figures of a twin that was settled at a moment."""
    openings = openings_of(twin, policy)
    exposure = sum(one.outside for one in twin.past.channels)
    handlings = len(twin.custody.periods) + openings
    count = twin.past.shocks.count
    return Statistics(
        series=_series(twin),
        judged=_judged(twin, as_of),
        shocks=_shocks(twin),
        openings=openings,
        wear=wear_of(policy.wear, count, handlings, exposure, _fatigue(twin, policy)),
        unjudged=twin.past.unjudged,
    )


def shelf_life_of(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> ShelfLifeLeft | None:
    """Return what is left of the shelf life; None where the policy states none."""
    limit = policy.shelf_life
    if limit is None:
        return None
    kinetics = limit.kinetics
    sums = next((one for one in twin.past.channels if one.quantity == "temperature"), None)
    channel = next((one for one in twin.channels if one.quantity == "temperature"), None)
    if sums is None or sums.exposure is None or channel is None or channel.exposure is None:
        return ShelfLifeLeft(kinetics.life, kinetics.life, 0, None)
    until, newest = channel.exposure.until, channel.exposure.newest
    end = max(until, as_of if twin.closed_at is None else twin.closed_at)
    silent_at = kinetics.reference if newest is None else newest
    used = sums.exposure.life_used + rate_sum(kinetics, (until,), (silent_at,), end)
    left = life_left(kinetics, used)
    moment = None
    if channel.upper is not None and twin.closed_at is None:
        moment = used_up_at(left, rates_of(kinetics)(channel.upper), as_of)
    unobserved = sums.exposure.life_assumed + end - until
    return ShelfLifeLeft(kinetics.life, left, unobserved, moment)


def _fatigue(twin: AssetTwin, policy: ConditionPolicy) -> int:
    """Return Miner's sum of the sensor that shows most; they watch the same goods."""
    quantity = policy.wear.fatigue_quantity
    half_damage = rules_by_quantity(policy)[quantity].half_damage if quantity else None
    if half_damage is None:
        return 0
    sums = {one.key: one for one in twin.past.series}
    return max(
        (
            ended(Fatigue(one.residue, found.half_cycles, found.damage), half_damage).damage
            for one in twin.series
            if one.quantity == quantity and (found := sums.get(one.key)) is not None
        ),
        default=0,
    )


def coverage_of(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> Coverage:
    """Return how much of the planned time was observed up to a moment."""
    until = as_of if twin.closed_at is None else twin.closed_at
    planned = 0 if twin.planned_from is None else max(0, until - twin.planned_from)
    channels = {one.quantity: one for one in twin.channels}
    sums = {one.quantity: one for one in twin.past.channels}
    quantities = tuple(
        _coverage_of(name, planned, until, channels.get(name), sums.get(name))
        for name in policy.observation.required
    )
    lowest = min(one.ratio_ppm for one in quantities)
    return Coverage(twin.planned_from, planned, lowest, quantities)


def budgets_of(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> tuple[Budget, ...]:
    """Return what is left of each cumulative boundary whose quantity was heard or is required."""
    runs = {run.boundary: (channel, run) for channel in twin.channels for run in channel.runs}
    found = []
    for boundary in policy.boundaries:
        if boundary.is_cumulative and boundary.id in runs:
            channel, run = runs[boundary.id]
            left = max(0, boundary.delay - run.outside)
            is_used = run.is_open and left > 0 and twin.closed_at is None
            is_used = is_used and is_outside_now(channel, boundary)
            used_up_at = as_of + left if is_used else None
            found.append(Budget(boundary.id, run.outside, boundary.delay, left, used_up_at))
    return tuple(found)


def announced_at(twin: AssetTwin, policy: ConditionPolicy, as_of: int) -> int | None:
    """Return when the next alarm is raised, or the shelf life over, if what is judged now stays.

    Args:
        twin: The twin, settled at `as_of`.
        policy: What judges it.
        as_of: The moment that is judged.
    """
    boundaries = {one.id: one for one in policy.boundaries}
    moments = [
        as_of + boundaries[run.boundary].delay - run.outside
        for channel in twin.channels
        for run in channel.runs
        if run.is_open
        and run.excursion is None
        and is_outside_now(channel, boundaries[run.boundary])
    ]
    life = shelf_life_of(twin, policy, as_of)
    if life is not None and life.used_up_at is not None:
        moments.append(life.used_up_at)
    return min((one for one in moments if one > as_of), default=None)


def is_outside_now(channel: Channel, boundary: Boundary) -> bool:
    """Tell whether what is judged of a channel now is beyond a limit."""
    value = channel.upper if boundary.is_upper else channel.lower
    if boundary.is_of_core:
        value = channel.core
    if value is None:
        return False
    return value > boundary.limit if boundary.is_upper else value < boundary.limit


def _series(twin: AssetTwin) -> tuple[SeriesStatistics, ...]:
    sums = {one.key: one for one in twin.past.series}
    found = sorted(twin.series, key=lambda one: one.key)
    return tuple(_series_statistics(one, sums.get(one.key)) for one in found if sums.get(one.key))


def _series_statistics(one: Series, found: SeriesSums | None) -> SeriesStatistics:
    sums = found or SeriesSums(one.device, one.sensor, one.quantity)
    if one.quantity in POSITION:
        # How often is told, never where.
        sums = replace(sums, minimum=None, maximum=None, observed=0)
        one = replace(one, is_usable=False)
    is_sound = sums.minimum is not None
    kinetic = (
        mean_kinetic_celsius(sums.kinetic, sums.observed) if one.quantity == "temperature" else None
    )
    return SeriesStatistics(
        device=one.device,
        sensor=one.sensor,
        quantity=one.quantity,
        readings=sums.readings,
        unusable=sums.unusable,
        conflicts=sums.conflicts,
        clock_suspects=sums.clock_suspects,
        first_at=sums.first_at,
        last_at=one.last_at,
        last=one.last_value if one.is_usable and not one.is_conflicting else None,
        minimum=sums.minimum,
        minimum_at=sums.minimum_at if is_sound else None,
        maximum=sums.maximum,
        maximum_at=sums.maximum_at if is_sound else None,
        mean=rounded(sums.weighted, sums.observed) if sums.observed else None,
        mean_kinetic_celsius=None if kinetic is None else str(kinetic),
        observed=sums.observed,
    )


def _judged(twin: AssetTwin, as_of: int) -> tuple[JudgedStatistics, ...]:
    sums = {one.quantity: one for one in twin.past.channels}
    return tuple(
        _judged_statistics(twin, one, sums.get(one.quantity) or ChannelSums(one.quantity), as_of)
        for one in sorted(twin.channels, key=lambda one: one.quantity)
        if QUANTITIES[one.quantity].is_level and one.quantity not in POSITION
    )


def _judged_statistics(
    twin: AssetTwin, one: Channel, sums: ChannelSums, as_of: int
) -> JudgedStatistics:
    exposure = sums.exposure
    end = as_of if twin.closed_at is None else twin.closed_at
    running = 0 if one.silent_since is None else end - one.silent_since
    kinetic = (
        None if exposure is None else mean_kinetic_celsius(exposure.kinetic, exposure.observed)
    )
    return JudgedStatistics(
        quantity=one.quantity,
        sensors=sum(other.quantity == one.quantity for other in twin.series),
        value=one.upper,
        lower=one.lower,
        observed=sums.spoken,
        longest_gap=max(sums.longest_silence, running),
        outside=sums.outside,
        mean_kinetic_celsius=None if kinetic is None else str(kinetic),
        highest_window=_highest_window(one, sums),
        core=one.core,
    )


def _highest_window(one: Channel, sums: ChannelSums) -> WindowFigure | None:
    exposure, before = one.exposure, sums.exposure
    if exposure is None or before is None or exposure.window is None:
        return None
    # A window that reaches into silence that lasts would weigh an excursion by itself.
    found = higher(before.highest_window, highest(exposure.window, exposure.window.until))
    celsius = None if found is None else found.celsius()
    if found is None or celsius is None:
        return None
    return WindowFigure(found.begins_at, found.ends_at, found.observed, str(celsius))


def _shocks(twin: AssetTwin) -> Shocks:
    found = twin.past.shocks
    return Shocks(
        count=found.count,
        peak=found.peak,
        peak_at=None if found.peak is None else found.peak_at,
        drop=found.drop,
        drop_at=None if found.drop is None else found.drop_at,
        possible=found.possible,
        unknown=found.unknown,
        newest=found.newest,
    )


def _coverage_of(
    name: str, planned: int, until: int, channel: Channel | None, sums: ChannelSums | None
) -> CoverageOf:
    if channel is None or sums is None:
        return CoverageOf(name, 0, 0, planned, None)
    running = 0 if channel.gap_since is None else until - channel.gap_since
    return CoverageOf(
        quantity=name,
        observed=sums.observed,
        ratio_ppm=sums.observed * FULL_PPM // planned if planned else 0,
        longest_gap=max(sums.longest_gap, running),
        observed_until=channel.observed_until,
    )


def rounded(numerator: int, denominator: int) -> int:
    """Return the quotient of two integers, rounded half to even."""
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))
