import pytest

from tests.unit.twins.samples import ASSET, at, bind, boundary, close, detach, judge, policy, read
from twins.inputs import Input
from twins.judging.excursions import Excursion
from twins.readings import ClockSource, Quality
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, SeriesStatistics, assess


def every_five_minutes(*values: int) -> list[Input]:
    readings: list[Input] = [read(300 * n, value) for n, value in enumerate(values)]
    return [bind(0), *readings]


def excursions(condition: Condition) -> list[Excursion]:
    return [one for rule in condition.rules_fired for one in rule.excursions]


def statistics(condition: Condition) -> SeriesStatistics:
    (only,) = condition.statistics.series
    return only


def test_excursion_without_delay_alarms_at_the_first_reading_outside() -> None:
    by = policy(boundary(delay=0))
    (one,) = excursions(judge(every_five_minutes(5_000, 8_001, 5_000), by, 900))
    assert (one.began_at, one.alarmed_at, one.ended_at) == (at(300), at(300), at(600))
    assert (one.outside, one.extreme, one.extreme_at) == (at(300), 8_001, at(300))


@pytest.mark.parametrize(
    ("is_upper", "limit", "value", "alarms"),
    [
        (True, 8_000, 8_000, False),
        (True, 8_000, 8_001, True),
        (False, 2_000, 2_000, False),
        (False, 2_000, 1_999, True),
    ],
)
def test_value_equal_to_the_limit_is_inside(
    *, is_upper: bool, limit: int, value: int, alarms: bool
) -> None:
    by = policy(boundary(limit=limit, is_upper=is_upper))
    assert bool(excursions(judge(every_five_minutes(5_000, value), by, 300))) == alarms


def test_excursion_alarms_between_two_readings_when_the_delay_is_over() -> None:
    by = policy(boundary(delay=400))
    (one,) = excursions(judge(every_five_minutes(5_000, 9_000, 9_500, 9_200, 5_000), by, 1500))
    assert (one.began_at, one.alarmed_at, one.ended_at) == (at(300), at(700), at(1200))
    assert (one.outside, one.extreme, one.extreme_at) == (at(900), 9_500, at(600))


def test_excursion_alarms_while_the_newest_value_is_still_held() -> None:
    by = policy(boundary(delay=400))
    inputs = every_five_minutes(5_000, 9_000)
    assert excursions(judge(inputs, by, 699)) == []
    (one,) = excursions(judge(inputs, by, 700))
    assert (one.alarmed_at, one.ended_at) == (at(700), None)


def test_run_that_reaches_the_delay_exactly_is_an_excursion() -> None:
    inputs = every_five_minutes(5_000, 9_000, 5_000)
    assert excursions(judge(inputs, policy(boundary(delay=300)), 900))
    assert not excursions(judge(inputs, policy(boundary(delay=301)), 900))


def test_two_short_runs_are_no_excursion_of_a_single_boundary() -> None:
    by = policy(boundary(delay=500))
    inputs = every_five_minutes(9_000, 5_000, 9_000, 5_000, 9_000, 5_000)
    assert excursions(judge(inputs, by, 1800)) == []


def test_two_long_runs_are_two_excursions_with_their_own_extremes() -> None:
    by = policy(boundary(delay=300))
    first, second = excursions(judge(every_five_minutes(12_000, 5_000, 9_000, 5_000), by, 900))
    assert (first.extreme, first.outside, first.ended_at) == (12_000, at(300), at(300))
    assert (second.extreme, second.outside, second.began_at) == (9_000, at(300), at(600))


def test_run_goes_on_within_the_hysteresis_without_counting_the_time_inside() -> None:
    by = policy(boundary(delay=600, hysteresis=500))
    (one,) = excursions(judge(every_five_minutes(9_000, 7_600, 9_000, 7_500), by, 1200))
    assert (one.began_at, one.alarmed_at, one.ended_at) == (at(0), at(900), at(900))
    assert one.outside == at(600)


@pytest.mark.parametrize(("value", "ended_at"), [(2_499, None), (2_500, at(300))])
def test_run_below_a_lower_limit_ends_above_it_by_the_hysteresis(
    value: int, ended_at: int | None
) -> None:
    by = policy(boundary(limit=2_000, is_upper=False, hysteresis=500))
    (one,) = excursions(judge(every_five_minutes(1_999, value), by, 600))
    assert one.ended_at == ended_at


