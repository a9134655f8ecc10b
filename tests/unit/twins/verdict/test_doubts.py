"""Sensors that were outvoted for a time stay among the reasons; expected values by hand."""

from msgspec.structs import replace

from tests.unit.twins.samples import at, bind, boundary, judge, policy, read
from twins.inputs import Input
from twins.policy.condition_policy import Disposition, Severity
from twins.sensors.limits import QuantityLimits, SensorLimits

LIMITS = SensorLimits(quantities={"temperature": QuantityLimits(disagreement=2_000)})
BY = replace(policy(boundary("warm", 8_000), hold=900), sensors=LIMITS)


def three(at_s: int, *values: int) -> list[Input]:
    return [read(at_s, value, device=f"d{place}") for place, value in enumerate(values, 1)]


def test_disagreement_that_is_over_leaves_a_reason_that_weighs_nothing() -> None:
    inputs: list[Input] = [bind(0, f"d{place}") for place in (1, 2, 3)]
    for second in range(0, 3_600, 300):
        inputs += three(second, 5_000, 5_000, 20_000)
    for second in range(3_600, 5_400, 300):
        inputs += three(second, 5_000, 5_000, 5_000)
    (rule,) = judge(inputs, BY, 5_400).rules_fired
    assert (rule.rule, rule.count) == ("sensors_before", 1)
    assert (rule.severity, rule.disposition) == (Severity.NONE, Disposition.CONFORMANT)
    # While it lasts the other rule tells of it.
    (rule,) = judge([one for one in inputs if one.observed_at < at(3_600)], BY, 3_600).rules_fired
    assert rule.rule == "sensors"
