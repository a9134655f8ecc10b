"""Whatever a plan's document holds, it is a plan or it is refused with reasons."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.twins.maps import circle
from twins.position.route import InvalidPlan, RoutePlan, parse_plan

numbers = st.integers(-200, 200) | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | st.text(max_size=9) | st.just(10**30)
positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(list)
values = st.recursive(
    scalars | positions,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner),
)
PLAN = {
    "schema": "cargotwin.plan.v1",
    "stops": [circle("a", 50, 8), {"id": "b", "role": "waypoint", "polygon": [[1, 2], [2, 2]]}],
    "route": [[50, 8], [51, 8]],
    "corridor_m": 500,
    "accuracy_m": 20,
}
STOP_KEYS = ("id", "role", "place", "circle", "polygon", "dwell_s", "arrives_by")


def parsed(data: bytes) -> RoutePlan | InvalidPlan:
    try:
        return parse_plan(data)
    except InvalidPlan as error:
        return error


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_reasons(data: bytes) -> None:
    found = parsed(data)
    assert isinstance(found, InvalidPlan)
    assert found.mistakes


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from(sorted(PLAN)), values, max_size=3),
    st.dictionaries(st.sampled_from(STOP_KEYS), values, max_size=3),
)
def test_damaged_plan_is_a_plan_or_is_refused_with_reasons(
    members: dict[str, object], of_stop: dict[str, object]
) -> None:
    whole = {**PLAN, "stops": [circle("a", 50, 8) | of_stop], **members}
    found = parsed(json.dumps(whole).encode())
    if isinstance(found, InvalidPlan):
        assert found.mistakes
        assert all(one.allowed for one in found.mistakes)


@given(st.lists(positions, min_size=3, max_size=8), positions)
def test_area_and_way_of_any_positions_can_be_asked_about_any_place(
    points: list[list[float]], place: list[float]
) -> None:
    area = {"id": "a", "role": "waypoint", "polygon": points}
    whole = {**PLAN, "stops": [area], "route": points}
    found = parsed(json.dumps(whole).encode())
    if isinstance(found, InvalidPlan):
        return
    steps = round(place[0] * 1e7), round(place[1] * 1e7)
    (stop,) = found.stops
    assert stop.area.is_near(*steps) >= stop.area.holds(*steps)
    assert found.corridor is not None
    assert 0 <= found.corridor.progress_of(*steps).along_mm <= found.corridor.length_mm
