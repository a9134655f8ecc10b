import msgspec
import pytest

from gateway.alarms import alarms_of
from tests.unit.twins.samples import at, bind, close, commission, fold, policy, read
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


@pytest.mark.parametrize(
    ("rule", "until"),
    [
        ("gap:temperature", at(900)),
        ("coverage:temperature", at(900)),
        # Who holds it is disputed until somebody answers, closed or not.
        ("custody_disputed", None),
    ],
)
def test_nothing_that_is_judged_lasts_beyond_the_close(rule: str, until: int | None) -> None:
    by = policy(hold=100)
    twin = fold([commission(0), bind(0), read(0, 5_000), close(900)], by)
    fired = RuleFired(rule, Severity.MAJOR, Disposition.UNKNOWN, "", 1)
    condition = msgspec.structs.replace(assess(twin, by, at(9_000)), rules_fired=(fired,))
    (alarm,) = alarms_of(twin, by, condition)
    assert alarm.closed_at == until


def test_alarm_of_an_open_shipment_lasts_until_now() -> None:
    by = policy(minimum_coverage_ppm=900_000, hold=100)
    twin = fold([commission(0), bind(0), read(0, 5_000)], by)
    (alarm,) = alarms_of(twin, by, assess(twin, by, at(9_000)))
    assert alarm.closed_at is None
