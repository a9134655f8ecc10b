"""Series made here; what a policy decides of them was reckoned by hand."""

import tomllib
from pathlib import Path

import pytest

from cargotwin.policy_trial import EmptySeries, charts_of, readings_of, tried, usual_interval
from gateway.logger_files.series import FileReading
from twins.inputs import MilestoneName
from twins.policy.condition_policy import ConditionPolicy, Disposition, Severity, parse_policy

POLICIES = Path(__file__).parents[3] / "config" / "policies"
START = 1_767_225_600_000_000
MINUTE = 60_000_000


def policy(name: str = "vaccine-2-8") -> ConditionPolicy:
    document = tomllib.loads((POLICIES / f"{name}.toml").read_text("utf-8"))
    return parse_policy(document, bytes(32), name)


def series(
    *values: float, quantity: str = "temperature", unit: str = "C", every: int = 5
) -> list[FileReading]:
    return [
        FileReading(place + 2, quantity, quantity, unit, value, START + place * every * MINUTE)
        for place, value in enumerate(values)
    ]


def test_series_within_the_limits_keeps_every_rule() -> None:
    trial = tried(policy(), readings_of(series(*[5.0] * 13)))
    assert trial.condition.disposition is Disposition.CONFORMANT
    assert trial.condition.severity is Severity.NONE
    assert trial.condition.as_of == START + 60 * MINUTE
    assert trial.condition.coverage.ratio_ppm == 1_000_000


def test_excursion_is_found_from_its_first_reading_on() -> None:
    # Above 8 °C from minute 10 to minute 45: more than the 30 minutes that the policy grants.
    trial = tried(policy(), readings_of(series(5, 5, *[9.0] * 7, 5, 5)))
    assert trial.condition.disposition is Disposition.NON_CONFORMANT
    (fired,) = [one for one in trial.condition.rules_fired if one.rule == "boundary:above-8"]
    (excursion,) = fired.excursions
    assert excursion.began_at == START + 10 * MINUTE
    assert excursion.outside == 35 * MINUTE


def test_values_are_converted_as_a_gateway_would() -> None:
    (first, *_) = readings_of(series(41.0, 50.0, unit="F"))
    assert first.value == 5_000


def test_value_that_cannot_be_is_kept_and_judged_by_nothing() -> None:
    trial = tried(policy(), readings_of(series(5, 5, 5000, 5, 5)))
    assert not [one for one in trial.condition.rules_fired if one.rule.startswith("boundary")]
    (figures,) = trial.condition.statistics.series
    assert (figures.readings, figures.unusable) == (5, 1)


def test_usual_interval_is_the_median_between_readings_of_one_sensor() -> None:
    late = FileReading(9, "temperature", "temperature", "C", 5.0, START + 300 * MINUTE)
    other = FileReading(3, "lid", "temperature", "C", 5.0, START + MINUTE)
    assert usual_interval(readings_of([*series(5, 5, 5, 5), late, other])) == 5 * MINUTE
    assert usual_interval(readings_of(series(5))) == 15 * MINUTE


def test_stated_interval_decides_how_long_a_reading_speaks() -> None:
    # Every 40 minutes: by itself the usual interval; planned every minute, each speaks for 15.
    found = readings_of(series(5, 5, 5, 5, every=40))
    assert tried(policy(), found).condition.coverage.ratio_ppm == 1_000_000
    planned = tried(policy(), found, interval=MINUTE)
    assert planned.condition.coverage.ratio_ppm == 375_000


def test_milestone_after_the_readings_makes_the_planned_time_longer() -> None:
    moment = START + 120 * MINUTE
    trial = tried(
        policy(), readings_of(series(*[5.0] * 13)), None, {MilestoneName.DELIVERY: moment}
    )
    assert trial.condition.as_of == moment
    # The last reading speaks for 15 minutes, as any other: 75 of 120.
    assert trial.condition.coverage.ratio_ppm == 625_000


def test_readings_may_come_in_any_order() -> None:
    found = readings_of(series(5, 5, *[9.0] * 7, 5, 5))
    assert tried(policy(), found[::-1]).condition == tried(policy(), found).condition


def test_empty_series_is_refused() -> None:
    with pytest.raises(EmptySeries, match="no reading"):
        tried(policy(), [])


def test_a_chart_shows_what_was_read_of_each_limited_quantity() -> None:
    light = series(*[3.0] * 4, quantity="illuminance", unit="lx")
    bent = series(*[3.0] * 4, quantity="tilt", unit="deg")
    trial = tried(policy(), readings_of([*series(5, 5, *[9.0] * 7), *light, *bent]))
    temperature, illuminance = charts_of(trial, buckets=4)
    assert (temperature.quantity, illuminance.quantity) == ("temperature", "illuminance")
    (shown,) = temperature.series
    # 40 minutes in four parts of ten; parts begin at whole tens, as this series does.
    assert [(one.minimum, one.maximum, one.count) for one in shown.buckets] == [
        (5_000, 5_000, 2),
        (9_000, 9_000, 2),
        (9_000, 9_000, 2),
        (9_000, 9_000, 2),
        (9_000, 9_000, 1),
    ]
    assert {one.id for one in illuminance.boundaries} == {"opened"}
    assert [one.boundary for one in temperature.excursions] == ["above-8"]


def test_milestones_say_in_which_phase_a_rule_judges() -> None:
    # 8.5 °C for 70 minutes: too warm for red cells in storage, allowed in transit.
    found = readings_of(series(4, 4, 4, *[8.5] * 14, 4, 4))
    red_cells = policy("blood-red-cells")
    stored = tried(red_cells, found)
    assert [one.rule for one in stored.condition.rules_fired] == ["boundary:above-6"]
    moved = {
        MilestoneName.DEPARTURE: START + 5 * MINUTE,
        MilestoneName.ARRIVAL: START + 90 * MINUTE,
    }
    assert tried(red_cells, found, None, moved).condition.disposition is Disposition.CONFORMANT
