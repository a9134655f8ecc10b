"""Health folded many readings at once, restored anywhere, and begun at different moments."""

import itertools

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import law
from tests.unit.twins.samples import at, read
from twins.readings import UNUSABLE, ClockSource, Quality, Reading
from twins.sensors.counter_order import RETURN_WITHIN
from twins.sensors.findings import FindingLog, Subject, joined_logs
from twins.sensors.health import Health, copied, is_trusted, watch, watch_median
from twins.sensors.limits import QuantityLimits, SensorLimits
from twins.sensors.steady_health import is_quiet, ordered_counts, pass_quietly

LIMITS = SensorLimits(
    quantities={"temperature": QuantityLimits(stuck_after=at(600), largest_step=300, drift=100)},
    calibration_interval=at(2_000),
)
STEPS = st.sampled_from([1, 30, 60, 60, 60, 61, 299, 301])
VALUES = st.sampled_from([*range(0, 251, 5), 301, 35_000])
COUNTS = st.sampled_from([*[1] * 40, 5, -1, -9])


MARKS = st.dictionaries(
    st.integers(0, 59), st.sampled_from([*map(int, Quality), "gateway"]), max_size=2
)


@st.composite
def series(draw: st.DrawFn) -> list[Reading]:
    """Return the readings of one sensor in order: loud or quiet, coarse or fine, mostly sound."""
    size = draw(st.sampled_from([1, 5, 20, 60]))
    steps, values, counts = (
        draw(st.lists(one, min_size=size, max_size=size)) for one in (STEPS, VALUES, COUNTS)
    )
    resolution, is_counting = draw(st.sampled_from([1, 100, 230, 10_000])), draw(st.booleans())
    found = [
        read(
            moment, 5_000 + value // resolution * resolution, seq=abs(seq) if is_counting else None
        )
        for moment, value, seq in zip(
            itertools.accumulate(steps), values, itertools.accumulate(counts), strict=True
        )
    ]
    for place, mark in draw(MARKS).items():
        if place < len(found):
            change = (
                {"clock_source": ClockSource.GATEWAY} if mark == "gateway" else {"quality": mark}
            )
            found[place] = msgspec.structs.replace(found[place], **change)
    return found


SUBJECT = Subject("d1", "air", "temperature")


def fresh() -> tuple[Health, FindingLog]:
    return Health(SUBJECT, hold=at(300), calibrated_at=0), FindingLog()


def one_by_one(
    readings: list[Reading], begun: tuple[Health, FindingLog] | None = None
) -> tuple[Health, FindingLog]:
    health, log = fresh() if begun is None else begun
    for one in readings:
        watch(health, log, one, LIMITS)
    return health, log


def parts(readings: list[Reading], sizes: list[int]) -> list[list[Reading]]:
    ends = [*itertools.accumulate(sizes), len(readings)]
    cut = zip([0, *ends], ends, strict=False)
    return [some for first, last in cut if (some := readings[first:last])]


SIZES = st.lists(st.integers(1, 40), max_size=4)


def many_at_once(
    health: Health, log: FindingLog, readings: list[Reading], limits: SensorLimits
) -> None:
    """Take readings together where they are quiet, as those who judge do, else one by one."""
    times, values = [one.observed_at for one in readings], [one.value for one in readings]
    counts = ordered_counts(readings)
    is_sound = not any(one.quality & UNUSABLE for one in readings)
    if is_sound and is_quiet(health, times, values, counts, limits):
        pass_quietly(health, log, times, values, counts, limits)
        return
    for one in readings:
        watch(health, log, one, limits)


@law
@given(series(), SIZES)
def test_readings_give_the_same_health_many_at_once_as_one_by_one(
    readings: list[Reading], sizes: list[int]
) -> None:
    health, log = fresh()
    for some in parts(readings, sizes):
        many_at_once(health, log, some, LIMITS)
    assert (health, log) == one_by_one(readings)


@law
@given(series(), SIZES)
def test_sound_readings_without_a_count_give_the_same_health_many_at_once_as_one_by_one(
    readings: list[Reading], sizes: list[int]
) -> None:
    plain = [msgspec.structs.replace(one, seq=None, quality=Quality.GOOD) for one in readings]
    health, log = fresh()
    for some in parts(plain, sizes):
        many_at_once(health, log, some, LIMITS)
    assert (health, log) == one_by_one(plain)


@law
@given(series(), st.integers(0, 60))
def test_readings_that_are_quiet_bring_no_finding_and_change_no_trust(
    readings: list[Reading], cut: int
) -> None:
    (health, log), rest = one_by_one(readings[:cut]), readings[cut:]
    if not rest or any(one.quality & UNUSABLE for one in rest):
        return
    times, values = [one.observed_at for one in rest], [one.value for one in rest]
    if is_quiet(health, times, values, ordered_counts(rest), LIMITS):
        before = is_trusted(health, LIMITS), log.newest
        for one in rest:
            watch(health, log, one, LIMITS)
            assert (is_trusted(health, LIMITS), log.newest) == before


@law
@given(series(), st.integers(0, 60))
def test_health_restored_anywhere_goes_on_as_if_it_had_not_been(
    readings: list[Reading], cut: int
) -> None:
    health, log = one_by_one(readings[:cut])
    restored = msgspec.msgpack.decode(msgspec.msgpack.encode(health), type=Health)
    restored, later = one_by_one(readings[cut:], (restored, FindingLog()))
    assert (restored, joined_logs(log, later)) == one_by_one(readings)


@law
@given(series(), st.integers(0, 60))
def test_copy_of_health_goes_on_without_changing_it(readings: list[Reading], cut: int) -> None:
    health, log = one_by_one(readings[:cut])
    before = msgspec.msgpack.encode(health)
    goes_on, _ = one_by_one(readings[cut:], (copied(health), log))
    for place in range(200):
        watch_median(goes_on, log, at(4_000 + place * 60), 9_000, 5_000, LIMITS)
    assert msgspec.msgpack.encode(health) == before


@law
@given(series(), series())
def test_healths_that_differ_farther_back_become_alike(
    one: list[Reading], other: list[Reading]
) -> None:
    # Longer ago than anything is remembered, ordinary readings make both forget.
    calm = [
        read(100_000 + place * 60, 5_000 + place % 2, seq=10**9 + place)
        for place in range(2 * RETURN_WITHIN)
    ]
    states = [one_by_one([*begun, *calm])[0] for begun in (one, other)]
    assert msgspec.msgpack.encode(states[0]) == msgspec.msgpack.encode(states[1])
