"""Expected values: Newton's law of cooling in closed form, by hand with 1/e = 0.36787944."""

import decimal

import pytest

from twins.temperature.core import Core, CoreSpans, feed

SECOND = 1_000_000
TAU = 1_600 * SECOND
"""A time constant whose sixteenth is 100 s."""

STEP = 100 * SECOND


def value_at(spans: CoreSpans, moment: int) -> int:
    return [value for at, value in zip(spans.times, spans.values, strict=True) if at <= moment][-1]


def test_core_is_at_first_as_warm_as_the_air() -> None:
    core = Core(TAU)
    assert feed(core, [7], [5_000], 50 * TAU) == CoreSpans([7], [5_000], 50 * TAU)
    assert core.value == 5_000_000


def test_core_closes_all_but_1_in_e_of_the_difference_in_one_time_constant() -> None:
    core = Core(TAU)
    spans = feed(core, [-STEP, 0], [5_000, 25_000], 3 * TAU)
    # 25 - 20/e and 25 - 20/e²; 25 - 20/e³ is not stated, its time is yet to come.
    assert value_at(spans, TAU) == 17_642
    assert value_at(spans, 2 * TAU) == 22_293
    assert core.value == pytest.approx(24_004_259, abs=10)


def test_core_is_stated_at_each_sixteenth_and_at_each_change_of_the_air() -> None:
    core = Core(TAU)
    change = 250 * SECOND
    spans = feed(core, [0, change], [0, 10_000], 450 * SECOND)
    # 10·(1 - exp(-0.5/16)) and 10·(1 - exp(-1.5/16)).
    assert spans.times == [0, 300 * SECOND, 400 * SECOND]
    assert spans.values == [0, 308, 895]


def test_highest_value_between_two_steps_is_stated_when_the_air_turns() -> None:
    core = Core(TAU)
    feed(core, [0], [0], STEP)
    # Warm from 110 to 190 s, between the steps of 100 and 200 s: 20·(1 - exp(-0.05)).
    times = [STEP, 110 * SECOND, 190 * SECOND]
    spans = feed(core, times, [0, 20_000, 0], 2 * STEP)
    assert spans.times == [STEP, 190 * SECOND]
    assert spans.values == [0, 975]


def test_first_reading_before_any_gap_is_stated_at_once() -> None:
    core = Core(TAU)
    spans = feed(core, [0], [5_000], 1)
    assert spans == CoreSpans([0], [5_000], 1)
    assert core.stated_from is None


def test_reading_without_duration_says_nothing() -> None:
    core = Core(TAU)
    assert feed(core, [5], [9_000], 5) == CoreSpans([], [], 5)
    assert core == Core(TAU)
    assert feed(core, [5, 5], [9_000, 5_000], 6).values == [5_000]
    assert core.value == 5_000_000


def test_short_gap_is_bridged_and_leaves_the_core_as_it_was() -> None:
    core = Core(TAU)
    feed(core, [-STEP, 0], [5_000, 25_000], TAU)
    # exp(-0.05) leaves less than a twentieth unknown.
    spans = feed(core, [TAU + 80 * SECOND], [25_000], TAU + STEP)
    assert spans == CoreSpans([TAU + 80 * SECOND], [17_642], TAU + STEP)


def test_core_is_unknown_after_a_gap_until_a_twentieth_of_it_is_left() -> None:
    core = Core(TAU)
    feed(core, [0], [5_000], STEP)
    # After a gap of one time constant 1 - 1/e is unknown: ln(0.63212056/0.05) = 2.5370653 of them.
    resumed = STEP + TAU
    stated_again = resumed + 4_059_304_432
    assert feed(core, [resumed], [5_000], stated_again - SECOND).times == []
    assert core.stated_from == pytest.approx(stated_again, abs=SECOND)
    spans = feed(core, [stated_again - SECOND], [5_000], stated_again + SECOND)
    assert spans.times == [pytest.approx(stated_again, abs=SECOND)]
    assert spans.values == [5_000]
    assert core.stated_from is None


def test_longest_gap_keeps_the_core_unknown_for_three_time_constants() -> None:
    core = Core(TAU)
    feed(core, [0], [5_000], STEP)
    spans = feed(core, [1_000 * TAU], [15_000], 1_010 * TAU)
    # ln 20 = 2.99573227; by then the core has come within 0.5 °C of the air.
    assert spans.times[0] == pytest.approx(1_000 * TAU + 2.99573227 * TAU, abs=SECOND)
    assert spans.values[0] == pytest.approx(14_500, abs=40)


def test_short_gap_while_the_core_is_unknown_does_not_make_it_known_sooner() -> None:
    core = Core(TAU)
    feed(core, [0], [5_000], STEP)
    feed(core, [100 * TAU], [5_000], 101 * TAU)
    before = core.stated_from
    feed(core, [101 * TAU + STEP], [5_000], 101 * TAU + 2 * STEP)
    assert core.stated_from == before


def test_core_follows_the_air_while_it_is_unknown() -> None:
    core = Core(TAU)
    feed(core, [0], [5_000], STEP)
    feed(core, [100 * TAU], [25_000], 101 * TAU)
    # One time constant of warm air, the gap itself none: 25 - 20/e.
    assert core.value == pytest.approx(17_642_411, abs=10)


def test_values_that_come_after_later_ones_are_refused() -> None:
    core = Core(TAU)
    feed(core, [0], [5_000], STEP)
    with pytest.raises(ValueError, match="come after"):
        feed(core, [STEP - 1], [5_000], 2 * STEP)


def test_core_stays_the_same_under_another_decimal_context() -> None:
    expected = Core(TAU + 7)
    feed(expected, [0, 50, 90], [1_000, 30_000, -5_000], TAU)
    feed(expected, [9 * TAU], [3_333], 9 * TAU + 17)
    found = Core(TAU + 7)
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_UP):
        feed(found, [0, 50, 90], [1_000, 30_000, -5_000], TAU)
        feed(found, [9 * TAU], [3_333], 9 * TAU + 17)
    assert found == expected
