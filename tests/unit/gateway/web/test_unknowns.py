import pytest

from gateway.web.statistics_documents import statistics_document
from gateway.web.unknowns import openings_unknown, shocks_unknown
from tests.unit.twins.samples import bind, boundary, commission, fold, policy, read
from twins.inputs import Input
from twins.policy.condition_policy import ConditionPolicy, Disposition
from twins.readings import Quality
from twins.twin import settled_at
from twins.verdict.condition import Statistics, assess

OPENED = boundary("opened", 50_000, quantity="illuminance", disposition=Disposition.CONTAINER_OPEN)
WATCHED, UNWATCHED = policy(OPENED), policy(boundary())
DARK = read(10, 1_000, quantity="illuminance")


def statistics(by: ConditionPolicy, *inputs: Input) -> Statistics:
    twin = settled_at(fold([commission(0), bind(0), *inputs], by), 60_000_000, by)
    return assess(twin, by, 60_000_000).statistics


def test_nothing_is_said_of_openings_where_no_light_was_read() -> None:
    silent = statistics(WATCHED, read(10, 5_000))
    assert openings_unknown(silent, WATCHED) == (
        "nothing can be said: no sensor of illuminance spoke"
    )
    assert statistics_document(silent, WATCHED)["openings_are_known"] is False


def test_no_opening_is_a_finding_where_light_was_read() -> None:
    dark = statistics(WATCHED, DARK)
    assert dark.openings == 0
    assert openings_unknown(dark, WATCHED) == ""
    assert statistics_document(dark, WATCHED)["openings_are_known"] is True


def test_light_that_could_not_be_used_tells_of_no_opening() -> None:
    unusable = read(10, 1_000, quantity="illuminance", quality=Quality.SENTINEL)
    assert openings_unknown(statistics(WATCHED, unusable), WATCHED)


def test_policy_without_such_a_rule_judges_no_opening_whatever_was_read() -> None:
    said = openings_unknown(statistics(UNWATCHED, DARK), UNWATCHED)
    assert said == "not judged: the policy has no rule that tells an opening"


@pytest.mark.parametrize("quantity", ["acceleration", "velocity_change", "free_fall"])
def test_shocks_are_known_once_a_shock_sensor_spoke(quantity: str) -> None:
    assert shocks_unknown(statistics(UNWATCHED, read(10, 5_000))) == (
        "nothing can be said: no shock sensor spoke"
    )
    told = statistics(UNWATCHED, read(10, 100, sensor="shock", quantity=quantity))
    assert shocks_unknown(told) == ""
