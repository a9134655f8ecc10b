import json
from typing import Any

import pytest

from tests.unit.twins.maps import circle, document, plan, steps
from tests.unit.twins.samples import at
from twins.errors import DeviceFault
from twins.position.route import InvalidPlan, parse_plan

HEATHROW = circle("LHR", 51.47, -0.4543, role="origin")
KENNEDY = circle("JFK", 40.6413, -73.7781, role="destination")
SQUARE = [[50, 8], [50, 9], [51, 9], [51, 8]]


def mistakes_in(data: bytes) -> list[tuple[str, str]]:
    """Return the keys that are wrong, each with what is said of it."""
    with pytest.raises(InvalidPlan) as raised:
        parse_plan(data)
    lines = str(raised.value).removeprefix("plan: ").split("\n  ")
    return [(one.key, line) for one, line in zip(raised.value.mistakes, lines, strict=True)]


def stop(**members: object) -> dict[str, Any]:
    """Return a right stop with some members replaced, or left out where they are `...`."""
    whole = {**circle("a", 50, 8), **members}
    return {name: value for name, value in whole.items() if value is not ...}


def test_plan_states_stops_in_order_with_dwell_and_latest_arrival() -> None:
    found = plan(HEATHROW, {**KENNEDY, "dwell_s": 600, "arrives_by": 1_767_225_600_000_000})
    assert [(one.id, one.role) for one in found.stops] == [
        ("LHR", "origin"),
        ("JFK", "destination"),
    ]
    assert [one.dwell for one in found.stops] == [0, at(600)]
    assert [one.arrives_by for one in found.stops] == [None, 1_767_225_600_000_000]
    assert [found.place_of(one) for one in ("LHR", "JFK", "CDG")] == [0, 1, -1]


def test_plan_states_a_way_and_how_far_it_may_be_left() -> None:
    found = plan(route=[[51.47, -0.4543], [40.6413, -73.7781]], corridor_m=5000)
    assert found.corridor is not None
    assert found.corridor.half_width_mm == 5_000_000
    assert found.corridor.length_mm == pytest.approx(5_540_018_970, abs=1)
    assert found.accuracy_mm == 50_000
    assert plan(HEATHROW, accuracy_m=0).accuracy_mm == 0
    assert plan(HEATHROW).corridor is None


def test_degrees_are_taken_to_the_nearest_step() -> None:
    (area,) = (one.area for one in plan(stop(circle=..., polygon=SQUARE)).stops)
    assert area.holds(steps(50), steps(8.5))
    found = plan(stop(circle=..., polygon=[[0.00000004, 0], [0, 0.00000016], [1, 1]]))
    assert found.stops[0].area.holds(0, 2)
    assert not found.stops[0].area.holds(0, 3)


def test_polygon_may_state_its_first_corner_again_at_its_end() -> None:
    again = plan(stop(circle=..., polygon=[*SQUARE, SQUARE[0]]))
    assert again == plan(stop(circle=..., polygon=SQUARE))


def test_members_that_are_null_are_as_if_they_were_not_there() -> None:
    assert plan(stop(polygon=None, arrives_by=None), route=None, corridor_m=None) == plan(stop())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no JSON"),
        (b"{", "is no JSON"),
        (b"\xff", "is no JSON"),
        (b"[" * 5000, "is no JSON"),
        (b"[]", "is []; allowed: one JSON object"),
        (b"3", "is 3; allowed: one JSON object"),
    ],
)
def test_document_that_is_no_object_is_refused(data: bytes, said: str) -> None:
    ((key, line),) = mistakes_in(data)
    assert key == ""
    assert said in line


