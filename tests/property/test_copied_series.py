"""Copies among sensors that read at the same moments, many at once against one by one."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import law
from twins.sensors.copied_series import (
    SHARED_CHANGES,
    Witnesses,
    copied,
    take_in_turn,
    watch_witness,
)
from twins.sensors.findings import FindingLog, joined_logs

SENSORS = ["a", "b", "c"]
MINUTE = 60_000_000


@st.composite
def moments(draw: st.DrawFn) -> list[list[int]]:
    """Return what three sensors read at each moment; often two of them read the same."""
    size = draw(st.integers(1, 3 * SHARED_CHANGES))
    shared = draw(st.sampled_from([0, SHARED_CHANGES // 2, SHARED_CHANGES + 1, 3 * SHARED_CHANGES]))
    base = [place % 5 for place in range(size)]
    rows = [[value, value + (place > shared), 7 + value] for place, value in enumerate(base)]
    changes = st.tuples(st.integers(0, size - 1), st.integers(0, 2), st.integers(0, 9))
    for place, sensor, value in draw(st.lists(changes, max_size=2)):
        rows[place][sensor] = value
    return rows


def fresh() -> FindingLog:
    return FindingLog()


def one_by_one(
    rows: list[list[int]], first: int = 0, known: Witnesses | None = None
) -> tuple[Witnesses, FindingLog]:
    witnesses, log = Witnesses("temperature") if known is None else known, fresh()
    for moment, row in enumerate(rows, start=first):
        for sensor, value in zip(SENSORS, row, strict=True):
            watch_witness(witnesses, log, "d", sensor, moment * MINUTE, value)
    return witnesses, log


@law
@given(moments(), st.lists(st.integers(1, 40), max_size=3))
def test_copies_are_the_same_many_at_once_as_one_by_one(
    rows: list[list[int]], sizes: list[int]
) -> None:
    (witnesses, log), start = one_by_one(rows[:1]), 1
    for size in [*sizes, len(rows)]:
        some = rows[start : start + size]
        if some:
            times = [(start + place) * MINUTE for place in range(len(some))]
            behind = copied(witnesses)
            columns = list(zip(*some, strict=True))
            if take_in_turn(behind, [(place, times, columns[place]) for place in range(3)]):
                witnesses = behind
            else:
                witnesses, later = one_by_one(some, start, witnesses)
                log = joined_logs(log, later)
        start += size
    assert (witnesses, log) == one_by_one(rows)


@law
@given(moments(), st.integers(0, 90))
def test_copies_restored_anywhere_go_on_as_if_they_had_not_been(
    rows: list[list[int]], cut: int
) -> None:
    witnesses, log = one_by_one(rows[:cut])
    restored = msgspec.msgpack.decode(msgspec.msgpack.encode(witnesses), type=Witnesses)
    restored, later = one_by_one(rows[cut:], cut, restored)
    assert (restored, joined_logs(log, later)) == one_by_one(rows)