def test_cumulative_boundary_adds_runs_up_and_tells_of_all_of_them() -> None:
    by = policy(boundary(delay=500, is_cumulative=True))
    inputs = every_five_minutes(12_000, 5_000, 9_000, 5_000, 8_500, 5_000)
    (one,) = excursions(judge(inputs[:4], by, 850))
    assert (one.began_at, one.alarmed_at, one.ended_at) == (at(0), at(800), None)
    (one,) = excursions(judge(inputs, by, 1500))
    assert (one.began_at, one.alarmed_at, one.ended_at) == (at(0), at(800), at(1500))
    assert (one.outside, one.extreme, one.extreme_at) == (at(900), 12_000, at(0))


def test_cumulative_boundary_keeps_its_extreme_when_the_run_lasted_no_time() -> None:
    by = policy(boundary(is_cumulative=True))
    inputs = [bind(0), read(0, 20_000, seq=1), read(0, 5_000, seq=2), read(300, 9_000)]
    (one,) = excursions(judge(inputs, by, 600))
    assert (one.began_at, one.extreme, one.extreme_at) == (at(0), 20_000, at(0))


def test_gap_inside_a_run_counts_neither_outside_nor_inside() -> None:
    by = policy(boundary(delay=1200), hold=600)
    inputs = [bind(0), read(0, 9_000), read(5000, 9_000), read(5700, 5_000)]
    (one,) = excursions(judge(inputs, by, 6000))
    assert (one.began_at, one.alarmed_at, one.outside) == (at(0), at(5600), at(1200))


def test_peak_of_an_event_quantity_is_an_excursion_of_no_duration() -> None:
    by = policy(boundary("shock", 60_000, quantity="acceleration"))
    inputs = [
        bind(0),
        read(10, 60_000, quantity="acceleration"),
        read(20, 75_000, quantity="acceleration"),
        read(20, 90_000, quantity="acceleration", seq=8),
    ]
    condition = judge(inputs, by, 30)
    assert [(one.began_at, one.ended_at, one.extreme) for one in excursions(condition)] == [
        (at(20), at(20), 75_000),
        (at(20), at(20), 90_000),
    ]
    assert {one.outside for one in excursions(condition)} == {0}
    assert statistics(condition).observed == 0
    assert statistics(condition).mean is None
    assert [one.shown_by[0].value for one in excursions(condition)] == [75_000, 90_000]


def test_conflict_silences_both_readings_and_their_hold() -> None:
    by = policy(boundary())
    inputs = [bind(0), read(0, 5_000), read(300, 20_000), read(300, 6_000), read(600, 5_000)]
    condition = judge(inputs, by, 900)
    figures = statistics(condition)
    assert excursions(condition) == []
    assert (figures.readings, figures.conflicts, figures.unusable) == (3, 1, 1)
    assert (figures.minimum, figures.maximum, figures.observed) == (5_000, 5_000, at(600))
    assert condition.coverage.quantities[0].observed == at(600)


def test_newest_value_is_not_stated_while_it_is_in_conflict() -> None:
    condition = judge([bind(0), read(0, 5_000), read(0, 6_000)], policy(), 60)
    assert statistics(condition).last is None
    assert statistics(condition).minimum is None


def test_conflict_holds_when_the_batch_ends_between_the_two_readings() -> None:
    by = policy(boundary())
    first, second = sorted([read(0, 5_000), read(0, 20_000)], key=lambda one: one.value)
    twin = advance(advance(AssetTwin(ASSET), [bind(0), first], by), [second], by)
    assert assess(twin, by, at(60)) == judge([bind(0), first, second], by, 60)
    assert statistics(assess(twin, by, at(60))).conflicts == 1


def test_other_seq_at_the_same_instant_is_another_reading_and_the_later_one_holds() -> None:
    inputs = [bind(0), read(0, 4_000, seq=1), read(0, 6_000, seq=2), read(300, 6_000)]
    figures = statistics(judge(inputs, policy(), 300))
    assert (figures.readings, figures.conflicts) == (3, 0)
    assert (figures.minimum, figures.maximum, figures.mean) == (4_000, 6_000, 6_000)


def test_repeated_reading_counts_once() -> None:
    once = [bind(0), read(0, 5_000), read(300, 6_000)]
    again = [read(300, 6_000, quality=Quality.HISTORICAL)]
    assert judge([*once, *again], policy(), 600) == judge(once, policy(), 600)


