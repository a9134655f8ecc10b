"""What the figures of a condition say of positions: how often they were told, never where."""

import msgspec
import pytest
from msgspec.structs import replace

from tests.unit.twins.samples import at, bind, judge, policy, read
from twins.inputs import Input
from twins.policy.condition_policy import SensorLimits
from twins.readings import Quality
from twins.verdict.condition import Condition

LATITUDE, LONGITUDE = 475_596_123, 75_885_761
BY = replace(policy(required=("temperature", "latitude", "longitude")), sensors=SensorLimits())
READ: list[Input] = [
    bind(0),
    read(0, 5_000),
    *(read(second, LATITUDE + second, quantity="latitude") for second in (0, 60, 120)),
    *(read(second, LONGITUDE + second, quantity="longitude") for second in (0, 60)),
    # In conflict with itself, and two counters that go backwards.
    read(60, LONGITUDE, quantity="longitude"),
    read(180, LATITUDE, quantity="latitude", seq=9),
    read(240, LATITUDE, quantity="latitude", seq=3),
    read(300, LATITUDE, quantity="latitude", quality=Quality.SENTINEL),
]


def condition(as_of: float = 300) -> Condition:
    return judge(READ, BY, as_of)


def test_series_of_positions_tell_how_often_and_when_and_no_value() -> None:
    latitude, longitude = (
        one for one in condition().statistics.series if one.quantity != "temperature"
    )
    assert (latitude.quantity, latitude.readings, latitude.unusable) == ("latitude", 6, 1)
    assert (longitude.quantity, longitude.readings, longitude.conflicts) == ("longitude", 2, 1)
    for one, last in ((latitude, 300), (longitude, 60)):
        assert (one.first_at, one.last_at, one.observed) == (0, at(last), 0)
        values = (one.last, one.minimum, one.maximum, one.mean, one.mean_kinetic_celsius)
        assert values == (None,) * 5
        assert (one.minimum_at, one.maximum_at) == (None, None)


def test_last_position_is_told_as_little_as_the_others() -> None:
    inputs = [bind(0), read(10, LATITUDE, quantity="latitude")]
    (series,) = judge(inputs, BY, 60).statistics.series
    assert (series.readings, series.unusable, series.last) == (1, 0, None)


@pytest.mark.parametrize("as_of", [300, 100_000])
def test_position_is_no_quantity_that_is_judged(as_of: float) -> None:
    assert [one.quantity for one in condition(as_of).statistics.judged] == ["temperature"]


def test_position_that_is_required_is_covered_all_the_same() -> None:
    observed = {one.quantity: one.observed for one in condition().coverage.quantities}
    assert observed == {"temperature": at(300), "latitude": at(300), "longitude": at(60)}


def test_condition_holds_no_digits_of_a_position() -> None:
    text = msgspec.json.encode(condition(100_000)).decode()
    assert str(LATITUDE)[:6] not in text
    assert str(LONGITUDE)[:6] not in text
