"""The table of phases and milestones, written down a second time by hand."""

import itertools

import pytest

from tests.unit.twins.samples import at, bind, close, fold, judge, milestone, policy, read
from twins.inputs import MilestoneName
from twins.phases import phase_after
from twins.policy.condition_policy import Phase

START, DEPARTURE, ARRIVAL, DELIVERY, CLOSE = MilestoneName
ORIGIN, TRANSIT, DESTINATION, DELIVERED = Phase

REACHED = {
    (ORIGIN, START): ORIGIN,
    (ORIGIN, DEPARTURE): TRANSIT,
    (ORIGIN, ARRIVAL): DESTINATION,
    (ORIGIN, DELIVERY): DELIVERED,
    (TRANSIT, ARRIVAL): DESTINATION,
    (TRANSIT, DELIVERY): DELIVERED,
    (DESTINATION, DEPARTURE): TRANSIT,
    (DESTINATION, DELIVERY): DELIVERED,
}
EVERY_PAIR = list(itertools.product(Phase, MilestoneName))


@pytest.mark.parametrize(("phase", "name"), EVERY_PAIR)
def test_milestone_leads_from_each_phase_where_the_table_says(
    phase: Phase, name: MilestoneName
) -> None:
    expected = phase if name is CLOSE else REACHED.get((phase, name))
    assert phase_after(phase, name, has_started=False, is_closed=False) is expected


@pytest.mark.parametrize(("phase", "name"), EVERY_PAIR)
def test_no_milestone_is_reached_when_the_shipment_is_closed(
    phase: Phase, name: MilestoneName
) -> None:
    assert phase_after(phase, name, has_started=True, is_closed=True) is None


@pytest.mark.parametrize("phase", Phase)
def test_shipment_starts_once_and_first(phase: Phase) -> None:
    assert phase_after(phase, START, has_started=True, is_closed=False) is None


def test_journey_of_two_legs_departs_and_arrives_twice() -> None:
    legs = [DEPARTURE, ARRIVAL, DEPARTURE, ARRIVAL, DELIVERY, CLOSE]
    inputs = [milestone(10 * step, name) for step, name in enumerate(legs)]
    twin = fold([bind(0), *inputs], policy())
    assert [one.name for one in twin.milestones] == legs
    assert (twin.milestone_faults, twin.phase) == ((), DELIVERED)


def test_milestone_that_finds_no_row_changes_nothing_and_is_kept_as_a_fault() -> None:
    inputs = [bind(0), read(0, 5_000), milestone(10, DEPARTURE), milestone(20, START)]
    twin = fold([*inputs, milestone(30, DEPARTURE)], policy())
    assert [one.name for one in twin.milestones] == [DEPARTURE]
    assert [one.name for one in twin.milestone_faults] == [START, DEPARTURE]
    assert (twin.phase, twin.planned_from, twin.past.unjudged) == (TRANSIT, 0, 0)


def test_newest_faults_are_kept_and_no_more_than_a_twin_can_carry() -> None:
    faults = [milestone(10 + second, START) for second in range(50)]
    twin = fold([bind(0), milestone(5, DELIVERY), *faults], policy())
    assert twin.milestone_faults == tuple(faults[-32:])


def test_milestone_behind_the_close_changes_no_phase() -> None:
    condition = judge([bind(0), read(0, 5_000), close(50), milestone(60, DELIVERY)], policy(), 100)
    assert condition.phase is ORIGIN
    assert condition.coverage.planned == at(50)
