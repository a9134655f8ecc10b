"""When planned time begins, and what begins anew with it; expected values by hand."""

import pytest

from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    boundary,
    close,
    commission,
    detach,
    fold,
    hand_over,
    judge,
    milestone,
    policy,
    read,
)
from twins.inputs import HandoverPhase, Input, MilestoneName
from twins.policy.condition_policy import Severity, WearBudget
from twins.readings import Quality
from twins.twin import AssetTwin, advance

BY = policy(boundary(), boundary("shock", 60_000, quantity="acceleration"))
START = MilestoneName.START


def test_planned_time_begins_with_the_first_binding_of_an_asset_that_was_commissioned() -> None:
    assert fold([commission(5), bind(20), bind(30, "d2")], BY).planned_from == at(20)


def test_what_a_device_read_before_the_asset_was_entered_is_judged_as_nobodys() -> None:
    twin = fold([bind(0), read(10, 9_000), commission(50), read(60, 5_000)], BY)
    assert (twin.planned_from, twin.past.unjudged) == (0, 0)
    (sums,) = twin.past.channels
    assert [(one.holder, one.outside) for one in sums.outside_by] == [
        ("", at(40)),
        ("maker", at(10)),
    ]


def test_planned_time_begins_with_the_start_where_there_is_one() -> None:
    assert fold([bind(0), milestone(50, START)], BY).planned_from == at(50)
    assert fold([milestone(50, START), bind(80)], BY).planned_from == at(50)


def test_only_the_first_milestone_can_start_a_shipment() -> None:
    inputs = [bind(0), milestone(10, MilestoneName.DEPARTURE), milestone(50, START)]
    assert fold(inputs, BY).planned_from == 0
    again = [bind(0), milestone(10, START), milestone(50, START)]
    assert fold(again, BY).planned_from == at(10)


def test_what_was_read_before_the_start_is_kept_and_not_judged() -> None:
    inputs: list[Input] = [
        bind(0),
        read(10, 22_000),
        read(20, 90_000, quantity="acceleration"),
        read(30, 9_000),
        milestone(50, START),
        read(60, 5_000),
    ]
    by = policy(*BY.boundaries, wear=WearBudget(shock_from=1_000, shock_full=10))
    condition = judge(inputs, by, 100)
    assert condition.statistics.unjudged == 3
    assert [one.rule for one in condition.rules_fired] == ["before_start"]
    (series,) = condition.statistics.series
    assert (series.readings, series.maximum, series.first_at) == (1, 5_000, at(60))
    assert (condition.statistics.shocks.count, condition.statistics.wear.index_ppm) == (0, 0)


def test_value_from_before_the_start_does_not_speak_behind_it() -> None:
    condition = judge([bind(0), read(10, 9_000), milestone(50, START)], BY, 100)
    assert condition.coverage.quantities[0].observed == 0
    assert condition.coverage.quantities[0].longest_gap == at(50)
    assert condition.statistics.series == ()


def test_excursions_and_budgets_begin_anew_with_the_start() -> None:
    by = policy(boundary("sum", delay=100, is_cumulative=True), boundary("single"))
    inputs: list[Input] = [bind(0), read(0, 9_000), milestone(150, START), read(200, 9_000)]
    condition = judge([*inputs, read(250, 5_000)], by, 300)
    # Before the start both had alarmed; that weighs nothing, and is told.
    assert [(one.rule, one.count) for one in condition.rules_fired] == [
        ("boundary:single", 1),
        ("before_start", 2),
    ]
    assert condition.rules_fired[1].severity is Severity.NONE
    assert [one.used for one in condition.budgets] == [at(50)]
    (one,) = condition.rules_fired[0].excursions
    assert (one.began_at, one.outside) == (at(200), at(50))


