"""Which sensors repeat another one; expected values by hand."""

import random

from tests.unit.twins.samples import at
from twins.sensors.copied_series import (
    SHARED_CHANGES,
    Read,
    Witnesses,
    copied,
    copies_among,
    running_copies,
    take_in_turn,
    watch_witness,
)
from twins.sensors.findings import FindingKind, FindingLog, SensorFinding


def watched(own: list[int], other: list[int], lag: float = 0) -> tuple[Witnesses, FindingLog]:
    """Return what is known after two sensors read every five minutes, and what is over."""
    witnesses, log = Witnesses("temperature"), FindingLog()
    for place, (one, two) in enumerate(zip(own, other, strict=True)):
        watch_witness(witnesses, log, "d1", "a", at(300 * place), one)
        watch_witness(witnesses, log, "d1", "b", at(300 * place + lag), two)
    return witnesses, log


def copies(own: list[int], other: list[int], lag: float = 0) -> tuple[SensorFinding, ...]:
    return running_copies(watched(own, other, lag)[0])


CHANGING = [5_000 + 37 * place % 400 for place in range(SHARED_CHANGES + 1)]


def test_sensor_that_shares_every_change_is_a_copy() -> None:
    witnesses, _ = watched(CHANGING, CHANGING, lag=20)
    (found,) = running_copies(witnesses)
    assert (found.kind, found.device, found.sensor) == (FindingKind.COPIED_SERIES, "d1", "b")
    # The first change is that of the second reading.
    assert (found.since, found.until) == (at(320), None)
    assert copies_among(witnesses) == {("d1", "b")}
    assert found.text == (
        "b of d1 reads what a of d1 reads: at least 32 changes in turn were the same"
    )


def test_one_shared_change_less_is_no_copy() -> None:
    assert copies(CHANGING[:-1], CHANGING[:-1]) == ()


def test_equal_constant_values_are_no_copy() -> None:
    assert copies([5_000] * 500, [5_000] * 500) == ()


def test_copy_is_over_with_the_first_other_value() -> None:
    witnesses, log = watched([*CHANGING, 5_000], [*CHANGING, 5_001])
    assert running_copies(witnesses) == ()
    (found,) = log.newest
    assert (found.since, found.until) == (at(300), at(300 * (SHARED_CHANGES + 1)))


def test_one_other_value_in_between_begins_anew() -> None:
    broken = list(CHANGING)
    broken[SHARED_CHANGES // 2] += 1
    assert copies(CHANGING, broken) == ()


def test_values_read_at_other_times_are_not_compared() -> None:
    # b reads what a had read, but four of five minutes later: nearer to the next reading of a.
    assert copies(CHANGING, CHANGING, lag=240) == ()


def test_many_readings_without_a_copy_give_what_they_give_one_by_one() -> None:
    other = [*CHANGING[:20], 0, *CHANGING[21:]]
    one_by_one = watched([1, *CHANGING], [1, *other])
    many, log = watched([1], [1])
    times = [at(300 * (place + 1)) for place in range(len(CHANGING))]
    assert take_in_turn(many, [(0, times, CHANGING), (1, times, other)])
    assert (many, log) == one_by_one


def test_many_readings_are_not_taken_together_where_a_copy_begins_or_lasts() -> None:
    times = [at(300 * (place + 1)) for place in range(len(CHANGING))]
    begins, _ = watched([1], [1])
    assert not take_in_turn(begins, [(0, times, CHANGING), (1, times, CHANGING)])
    lasts, _ = watched([1, *CHANGING], [1, *CHANGING])
    after = [at(300 * (len(CHANGING) + 2))]
    assert not take_in_turn(lasts, [(0, after, [9]), (1, after, [8])])


NAMES = "badc"
"""Of sensors in the order of their first readings; at one moment the order of names counts."""


def coarse(seed: int) -> list[Read]:
    """Return what four sensors read, about as often; for some time the last may copy the first."""
    dice = random.Random(seed)  # noqa: S311 - reproducible values, no secret
    size = 3 * SHARED_CHANGES
    rows = [[dice.randint(0, 2) for _ in range(size)] for _ in NAMES]
    first = dice.randint(0, 40)
    copies_for = slice(first, first + dice.choice([0, 30, 90]))
    rows[3][copies_for] = rows[0][copies_for]
    lags = [dice.choice([0, 0, 130, 150]) for _ in NAMES]
    return [
        (place, [at(300 * turn + lag + dice.choice([0, 20])) for turn in range(1, size + 1)], row)
        for place, (lag, row) in enumerate(zip(lags, rows, strict=True))
    ]


def test_many_readings_of_coarse_sensors_are_taken_as_they_are_one_by_one() -> None:
    taken = 0
    for seed in range(60):
        one_by_one, log, is_copy, start = Witnesses("temperature"), FindingLog(), False, 0
        for place, sensor in enumerate(NAMES):
            watch_witness(one_by_one, log, "d1", sensor, 0, place)
        many, read = copied(one_by_one), coarse(seed)
        for end in (40, 41, 96):
            some = [(place, times[start:end], row[start:end]) for place, times, row in read]
            events = [
                (when, NAMES[place], value)
                for place, times, row in some
                for when, value in zip(times, row, strict=True)
            ]
            for when, sensor, value in sorted(events):
                watch_witness(one_by_one, log, "d1", sensor, when, value)
                is_copy = is_copy or bool(copies_among(one_by_one))
            assert take_in_turn(many, some) is not is_copy
            if is_copy:
                break
            assert many == one_by_one
            taken, start = taken + 1, end
    # Of 180 stretches of time.
    assert 60 < taken < 175


def test_value_that_is_as_old_as_half_the_time_between_two_readings_is_compared() -> None:
    for moment, changes in ((300, 1), (299.999, 0)):
        witnesses, log = watched([5_000], [5_000])
        watch_witness(witnesses, log, "d1", "a", at(moment), 5_100)
        watch_witness(witnesses, log, "d1", "b", at(600), 5_100)
        assert sum(one.changes for one in witnesses.sensors[1].alike.values()) == changes


def test_copy_is_said_of_the_sensor_that_read_later_with_the_newest_change() -> None:
    witnesses, log = Witnesses("temperature"), FindingLog()
    for place, value in enumerate(CHANGING):
        for sensor in "ab" if place < 20 else "ba":
            watch_witness(witnesses, log, "d1", sensor, at(300 * place), value)
    assert copies_among(witnesses) == {("d1", "a")}
