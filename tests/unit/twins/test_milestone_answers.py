"""How a stated milestone was taken, as its author is told; the table of phases is the rule."""

import pytest

from tests.unit.twins.samples import bind, close, commission, fold, milestone, policy
from twins.inputs import Milestone, MilestoneName
from twins.milestone_answers import (
    KNOWN,
    TAKEN,
    UNKNOWN,
    MilestoneAnswer,
    MilestoneFault,
    fault_words,
    milestone_answer,
)
from twins.milestones import FAULTS_KEPT
from twins.policy.condition_policy import Phase
from twins.twin import AssetTwin

START, DEPARTURE, ARRIVAL, DELIVERY = (
    MilestoneName.START,
    MilestoneName.DEPARTURE,
    MilestoneName.ARRIVAL,
    MilestoneName.DELIVERY,
)


def answered(*stated: Milestone) -> list[tuple[str, str]]:
    """Return how each of the milestones was taken, and the phase that it is told with."""
    twin = fold([commission(0), bind(0), *stated], policy())
    found = [milestone_answer(twin, one) for one in stated]
    return [(one.answer, one.phase.value) for one in found]


def test_milestone_that_was_reached_is_taken_and_names_the_phase_behind_it() -> None:
    told = answered(milestone(5, START), milestone(10, DEPARTURE), milestone(20, DELIVERY))
    assert told == [(TAKEN, "origin"), (TAKEN, "transit"), (TAKEN, "delivered")]


def test_milestone_that_finds_no_row_names_the_phase_in_which_it_was_stated() -> None:
    told = answered(milestone(10, DEPARTURE), milestone(20, DEPARTURE), milestone(30, ARRIVAL))
    assert told == [(TAKEN, "transit"), ("not_from_this_phase", "transit"), (TAKEN, "destination")]


def test_start_is_too_late_once_anything_was_reached() -> None:
    assert answered(milestone(10, DEPARTURE), milestone(20, START))[1] == (
        "started_already",
        "transit",
    )


def test_closed_shipment_reaches_nothing_more() -> None:
    told = answered(milestone(10, DEPARTURE), close(20), milestone(30, ARRIVAL), close(40))
    assert told[1:] == [
        (TAKEN, "transit"),
        ("shipment_closed", "transit"),
        ("shipment_closed", "transit"),
    ]


def test_late_milestone_is_answered_by_where_it_belongs() -> None:
    assert answered(milestone(30, ARRIVAL), milestone(10, DEPARTURE)) == [
        (TAKEN, "destination"),
        (TAKEN, "transit"),
    ]


def test_milestone_that_positions_had_shown_is_known_and_no_fault() -> None:
    shown = milestone(10, DEPARTURE)
    twin = AssetTwin("box-1", phase=Phase.TRANSIT, milestones=(shown,), shown_milestones=(shown,))
    assert milestone_answer(twin, milestone(20, DEPARTURE)) == MilestoneAnswer(KNOWN, Phase.TRANSIT)


def test_fault_that_newer_ones_pushed_out_is_not_answered_as_taken() -> None:
    flood = [milestone(20 + number, DEPARTURE) for number in range(FAULTS_KEPT + 1)]
    told = answered(milestone(10, DEPARTURE), *flood)
    assert told[1] == (UNKNOWN, "transit")
    assert {answer for answer, _ in told[2:]} == {"not_from_this_phase"}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            MilestoneFault.NOT_FROM_THIS_PHASE,
            "arrival is reached from origin or transit, and the shipment was in delivered",
        ),
        (MilestoneFault.STARTED_ALREADY, "a shipment starts once and first"),
        (MilestoneFault.SHIPMENT_CLOSED, "the shipment was closed"),
    ],
)
def test_fault_is_told_in_words(fault: MilestoneFault, said: str) -> None:
    assert fault_words(fault, ARRIVAL, Phase.DELIVERED).startswith(said)
