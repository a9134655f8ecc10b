"""The fold against a second-by-second calculation written from the words of the specification."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import HOLD, law
from tests.property.boundaries_by_seconds import SECOND, Measured, Outing, Sensor, Watch
from tests.property.shipment_by_seconds import Judge, Peaks
from tests.unit.twins.samples import (
    at,
    bind,
    boundary,
    commission,
    detach,
    fold,
    hand_over,
    milestone,
    policy,
    read,
)
from twins.inputs import HandoverPhase, Input, MilestoneName
from twins.judging.excursions import Excursion
from twins.policy.condition_policy import ConditionPolicy, Phase, WearBudget
from twins.readings import Quality, Reading
from twins.twin import settled_at
from twins.verdict.condition import Condition, SeriesStatistics, assess

ORIGIN, TRANSIT, DESTINATION, DELIVERED = Phase
HORIZON = 120
SENSORS: list[Sensor] = [("d1", "air"), ("d1", "core"), ("d2", "air"), ("d3", "air")]
BOUNDARIES = (
    boundary("warm", 8_000, delay=30, hysteresis=500),
    boundary("warm-in-sum", 8_000, delay=45, hysteresis=500, is_cumulative=True),
    boundary("hot", 15_000),
    boundary("cold", 2_000, is_upper=False, delay=10, hysteresis=500),
    boundary("cold-on-the-way", 2_500, is_upper=False, phases=(TRANSIT,)),
    boundary("warm-at-rest", 7_500, delay=5, phases=(ORIGIN, DESTINATION)),
    boundary(
        "warm-in-sum-on-the-way",
        7_500,
        delay=20,
        is_cumulative=True,
        phases=(TRANSIT, DELIVERED),
    ),
)
seconds = st.integers(0, HORIZON)
VALUES = [-1_000, 1_999, 2_000, 2_499, 2_500, 5_000, 7_500, 7_501, 8_000, 8_001, 12_000, 16_000]
policies = st.builds(
    lambda ignored, quorum: policy(*BOUNDARIES, hold=HOLD, ignore_first=ignored, quorum=quorum),
    st.sampled_from([0, 0, 25]),
    st.sampled_from([1, 1, 2]),
)


@st.composite
def readings(draw: st.DrawFn) -> list[Reading]:
    """Return readings of one to four sensors, some of one moment."""
    sensors = draw(st.lists(st.sampled_from(SENSORS), min_size=1, max_size=4, unique=True))
    counters = draw(st.sampled_from([[None], [None, None, 0, 1]]))
    found = draw(
        st.lists(
            st.builds(
                lambda second, value, sensor, seq, quality: read(
                    second, value, device=sensor[0], sensor=sensor[1], seq=seq, quality=quality
                ),
                seconds,
                st.sampled_from(VALUES),
                st.sampled_from(sensors),
                st.sampled_from(counters),
                st.sampled_from([0] * 9 + [Quality.HISTORICAL, Quality.SENTINEL]),
            ),
            min_size=1,
            max_size=40,
        )
    )
    # Of readings that differ in their marks alone the oracle knows nothing.
    unique = {(one.device, one.sensor, one.observed_at, one.seq, one.value): one for one in found}
    return [*unique.values()]


intervals = st.sampled_from([4, 8, 12, 52])
"""How long one or two sensors wait for those: 5, 10 or 15 seconds, or four fifths of their hold."""

events = st.one_of(
    st.builds(bind, seconds, st.sampled_from(["d1", "d2", "d3"]), intervals),
    st.builds(detach, seconds, st.sampled_from(["d1", "d2", "d3"])),
    st.builds(milestone, seconds, st.sampled_from(list(MilestoneName))),
    st.builds(milestone, seconds, st.sampled_from(list(MilestoneName)[:-1])),
    st.builds(commission, seconds, st.sampled_from(["maker", "shop"])),
    st.builds(
        hand_over,
        st.sampled_from([HandoverPhase.OFFERED, HandoverPhase.ACCEPTED]),
        seconds,
        st.just("maker"),
        st.just("carrier"),
    ),
)


@st.composite
def shipments(draw: st.DrawFn) -> list[Input]:
    first, every = st.sampled_from([0, 0, 10]), draw(intervals)
    inputs: list[Input] = [bind(draw(first), name, every) for name in ("d1", "d2")]
    inputs += [bind(0, "d3", draw(intervals)), commission(draw(st.sampled_from([0, 0, 20])))]
    if draw(st.booleans()):
        inputs += [hand_over(HandoverPhase.OFFERED, 1), hand_over(HandoverPhase.ACCEPTED, 60)]
    inputs += draw(readings())
    inputs += draw(st.lists(events, max_size=6))
    return [*dict.fromkeys(inputs)]


@law
@given(shipments(), policies, st.integers(HORIZON, HORIZON + 3 * HOLD))
def test_fold_equals_a_second_by_second_calculation(
    inputs: list[Input], by: ConditionPolicy, as_of: int
) -> None:
    twin = fold(inputs, by)
    condition = assess(twin, by, at(as_of))
    oracle = Judge(inputs, by, "temperature", as_of, HOLD)

    assert condition.phase is oracle.phase
    assert condition.statistics.unjudged == oracle.unjudged
    assert condition.custody.holder == oracle.holder
    heard = {sensor: one for sensor, one in oracle.sensors.items() if one.count}
    found = {(one.device, one.sensor): one for one in condition.statistics.series}
    assert found.keys() == heard.keys()
    for sensor, one in heard.items():
        is_of(found[sensor], one)
    is_covered(condition, oracle, as_of)
    is_judged(condition, oracle, as_of)

    excursions = settled_at(twin, at(as_of), by).excursions
    for watch in oracle.watches:
        mine = [one for one in excursions if one.boundary == watch.boundary.id]
        mine.sort(key=lambda one: one.began_at)
        expected = watch.excursions()
        assert len(mine) == len(expected), watch
        for excursion, outing in zip(mine, expected, strict=True):
            is_told(excursion, outing)


SHOCKS = (
    boundary("hard", 60_000, quantity="acceleration"),
    boundary("hard-on-the-way", 30_000, quantity="acceleration", phases=(TRANSIT,)),
    boundary("still", 500, quantity="acceleration", is_upper=False),
)


@st.composite
def peaks(draw: st.DrawFn) -> list[Input]:
    """Return a shipment with peaks of several sensors, several of one moment as well."""
    found = draw(
        st.lists(
            st.builds(
                lambda second, value, sensor, seq, quality: read(
                    second,
                    value,
                    device=sensor[0],
                    sensor=sensor[1],
                    quantity="acceleration",
                    seq=seq,
                    quality=quality,
                ),
                st.integers(0, 30).map(lambda number: 4 * number),
                st.sampled_from([400, 5_000, 30_001, 60_000, 60_001, 75_000]),
                st.sampled_from(SENSORS),
                st.sampled_from([None, None, 0, 1]),
                st.sampled_from([0] * 9 + [Quality.SENTINEL]),
            ),
            max_size=30,
        )
    )
    unique = {(one.device, one.sensor, one.observed_at, one.seq, one.value): one for one in found}
    inputs: list[Input] = [commission(draw(st.sampled_from([0, 20])))]
    inputs += [bind(0, "d1"), bind(0, "d2"), bind(10, "d3"), *unique.values()]
    inputs += draw(st.lists(events, max_size=6))
    return [*dict.fromkeys(inputs)]


@law
@given(peaks(), st.sampled_from([0, 0, 25]))
def test_every_sound_peak_beyond_a_limit_is_an_excursion_of_its_own(
    inputs: list[Input], ignored: int
) -> None:
    budget = WearBudget(shock_from=30_001, shock_full=1_000)
    by = policy(*SHOCKS, hold=HOLD, ignore_first=ignored, wear=budget)
    as_of = HORIZON + 1
    twin = fold(inputs, by)
    condition = assess(twin, by, at(as_of))
    oracle = Peaks(inputs, by, "acceleration", as_of, HOLD)

    assert condition.statistics.unjudged == oracle.unjudged
    found = [
        (one.boundary, one.began_at // SECOND, (one.device, one.sensor), one.extreme)
        for one in settled_at(twin, at(as_of), by).excursions
    ]
    assert sorted(found) == sorted(oracle.beyond)
    for excursion in settled_at(twin, at(as_of), by).excursions:
        moments = excursion.began_at, excursion.alarmed_at, excursion.ended_at
        assert set(moments) == {excursion.extreme_at}
        assert (excursion.outside, excursion.held_by) == (0, [])
    shocks = condition.statistics.shocks
    assert shocks.count == sum(value >= budget.shock_from for value, _ in oracle.sound)
    # The first of equal peaks.
    highest = max(oracle.sound, key=lambda one: (one[0], -one[1]), default=None)
    told = None if shocks.peak is None or shocks.peak_at is None else shocks.peak_at // SECOND
    assert (shocks.peak, told) == (highest or (None, None))
    heard = {sensor: one for sensor, one in oracle.sensors.items() if one.count}
    for series in condition.statistics.series:
        one = heard[series.device, series.sensor]
        counts = (series.readings, series.conflicts, series.unusable)
        assert counts == (one.count, one.conflicts, one.unusable)
        assert series.observed == 0


def is_of(found: SeriesStatistics, one: Measured) -> None:
    """Check the sums of one sensor; extremes are the earliest of equal ones."""
    counts = (found.readings, found.conflicts, found.unusable)
    assert counts == (one.count, one.conflicts, one.unusable)
    assert found.observed == len(one.spoken) * SECOND
    lowest = min(one.sound, default=(None, 0))
    highest = max(one.sound, key=lambda sound: (sound[0], -sound[1]), default=(None, 0))
    assert (found.minimum, found.maximum) == (lowest[0], highest[0])
    if one.sound:
        assert (found.minimum_at, found.maximum_at) == (at(lowest[1]), at(highest[1]))
    mean = round(Fraction(sum(one.spoken), len(one.spoken))) if one.spoken else None
    assert found.mean == mean


def is_covered(condition: Condition, oracle: Judge, as_of: int) -> None:
    """Check the coverage: every second in which enough sensors speak."""
    coverage = condition.coverage
    (only,) = coverage.quantities
    if oracle.planned_from is None:
        assert (coverage.planned_from, coverage.planned, only.observed) == (None, 0, 0)
        return
    end = as_of if oracle.closed_at is None else oracle.closed_at
    assert coverage.planned_from == at(oracle.planned_from)
    assert coverage.planned == at(max(0, end - oracle.planned_from))
    assert only.observed == at(len(oracle.observed))
    longest = running = 0
    for second in range(oracle.planned_from, end):
        # A sound reading covers at least its own moment.
        running = 0 if second in oracle.touched else running
        running = 0 if second in oracle.observed else running + 1
        longest = max(longest, running)
    assert only.longest_gap == at(longest)
    seen = max([*oracle.touched, *(one + 1 for one in oracle.observed)], default=None)
    if seen is not None:
        assert only.observed_until == at(seen)


def is_judged(condition: Condition, oracle: Judge, as_of: int) -> None:
    """Check what is stated of all sensors together, and of budgets."""
    for one in condition.statistics.judged:
        assert one.observed == at(len(oracle.judged_values))
        assert one.outside == at(oracle.outside)
        assert one.mean_kinetic_celsius == mean_kinetic(oracle.judged_values)
        if oracle.closed_at is None:
            assert one.value == oracle.judged_last(is_upper=True)
    watches = {one.boundary.id: one for one in oracle.watches if one.boundary.is_cumulative}
    for budget in condition.budgets:
        watch = watches[budget.boundary]
        assert budget.used == at(watch.outside)
        assert budget.left == max(0, budget.allowed - budget.used)
        assert budget.used_up_at == used_up_at(watch, oracle, as_of)


def used_up_at(watch: Watch, oracle: Judge, as_of: int) -> int | None:
    """Return when a budget is used up, if what speaks now spoke on for ever."""
    left = watch.boundary.delay - at(watch.outside)
    value = oracle.judged_last(is_upper=watch.boundary.is_upper)
    if oracle.closed_at is not None or not watch.is_open or value is None or left <= 0:
        return None
    return at(as_of) + left if watch.is_beyond(value) else None


def is_told(found: Excursion, outing: Outing) -> None:
    """Check one excursion in all its parts."""
    assert outing.worst is not None
    assert outing.alarmed is not None
    value, (device, sensor), read_at = outing.worst
    assert (found.began_at, found.alarmed_at) == (at(outing.began), at(outing.alarmed))
    assert found.ended_at == (None if outing.ended is None else at(outing.ended))
    assert (found.extreme, found.extreme_at) == (value, at(read_at))
    assert (found.device, found.sensor) == (device, sensor)
    assert found.outside == at(outing.outside)
    assert [(one.holder, one.outside) for one in found.held_by] == [
        (holder, at(outside)) for holder, outside in outing.held
    ]
    assert tuple(
        ((one.device, one.sensor), one.observed_at, one.value) for one in found.shown_by
    ) == tuple((where, at(when), shown) for where, when, shown in outing.shown)


EXACT = Context(prec=120, rounding=ROUND_HALF_EVEN)


def mean_kinetic(values: list[int]) -> str | None:
    """Return the mean kinetic temperature of values that each spoke one second (section 9)."""
    if not values:
        return None
    factors = {
        value: EXACT.exp(Decimal(-10_000) / (Decimal(value) / 1000 + Decimal("273.15")))
        for value in set(values)
    }
    mean = EXACT.divide(sum((factors[value] for value in values), Decimal(0)), len(values))
    celsius = EXACT.divide(Decimal(-10_000), EXACT.ln(mean)) - Decimal("273.15")
    return str(celsius.quantize(Decimal("0.0001")) + Decimal("0.0000"))