@pytest.mark.parametrize(("start", "count"), [(99, 0), (100, 0), (101, 1)])
def test_excursion_that_had_alarmed_before_the_start_is_told_and_no_other(
    start: int, count: int
) -> None:
    inputs: list[Input] = [bind(0), read(0, 9_000), milestone(start, START), read(start, 5_000)]
    condition = judge(inputs, policy(boundary(delay=100)), 300)
    assert [one.count for one in condition.rules_fired] == [count] * bool(count)


def test_ignored_time_begins_anew_with_the_start() -> None:
    by = policy(boundary(), ignore_first=100)
    inputs: list[Input] = [bind(0), milestone(150, START), read(160, 9_000)]
    assert judge(inputs, by, 249).rules_fired == ()
    assert judge(inputs, by, 260).rules_fired[0].excursions[0].began_at == at(250)


def test_devices_and_custody_are_those_of_before_the_start() -> None:
    inputs = [commission(), bind(0), hand_over(HandoverPhase.OFFERED, 10)]
    inputs += [hand_over(HandoverPhase.ACCEPTED, 20), milestone(50, START), read(60, 9_000)]
    twin = fold([*inputs, read(70, 9_000)], BY)
    assert (twin.bound, twin.custody.holder) == ({"d1": at(300)}, "carrier")
    assert [one.holder for one in twin.excursions[0].held_by] == ["carrier"]


def test_reading_of_the_very_moment_of_the_start_is_judged() -> None:
    twin = fold([bind(0), milestone(50, START), read(50, 9_000), read(60, 5_000)], BY)
    assert [one.began_at for one in twin.excursions] == [at(50)]
    assert twin.past.unjudged == 0


def test_start_of_a_closed_shipment_begins_nothing() -> None:
    twin = fold([bind(0), read(10, 5_000), close(40), milestone(50, START)], BY)
    assert (twin.planned_from, twin.past.begins_anew) == (0, False)
    assert [one.readings for one in twin.past.series] == [1]


def test_commissioning_begins_nothing_anew() -> None:
    twin = fold([bind(0), read(10, 5_000), close(40), commission(50)], BY)
    assert (twin.planned_from, twin.past.unjudged) == (0, 0)


@pytest.mark.parametrize("second", [90, 100])
def test_time_of_detached_devices_is_planned_and_not_observed(second: int) -> None:
    condition = judge([bind(0), read(0, 5_000), detach(second)], policy(hold=200), 300)
    assert (condition.coverage.planned, condition.coverage.quantities[0].observed) == (
        at(300),
        at(second),
    )


def test_reading_behind_a_second_binding_begins_again_with_the_detached_sensor() -> None:
    inputs = [bind(0), read(0, 9_000), detach(50), bind(100), read(110, 9_000), read(130, 5_000)]
    (rule,) = judge(inputs, BY, 200).rules_fired
    (one,) = rule.excursions
    # Silence neither ends the run nor counts.
    assert (one.began_at, one.ended_at, one.outside) == (0, at(130), at(50 + 20))


def test_reading_after_the_close_is_told_where_it_is_usable_and_outside_any_limit() -> None:
    by = policy(boundary("warm"), boundary("hot", 15_000))
    inputs: list[Input] = [bind(0), read(10, 5_000), close(50), read(60, 9_000), read(70, 5_000)]
    inputs += [read(80, 9_000, quality=Quality.SENTINEL), read(90, 16_000)]
    condition = judge(inputs, by, 100)
    assert [(one.rule, one.count) for one in condition.rules_fired] == [("after_close", 2)]
    assert condition.statistics.unjudged == 4


def test_excursions_of_earlier_batches_are_told_as_those_before_the_start() -> None:
    inputs: list[Input] = [bind(0), read(0, 9_000), read(10, 5_000), read(20, 9_000)]
    inputs += [read(30, 5_000), read(40, 5_000), milestone(50, START), read(60, 5_000)]
    twin = AssetTwin(ASSET)
    for one in inputs:
        twin = advance(twin, [one], BY)
    assert twin.past.before_start == fold(inputs, BY).past.before_start == 2