@pytest.mark.parametrize("quality", [Quality.SENTINEL, Quality.IMPLAUSIBLE])
def test_unusable_reading_ends_the_hold_of_the_one_before_and_says_nothing(
    quality: Quality,
) -> None:
    by = policy(boundary())
    inputs = [bind(0), read(0, 5_000), read(300, 99_000, quality=quality)]
    condition = judge(inputs, by, 900)
    figures = statistics(condition)
    assert (figures.readings, figures.unusable) == (2, 1)
    assert (figures.maximum, figures.observed, figures.last) == (5_000, at(300), None)
    assert excursions(condition) == []


@pytest.mark.parametrize("quality", [Quality.HISTORICAL, Quality.CLOCK_SUSPECT])
def test_historical_and_clock_suspect_readings_speak(quality: Quality) -> None:
    figures = statistics(judge([bind(0), read(0, 5_000, quality=quality)], policy(), 300))
    assert (figures.unusable, figures.observed) == (0, at(300))


def test_mean_is_weighted_by_time_and_rounded_half_to_even() -> None:
    figures = statistics(
        judge([bind(0), read(0, 1_000), read(10, 1_001), read(20, 9_000)], policy(), 20)
    )
    assert (figures.mean, figures.observed) == (1_000, at(20))
    figures = statistics(
        judge([bind(0), read(0, -1_001), read(10, -1_002), read(20, 9_000)], policy(), 20)
    )
    assert figures.mean == -1_002


def test_mean_kinetic_temperature_is_weighted_by_time() -> None:
    by = policy(hold=18 * 3600)
    inputs = [bind(0), read(0, 5_000), read(18 * 3600, 14_000)]
    figures = statistics(judge(inputs, by, 24 * 3600))
    assert figures.mean_kinetic_celsius == "8.2852"
    assert figures.mean == 7_250


def test_mean_kinetic_temperature_is_stated_for_temperature_alone() -> None:
    figures = statistics(judge([bind(0), read(0, 5_000, quantity="humidity")], policy(), 60))
    assert figures.mean_kinetic_celsius is None


def test_value_of_a_detached_device_ceases_to_count_while_its_excursion_stays_open() -> None:
    by = policy(boundary())
    condition = judge([bind(0), read(0, 9_000), detach(100), read(200, 5_000)], by, 900)
    (one,) = excursions(condition)
    assert (one.outside, one.ended_at) == (at(100), None)
    assert condition.statistics.unjudged == 0


def test_value_ceases_to_count_when_the_shipment_is_closed() -> None:
    by = policy(boundary(delay=200))
    inputs = [bind(0), read(0, 9_000), close(100), read(150, 9_000), read(300, 9_000)]
    condition = judge(inputs, by, 900)
    assert excursions(condition) == []
    assert (statistics(condition).observed, condition.statistics.unjudged) == (at(100), 2)


def test_two_sensors_that_are_warm_one_after_the_other_make_one_excursion_of_the_asset() -> None:
    by = policy(boundary(delay=400))
    inputs = [bind(0), bind(0, "d2")]
    inputs += [read(0, 9_000), read(300, 5_000)]
    inputs += [read(0, 5_000, device="d2"), read(300, 9_500, device="d2")]
    (one,) = excursions(judge(inputs, by, 800))
    assert (one.began_at, one.alarmed_at, one.outside) == (at(0), at(400), at(800))
    assert (one.device, one.extreme, one.extreme_at) == ("d2", 9_500, at(300))


def test_two_sensors_have_sums_of_their_own() -> None:
    inputs = [bind(0), bind(0, "d2"), read(0, 4_000), read(100, 6_000, device="d2")]
    first, second = judge(inputs, policy(), 300).statistics.series
    assert (first.device, first.mean, first.observed) == ("d1", 4_000, at(300))
    assert (second.device, second.mean, second.observed) == ("d2", 6_000, at(200))


def test_reading_of_a_time_before_1970_is_folded_like_any_other() -> None:
    condition = judge([bind(-600), read(-600, 5_000)], policy(), -300)
    assert statistics(condition).observed == at(300)


def test_readings_without_a_trusted_clock_are_counted() -> None:
    suspects = [
        read(10, 5_000, clock_source=ClockSource.GATEWAY),
        read(20, 5_000, quality=Quality.CLOCK_SUSPECT),
        read(30, 5_000, clock_source=ClockSource.NETWORK),
        read(40, 5_000),
    ]
    assert statistics(judge([bind(0), *suspects], policy(), 60)).clock_suspects == 2
