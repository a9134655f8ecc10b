"""Which sensors repeat another one; expected values by hand."""

from tests.unit.twins.samples import at
from twins.sensors.copied_series import (
    SHARED_CHANGES,
    Witnesses,
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
