import pytest

from tests.unit.twins.samples import HOUR, bind, close, commission, judge, policy, read
from twins.inputs import Input
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import MICROSECONDS
from twins.verdict.condition import Condition
from twins.verdict.coverage_outlook import coverage_outlook, time_to_lose, time_to_reach


def hourly(*hours: int) -> list[Input]:
    """Return an hour of readings from each of these hours on, one every ten minutes."""
    return [read(3_600 * hour + 600 * place, 5_000) for hour in hours for place in range(6)]


def asking(ppm: int, quorum: int = 1) -> ConditionPolicy:
    return policy(minimum_coverage_ppm=ppm, hold=600, quorum=quorum)


def judged(by: ConditionPolicy, hours: int, *inputs: Input) -> Condition:
    return judge([commission(0), bind(0), *inputs], by, hours * HOUR)


def outlook(found: Condition, by: ConditionPolicy, *, is_closed: bool = False) -> str:
    return coverage_outlook("temperature", found.coverage, by, is_closed=is_closed)


def test_missing_time_is_told_as_what_must_follow_and_as_what_late_readings_must_fill() -> None:
    by = asking(900_000)
    found = judged(by, 4, *hourly(0, 1, 2))
    # 3 of 4 h observed: (3 + x) / (4 + x) = 0.9 where x = 6; 0.9 of 4 h are 3 h 36 min.
    assert outlook(found, by) == (
        "Coverage reaches 90 % after 6 h more observed without a gap, or when late readings fill "
        "36 min of what was not observed."
    )


@pytest.mark.parametrize("ppm", [900_000, 950_000, 333_333])
def test_so_much_more_and_no_less_brings_the_coverage_back(ppm: int) -> None:
    by = asking(ppm)
    found = judged(by, 40, *hourly(0, 1, 2, 30))
    more = time_to_reach(found.coverage.quantities[0], found.coverage, by)
    assert more is not None
    observed, planned = found.coverage.quantities[0].observed, found.coverage.planned
    assert (observed + more) * 1_000_000 // (planned + more) >= ppm
    assert (observed + more - 1) * 1_000_000 // (planned + more - 1) < ppm


def test_so_much_more_unobserved_and_no_more_is_allowed() -> None:
    by = asking(900_000)
    found = judged(by, 9, *hourly(*range(9)))
    left = time_to_lose(found.coverage.quantities[0], found.coverage, by)
    # 9 h observed of 10 h are 90 %.
    assert left == HOUR * MICROSECONDS


def test_where_all_must_be_observed_only_late_readings_help() -> None:
    by = asking(1_000_000)
    found = judged(by, 4, *hourly(0, 1, 2))
    assert outlook(found, by) == (
        "Coverage reaches 100 % only when late readings fill 1 h of what was not observed."
    )


def test_closed_shipment_is_covered_by_late_readings_alone() -> None:
    by = asking(900_000)
    found = judged(by, 9, *hourly(0, 1, 2), close(4 * HOUR))
    assert outlook(found, by, is_closed=True) == (
        "The shipment is closed: coverage reaches 90 % only when late readings fill 36 min of what "
        "was not observed."
    )


def test_shipment_without_any_device_wants_one() -> None:
    by = asking(900_000)
    found = judge([commission(0)], by, HOUR)
    assert outlook(found, by).startswith("A device that is bound to it and reads temperature")


def test_quorum_is_told() -> None:
    by = asking(900_000, quorum=2)
    found = judged(by, 4, *hourly(0, 1, 2))
    said = "more observed by at least 2 trusted sensors (of several devices, one each) without"
    assert said in outlook(found, by)
