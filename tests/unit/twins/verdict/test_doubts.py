"""Sensors that were outvoted for a time stay among the reasons; expected values by hand."""

import pytest
from msgspec.structs import replace

from tests.unit.twins.samples import at, bind, boundary, judge, policy, read
from twins.inputs import Input
from twins.policy.condition_policy import Disposition, Phase, Severity
from twins.sensors.limits import QuantityLimits, SensorLimits

LIMITS = SensorLimits(
    severity=Severity.MINOR, quantities={"temperature": QuantityLimits(disagreement=2_000)}
)
BY = replace(policy(boundary("warm", 8_000), hold=900), sensors=LIMITS)


def three(at_s: int, *values: int) -> list[Input]:
    return [read(at_s, value, device=f"d{place}") for place, value in enumerate(values, 1)]


def test_disagreement_that_is_over_leaves_a_reason_that_stays() -> None:
    inputs: list[Input] = [bind(0, f"d{place}") for place in (1, 2, 3)]
    for second in range(0, 3_600, 300):
        inputs += three(second, 5_000, 5_000, 20_000)
    for second in range(3_600, 5_400, 300):
        inputs += three(second, 5_000, 5_000, 5_000)
    (rule, _) = judge(inputs, BY, 5_400).rules_fired
    assert (rule.rule, rule.count) == ("sensors_before", 1)
    assert (rule.severity, rule.disposition) == (Severity.MINOR, Disposition.CONFORMANT)
    # While it lasts the other rule tells of it.
    earlier = [one for one in inputs if one.observed_at < at(3_600)]
    assert [one.rule for one in judge(earlier, BY, 3_600).rules_fired] == ["sensors", "outvoted"]


def corner(value: int, seconds: int) -> list[Input]:
    """Return an hour of three sensors, one of which reads a value for some time."""
    inputs: list[Input] = [bind(0, f"d{place}") for place in (1, 2, 3)]
    for second in range(0, 3_600, 300):
        inputs += three(second, 5_000, 5_000, value if 600 <= second < 600 + seconds else 5_000)
    return inputs


@pytest.mark.parametrize(("seconds", "count"), [(900, 0), (1_200, 1)])
def test_sensor_that_was_outside_for_the_delay_by_itself_is_named(seconds: int, count: int) -> None:
    by = policy(boundary("cold", 2_000, is_upper=False, delay=1_000), hold=900)
    condition = judge(corner(500, seconds), by, 3_600)
    assert condition.sensors.outvoted_count == count
    assert [(one.boundary, one.device, one.at) for one in condition.sensors.outvoted] == [
        ("cold", "d3", at(600 + 1_000))
    ] * count
    fired = [(one.rule, one.severity, one.disposition) for one in condition.rules_fired]
    assert fired == [("outvoted", Severity.MINOR, Disposition.CONFORMANT)] * count


def test_time_by_itself_adds_up_for_a_cumulative_boundary_alone() -> None:
    inputs = [*corner(9_000, 600), *three(3_600, 5_000, 5_000, 9_000)]
    inputs += three(3_900, 5_000, 5_000, 5_000)
    for is_cumulative, count in ((True, 1), (False, 0)):
        by = policy(boundary("warm", delay=900, is_cumulative=is_cumulative), hold=900)
        assert judge(inputs, by, 4_200).sensors.outvoted_count == count


def test_nobody_is_outvoted_where_the_boundary_has_an_excursion() -> None:
    inputs = [*corner(9_000, 600), *three(3_600, 9_000, 9_000, 9_000)]
    condition = judge(inputs, BY, 3_700)
    assert condition.rules_fired[0].rule == "boundary:warm"
    assert condition.sensors.outvoted == ()


def test_nobody_is_outvoted_in_a_phase_in_which_the_boundary_does_not_judge() -> None:
    by = policy(boundary("warm", phases=(Phase.TRANSIT,)), hold=900)
    assert judge(corner(9_000, 600), by, 3_600).sensors.outvoted == ()
