import pytest

from tests.unit.twins.maps import circle, fix, plan
from tests.unit.twins.samples import at
from twins.inputs import Milestone, MilestoneName
from twins.position.location_events import (
    Arrived,
    ImpossibleTravel,
    LocationEvent,
    StopEntered,
    StopLeft,
    milestone_of,
)

PLAN = plan(
    circle("A", 50.0, 8, role="origin", place="urn:epc:id:sgln:9521321.11111.0"),
    circle("B", 50.1, 8),
    circle("C", 50.2, 8, role="destination", place="Hall 4"),
)


def left(stop: str, *, departed: bool = True) -> StopLeft:
    return StopLeft(at(90), stop, since=0, seen_at=at(60), departed=departed)


def reached(stop: str) -> Arrived:
    return Arrived(at(90), stop, since=at(30), late=0, skipped=(), is_backward=False)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (left("A"), (MilestoneName.DEPARTURE, at(90), "urn:epc:id:sgln:9521321.11111.0")),
        (reached("C"), (MilestoneName.ARRIVAL, at(30), "Hall 4")),
    ],
)
def test_departure_from_the_origin_and_arrival_at_the_destination_are_milestones(
    event: LocationEvent, expected: tuple[MilestoneName, int, str]
) -> None:
    name, moment, place = expected
    assert milestone_of(event, PLAN, "box-1") == Milestone(1, "box-1", name, moment, place)


@pytest.mark.parametrize(
    "event",
    [
        left("A", departed=False),
        left("B"),
        left("C"),
        left("gone"),
        reached("A"),
        reached("B"),
        reached("gone"),
        StopEntered(0, "C"),
        ImpossibleTravel(0, fix(0, 0, 0), fix(0, 9, 9), 1, 1),
    ],
)
def test_what_happens_elsewhere_is_no_milestone(event: LocationEvent) -> None:
    assert milestone_of(event, PLAN, "box-1") is None


def test_finding_about_one_sensor_names_it_once() -> None:
    found = ImpossibleTravel(0, fix(0, 0, 0), fix(2.5, 0, 1), 111_195_080, 70_500)
    assert found.text == (
        "fixes of d1 gps lie 111.1 km and 2.5 s apart; nothing here travels faster than 70.5 m/s"
    )
