from msgspec.structs import replace

from tests.unit.twins.maps import circle, document
from tests.unit.twins.samples import ASSET, at, bind, boundary, fold, policy, read
from twins.events import Event, changes
from twins.inputs import Input, Plan
from twins.policy.condition_policy import LocationLimits, Severity
from twins.position.events import (
    ArrivalOverdue,
    ArrivalOverdueEnded,
    BackOnRoute,
    OffRouteReopened,
    OffRouteWithdrawn,
    WentOffRoute,
)
from twins.position.location_figure import location_of
from twins.position.track import OFF_ROUTES_KEPT
from twins.twin import AssetTwin, settled_at

BY = replace(policy(boundary(), hold=900), location=LocationLimits(at(600), None, Severity.MAJOR))
DUE_S = 5_000
STOPS = [
    circle("A", 50.0, 8, role="origin"),
    circle("C", 50.2, 8, role="destination", arrives_by=at(DUE_S)),
]
ROUTE = document(STOPS, route=[[50, 8], [50.2, 8]], corridor_m=500)


def fix(seconds: float, latitude: float, longitude: float = 8) -> list[Input]:
    return [
        read(seconds, round(degrees * 10_000_000), quantity=quantity, sensor="gps")
        for quantity, degrees in [("latitude", latitude), ("longitude", longitude)]
    ]


BEGUN = [bind(0), Plan(1, ASSET, ROUTE, at(0)), *fix(10, 50.0), *fix(600, 50.05)]
AWAY = [*fix(1_000, 50.1, 8.1), *fix(1_700, 50.1, 8.1)]
BACK = fix(2_000, 50.11)
ARRIVED = fix(3_000, 50.2)


def settled(inputs: list[Input], as_of: float) -> AssetTwin:
    return settled_at(fold(inputs, BY), at(as_of), BY)


def told(
    before: list[Input], after: list[Input], was: float = 4_000, now: float = 0
) -> list[Event]:
    """Return what positions changed between two sets of inputs, each judged at a moment."""
    moments = (was, now or was)
    old, new = (
        settled(inputs, moment) for inputs, moment in zip((before, after), moments, strict=True)
    )
    late = [
        figure.overdue_stops if (figure := location_of(twin, at(moment))) is not None else ()
        for twin, moment in zip((old, new), moments, strict=True)
    ]
    found = changes(old, new, overdue_stops_before=late[0], overdue_stops_after=late[1])
    return [one for one in found if type(one).__module__ == "twins.position.events"]


def test_leaving_the_way_is_told_when_it_has_lasted_and_coming_back_when_it_is_over() -> None:
    (left,) = told(BEGUN, [*BEGUN, *AWAY])
    assert isinstance(left, WentOffRoute)
    assert (left.asset, left.at) == (ASSET, at(1_700))
    assert left.off_route.began_at == at(1_000)
    (back,) = told([*BEGUN, *AWAY], [*BEGUN, *AWAY, *BACK])
    assert isinstance(back, BackOnRoute)
    assert (back.at, back.off_route.ended_at) == (at(2_000), at(2_000))


def test_both_are_told_where_they_come_in_one_batch() -> None:
    found = told(BEGUN, [*BEGUN, *AWAY, *BACK])
    assert [type(one) for one in found] == [WentOffRoute, BackOnRoute]


def test_going_on_away_from_the_way_is_told_once() -> None:
    assert told([*BEGUN, *AWAY], [*BEGUN, *AWAY, *fix(1_900, 50.1, 8.2)]) == []


def test_time_away_that_has_not_lasted_is_not_told() -> None:
    assert told(BEGUN, [*BEGUN, *AWAY[:2]]) == []


def test_alarm_that_late_positions_disprove_is_withdrawn() -> None:
    between = fix(1_300, 50.1)
    (found,) = told([*BEGUN, *AWAY], [*BEGUN, *AWAY, *between])
    assert isinstance(found, OffRouteWithdrawn)
    assert found.off_route.began_at == at(1_000)


def test_time_away_goes_on_where_a_late_plan_has_another_way() -> None:
    elsewhere = Plan(
        1, ASSET, document(STOPS, route=[[50, 9], [50.2, 9]], corridor_m=500), at(1_800)
    )
    (found,) = told([*BEGUN, *AWAY, *BACK], [*BEGUN, *AWAY, elsewhere, *BACK])
    assert isinstance(found, OffRouteReopened)
    assert found.off_route.began_at == at(1_000)


def test_arrival_is_overdue_from_the_planned_moment_on_and_told_once() -> None:
    (found,) = told(BEGUN, BEGUN, was=DUE_S, now=DUE_S + 1)
    assert found == ArrivalOverdue(ASSET, at(DUE_S), "C")
    assert told(BEGUN, BEGUN, was=DUE_S + 1, now=DUE_S + 9) == []


def test_late_arrival_ends_it_and_says_that_the_asset_is_there() -> None:
    arrived = [*BEGUN, *fix(6_000, 50.2)]
    (found,) = told(BEGUN, arrived, was=5_500, now=6_100)
    assert found == ArrivalOverdueEnded(ASSET, at(6_000), "C", has_arrived=True)


def test_position_of_before_that_comes_late_ends_it_as_well() -> None:
    (found,) = told(BEGUN, [*BEGUN, *ARRIVED], was=5_500, now=5_500)
    assert found == ArrivalOverdueEnded(ASSET, at(3_000), "C", has_arrived=True)


def test_plan_with_more_time_ends_it_without_an_arrival() -> None:
    later = document(
        [STOPS[0], STOPS[1] | {"arrives_by": at(9_000)}], route=[[50, 8], [50.2, 8]], corridor_m=500
    )
    replanned = [*BEGUN, Plan(1, ASSET, later, at(5_200))]
    (found,) = told(BEGUN, replanned, was=5_500, now=5_500)
    assert found == ArrivalOverdueEnded(ASSET, at(5_200), "C", has_arrived=False)


def test_times_away_that_are_too_many_to_keep_are_not_told_again() -> None:
    def away(number: int) -> list[Input]:
        since = 1_000 + 2_000 * number
        return [*fix(since, 50.1, 8.1), *fix(since + 700, 50.1, 8.1), *fix(since + 1_000, 50.1)]

    many = [one for number in range(OFF_ROUTES_KEPT) for one in away(number)]
    found = told([*BEGUN, *many], [*BEGUN, *many, *away(OFF_ROUTES_KEPT)], was=100_000)
    assert [type(one) for one in found] == [WentOffRoute, BackOnRoute]
    withdrawn = told([*BEGUN, *many, *away(OFF_ROUTES_KEPT)], [*BEGUN, *many], was=100_000)
    assert [type(one) for one in withdrawn] == [OffRouteWithdrawn]
