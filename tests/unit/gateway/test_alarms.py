import msgspec
import pytest

from gateway.alarms import alarms_of
from tests.unit.twins.samples import at, bind, commission, fold, policy, read
from twins.policy.condition_policy import Disposition, Severity
from twins.verdict.condition import RuleFired, assess


@pytest.mark.parametrize("rule", ["sensors_before", "outvoted"])
def test_sensors_that_were_doubted_are_over_and_never_return_to_normal(rule: str) -> None:
    by = policy(hold=9_000)
    twin = fold([commission(0), bind(0), read(0, 5_000)], by)
    fired = RuleFired(rule, Severity.MINOR, Disposition.CONFORMANT, "", 1)
    condition = msgspec.structs.replace(assess(twin, by, at(0)), rules_fired=(fired,))
    (alarm,) = alarms_of(twin, by, condition)
    assert (alarm.is_active, alarm.is_latched) == (False, True)
