"""What a binding says of its device's calibration, by the policy's interval; times in seconds."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.unit.twins.samples import (
    ASSET,
    HOUR,
    at,
    bind,
    close,
    detach,
    fold,
    judge,
    milestone,
    policy,
    read,
    restored,
)
from twins.inputs import BindingAction, CalibratedBinding, Input, MilestoneName
from twins.policy.condition_policy import SensorLimits
from twins.sensors.findings import FindingKind
from twins.twin import advance
from twins.verdict.condition import Condition, assess

DAY = 24 * HOUR
BY = replace(
    policy(minimum_coverage_ppm=900_000), sensors=SensorLimits(calibration_interval=at(365 * DAY))
)


def calibrated(
    seconds: float, days_before: float, device: str = "d1", every: float = 300
) -> CalibratedBinding:
    before = at(seconds - days_before * DAY)
    return CalibratedBinding(
        1, BindingAction.ADD, device, ASSET, at(seconds), at(every), calibrated_at=before
    )


def read_all(first: int, last: int) -> list[Input]:
    return [read(second, 5_000) for second in range(first, last, 300)]


def due(condition: Condition) -> list[int]:
    found = condition.sensors.running
    return [one.since for one in found if one.kind is FindingKind.CALIBRATION_DUE]


def test_what_is_found_of_a_sensor_is_over_when_its_device_is_detached() -> None:
    inputs = [calibrated(0, 365.5), *read_all(0, HOUR), detach(2 * HOUR)]
    condition = judge(inputs, BY, DAY)
    assert due(condition) == []
    (over,) = condition.sensors.over
    assert (over.kind, over.since, over.until) == (
        FindingKind.CALIBRATION_DUE,
        at(-DAY / 2),
        at(2 * HOUR),
    )


def test_calibration_that_has_ended_is_found_and_its_time_does_not_count_as_observed() -> None:
    condition = judge([calibrated(0, 365.5), *read_all(0, DAY)], BY, DAY)
    assert due(condition) == [at(-DAY / 2)]
    assert {one.rule for one in condition.rules_fired} == {"sensors", "coverage:temperature"}
    assert condition.coverage.ratio_ppm == 0


def test_calibration_that_ends_on_the_way_counts_until_then() -> None:
    condition = judge([calibrated(0, 364.5), *read_all(0, DAY)], BY, DAY)
    assert due(condition) == [at(DAY / 2)]
    # The reading at the end is the last that is trusted; it is held for five minutes.
    assert condition.coverage.quantities[0].observed == at(DAY / 2 + 300)


def test_calibration_that_holds_or_is_not_known_is_no_finding() -> None:
    for begun in (calibrated(0, 10), bind(0)):
        condition = judge([begun, *read_all(0, DAY)], BY, DAY)
        assert due(condition) == []
        assert condition.coverage.ratio_ppm == 1_000_000


def test_new_calibration_is_stated_by_binding_again() -> None:
    inputs = [calibrated(0, 400), *read_all(0, 2 * DAY), calibrated(DAY, 1)]
    condition = judge(inputs, BY, 2 * DAY)
    assert due(condition) == []
    assert condition.coverage.quantities[0].observed == at(DAY)


@pytest.mark.parametrize(
    "between",
    [
        [detach(HOUR), bind(2 * HOUR)],
        [bind(HOUR, every=600)],
        [milestone(HOUR, MilestoneName.START)],
    ],
    ids=["travelled elsewhere", "other interval", "began anew"],
)
def test_calibration_of_a_device_stays_known(between: list[Input]) -> None:
    inputs = [calibrated(0, 400), *between, *read_all(0, 4 * HOUR)]
    assert due(judge(inputs, BY, 4 * HOUR)) == [at(-35 * DAY)]


def test_calibration_of_one_device_says_nothing_of_another() -> None:
    inputs = [calibrated(0, 400, device="d2"), bind(0), *read_all(0, HOUR)]
    assert due(judge(inputs, BY, HOUR)) == []


def test_event_sensor_has_a_calibration_too() -> None:
    inputs = [calibrated(0, 400), read(60, 1_000, quantity="acceleration")]
    assert due(judge(inputs, BY, HOUR)) == [at(-35 * DAY)]


def test_checkpoint_keeps_what_was_said_before_the_first_reading() -> None:
    twin = restored(fold([calibrated(0, 400)], BY))
    condition = assess(advance(twin, read_all(0, HOUR), BY), BY, at(HOUR))
    assert due(condition) == [at(-35 * DAY)]


def over(condition: Condition) -> list[tuple[int, int | None]]:
    found = condition.sensors.over
    return [(one.since, one.until) for one in found if one.kind is FindingKind.CALIBRATION_DUE]


def test_calibration_that_had_ended_stays_on_record_when_a_new_one_is_stated() -> None:
    inputs = [calibrated(0, 400), *read_all(0, 2 * DAY), calibrated(DAY, 1)]
    assert over(judge(inputs, BY, 2 * DAY)) == [(at(-35 * DAY), at(DAY))]


def test_calibration_stated_after_the_close_changes_nothing() -> None:
    inputs = [calibrated(0, 400), *read_all(0, DAY), close(DAY)]
    before = judge(inputs, BY, 2 * DAY)
    assert due(before) == [at(-35 * DAY)]
    assert judge([*inputs, calibrated(2 * DAY, 1)], BY, 2 * DAY).sensors == before.sensors
