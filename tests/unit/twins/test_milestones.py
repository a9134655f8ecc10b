"""Stated milestones and those that positions show; the table of phases decides on both."""

from tests.unit.twins.samples import milestone
from twins.inputs import MilestoneName
from twins.milestones import FAULTS_KEPT, MOST_SHOWN, Milestones
from twins.policy.condition_policy import Phase

START, DEPARTURE, ARRIVAL = (
    MilestoneName.START,
    MilestoneName.DEPARTURE,
    MilestoneName.ARRIVAL,
)


def none_yet() -> Milestones:
    return Milestones((), (), ())


def test_shown_milestone_that_has_no_row_is_nothing() -> None:
    found = none_yet()
    assert found.show(milestone(5, DEPARTURE), Phase.DELIVERED, is_closed=False) is None
    assert (found.reached, found.faults, found.shown) == ((), (), ())


def test_milestone_is_shown_once_and_stating_it_then_is_no_fault() -> None:
    found = none_yet()
    shown, stated = milestone(5, DEPARTURE), milestone(9, DEPARTURE)
    assert found.show(shown, Phase.ORIGIN, is_closed=False) is Phase.TRANSIT
    assert found.state(stated, Phase.TRANSIT, is_closed=False) is None
    assert (found.reached, found.faults, found.shown) == ((shown,), (), (shown,))


def test_same_milestone_stated_twice_is_a_fault() -> None:
    found = none_yet()
    assert found.state(milestone(5, DEPARTURE), Phase.ORIGIN, is_closed=False) is Phase.TRANSIT
    assert found.state(milestone(9, DEPARTURE), Phase.TRANSIT, is_closed=False) is None
    assert found.faults == (milestone(9, DEPARTURE),)


def test_stated_milestone_after_another_one_is_a_fault_although_it_was_shown_before() -> None:
    found = none_yet()
    found.show(milestone(5, DEPARTURE), Phase.ORIGIN, is_closed=False)
    found.state(milestone(6, ARRIVAL), Phase.TRANSIT, is_closed=False)
    found.state(milestone(7, ARRIVAL), Phase.DESTINATION, is_closed=False)
    assert found.faults == (milestone(7, ARRIVAL),)


def test_stated_milestone_after_the_close_is_a_fault_also_where_it_was_shown() -> None:
    found = none_yet()
    found.show(milestone(5, DEPARTURE), Phase.ORIGIN, is_closed=False)
    found.state(milestone(9, DEPARTURE), Phase.TRANSIT, is_closed=True)
    assert found.faults == (milestone(9, DEPARTURE),)


def test_only_so_many_milestones_are_shown_and_the_newest_faults_kept() -> None:
    full = (milestone(1, ARRIVAL),) * MOST_SHOWN
    found = Milestones(full, (), full)
    assert found.show(milestone(5, DEPARTURE), Phase.DESTINATION, is_closed=False) is None
    for second in range(FAULTS_KEPT + 1):
        found.state(milestone(second, START), Phase.TRANSIT, is_closed=False)
    assert found.faults[0] == milestone(1, START)
    assert len(found.faults) == FAULTS_KEPT