@pytest.mark.parametrize(
    ("wrong", "key", "said"),
    [
        ({"id": ...}, "stops[0].id", "is missing"),
        ({"id": "two words"}, "stops[0].id", "1 to 96 letters"),
        ({"id": "a\n"}, "stops[0].id", "1 to 96 letters"),
        ({"role": "home"}, "stops[0].role", '"waypoint"'),
        ({"place": 4}, "stops[0].place", "at most 200 characters"),
        ({"place": "x" * 201}, "stops[0].place", "at most 200 characters"),
        ({"dwell_s": -1}, "stops[0].dwell_s", "a whole number from 0"),
        ({"dwell_s": True}, "stops[0].dwell_s", "a whole number from 0"),
        ({"arrives_by": "noon"}, "stops[0].arrives_by", "microseconds since 1970"),
        ({"circle": ...}, "stops[0]", "has neither circle nor polygon"),
        ({"polygon": SQUARE}, "stops[0]", "has both circle and polygon"),
        ({"circle": {"centre": [8, 50]}}, "stops[0].circle.radius_m", "is missing"),
        (
            {"circle": {"centre": [8, 50], "radius_m": 0}},
            "stops[0].circle.radius_m",
            "a whole number from 1 to 1000000",
        ),
        (
            {"circle": {"centre": [120.5, 50], "radius_m": 9}},
            "stops[0].circle.centre",
            "[latitude, longitude] in degrees, -90 to 90 and -180 to 180",
        ),
        (
            {"circle": {"centre": ["8", 50], "radius_m": 9}},
            "stops[0].circle.centre",
            "[latitude, longitude] in degrees",
        ),
        ({"circle": ..., "polygon": SQUARE[:2]}, "stops[0].polygon", "has 2 entries"),
        ({"circle": ..., "polygon": SQUARE * 251}, "stops[0].polygon", "has 1,004 entries"),
        ({"circle": ..., "polygon": {}}, "stops[0].polygon", "a list of [latitude, longitude]"),
        (
            {"circle": ..., "polygon": [*SQUARE, [1]]},
            "stops[0].polygon[4]",
            "[latitude, longitude]",
        ),
        ({"circle": ..., "polygon": SQUARE[:2] * 2}, "stops[0].polygon", "has no area"),
        (
            {"circle": ..., "polygon": [[80, 0], [80, 120], [80, -120]]},
            "stops[0].polygon",
            "goes round a pole",
        ),
        ({"colour": "red"}, "stops[0].colour", "is no key here"),
    ],
)
def test_stop_that_breaks_a_rule_is_refused_and_says_where(
    wrong: dict[str, object], key: str, said: str
) -> None:
    ((found, line),) = mistakes_in(document([stop(**wrong)]))
    assert found == key
    assert said in line


@pytest.mark.parametrize(
    ("members", "key", "said"),
    [
        ({"schema": "cargotwin.plan.v2"}, "schema", "cargotwin.plan.v1"),
        ({"stops": []}, "stops", "is missing, and so is the route"),
        ({"stops": [stop()] * 101}, "stops", "has 101 entries"),
        ({"stops": {"id": "a"}}, "stops", "a list in square brackets"),
        ({"stops": [stop(), stop(id="b"), stop()]}, "stops[2].id", "an id that no other stop has"),
        ({"stops": [stop(), HEATHROW]}, "stops[1].role", "origin for the first stop alone"),
        ({"stops": [KENNEDY, stop()]}, "stops[0].role", "destination for the last stop alone"),
        ({"corridor_m": 9}, "route", "both or neither"),
        ({"route": SQUARE}, "corridor_m", "both or neither"),
        ({"route": [[1, 2]], "corridor_m": 9}, "route", "has 1 entry; allowed: 2 to 5000"),
        ({"route": [[1, 2], [1, 2]], "corridor_m": 9}, "route[1]", "repeats the one before"),
        ({"route": [[1, 2], [500, 2]], "corridor_m": 9}, "route[1]", "[latitude, longitude]"),
        ({"route": [[0, 0], [0, 91]], "corridor_m": 9}, "route[1]", "put a position between"),
        ({"accuracy_m": -1}, "accuracy_m", "a whole number from 0"),
    ],
)
def test_plan_that_breaks_a_rule_is_refused_and_says_where(
    members: dict[str, object], key: str, said: str
) -> None:
    whole = {"schema": "cargotwin.plan.v1", "stops": [stop()], **members}
    found = mistakes_in(json.dumps(whole).encode())
    assert found[0][0] == key
    assert said in found[0][1]


def test_all_that_is_wrong_with_a_plan_is_said_at_once() -> None:
    data = document(
        [stop(id="?"), stop(role="home")], route=[[1, 2], [99, 2], [3, 999]], accuracy_m=-4
    )
    assert [key for key, _ in mistakes_in(data)] == [
        "stops[0].id",
        "stops[1].role",
        "route[1]",
        "route[2]",
        "accuracy_m",
        "corridor_m",
    ]


def test_invalid_plan_is_a_fault_of_its_sender_and_stays_short() -> None:
    ((_, line),) = mistakes_in(document([stop(id="x" * 5000)]))
    assert len(line) < 250
    assert issubclass(InvalidPlan, DeviceFault)
