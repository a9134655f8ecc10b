from pathlib import Path

import pytest

from gateway.late_readings import late_entry, late_readings
from gateway.ports import LateReadings
from gateway.store.entries import encode_messages
from tests.fakes.journals import message_of
from tests.unit.gateway.deriving import MINTED, Deriving
from tests.unit.twins.samples import ASSET, at, read

HOLD = 100
EACH = 1_000
KEY = ("d1", "air", "temperature")
MINUTE = 60


def late(*came: int) -> list[tuple[int, int, int, int]]:
    """Return (readings, first, last, came) of late runs; one reading comes each 1,000 µs."""
    placed = sorted((moment, position) for position, moment in enumerate(came))
    moments, positions = zip(*placed, strict=True)
    found = late_readings(KEY, moments, positions, HOLD, lambda position: position * EACH)
    return [(one.readings, one.first_at, one.last_at, one.came_at) for one in found]


def test_readings_that_came_in_order_are_not_late() -> None:
    assert late(0, 50, 100, 400, 400, 900) == []


def test_reading_that_came_after_a_much_later_one_is_late() -> None:
    assert late(0, 300, 200) == [(1, 200, 200, 2 * EACH)]


@pytest.mark.parametrize(("moment", "count"), [(201, 0), (200, 1)])
def test_reading_is_late_once_it_would_have_spoken_no_more(moment: int, count: int) -> None:
    assert len(late(0, 300, moment)) == count


def test_backlog_is_one_run_and_two_gaps_are_two() -> None:
    assert late(0, 1_000, 300, 400, 500) == [(3, 300, 500, 4 * EACH)]
    assert late(0, 500, 1_000, 200, 700) == [
        (1, 200, 200, 3 * EACH),
        (1, 700, 700, 4 * EACH),
    ]


def test_backlog_between_what_was_known_is_one_where_it_came_at_one_time() -> None:
    moments, positions = (0, 100, 200, 300, 400, 900), (0, 4, 1, 5, 2, 3)
    (one,) = late_readings(KEY, moments, positions, HOLD, lambda _: 7)
    assert (one.readings, one.first_at, one.last_at, one.came_at) == (2, 100, 300, 7)


def test_late_readings_of_a_carried_device_are_told_with_when_they_came(tmp_path: Path) -> None:
    one = Deriving(tmp_path)
    one.take(*MINTED, read(90 * MINUTE, 5_000))
    backlog = [read(minute * MINUTE, 5_000) for minute in (30, 40, 50)]
    one.journal.append(encode_messages([message_of(each) for each in backlog]), at(6_000))
    one.book.absorb(one.reader.after(one.store.progress(), 10))
    expected = LateReadings(*KEY, 3, at(30 * MINUTE), at(50 * MINUTE), at(6_000))
    assert one.status.late_readings(ASSET) == (expected,)
    (told,) = [each for each in one.status.timeline(ASSET) if each.kind == "late_readings"]
    assert told == late_entry(expected)
    assert (told.at, told.text) == (
        at(6_000),
        (
            "3 readings of temperature by d1 air came late: "
            "1970-01-01 00:30:00 UTC to 1970-01-01 00:50:00 UTC"
        ),
    )
    assert one.status.late_readings("nobody") == ()
