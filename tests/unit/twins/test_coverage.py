import pytest

from tests.unit.twins.samples import ASSET, HOUR, at, bind, close, detach, judge, policy, read
from twins.inputs import Input
from twins.policy.condition_policy import ConditionPolicy, Disposition, Severity
from twins.readings import Quality
from twins.twin import AssetTwin
from twins.verdict.condition import CoverageOf, assess


def covered(inputs: list[Input], as_of: float, by: ConditionPolicy | None = None) -> CoverageOf:
    (only,) = judge(inputs, by or policy(), as_of).coverage.quantities
    return only


def test_coverage_is_the_observed_share_of_the_planned_time() -> None:
    one = covered([bind(0), read(100, 5_000)], 400)
    assert (one.observed, one.ratio_ppm, one.longest_gap) == (at(300), 750_000, at(100))
    assert one.observed_until == at(400)


def test_coverage_ends_with_the_hold_of_the_newest_reading() -> None:
    one = covered([bind(0), read(0, 5_000)], 3600)
    assert (one.observed, one.ratio_ppm) == (at(900), 250_000)
    assert (one.longest_gap, one.observed_until) == (at(2700), at(900))


@pytest.mark.parametrize(("every", "hold"), [(60, 900), (300, 900), (400, 1200)])
def test_reading_holds_for_three_intervals_and_at_least_fifteen_minutes(
    every: int, hold: int
) -> None:
    one = covered([bind(0, every=every), read(0, 5_000)], HOUR, policy(hold=None))
    assert one.observed == at(hold)


def test_coverage_counts_gaps_between_readings() -> None:
    inputs = [bind(0), read(0, 5_000), read(2000, 5_000), read(2500, 5_000), read(4000, 5_000)]
    one = covered(inputs, 4000)
    assert one.observed == at(900 + 500 + 900)
    assert one.longest_gap == at(1100)


def test_coverage_is_the_union_of_all_sensors() -> None:
    inputs = [bind(0), bind(0, "d2"), read(0, 5_000), read(600, 5_000, device="d2")]
    one = covered(inputs, 2000)
    assert (one.observed, one.observed_until) == (at(1500), at(1500))


def test_unusable_reading_uncovers_the_time_that_its_sensor_had_covered() -> None:
    inputs = [bind(0), read(0, 5_000), read(300, 0, quality=Quality.SENTINEL)]
    one = covered(inputs, 900)
    assert (one.observed, one.observed_until) == (at(300), at(300))


def test_unusable_reading_leaves_covered_what_another_sensor_covers() -> None:
    inputs = [bind(0), bind(0, "d2"), read(0, 5_000), read(100, 5_000, device="d2")]
    inputs += [read(300, 0, quality=Quality.SENTINEL)]
    one = covered(inputs, 2000)
    assert (one.observed, one.observed_until) == (at(1000), at(1000))


def test_second_of_two_readings_of_one_instant_decides_whether_it_is_covered() -> None:
    inputs = [bind(0), read(0, 5_000, seq=1), read(0, 0, seq=2, quality=Quality.SENTINEL)]
    assert covered(inputs, 900).observed == 0


def test_shorter_interval_of_a_new_binding_shortens_the_hold() -> None:
    inputs = [bind(0, every=600), read(0, 5_000), bind(60, every=300), read(120, 5_000)]
    assert covered(inputs, HOUR, policy(hold=None)).observed == at(120 + 900)


def test_detached_device_covers_nothing() -> None:
    inputs = [bind(0), read(0, 5_000), detach(300), read(400, 5_000), bind(1000), read(1100, 5_000)]
    one = covered(inputs, 1200)
    assert (one.observed, one.longest_gap) == (at(300 + 100), at(800))


def test_detaching_one_device_leaves_the_other_covering() -> None:
    inputs = [bind(0), bind(0, "d2"), read(0, 5_000), read(100, 5_000, device="d2")]
    inputs += [detach(200, "d2")]
    assert covered(inputs, 2000).observed == at(900)


def test_planned_time_ends_with_the_close() -> None:
    inputs = [bind(0), read(0, 5_000), close(600), detach(1200), bind(1300), read(1400, 5_000)]
    condition = judge(inputs, policy(), 5000)
    assert (condition.coverage.planned, condition.coverage.ratio_ppm) == (at(600), 1_000_000)
    assert condition.coverage.quantities[0].observed_until == at(600)


def test_device_bound_after_the_close_plans_nothing() -> None:
    condition = judge([close(600), bind(900), read(900, 5_000)], policy(), 5000)
    assert (condition.coverage.planned_from, condition.coverage.planned) == (None, 0)


def test_bound_shipment_without_any_reading_is_unknown() -> None:
    condition = judge([bind(0)], policy(minimum_coverage_ppm=950_000), 3600)
    assert condition.coverage.quantities == (CoverageOf("temperature", 0, 0, at(3600), 0),)
    assert (condition.disposition, condition.severity) == (Disposition.UNKNOWN, Severity.MINOR)


def test_asset_without_any_binding_is_unknown_and_nobodys_fault() -> None:
    by = policy(minimum_coverage_ppm=950_000)
    condition = assess(AssetTwin(ASSET), by, at(3600))
    assert condition.coverage.quantities == (CoverageOf("temperature", 0, 0, 0, None),)
    assert (condition.disposition, condition.severity) == (Disposition.UNKNOWN, Severity.NONE)


def test_coverage_of_a_shipment_is_that_of_its_worst_required_quantity() -> None:
    by = policy(required=("temperature", "humidity"), minimum_coverage_ppm=900_000)
    inputs = [bind(0), read(0, 5_000), read(300, 50_000, quantity="humidity")]
    condition = judge(inputs, by, 600)
    assert condition.coverage.ratio_ppm == 500_000
    assert [rule.rule for rule in condition.rules_fired] == ["coverage:humidity"]
    assert (
        condition.rules_fired[0].text == "Humidity observed for at least 90 % of the planned time"
    )


@pytest.mark.parametrize(("minimum", "fires"), [(750_000, False), (750_001, True)])
def test_coverage_equal_to_the_minimum_is_enough(*, minimum: int, fires: bool) -> None:
    by = policy(minimum_coverage_ppm=minimum)
    condition = judge([bind(0), read(100, 5_000)], by, 400)
    assert bool(condition.rules_fired) == fires


def test_quantity_that_is_not_required_covers_nothing() -> None:
    assert covered([bind(0), read(0, 50_000, quantity="humidity")], 300).observed == 0
