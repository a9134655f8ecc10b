"""What a condition says of where an asset is; expected values by hand."""

import msgspec

from tests.unit.twins.maps import circle, document
from tests.unit.twins.samples import ASSET, at
from twins.inputs import Plan
from twins.past import Past
from twins.position.location import LocationState, LocationSums
from twins.position.location_events import Fix, OffRoute
from twins.position.location_figure import LocationFigure, location_of
from twins.position.presence import Presence
from twins.position.track import TrackSums
from twins.state import AssetTwin

PLAN = Plan(
    1,
    ASSET,
    document([circle("A", 50, 8), circle("B", 50, 8), circle("C", 51, 8, arrives_by=at(60))]),
    0,
)
HERE = Fix(at(50), 500_000_000, 80_000_000, "d1", "gps")
A, B = Presence("A", at(10)), Presence("B", at(20), has_arrived=True)


def test_nothing_is_said_where_there_is_neither_plan_nor_fix() -> None:
    assert location_of(AssetTwin(ASSET), at(100)) is None


def test_plan_alone_does_not_show_that_anything_is_overdue() -> None:
    planned = AssetTwin(ASSET, plan=PLAN)
    assert location_of(planned, at(61)) == LocationFigure("", "", None, 0, 0, 0, 0, 0, ())
    seen = AssetTwin(ASSET, plan=PLAN, location=LocationState(HERE))
    for moment, overdue in [(60, ()), (61, ("C",))]:
        found = location_of(seen, at(moment))
        assert found is not None
        assert found.overdue_stops == overdue


def test_stop_is_the_one_where_the_asset_has_arrived_before_one_whose_area_it_is_in() -> None:
    for presences, stop in [((A, B), "B"), ((A,), "A"), ((), "")]:
        state = LocationState(HERE, presences=presences, last_stop="B")
        found = location_of(AssetTwin(ASSET, plan=PLAN, location=state), at(50))
        assert found is not None
        assert (found.stop, found.last_stop) == (stop, "B")


def test_time_off_the_route_is_told_once_it_has_alarmed() -> None:
    run = OffRoute(at(10), at(40), 900_000, at(20))
    for alarmed_at, since in [(None, None), (at(30), at(10))]:
        state = LocationState(HERE, off_route=msgspec.structs.replace(run, alarmed_at=alarmed_at))
        found = location_of(AssetTwin(ASSET, location=state), at(50))
        assert found is not None
        assert found.off_route_since == since


def test_sums_are_those_of_the_past_and_nothing_is_overdue_behind_the_close() -> None:
    past = Past(track=TrackSums(LocationSums(7, 1, 22_000, at(30)), alarms=2))
    twin = AssetTwin(ASSET, plan=PLAN, closed_at=at(60), past=past)
    assert location_of(twin, at(900)) == LocationFigure("", "", None, 2, 7, 1, 22_000, at(30), ())
