"""Expected values: `tests/vectors/mkt.json`, which names its source, or windows placed by hand."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from twins.temperature.kinetic_windows import (
    KineticWindow,
    WindowSums,
    copied,
    feed,
    higher,
    highest,
)

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "mkt.json").read_text())["vectors"]
TWO_PARTS = [one for one in VECTORS if len(one["weight_temp"]) == 2 and one["mkt_c"] < 30]
HOUR = 3_600_000_000
DAY = 24 * HOUR
START = 1_700_000_000_000_000


def observed(*stretches: tuple[float, float], length: int = DAY, above: int = 8) -> KineticWindow:
    """Return what is left of stretches of (hours, °C) since `START`."""
    window = KineticWindow(length, above * 1_000)
    times, values, moment = [], [], START
    for hours, celsius in stretches:
        times.append(moment)
        values.append(round(celsius * 1_000))
        moment += round(hours * HOUR)
    feed(window, times, values, moment)
    return window


def hours_of(found: WindowSums | None) -> tuple[float, float]:
    assert found is not None
    return (found.begins_at - START) / HOUR, (found.ends_at - START) / HOUR


def celsius_of(found: WindowSums | None) -> str:
    assert found is not None
    return str(found.celsius())


@pytest.mark.parametrize("vector", TWO_PARTS, ids=lambda one: str(one["mkt_c"]))
def test_window_around_an_excursion_has_the_reference_temperature(vector: dict[str, Any]) -> None:
    (usual_hours, usual), (warm_hours, warm) = vector["weight_temp"]
    length = (usual_hours + warm_hours) * HOUR
    long = 2 * usual_hours
    window = observed((long, usual), (warm_hours, warm), (long, usual), length=length, above=usual)
    found = highest(window, window.until)
    expected = Decimal(str(vector["mkt_c"])).quantize(Decimal("0.0001"))
    assert celsius_of(found) == str(expected)
    # All windows that hold the whole excursion are equal, and the first of them ends with it.
    assert hours_of(found) == (long - usual_hours, long + warm_hours)


def test_window_may_begin_with_the_excursion_or_end_with_it() -> None:
    colder_before = observed((40, 2), (6, 14), (40, 7))
    assert hours_of(highest(colder_before, colder_before.until)) == (40, 64)
    colder_after = observed((40, 7), (6, 14), (40, 2))
    assert hours_of(highest(colder_after, colder_after.until)) == (22, 46)


def test_window_holds_the_whole_excursion() -> None:
    # 10 h at 9 °C and 1 h at 20 °C: without the first hours of it more of 7.9 °C would fit.
    window = observed((40, 2), (10, 8.1), (1, 20), (40, 7.9))
    assert hours_of(highest(window, window.until)) == (40, 64)


def test_window_begins_where_its_end_meets_a_change() -> None:
    # Warmest are the 3 h at 7 °C that end 9 h after the excursion.
    window = observed((40, 2), (1, 12), (6, 2), (3, 7), (40, 2))
    assert hours_of(highest(window, window.until)) == (26, 50)


def test_window_that_holds_two_excursions_is_found() -> None:
    window = observed((30, 4), (1, 14), (20, 4), (1, 14), (30, 4))
    # Only these hold both: from 28 h, that ends with the second, to 30 h.
    assert hours_of(highest(window, window.until)) == (28, 52)


def test_windows_of_a_longer_excursion_lie_within_it() -> None:
    steady = observed((30, 2), (30, 9), (30, 2))
    assert celsius_of(highest(steady, steady.until)) == "9.0000"
    assert hours_of(highest(steady, steady.until)) == (30, 54)
    falling = observed((30, 20), (30, 9), (30, 12))
    assert hours_of(highest(falling, falling.until)) == (0, 24)


def test_shipment_that_is_shorter_than_a_window_is_one_window() -> None:
    window = observed((6, 5), (2, 14))
    found = highest(window, window.until)
    assert hours_of(found) == (0, 8)
    # Three parts of 5 °C and one of 14 °C, mkt.json.
    assert celsius_of(found) == "8.2852"


def test_window_is_exactly_as_long_as_the_shipment_when_it_has_come_so_far() -> None:
    window = observed((18, 5), (6, 14))
    assert celsius_of(highest(window, window.until)) == "8.2852"


def test_value_equal_to_the_limit_is_no_excursion() -> None:
    window = observed((100, 8.0))
    assert highest(window, window.until) is None
    assert highest(KineticWindow(DAY, 8_000), START) is None


def test_unobserved_time_has_no_weight() -> None:
    window = observed((30, 5))
    feed(window, [START + 40 * HOUR], [14_000], START + 46 * HOUR)
    feed(window, [START + 46 * HOUR], [5_000], START + 52 * HOUR)
    found = highest(window, window.until)
    # Every window around it sees 8 h at 5 °C and 6 h at 14 °C.
    assert found is not None
    assert (found.observed, hours_of(found)) == (14 * HOUR, (22, 46))


def test_gap_parts_an_excursion_in_two() -> None:
    window = observed((30, 2), (1, 12))
    feed(window, [START + 60 * HOUR], [12_000], START + 61 * HOUR)
    feed(window, [START + 61 * HOUR], [2_000], START + 90 * HOUR)
    found = highest(window, window.until)
    # No window of a day could hold both; the warmest is the one that sees nothing else.
    assert found is not None
    assert hours_of(found) == (30, 54)
    assert celsius_of(found) == "12.0000"


def test_silence_after_an_excursion_leaves_windows_that_saw_little() -> None:
    window = observed((30, 5), (1, 12))
    assert hours_of(highest(window, window.until)) == (7, 31)
    found = highest(window, START + 54 * HOUR)
    assert found is not None
    assert (hours_of(found), found.observed) == ((30, 54), HOUR)


def test_excursion_that_lasts_is_taken_as_far_as_it_has_come() -> None:
    window = observed((40, 5), (3, 12))
    before = msgspec.msgpack.encode(window)
    assert hours_of(highest(window, window.until)) == (19, 43)
    assert msgspec.msgpack.encode(window) == before
    feed(window, [window.until], [12_000], window.until + 3 * HOUR)
    # 18 h at 5 °C and 6 h at 12 °C, mkt.json.
    assert celsius_of(highest(window, window.until)) == "7.3662"


def test_state_stays_bounded_however_long_the_shipment_lasts() -> None:
    window = KineticWindow(DAY, 8_000)
    minute = HOUR // 60
    for day in range(60):
        begin = START + day * DAY
        times = [begin + step * minute for step in range(24 * 60)]
        feed(window, times, [4_000 + step % 5_000 for step in range(24 * 60)], begin + DAY)
        assert len(window.times) // 8 == len(window.values) // 4 <= 1.25 * 24 * 60 + 2


def test_excursion_long_ago_is_not_forgotten() -> None:
    window = observed((40, 5), (6, 14), (2_000, 5))
    assert celsius_of(highest(window, window.until)) == "8.2852"
    assert window.excursion_until is None


def test_state_survives_msgpack_and_copies_share_nothing() -> None:
    window = observed((40, 5), (6, 14), (20, 5))
    restored = msgspec.msgpack.decode(msgspec.msgpack.encode(window), type=KineticWindow)
    assert restored == window
    twin = copied(window)
    feed(window, [window.until], [20_000], window.until + HOUR)
    assert twin == restored


def test_higher_of_two_windows_is_the_earlier_of_equals() -> None:
    early, late = WindowSums(0, 10, 10, "64"), WindowSums(5, 15, 5, "32")
    assert higher(early, late) == higher(late, early) == early
    warm = WindowSums(7, 17, 10, "65")
    assert higher(early, warm) == higher(warm, early) == warm
    assert higher(None, warm) == higher(warm, None) == warm
    assert higher(None, None) is None


def test_values_that_come_after_later_ones_are_refused() -> None:
    window = observed((2, 5))
    with pytest.raises(ValueError, match="come after"):
        feed(window, [window.until - 1], [5_000], window.until + 1)
    with pytest.raises(ValueError, match="lies before"):
        highest(window, window.until - 1)


def test_values_without_duration_say_nothing() -> None:
    window = KineticWindow(DAY, 8_000)
    feed(window, [START], [20_000], START)
    feed(window, [START, START, START + HOUR], [20_000, 5_000, 20_000], START + HOUR)
    assert window.until == START + HOUR
    assert highest(window, window.until) is None
